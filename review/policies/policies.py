"""Review policies as data: who signs at which level, until when, and what happens when nobody does.

A policy is a YAML file in `review/policies`, or in `policies/` of the data folder; a mistake in it is refused with file
and line, so that a level never vanishes silently.
"""

from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from compliance.rulepack.errors import PackError
from compliance.rulepack.located_yaml import Placed
from yiyuan.codes import ITEM_CLASSES, ContentClass
from yiyuan.config_files.error_messages import sentence
from yiyuan.config_files.library import yaml_files
from yiyuan.errors import BadInput, Missing
from yiyuan.i18n import _
from yiyuan.staff.roles import Role

FOLDER = Path(__file__).parent
#: In the data folder.
OWN_FOLDER = "policies"


def _of_item(value: ContentClass) -> ContentClass:
    if value not in ITEM_CLASSES:
        message = _("{value} 不是稿件的内容类别").format(value=value.value)
        raise PydanticCustomError("item_class", "{message}", {"message": message})
    return value


#: A content class that an item may have.
ItemClass = Annotated[ContentClass, AfterValidator(_of_item)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Question(_Strict):
    """One line of the self-check. `needs` video: asked only when the revision has one."""

    key: str = Field(pattern=r"^[a-z_]{1,32}$")
    text: str = Field(min_length=2)
    needs: Literal["", "video"] = ""


class Overdue(_Strict):
    """Who hears of a level that passed its deadline."""

    roles: list[Role] = Field(min_length=1)


class Level(_Strict):
    """One level. Minutes are the hospital's working minutes, counted from the opening of the level.

    signer: editor (the revision's last editor) or pool (whoever holds one of `roles`). delegates: roles that may stand
    in for a named colleague of the pool. quorum: any, all, or how many.
    """

    level: int = Field(ge=1, le=9)
    name: str = Field(min_length=2, max_length=64)
    signer: Literal["editor", "pool"]
    roles: list[Role] = []
    same_department: bool = False
    delegates: list[Role] = []
    quorum: Literal["any", "all"] | int = "any"
    deadline: int = Field(gt=0)
    reminders: list[int] = []
    overdue: Overdue
    questions: list[Question] = []

    @property
    def needed(self) -> int:
        """Approvals needed; 0: all who are eligible."""
        if isinstance(self.quorum, int):
            return self.quorum
        return 1 if self.quorum == "any" else 0

    @model_validator(mode="after")
    def _sound(self) -> "Level":
        if (self.signer == "pool") != bool(self.roles):
            raise _wrong("roles", _("pool 级别必须写 roles，editor 级别不写"))
        if isinstance(self.quorum, int) and self.quorum < 1:
            raise _wrong("quorum", _("quorum 至少为 1"))
        if any(minutes >= self.deadline or minutes < 1 for minutes in self.reminders):
            raise _wrong("reminders", _("提醒时间必须早于期限"))
        return self


class Urgent(_Strict):
    """The lane for a public-health emergency: `levels` sign first, the others within so many minutes afterwards."""

    declared_by: list[Role] = Field(min_length=1)
    levels: list[int] = Field(min_length=2)
    sign_rest_within: int = Field(gt=0, le=1440)


class Policy(_Strict):
    """The way of one class of content through its levels, in order."""

    name: str
    title: str
    content_classes: list[ItemClass] = Field(min_length=1)
    levels: list[Level] = Field(min_length=2, max_length=5)
    urgent: Urgent

    def level(self, number: int) -> Level:
        """The level with this number."""
        return self.levels[number - 1]

    @property
    def last(self) -> int:
        """The number of the final level."""
        return self.levels[-1].level

    @model_validator(mode="after")
    def _in_order(self) -> "Policy":
        for index, level in enumerate(self.levels):
            if level.level in [before.level for before in self.levels[:index]]:
                raise _wrong(f"levels.{index}", _("第 {level} 级重复").format(level=level.level))
            if level.level != index + 1:
                raise _wrong(f"levels.{index}", _("缺少第 {level} 级，级别必须从 1 起连续").format(level=index + 1))
            if (level.signer == "editor") != (index == 0):
                raise _wrong(f"levels.{index}", _("只有第 1 级由创作者本人签署"))
        strange = set(self.urgent.levels) - {level.level for level in self.levels}
        if strange or 1 not in self.urgent.levels:
            raise _wrong("urgent.levels", _("紧急通道必须含第 1 级，且只能列出已有的级别"))
        return self


def _wrong(place: str, message: str) -> PydanticCustomError:
    return PydanticCustomError("policy", "{message}", {"message": message, "place": place})


class PolicyError(BadInput):
    """A policy that cannot be used."""

    def __init__(self, path: Path, line: int, what: str) -> None:
        place = f"{path.name}:{line}"
        super().__init__(_("审核策略 {place} 有错：{what}").format(place=place, what=what), field=place)


def read(path: Path) -> Policy:
    """The policy in a file; PolicyError (Chinese, file and line) for an unknown key, a gap or an overlap of levels."""
    try:
        placed = Placed(path)
    except PackError as error:
        raise PolicyError(path, error.line, error.what) from error
    try:
        policy = Policy.model_validate(placed.data)
    except ValidationError as error:
        # A mistyped key also leaves the right one missing: the typing error is what to mend.
        first = min(error.errors(), key=lambda each: each["type"] != "extra_forbidden")
        inside = first.get("ctx", {}).get("place", "")
        keys = [int(part) if part.isdigit() else part for part in inside.split(".") if part]
        raise PolicyError(path, placed.line(*first["loc"], *keys), sentence(first)) from error
    if policy.name != path.stem:
        raise PolicyError(path, placed.line("name"), _("name 必须与文件名相同"))
    return policy


def load(name: str) -> Policy:
    """The policy of that name; Missing when there is none. Read once by each process."""
    files = yaml_files(FOLDER, OWN_FOLDER)
    if name not in files:
        raise Missing(_("没有名为 {name} 的审核策略").format(name=name), field="policy")
    return _loaded(files[name])


_loaded = lru_cache(read)


def names() -> tuple[str, ...]:
    """Names of the policies: the hospital's own in `policies/` of the data folder, and those shipped."""
    return tuple(yaml_files(FOLDER, OWN_FOLDER))


def check() -> None:
    """PolicyError for a policy that cannot be used."""
    for name in names():
        load(name)
