"""What becomes of a single identifier: labelled (患者A), removed, or kept because a person says it is no patient's."""

from dataclasses import dataclass

from sqlalchemy import delete
from sqlalchemy.orm import Session

from privacy.api import bare, kind_name
from release.identifier_place import TEXT, IdentifierPlace
from review.items import lookup, originals
from review.items.form import ItemForm
from review.redaction import decisions as redaction_decisions
from review.redaction import faces as face_naming
from review.redaction import findings as redaction_findings
from review.redaction import text as text_redaction
from yiyuan import audit, clock
from yiyuan.codes import AuditAction, IdentifierDecision, IntakeStage
from yiyuan.errors import BadInput, Conflict, Missing, Refused
from yiyuan.i18n import _
from yiyuan.models import Finding, IdentifierChoice, Item, Revision, Staff

REASON_LEAST = 4
#: Numbers that prove themselves (check digit, label): nobody can say that they name no patient.
PROVEN = frozenset({"resident_id", "insurance", "record_number", "bank_card", "passport"})


@dataclass(frozen=True)
class ChoiceRequest:
    """alike: the same for every identifier of the texts with the same words."""

    place: IdentifierPlace
    choice: IdentifierDecision
    reason: str = ""
    alike: bool = False


def choose(s: Session, author: Staff, item_id: int, wish: ChoiceRequest) -> list[IdentifierChoice]:
    """Record a choice on an identifier of a text; the next intake run carries it out."""
    item, revision = _open(s, author, item_id)
    _require_sound(wish)
    hits = text_redaction.redact_form(s, item, revision).hits
    wanted = next((hit for hit in hits if hit.place == wish.place), None)
    if wanted is None:
        raise Missing(_("文字中没有这处标记，请刷新页面"))
    if not wish.alike:
        hits = [wanted]
    chosen = [hit for hit in hits if (hit.hit.kind, bare(hit.value)) == (wanted.hit.kind, bare(wanted.value))]
    for hit in chosen:
        _require_may_keep(wish, hit.hit.kind, hit.hit.doubt)
    return [_write(s, author, item, revision, hit.place, wish) for hit in chosen]


def choose_screen(
    s: Session, author: Staff, finding: Finding, choice: IdentifierDecision, reason: str = ""
) -> IdentifierChoice:
    """The same for the identifier on screen that a finding stands for; it is covered (label) or kept.

    Conflict when the finding belongs to an earlier revision or does not say which identifier it stands for.
    """
    revision = s.get_one(Revision, finding.revision_id)
    item, current = _open(s, author, revision.item_id)
    place = redaction_findings.place_of(finding)
    if current.id != revision.id or place is None:
        raise Conflict(_("这条检查结果与当前版本的识别结果对不上，请重新检查后再选择"))
    wish = ChoiceRequest(place, choice, reason)
    _require_sound(wish)
    if wish.choice == IdentifierDecision.REMOVE:
        raise BadInput(_("画面上的信息只能遮盖或保留"), field="choice")
    _require_may_keep(wish, finding.rule.removeprefix("screen."), "")
    row = _write(s, author, item, revision, place, wish)
    redaction_findings.on_screen(finding, row)
    return row


def _open(s: Session, author: Staff, item_id: int) -> tuple[Item, Revision]:
    item = lookup.locked(s, item_id)
    revision = lookup.revision(s, item)
    face_naming.require_naming(item, revision, author)
    return item, revision


def _require_sound(wish: ChoiceRequest) -> None:
    if wish.choice == IdentifierDecision.KEEP and len(wish.reason.strip()) < REASON_LEAST:
        raise BadInput(_("保留须写明为什么不是患者信息"), field="reason")


def _require_may_keep(wish: ChoiceRequest, kind: str, doubt: str) -> None:
    if wish.choice == IdentifierDecision.KEEP and kind in PROVEN and not doubt:
        message = _("{kind}经校验属实，不能保留；如确需公开请改写原文")
        raise Refused(message.format(kind=kind_name(kind)))


def _write(
    s: Session, author: Staff, item: Item, revision: Revision, place: IdentifierPlace, wish: ChoiceRequest
) -> IdentifierChoice:
    row = redaction_decisions.choices(s, revision).get(place) or IdentifierChoice(
        revision_id=revision.id, **place.columns()
    )
    row.choice, row.reason = wish.choice, wish.reason.strip()[:400] if wish.choice == IdentifierDecision.KEEP else ""
    row.chosen_by, row.chosen_at = author.id, clock.now()
    s.add(row)
    s.flush()
    revision.stage = IntakeStage.CHANGED
    lookup.edited_by(revision, author)
    detail = {"place": place.key, "choice": wish.choice}
    audit.append(s, author, AuditAction.HIT_CHOOSE, f"item:{item.id}", detail, note=row.reason)
    return row


def forget_changed(s: Session, revision: Revision, before: ItemForm | None, after: ItemForm) -> None:
    """Drop the choices on texts that were edited: their offsets name something else now."""
    old, new = (originals.parts(form) if form else {} for form in (before, after))
    changed = {part for part in old | new if old.get(part) != new.get(part)}
    on_texts = (
        IdentifierChoice.revision_id == revision.id,
        IdentifierChoice.place_kind == TEXT,
        IdentifierChoice.field.in_(changed),
    )
    s.execute(delete(IdentifierChoice).where(*on_texts))
