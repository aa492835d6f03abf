"""The base of all codes: a stored value with its label on screen and the tone of its badge, in one place."""

from enum import StrEnum
from typing import Literal, Self

from yiyuan.i18n import gettext

#: Tones of a badge; each is a class beside `.badge` in console/static/parts.css.
Badge = Literal["neutral", "blue", "amber", "green", "red"]


class Code(StrEnum):
    """A closed list of values. A member is written as value, Chinese label (marked with N_), tone of the badge.

    The order of the members is the order that counts: worst first, or the order of life. A member is a str and
    compares equal to its value, so that JSON, digests and stored rows stay what they are.
    """

    source: str
    badge: Badge
    #: Place in the order of the members; 0 comes first.
    rank: int

    def __new__(cls, value: str, source: str, badge: Badge = "neutral") -> Self:
        """A member with its stored value, its label in Chinese and the tone of its badge."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.source, member.badge, member.rank = source, badge, len(cls.__members__)
        return member

    @property
    def label(self) -> str:
        """The label in the language of the current request."""
        return gettext(self.source)

    @classmethod
    def of(cls, value: str) -> Self:
        """The member with this value; ValueError when there is none."""
        found = cls.known(value)
        if found is None:
            raise ValueError(f"{value!r} is no {cls.__name__}")
        return found

    @classmethod
    def known(cls, value: str | None) -> Self | None:
        """The member with this value, or None: for what a person typed or an address names."""
        found = cls._value2member_map_.get(value)
        return found if isinstance(found, cls) else None

    @classmethod
    def label_or_value(cls, value: str) -> str:
        """The label of a stored value; what no member knows any more is shown as it was written."""
        member = cls.known(value)
        return value if member is None else member.label
