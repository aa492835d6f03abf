"""Finding and locking the rows that review works on."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from yiyuan.codes import AssetKind, AssetRole, ItemState
from yiyuan.errors import Conflict, Missing, Refused
from yiyuan.i18n import _
from yiyuan.models import Asset, Item, Revision, Staff


def item(s: Session, item_id: int) -> Item:
    """The item; Missing when there is none or it was deleted."""
    found = s.get(Item, item_id)
    if found is None or found.deleted_at is not None:
        raise Missing(_("稿件不存在"))
    return found


def locked(s: Session, item_id: int, version: int | None = None) -> Item:
    """The item, locked until the transaction ends; Conflict when it has moved on since `version`."""
    found = s.get(Item, item_id, with_for_update=True, populate_existing=True)
    if found is None or found.deleted_at is not None:
        raise Missing(_("稿件不存在"))
    if version is not None and found.version != version:
        raise Conflict(_("稿件已被他人更新，请刷新后再操作"), field="version")
    return found


def require_state(found: Item, states: Sequence[ItemState], what: str) -> None:
    """Conflict when the item is in none of the states; `what` is the Chinese verb."""
    if found.state not in states:
        raise Conflict(_("稿件当前状态不能{what}，请刷新后再看").format(what=what), field="state")


def revision(s: Session, found: Item, number: int | None = None) -> Revision:
    """The current revision of an item, or an earlier one."""
    wanted = found.revision_number if number is None else number
    row = s.scalar(select(Revision).where(Revision.item_id == found.id, Revision.number == wanted))
    if row is None:
        raise Missing(_("版本不存在"))
    return row


def require_unfrozen(row: Revision) -> None:
    """Refused when people may have signed the revision: an edit makes a new one."""
    if row.digest is not None:
        raise Refused(_("该版本已冻结，请新建版本后修改"))


def asset(s: Session, row: Revision, role: AssetRole, kind: AssetKind) -> Asset | None:
    """The newest asset of a revision with this role that was not erased."""
    query = select(Asset).where(Asset.revision_id == row.id, Asset.role == role, Asset.kind == kind)
    return s.scalar(query.where(Asset.erased_at.is_(None)).order_by(Asset.id.desc()).limit(1))


def video(s: Session, row: Revision) -> Asset | None:
    """The sealed original video of a revision."""
    return asset(s, row, AssetRole.VIDEO, AssetKind.ORIGINAL)


def person(s: Session, staff_id: int) -> Staff:
    """A member of staff by id."""
    found = s.get(Staff, staff_id)
    if found is None:
        raise Missing(_("人员不存在"))
    return found


def edited_by(row: Revision, staff: Staff) -> None:
    """Count a person among the editors of a revision, as the last one: who signs level 1 and nothing after it."""
    row.editors = [*(i for i in row.editors if i != staff.id), staff.id]
