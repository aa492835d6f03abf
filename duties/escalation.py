"""The way upwards of a duty that is late: steps with roles, taken one after the other, the last one again and again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from yiyuan.staff.roles import Role

#: Minutes between repetitions of the last step where a chain says nothing.
REPEAT_MINUTES = 60


@dataclass(frozen=True)
class Step:
    """Who hears of a duty that is late. `after`: minutes after the due time, on the duty's clock."""

    after: int
    roles: Sequence[Role]
    #: Of the last step only: minutes until it is repeated.
    repeat: int = REPEAT_MINUTES

    def to_row(self) -> dict[str, Any]:
        """As it is kept with the duty."""
        return {"after": self.after, "roles": [str(role) for role in self.roles], "repeat": self.repeat}

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Self:
        """As it was kept."""
        return cls(int(row["after"]), [Role(role) for role in row["roles"]], int(row["repeat"]))


def chain_of(rows: Sequence[Mapping[str, Any]]) -> tuple[Step, ...]:
    """The chain that a duty keeps."""
    return tuple(map(Step.from_row, rows))
