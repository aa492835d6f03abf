"""Every mistake in a file becomes one sentence with its key."""

import re
from datetime import date, time, timedelta
from typing import Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_core import PydanticCustomError

from yiyuan.config_files.error_messages import QUOTED, sentence
from yiyuan.staff.roles import Role


class Inner(BaseModel):
    model_config = ConfigDict(extra="forbid")

    kind: Literal["a", "b"] = "a"
    role: Role = Role.doctor
    count: int = Field(1, ge=1)
    name: str = "x"

    @field_validator("name")
    @classmethod
    def _refuse(cls, name: str) -> str:
        if name == "ours":
            raise PydanticCustomError("ours", "{message}", {"message": "名称不能用"})
        if name == "plain":
            raise ValueError("名称也不能用")
        return name


class Outer(BaseModel):
    inner: list[Inner]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"inner": [{"colour": 1}]}, "不认识的键 inner.0.colour"),
        ({}, "缺少 inner"),
        ({"inner": [{"kind": "c"}]}, "inner.0.kind 的值不可用：不认识的值 c，可用的有 'a'、'b'"),
        ({"inner": [{"name": "ours"}]}, "名称不能用"),
        ({"inner": [{"name": "plain"}]}, "名称也不能用"),
    ],
)
def test_a_mistake_is_one_sentence(given: dict[str, Any], expected: str) -> None:
    with pytest.raises(ValidationError) as raised:
        Outer.model_validate(given)
    assert sentence(raised.value.errors()[0]) == expected


class Kinds(BaseModel):
    """One field of each kind that our files have."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field("", min_length=2, max_length=4, pattern="^a")
    whole: int = Field(1, gt=0, lt=9)
    share: float = Field(1, ge=0, le=5, allow_inf_nan=False)
    on: bool = True
    day: date = date(2026, 1, 1)
    at: time = time(8)
    span: timedelta = timedelta(1)
    words: list[str] = Field(["a"], min_length=1, max_length=2)
    table: dict[str, int] = {}
    inner: Inner = Inner()


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": 5}, {"text": "a"}, {"text": "abcde"}, {"text": "bc"}, {"whole": "x"}, {"whole": 1.5}, {"whole": 0},
        {"whole": 9}, {"share": "x"}, {"share": -1}, {"share": 6}, {"share": float("inf")}, {"on": "perhaps"},
        {"on": []}, {"day": "昨天"}, {"day": []}, {"at": "noon"}, {"span": "long"}, {"words": "a"}, {"words": []},
        {"words": ["a", "b", "c"]},
        {"words": [1]}, {"table": 5}, {"table": {1: 2}}, {"inner": 5}, {5: 6}, 5, None, [],
    ],
)  # fmt: skip
def test_no_mistake_is_told_in_english(wrong: Any) -> None:
    with pytest.raises(ValidationError) as raised:
        Kinds.model_validate(wrong)
    message = sentence(raised.value.errors()[0])
    assert any("\u4e00" <= char <= "\u9fff" for char in message)
    assert not re.search(r"[a-z]{3,} [a-z]{2,}", message), message
    assert "{" not in message.replace(str(wrong), ""), message


@pytest.mark.parametrize(
    ("given", "parts"),
    [
        ({"inner": [{"role": "boss"}]}, ["inner.0.role", "boss", "doctor", "administrator"]),
        ({"inner": [{"count": 0}]}, ["inner.0.count", "不可用", "0", "不得小于 1"]),
        ({"inner": [{"count": "x" * 500}]}, ["inner.0.count", "x" * QUOTED]),
    ],
)
def test_it_quotes_what_was_given(given: dict[str, Any], parts: list[str]) -> None:
    with pytest.raises(ValidationError) as raised:
        Outer.model_validate(given)
    message = sentence(raised.value.errors()[0])
    assert all(part in message for part in parts), message
    assert len(message) < 300
