"""Consent: every patient who can be seen or read of agreed to these platforms and this day, in writing."""

from collections.abc import Iterator

from compliance.rulepack.schema import Pack
from compliance.types import ConsentFact, Found, Package
from yiyuan.codes import CheckerName, ConsentUse, FactName
from yiyuan.i18n import _

CHECKER = CheckerName.CONSENT
#: Tag or page fact of material for teaching inside the hospital; it never leaves.
INTERNAL = "院内教学"


def check(package: Package) -> list[Found] | str:
    """Findings on consents, or why consent could not be judged."""
    from compliance.advertising.active_pack import pack  # the pack proves its examples when it is loaded

    found = list(judge(package, pack()))
    if not found and package.has_video and package.tracks is None:
        return _("视频还没有做人脸检测，无法核对知情同意")
    return found


def judge(package: Package, pack: Pack) -> Iterator[Found]:
    """The same with a given pack; pure."""
    yield from _internal(package, pack)
    yield from _faces(package, pack)
    for consent in package.consents:
        for rule, reason in _faults(consent, package):
            yield _found(pack, rule, reason, "consents")


def _found(pack: Pack, rule_id: str, title: str, field: str) -> Found:
    rule = pack.rule(rule_id)
    return Found(
        CHECKER, rule_id, rule.severity, title, field,
        basis=rule.basis_text(), basis_status=rule.basis_status, suggestion=_(rule.suggestion),
    )  # fmt: skip


def _internal(package: Package, pack: Pack) -> Iterator[Found]:
    marked = INTERNAL in package.tags or bool(package.facts.get(FactName.INTERNAL))
    if marked and package.platforms:
        yield _found(pack, "PV02", _("标记为“院内教学”的内容不得发布到对外平台"), "tags")


def _faces(package: Package, pack: Pack) -> Iterator[Found]:
    tracks = package.tracks
    if tracks is None:
        return
    bare = tracks.shown - tracks.shown_with_consent
    if bare > 0:
        yield _found(pack, "PV02", _("有 {n} 段患者面部未遮盖，也没有关联知情同意书").format(n=bare), "video")


def _faults(consent: ConsentFact, package: Package) -> Iterator[tuple[str, str]]:
    who = consent.subject
    if consent.withdrawn:
        yield "PV02", _("{who}已撤回知情同意").format(who=who)
        return
    wanted = ConsentUse.TEACHING if package.facts.get(FactName.INTERNAL) else ConsentUse.PUBLISH
    if wanted not in consent.uses and wanted == ConsentUse.TEACHING:
        yield "PV02", _("{who}的知情同意不含院内教学").format(who=who)
    elif wanted not in consent.uses:
        yield "PV02", _("{who}的知情同意不含公开发布").format(who=who)
    for platform in package.platforms:
        if "*" not in consent.channels and platform not in consent.channels:
            yield "PV02", _("{who}的知情同意不含平台 {platform}").format(who=who, platform=platform)
    if not _covers_day(consent, package):
        yield "PV02", _("{who}的知情同意在计划发布日不在有效期内").format(who=who)
    if consent.minor and not consent.guardian.strip():
        yield "PV03", _("{who}是未成年人，没有监护人签字").format(who=who)
    if not consent.has_scan:
        yield "PV02", _("{who}的知情同意书没有上传扫描件").format(who=who)


def _covers_day(consent: ConsentFact, package: Package) -> bool:
    day = package.planned_day
    if day is None:
        return True
    return (consent.from_day is None or day >= consent.from_day) and (consent.to_day is None or day <= consent.to_day)
