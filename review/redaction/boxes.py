"""Boxes that people draw over what the machine did not find, and their removal, with who did it."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from review.items import lookup
from review.redaction import decisions as redaction_decisions
from review.redaction import faces as face_naming
from yiyuan import audit, clock
from yiyuan.codes import AssetKind, AssetRole, AuditAction
from yiyuan.errors import BadInput, Conflict, Missing
from yiyuan.i18n import _
from yiyuan.models import Asset, MaskBox, Revision, Staff

LEAST = 4  # pixels of a side: a slip of the finger is no box
MOST = 200  # boxes of one revision; more is a film that should not be published


@dataclass(frozen=True)
class DrawnBox:
    """A box in pixels of the picture as it is shown, from and to in seconds (pages of a PDF count from 0)."""

    x: int
    y: int
    w: int
    h: int
    first_seconds: float
    last_seconds: float
    note: str = ""


def draw(s: Session, author: Staff, item_id: int, drawn: DrawnBox, *, asset_id: int | None = None) -> MaskBox:
    """Cover a box over a time span. BadInput when it lies outside the picture or the film; parts outside are cut off.

    asset_id: the original, the video when not given.
    """
    item = lookup.locked(s, item_id)
    revision = lookup.revision(s, item)
    face_naming.require_naming(item, revision, author)
    original = _original(s, revision, asset_id)
    x, y, w, h = _inside(original, drawn)
    first, last = _span(original, drawn)
    if len(redaction_decisions.standing(s, revision)) >= MOST:
        raise BadInput(_("画框超过 {most} 个：请剪掉这段画面，或更换素材").format(most=MOST), field="box")
    mask = MaskBox(
        revision_id=revision.id,
        asset_id=original.id,
        x=x,
        y=y,
        w=w,
        h=h,
        first_seconds=first,
        last_seconds=last,
        note=drawn.note.strip()[:100],
        drawn_by=author.id,
        drawn_at=clock.now(),
    )
    s.add(mask)
    s.flush()
    lookup.edited_by(revision, author)
    detail = {"mask": mask.id, "box": [x, y, w, h], "seconds": [first, last]}
    audit.append(s, author, AuditAction.MASK_DRAW, f"item:{item.id}", detail)
    return mask


def remove(s: Session, author: Staff, mask_id: int) -> MaskBox:
    """Take a drawn box away; its row stays with who did it."""
    mask = s.get(MaskBox, mask_id)
    if mask is None:
        raise Missing(_("没有这个画框"))
    revision = s.get_one(Revision, mask.revision_id)
    item = lookup.locked(s, revision.item_id)
    face_naming.require_naming(item, revision, author)
    if mask.removed_at is not None:
        raise Conflict(_("这个画框已经删除"))
    mask.removed_by, mask.removed_at = author.id, clock.now()
    lookup.edited_by(revision, author)
    audit.append(s, author, AuditAction.MASK_REMOVE, f"item:{item.id}", {"mask": mask.id})
    return mask


def _original(s: Session, revision: Revision, asset_id: int | None) -> Asset:
    asset = lookup.video(s, revision) if asset_id is None else s.get(Asset, asset_id)
    fits = (
        asset is not None and asset.kind == AssetKind.ORIGINAL and asset.role in (AssetRole.VIDEO, AssetRole.ATTACHMENT)
    )
    if asset is None or not fits or asset.revision_id != revision.id or asset.erased_at is not None:
        raise Missing(_("没有可以画框的视频或图片"))
    return asset


def _inside(original: Asset, drawn: DrawnBox) -> tuple[int, int, int, int]:
    width, height = original.width or 0, original.height or 0
    left, top = max(0, drawn.x), max(0, drawn.y)
    right, bottom = min(width, drawn.x + drawn.w), min(height, drawn.y + drawn.h)
    if right - left < LEAST or bottom - top < LEAST:
        message = _("画框太小或在画面之外：请在画面上拖出要遮盖的区域（边长至少 {least} 像素）")
        raise BadInput(message.format(least=LEAST), field="box")
    return left, top, right - left, bottom - top


def _span(original: Asset, drawn: DrawnBox) -> tuple[float, float]:
    end = original.seconds or 0.0
    first, last = max(0.0, drawn.first_seconds), min(drawn.last_seconds, end)
    if not first <= last:
        message = _("起止时间不对：请填 0 到 {end} 秒之间的起止时间，起点不晚于终点")
        raise BadInput(message.format(end=round(end, 2)), field="first")
    return round(first, 3), round(last, 3)
