"""Recording consents (知情同意书) and their withdrawal."""

from datetime import date

from sqlalchemy.orm import Session

from channels import registry
from channels.delivery import takedown
from privacy.api import Source
from review.items import lookup, originals
from yiyuan import audit, clock
from yiyuan.codes import AuditAction, ConsentUse, ItemState
from yiyuan.errors import BadInput, Conflict, Missing
from yiyuan.i18n import _
from yiyuan.models import Asset, Consent, Item, Staff
from yiyuan.staff.permissions import Action
from yiyuan.storage import media

#: In the list of platforms: all of them.
EVERY_PLATFORM = "*"
LONGEST_NAME = 400
#: A consent belongs to what is signed, so it is recorded before the revision freezes.
BEFORE_FREEZE = (ItemState.DRAFT, ItemState.INTAKE_FAILED, ItemState.NAMING, ItemState.RETURNED)


def _check_fields(subject: str, guardian: str, uses: list[str], channels: list[str], *, minor: bool) -> None:
    """BadInput with the field at fault."""
    if not subject.strip() or not uses or not channels:
        raise BadInput(_("请填写患者代号、用途和平台"), field="subject")
    if any(ConsentUse.known(use) is None for use in uses):
        raise BadInput(_("用途请从列表中选择"), field="uses")
    if any(platform != EVERY_PLATFORM and platform not in registry.platforms() for platform in channels):
        raise BadInput(_("平台请从列表中选择"), field="channels")
    if minor and not guardian.strip():
        raise BadInput(_("患者是未成年人，请填写签字的监护人及其与患者的关系"), field="guardian")
    for field, value in (("subject", subject), ("guardian", guardian)):
        if len(value.strip()) > LONGEST_NAME:
            raise BadInput(_("最多 {n} 字").format(n=LONGEST_NAME), field=field)


def record(
    s: Session,
    staff: Staff,
    item: Item,
    *,
    subject: str,
    uses: list[str],
    channels: list[str],
    from_day: date,
    to_day: date | None = None,
    minor: bool = False,
    guardian: str = "",
    scan: Asset | None = None,
    note: str = "",
) -> Consent:
    """Record a patient's written consent under a label such as 患者A."""
    lookup.require_state(item, BEFORE_FREEZE, _("登记知情同意"))
    originals.require_editor(item, staff, _("登记知情同意"))
    _check_fields(subject, guardian, uses, channels, minor=minor)
    if to_day is not None and to_day < from_day:
        raise BadInput(_("知情同意的截止日早于起始日"), field="to_day")
    consent = Consent(
        item_id=item.id,
        subject=subject.strip(),
        uses=uses,
        channels=channels,
        from_day=from_day,
        to_day=to_day,
        minor=minor,
        guardian=guardian.strip(),
        scan_id=scan.id if scan else None,
        note=note,
        recorded_by=staff.id,
        recorded_at=clock.now(),
    )
    s.add(consent)
    s.flush()
    audit.append(s, staff, AuditAction.CONSENT_RECORD, f"item:{item.id}", {"consent": consent.id, "channels": channels})
    return consent


def attach_scan(s: Session, staff: Staff, consent_id: int, scan: Asset) -> Consent:
    """Add the sealed scan of the signed paper to a consent that has none yet; before the revision freezes."""
    consent = s.get(Consent, consent_id)
    if consent is None:
        raise Missing(_("知情同意书不存在"))
    item = lookup.locked(s, consent.item_id)
    lookup.require_state(item, BEFORE_FREEZE, _("补传扫描件"))
    originals.require_editor(item, staff, _("登记知情同意"))
    if consent.scan_id is not None:
        raise Conflict(_("这份知情同意书已有扫描件"))
    scan.item_id = item.id
    s.add(scan)
    s.flush()
    consent.scan_id = scan.id
    audit.append(s, staff, AuditAction.CONSENT_SCAN, f"item:{item.id}", {"consent": consent.id, "sha256": scan.sha256})
    return consent


def open_scan(s: Session, staff: Staff, consent_id: int, reason: str) -> Source:
    """The signed paper, for a person: the author and the roles that may open originals, with a reason, on record.

    Missing without a scan; Refused for others, which the caller puts on record (`originals.note_refusal`).
    """
    consent = s.get(Consent, consent_id)
    scan = s.get(Asset, consent.scan_id) if consent and consent.scan_id else None
    if scan is None:
        raise Missing(_("这份知情同意书没有扫描件"))
    originals.require_reason(reason)
    media.open_original(s, scan.id, staff, reason).close()
    return Source.of_asset(scan)


def withdraw(s: Session, staff: Staff, consent_id: int, reason: str) -> Consent:
    """The patient takes the consent back: no post of the item goes out any more, and those that are out come down."""
    consent = s.get(Consent, consent_id)
    if consent is None:
        raise Missing(_("知情同意书不存在"))
    item = lookup.item(s, consent.item_id)
    originals.require_editor(item, staff, _("登记撤回"), also=Action.withdraw_any_consent)
    if consent.withdrawn_at is not None:
        raise Conflict(_("该知情同意已登记撤回"))
    consent.withdrawn_at, consent.withdrawn_by = clock.now(), staff.id
    audit.append(s, staff, AuditAction.CONSENT_WITHDRAW, f"item:{item.id}", {"consent": consent.id}, note=reason[:400])
    takedown.withdraw_item(s, None, item.id, _("{subject}撤回知情同意").format(subject=consent.subject))
    return consent
