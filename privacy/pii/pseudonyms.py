"""What stands in the place of an identifier: 患者A for one person everywhere, the kind in brackets for the rest."""

from dataclasses import dataclass, field

from privacy.pii.spans import bare
from privacy.types import kind_name
from yiyuan.i18n import _


@dataclass
class Labels:
    """Remembers who is 患者A; give the same object to every text of one revision."""

    names: dict[str, str] = field(default_factory=dict)

    def replacement(self, kind: str, value: str) -> str:
        """The replacement of an identifier."""
        if kind != "name":
            return _("［{kind}］").format(kind=kind_name(kind))
        return self.names.setdefault(bare(value), _("患者{letter}").format(letter=letter(len(self.names))))


def letter(number: int) -> str:
    """A, B .. Z, AA, AB: like the columns of a sheet, from 0."""
    text = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def excerpt(value: str) -> str:
    """Enough for a person to recognise the place, too little to give the identifier away."""
    shown = 0 if len(value) < 2 else 1 if len(value) < 7 else 2
    return value[:shown] + "*" * min(len(value) - shown, 16)
