"""What a person fills in to submit or edit an item."""

from collections.abc import Mapping
from typing import Any, Literal, Self, get_args

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from release.content import INTERNAL_TAG
from review.policies import policies
from yiyuan.codes import AiLabel, ContentClass, FactName
from yiyuan.errors import BadInput
from yiyuan.i18n import _

TextField = Literal[
    "summary", "script", "caption", "subtitles", "source", "author_line", "department_line", "disclaimer"
]
TEXT_FIELDS: tuple[str, ...] = get_args(TextField)
#: Characters a text field may hold; a thirty-minute script in Chinese has about 9,000.
TEXT_LIMIT = 20_000


class VariantForm(BaseModel):
    """What one account shall get instead of what is derived from the common texts; empty means derived."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    account_id: int
    title: str = Field("", max_length=120)
    body: str = Field("", max_length=TEXT_LIMIT)
    tags: list[str] = Field(default_factory=list, max_length=20)
    extra: dict[str, str | int] = Field(default_factory=dict)


class ItemForm(BaseModel):
    """A submission. `accounts` says where it shall go; `variants` only holds what differs there.

    facts: what the page shows beside the texts (address, phone, qr, link, price), and what the form declares
    (practice_place, approval_number of an advertisement, internal: for the hospital's own teaching). agreement: name
    and agreement of the colleague who appears, offered when a face is named staff. planned_at: aware; None: once
    approved. surgical: whether key steps of an operation or private parts are shown, "" when nobody said.
    """

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    title: str = Field(min_length=1, max_length=80)
    content_class: policies.ItemClass = ContentClass.KEPU
    policy: str = "short_video"
    texts: dict[TextField, str] = Field(default_factory=dict)
    tags: list[str] = Field(default_factory=list, max_length=10)
    facts: dict[str, str | bool] = Field(default_factory=dict)
    ai_label: AiLabel = AiLabel.NONE
    ai_verified_by: str = Field("", max_length=60)
    planned_at: AwareDatetime | None = None
    accounts: list[int] = Field(default_factory=list, max_length=50)
    variants: list[VariantForm] = Field(default_factory=list, max_length=50)
    agreement: str = Field("", max_length=400)
    surgical: Literal["", "yes", "no"] = ""

    @field_validator("texts")
    @classmethod
    def _not_too_long(cls, texts: dict[TextField, str]) -> dict[TextField, str]:
        for name, text in texts.items():
            if len(text) > TEXT_LIMIT:
                raise ValueError(_("{name} 超过 {limit} 字").format(name=name, limit=TEXT_LIMIT))
        return {name: text.strip() for name, text in texts.items() if text.strip()}

    @field_validator("tags")
    @classmethod
    def _plain_tags(cls, tags: list[str]) -> list[str]:
        return list(dict.fromkeys(tag.strip(" #＃") for tag in tags if tag.strip(" #＃")))

    @model_validator(mode="after")
    def _policy_takes_class(self) -> Self:
        policy = policies.load(self.policy) if self.policy in policies.names() else None
        if policy is None:
            raise ValueError(_("没有名为 {name} 的审核策略").format(name=self.policy))
        if self.content_class not in policy.content_classes:
            raise ValueError(_("该内容类别不适用“{title}”").format(title=policy.title))
        return self

    @property
    def internal(self) -> bool:
        """For teaching inside the hospital only: no post of it is ever planned."""
        return bool(self.facts.get(FactName.INTERNAL)) or INTERNAL_TAG in self.tags

    @model_validator(mode="after")
    def _internal_stays_inside(self) -> Self:
        if self.internal and self.chosen():
            raise ValueError(_("“院内教学”的内容不得对外发布，请取消所选账号或取消该标记"))
        return self

    def chosen(self) -> list[int]:
        """Account ids, each once, those with own texts included."""
        return list(dict.fromkeys([*self.accounts, *(variant.account_id for variant in self.variants)]))


def _said(error: Any) -> str:
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    words = {
        "string_too_short": _("请填写"),
        "missing": _("请填写"),
        "string_too_long": _("太长了，请缩短"),
        "too_long": _("数量太多，请减少"),
        "literal_error": _("请从列表中选择"),
        "enum": _("请从列表中选择"),
        "item_class": _("请从列表中选择"),
        "timezone_aware": _("时间缺少时区"),
        "extra_forbidden": _("不认识的字段"),
    }
    return words.get(error["type"], _("填写有误，请检查"))


def parse(data: Mapping[str, Any]) -> ItemForm:
    """The form from plain values; BadInput names the first field at fault."""
    try:
        return ItemForm.model_validate(dict(data))
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise BadInput(_("{field}：{problem}").format(field=_label(field), problem=_said(first)), field=field) from None


def _label(field: str) -> str:
    labels = {
        "title": _("标题"),
        "content_class": _("内容类别"),
        "policy": _("审核策略"),
        "tags": _("标签"),
        "planned_at": _("计划发布时间"),
        "ai_label": _("AI 标识"),
        "accounts": _("发布账号"),
    }
    return labels.get(field.split(".", maxsplit=1)[0], field or _("表单"))
