"""Surgical footage and private parts: what the author declared, the consent for it, and whether anything looked."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from privacy.api import Detection, unlooked
from review.items import attached_files
from yiyuan import clock
from yiyuan.codes import CheckerName, ConsentUse, Disposition, Severity, VerdictKind
from yiyuan.i18n import _
from yiyuan.models import Consent, Finding, Item, Revision, Verdict

BASIS = "《民法典》第一千二百二十六条；《个人信息保护法》第二十九条"
RULE, UNDECLARED = "scene.surgery", "scene.undeclared"
CHECKER = CheckerName.SCENES


def consents(s: Session, item: Item) -> list[Consent]:
    """The consents that allow it today."""
    query = select(Consent).where(Consent.item_id == item.id, Consent.withdrawn_at.is_(None)).order_by(Consent.id)
    return [
        c for c in s.scalars(query) if ConsentUse.SURGERY in c.uses and (c.to_day is None or c.to_day >= clock.today())
    ]


def declared(s: Session, item: Item, revision: Revision) -> Iterator[Finding]:
    """Declared without consent stops the item, with one the reviewers are shown it; undeclared asks the author."""
    answer = revision.declared.get("surgical", "")
    if answer == "no":
        return
    allowed = consents(s, item)
    finding = Finding(
        checker=CheckerName.PRIVACY,
        rule=RULE,
        field="video",
        basis=BASIS,
        severity=Severity.INFO,
        disposition=Disposition.ACCEPTED,
    )
    if not answer:
        finding.rule, finding.severity, finding.disposition = UNDECLARED, Severity.WARN, Disposition.OPEN
        finding.title = _("作者没有申明视频是否含手术关键步骤或隐私部位")
        finding.suggestion = _("请看完视频后说明；如含有，请修改稿件申明并登记书面同意")
    elif not allowed:
        finding.severity, finding.disposition = Severity.MUST_FIX, Disposition.OPEN
        finding.title = _("视频含手术关键步骤或隐私部位，没有患者就此签署的书面同意")
        finding.suggestion = _("登记用途含“展示手术画面”的知情同意书后重新检查，或剪掉这段画面")
    else:
        names = "、".join(consent.subject for consent in allowed)
        finding.title = _("视频含手术关键步骤或隐私部位，已有书面同意：{names}").format(names=names)
    yield finding


def looked(s: Session, revision: Revision, film: Detection | None) -> Verdict:
    """Whether private parts were looked for in the film and in every attachment; a person must look where not."""
    seen = [(_("视频"), film)] if film is not None else []
    for number, original in enumerate(attached_files.attached(s, revision), 1):
        found = attached_files.found_in(s, original)
        assert found is not None, "looked at by the stage before"
        seen.append((_("附件 {number}").format(number=number), found))
    missed = [(name, why) for name, found in seen if (why := unlooked(found.scene_watch))]
    if missed:
        names, why = "、".join(name for name, _why in missed), "；".join(dict.fromkeys(why for _name, why in missed))
        note = _("{names}没有检测隐私部位（{why}）：请看完全部画面，确认没有隐私部位裸露")
        return Verdict(checker=CHECKER, verdict=VerdictKind.NOT_CHECKED, note=note.format(names=names, why=why))
    if not seen:
        return Verdict(checker=CHECKER, verdict=VerdictKind.CLEAN, note=_("没有视频和图片"))
    if any(found.scenes for _name, found in seen):
        return Verdict(
            checker=CHECKER, verdict=VerdictKind.FOUND, note=_("抽样画面中有疑似隐私部位，见患者隐私的检查发现")
        )
    return Verdict(checker=CHECKER, verdict=VerdictKind.CLEAN, note=_("抽样查看画面，没有发现隐私部位"))
