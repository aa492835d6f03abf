"""Every mistake in a file becomes one sentence with its key."""

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
        ({"inner": [{"kind": "c"}]}, "inner.0.kind 的值不可用：不认识的值 c，可用的有 'a' or 'b'"),
        ({"inner": [{"name": "ours"}]}, "名称不能用"),
        ({"inner": [{"name": "plain"}]}, "名称也不能用"),
    ],
)
def test_a_mistake_is_one_sentence(given: dict[str, Any], expected: str) -> None:
    with pytest.raises(ValidationError) as raised:
        Outer.model_validate(given)
    assert sentence(raised.value.errors()[0]) == expected


@pytest.mark.parametrize(
    ("given", "parts"),
    [
        ({"inner": [{"role": "boss"}]}, ["inner.0.role", "boss", "doctor", "administrator"]),
        ({"inner": [{"count": 0}]}, ["inner.0.count", "不可用", "0", "greater than or equal to 1"]),
        ({"inner": [{"count": "x" * 500}]}, ["inner.0.count", "x" * QUOTED]),
    ],
)
def test_it_quotes_what_was_given(given: dict[str, Any], parts: list[str]) -> None:
    with pytest.raises(ValidationError) as raised:
        Outer.model_validate(given)
    message = sentence(raised.value.errors()[0])
    assert all(part in message for part in parts), message
    assert len(message) < 300
