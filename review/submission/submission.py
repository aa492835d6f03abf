"""Items and their revisions from the first draft to the freeze. The gate takes over from there."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from notifications import notices
from review.approval.acceptance import accept_redactions, recheck
from review.items import lookup, moves, originals
from review.items.form import ItemForm, parse
from review.items.moves import start_intake
from review.redaction.faces import name_track
from review.redaction.identifiers import forget_changed
from review.submission.attachments import OPEN, attach, attach_video
from review.submission.revision_copy import copy_revision
from yiyuan import audit, clock
from yiyuan.codes import UNDECIDED, AuditAction, ItemState, NoticeKind
from yiyuan.errors import BadInput, Refused
from yiyuan.i18n import _
from yiyuan.models import Account, Item, ReviewLevel, Revision, Staff, Variant
from yiyuan.staff.permissions import Action, may, require, roles_in_words

__all__ = [
    "ItemForm", "accept_redactions", "attach", "attach_video", "create", "edit", "form_of", "name_track",
    "new_revision", "parse", "recheck", "reschedule", "submit", "withdraw",
]  # fmt: skip


form_of = originals.for_editor


def create(s: Session, author: Staff, form: ItemForm) -> Item:
    """A new draft with its first revision; the texts are sealed, only the redacted title is shown."""
    require(author, Action.write_item)
    moment = clock.now()
    item = Item(
        title=originals.shown_title(form, author),
        author_id=author.id,
        department=author.department,
        content_class=form.content_class,
        policy=form.policy,
        planned_at=form.planned_at,
        created_at=moment,
        updated_at=moment,
    )
    s.add(item)
    s.flush()
    revision = Revision(item_id=item.id, number=1, editors=[author.id], created_at=moment)
    s.add(revision)
    s.flush()
    _fill(s, item, revision, form)
    audit.append(s, author, AuditAction.ITEM_CREATE, f"item:{item.id}", {"revision": revision.id})
    return item


def _fill(s: Session, item: Item, revision: Revision, form: ItemForm) -> None:
    author = lookup.person(s, item.author_id)
    item.title, item.content_class, item.policy = originals.shown_title(form, author), form.content_class, form.policy
    item.planned_at = form.planned_at
    revision.facts, revision.ai_label, revision.ai_verified_by = dict(form.facts), form.ai_label, form.ai_verified_by
    revision.declared = {"surgical": form.surgical} if form.surgical else {}
    # Redacted texts of an earlier form would stand beside the new original.
    revision.texts, revision.tags = {}, []
    forget_changed(s, revision, originals.before(s, item, revision), form)
    originals.seal(s, revision, form)
    # One empty variant per chosen account; the intake writes them.
    s.execute(delete(Variant).where(Variant.revision_id == revision.id))
    for account_id in form.chosen():
        account = s.get(Account, account_id)
        if account is None or not account.active:
            raise BadInput(_("所选发布账号不存在或已停用"), field="accounts")
        s.add(Variant(revision_id=revision.id, account_id=account.id, platform=account.platform, title="", body=""))
    s.flush()


def edit(s: Session, editor: Staff, item_id: int, version: int, form: ItemForm) -> Revision:
    """Change an item: in place while it is a draft, as a new revision once people have seen it."""
    item = lookup.locked(s, item_id, version)
    if item.state not in OPEN:
        return new_revision(s, editor, item_id, version, form)
    originals.require_editor(item, editor, _("编辑稿件"))
    revision = lookup.revision(s, item)
    lookup.require_unfrozen(revision)
    lookup.edited_by(revision, editor)
    _fill(s, item, revision, form)
    moves.moved(item, ItemState.DRAFT)
    audit.append(s, editor, AuditAction.ITEM_EDIT, f"item:{item.id}", {"revision": revision.id})
    return revision


def new_revision(s: Session, editor: Staff, item_id: int, version: int, form: ItemForm | None = None) -> Revision:
    """A copy of the current revision under the next number, open for changes; the old one stays as it was signed.

    From `returned` or `naming`. Nothing that was signed, ticked or answered is carried over.
    """
    item = lookup.locked(s, item_id, version)
    originals.require_editor(item, editor, _("编辑稿件"))
    lookup.require_state(item, (ItemState.RETURNED, ItemState.NAMING), _("修改"))
    old = lookup.revision(s, item)
    new = copy_revision(s, item, old, editor)
    item.revision_number, item.level = new.number, 0
    _fill(s, item, new, form or originals.opened(s, old))
    moves.moved(item, ItemState.DRAFT)
    audit.append(s, editor, AuditAction.REVISION_NEW, f"item:{item.id}", {"revision": new.id, "number": new.number})
    return new


def submit(s: Session, author: Staff, item_id: int, version: int) -> Revision:
    """Hand a draft to the intake. From `returned` an unchanged copy is submitted: a return asks everything again."""
    item = lookup.locked(s, item_id, version)
    originals.require_editor(item, author, _("编辑稿件"))
    lookup.require_state(item, (ItemState.DRAFT, ItemState.RETURNED, ItemState.INTAKE_FAILED), _("提交"))
    revision = (
        new_revision(s, author, item_id, version) if item.state == ItemState.RETURNED else lookup.revision(s, item)
    )
    lookup.require_unfrozen(revision)
    form = originals.opened(s, revision)
    words = any(form.texts.get(field) for field in ("summary", "script", "caption"))
    if not words and lookup.video(s, revision) is None:
        raise BadInput(_("请上传视频，或填写摘要、正文、配文中的至少一项"), field="file")
    if not form.chosen() and not form.internal:
        raise BadInput(_("请选择至少一个发布账号"), field="accounts")
    revision.accepted_by = revision.accepted_at = None
    start_intake(s, item, revision)
    audit.append(s, author, AuditAction.ITEM_SUBMIT, f"item:{item.id}", {"revision": revision.id})
    return revision


def withdraw(s: Session, author: Staff, item_id: int, version: int, reason: str) -> Item:
    """The author or publicity takes an item back before it is approved; nothing of it can go out."""
    item = lookup.locked(s, item_id, version)
    if author.id != item.author_id and not may(author, Action.withdraw_any_item):
        roles = roles_in_words(Action.withdraw_any_item)
        raise Refused(_("只有作者和{roles}可以撤回稿件").format(roles=roles))
    if not reason.strip():
        raise BadInput(_("请填写撤回理由"), field="reason")
    lookup.require_state(item, UNDECIDED, _("撤回"))
    revisions = select(Revision.id).where(Revision.item_id == item.id)
    for stage in s.scalars(
        select(ReviewLevel).where(ReviewLevel.closed_at.is_(None), ReviewLevel.revision_id.in_(revisions))
    ):
        stage.closed_at = clock.now()
    item.level = 0
    moves.moved(item, ItemState.WITHDRAWN)
    audit.append(s, author, AuditAction.ITEM_WITHDRAW, f"item:{item.id}", note=reason[:400])
    if author.id != item.author_id:
        title = _("稿件《{title}》已被撤回").format(title=item.title[:60])
        link, key = f"/items/{item.id}", f"item:{item.id}:withdrawn"
        notices.post(s, key=key, kind=NoticeKind.RETURNED, title=title, body=reason, link=link, staff_id=item.author_id)
    return item


def reschedule(s: Session, staff: Staff, item_id: int, planned_at: datetime | None) -> Item:
    """Move the wished time of publication before approval. It is not part of what is signed: no signature is lost."""
    item = lookup.locked(s, item_id)
    if staff.id != item.author_id and not may(staff, Action.reschedule_any_item):
        roles = roles_in_words(Action.reschedule_any_item)
        raise Refused(_("只有作者和{roles}可以调整计划发布时间").format(roles=roles))
    lookup.require_state(item, UNDECIDED, _("调整计划发布时间"))
    if planned_at is not None and planned_at.tzinfo is None:
        raise BadInput(_("时间缺少时区"), field="planned_at")
    item.planned_at, item.updated_at = planned_at, clock.now()
    detail = {"planned_at": planned_at.isoformat() if planned_at else ""}
    audit.append(s, staff, AuditAction.ITEM_RESCHEDULE, f"item:{item.id}", detail)
    return item
