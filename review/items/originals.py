"""The texts as the author wrote them: sealed as they arrive, opened again only to redact them or for their editors."""

from sqlalchemy.orm import Session

from privacy.api import redact
from review.items import lookup
from review.items.form import ItemForm
from yiyuan import audit
from yiyuan.codes import AssetKind, AssetRole, AuditAction
from yiyuan.errors import BadInput, Missing, Refused
from yiyuan.i18n import _
from yiyuan.models import Item, Revision, Staff
from yiyuan.settings import settings
from yiyuan.staff.permissions import Action, may, roles_in_words
from yiyuan.storage import media

ROLE = AssetRole.TEXTS
REASON_LEAST = 4


def seal(s: Session, revision: Revision, form: ItemForm) -> None:
    """Keep a form with a revision; the newest one counts."""
    body = form.model_dump_json().encode()
    media.store_sealed(
        s,
        body,
        role=ROLE,
        item_id=revision.item_id,
        revision_id=revision.id,
        filename="texts.json",
        media_type="application/json",
    )


def opened(s: Session, revision: Revision) -> ItemForm:
    """The form of a revision, for the machine."""
    asset = lookup.asset(s, revision, ROLE, AssetKind.ORIGINAL)
    if asset is None:
        raise Missing(_("该版本没有原始文本"))
    with media.open_asset(asset) as stream:
        return ItemForm.model_validate_json(stream.read())


def before(s: Session, item: Item, revision: Revision) -> ItemForm | None:
    """The form that the revision's choices were made on: its own, or that of the revision it was copied from."""
    if lookup.asset(s, revision, ROLE, AssetKind.ORIGINAL) is not None:
        return opened(s, revision)
    return opened(s, lookup.revision(s, item, revision.number - 1)) if revision.number > 1 else None


def fields(form: ItemForm, subtitles: str = "") -> dict[str, str]:
    """The common texts of a form by field; an uploaded subtitle file stands in for subtitles that were not typed."""
    given = {"title": form.title, "subtitles": subtitles} | {str(name): text for name, text in form.texts.items()}
    return {name: text for name, text in given.items() if text}


def parts(form: ItemForm) -> dict[str, str]:
    """Every text of a form under the name that choices on its identifiers use (IdentifierChoice.field)."""
    found = fields(form) | {f"tags.{number}": tag for number, tag in enumerate(form.tags)}
    for own in form.variants:
        prefix = f"variant.{own.account_id}"
        found |= {f"{prefix}.title": own.title, f"{prefix}.body": own.body}
        found |= {f"{prefix}.tags.{number}": tag for number, tag in enumerate(own.tags)}
    return found


def may_edit(item: Item, staff: Staff) -> bool:
    """The author, a doctor of the same department, and publicity or operations who care for captions."""
    near = may(staff, Action.edit_department_item) and staff.department == item.department
    return staff.active and (staff.id == item.author_id or near or may(staff, Action.edit_any_item))


def require_editor(item: Item, staff: Staff, act: str, *, also: Action | None = None) -> None:
    """Refused, naming who may, unless the person may edit the item or do `also`; `act`: what is wanted, Chinese."""
    if may_edit(item, staff) or (also is not None and may(staff, also)):
        return
    near = roles_in_words(Action.edit_department_item)
    others = "、".join(roles_in_words(action) for action in (Action.edit_any_item, also) if action)
    raise Refused(_("只有作者、同科室{near}、{others}可以{act}").format(near=near, others=others, act=act))


def may_open(item: Item, staff: Staff) -> bool:
    """Whoever `media.open_original` lets in."""
    return staff.active and (staff.id == item.author_id or may(staff, Action.open_any_original))


def may_see_faces(item: Item, staff: Staff) -> bool:
    """Crops of faces are for the author and for publicity only; whoever else edits names them by the masked film."""
    return staff.active and (staff.id == item.author_id or may(staff, Action.see_any_face))


def for_editor(s: Session, item: Item, staff: Staff) -> ItemForm:
    """The form as it was filled in, for a person who may edit the item; Refused for anybody else."""
    require_editor(item, staff, _("编辑稿件"))
    return opened(s, lookup.revision(s, item))


def for_editing(s: Session, item: Item, staff: Staff) -> ItemForm:
    """`for_editor`, for a person who opens the form: what the texts really say is seen, so it stays on record."""
    form = for_editor(s, item, staff)
    asset = lookup.asset(s, lookup.revision(s, item), ROLE, AssetKind.ORIGINAL)
    assert asset is not None, "opened just now"
    audit.append(s, staff, AuditAction.ORIGINAL_OPEN, f"asset:{asset.id}", {"item": item.id}, note=_("编辑稿件"))
    return form


def reveal(s: Session, item: Item, staff: Staff, reason: str) -> ItemForm:
    """The texts as they were written, for a person: only the author and the roles that may open originals, with a

    reason, and never without an audit entry. Refused for others; the caller puts that on record (`note_refusal`).
    """
    require_reason(reason)
    asset = lookup.asset(s, lookup.revision(s, item), ROLE, AssetKind.ORIGINAL)
    if asset is None:
        raise Missing(_("该版本没有原始文本"))
    with media.open_original(s, asset.id, staff, reason) as stream:
        return ItemForm.model_validate_json(stream.read())


def require_reason(reason: str) -> None:
    """BadInput when the reason says nothing."""
    if len(reason.strip()) < REASON_LEAST:
        raise BadInput(_("请写明查看原件的理由（至少 {least} 个字）").format(least=REASON_LEAST), field="reason")


def note_refusal(s: Session, item: Item, staff: Staff) -> None:
    """Somebody without the role wanted to read the texts as they were written."""
    audit.append(s, staff, AuditAction.ORIGINAL_REFUSED, f"item:{item.id}")


def shown_title(form: ItemForm, author: Staff) -> str:
    """The title without identifiers: lists and notices show it before the intake has run."""
    return redact(form.title, allow=[author.name, author.department, *hospital_names()]).text


def hospital_names() -> list[str]:
    """What the hospital is called; never an identifier of a patient."""
    return [settings().hospital, *settings().hospital_aliases]
