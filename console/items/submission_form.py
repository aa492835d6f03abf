"""The submission form as fields: from what a person typed to the domain's form, and back."""

from console.web.forms import Form
from review.items.form import TEXT_FIELDS, ItemForm, parse
from yiyuan import clock
from yiyuan.codes import AiLabel, ContentClass, FactName
from yiyuan.errors import BadInput

#: Page facts that are typed in, and those that are ticked.
FACTS = (FactName.ADDRESS, FactName.PHONE, FactName.LINK, FactName.PRICE, FactName.APPROVAL_NUMBER)
TICKED = (FactName.QR, FactName.INTERNAL)


def split_tags(text: str) -> list[str]:
    """Tags parted by spaces, commas or #."""
    for mark in "，,、#＃\n\t":
        text = text.replace(mark, " ")
    return text.split()


def item_form(form: Form) -> ItemForm:
    """The domain's form; BadInput names the field at fault."""
    facts: dict[str, str | bool] = {name: form.text(f"fact-{name}") for name in FACTS if form.text(f"fact-{name}")}
    facts |= {name: True for name in TICKED if form.checked(f"fact-{name}")}
    if form.has("fact-practice_place"):
        facts[FactName.PRACTICE_PLACE] = form.text("fact-practice_place")  # left empty it is missing, not assumed
    found = []
    for account_id in form.all("accounts"):
        own = {"title": form.text(f"v{account_id}-title"), "body": form.text(f"v{account_id}-body")}
        tags = split_tags(form.text(f"v{account_id}-tags"))
        if any(own.values()) or tags:
            found.append({"account_id": account_id, "tags": tags, **own})
    return parse(
        {
            "title": form.text("title"),
            "content_class": form.text("content_class", ContentClass.KEPU),
            "policy": form.text("policy", "short_video"),
            "texts": {name: form.text(name) for name in TEXT_FIELDS},
            "tags": split_tags(form.text("tags")),
            "facts": facts,
            "ai_label": form.text("ai_label", AiLabel.NONE),
            "ai_verified_by": form.text("ai_verified_by"),
            "planned_at": form.moment("planned_at"),
            "accounts": form.all("accounts"),
            "variants": found,
            "agreement": form.text("agreement"),
            "surgical": form.text("surgical"),
        }
    )


def fields_of(filled: ItemForm) -> Form:
    """The form as fields, to be edited again."""
    form = Form([(name, filled.texts.get(name, "")) for name in TEXT_FIELDS])  # type: ignore[call-overload]
    for name in ("title", "content_class", "policy", "ai_label", "ai_verified_by", "agreement", "surgical"):
        form.add(name, getattr(filled, name))
    form.add("tags", " ".join(filled.tags))
    if filled.planned_at:
        form.add("planned_at", clock.local(filled.planned_at).strftime("%Y-%m-%dT%H:%M"))
    for name, value in filled.facts.items():
        form.add(f"fact-{name}", "1" if value is True else str(value))
    for account_id in filled.chosen():
        form.add("accounts", str(account_id))
    for variant in filled.variants:
        for name in ("title", "body"):
            form.add(f"v{variant.account_id}-{name}", getattr(variant, name))
        form.add(f"v{variant.account_id}-tags", " ".join(variant.tags))
    return form


def fault_of(error: BadInput) -> dict[str, str]:
    """The message under the field it names; under "form" when the page shows no such field."""
    field = error.field.split(".", maxsplit=1)
    name = field[1] if field[0] == "texts" and len(field) > 1 else field[0]
    return {name or "form": error.message}
