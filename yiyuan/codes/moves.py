"""Moves between states: a table per thing says which are allowed, everything else is refused."""

from collections.abc import Mapping
from typing import TypeVar

from yiyuan.codes.base import Code
from yiyuan.errors import Conflict
from yiyuan.i18n import _

State = TypeVar("State", bound=Code)


class ForbiddenMove(Conflict):
    """A change of state that the table does not know: an error of ours, or somebody was faster."""


def require(table: Mapping[State, frozenset[State]], now: State, then: State) -> None:
    """ForbiddenMove unless the table lets a thing go from the one state to the other; staying is a move, too."""
    if then not in table[now]:
        message = _("状态不能从“{now}”变为“{then}”，请刷新后再看")
        raise ForbiddenMove(message.format(now=now.label, then=then.label), field="state")
