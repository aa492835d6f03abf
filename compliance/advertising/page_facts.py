"""Page facts: whether a page carries an address, a telephone number, a QR code, a link, a price, another contact.

A fact holds when the form says so or when a text shows it. Numbers that everybody may name (120 ...) do not count.
"""

import re
from collections.abc import Iterable
from itertools import islice

from compliance.advertising.context import Context
from compliance.rulepack.schema import ContextFile
from compliance.types import Package
from yiyuan.codes import ContentClass, FactName
from yiyuan.text.folding import Folder

#: Places of one fact in one text that are looked at; a text that warns of more is hostile.
MOST_LOOKED_AT = 30
#: A warning is a sign of plain information, so warnings do not take this fact away.
INFORMS = FactName.PLAIN
#: A page that plainly recruits is no plain information, whatever else it says.
RECRUITS, PLAIN = FactName.RECRUIT, frozenset({INFORMS})


class FactFinder:
    """The fact patterns of a pack, compiled."""

    def __init__(self, data: ContextFile, folder: Folder) -> None:
        self._patterns: dict[str, list[re.Pattern[str]]] = {
            fact: [re.compile(folder.pattern(p)) for p in given] for fact, given in data.facts.items()
        }
        free = [folder.pattern(p) for p in data.free_facts]
        self._free = re.compile("|".join(f"(?:{p})" for p in free)) if free else None

    def of(self, package: Package, contexts: Iterable[Context]) -> frozenset[str]:
        """Facts that the form declares or that one of the folded texts shows."""
        declared = {fact for fact, value in package.facts.items() if value}
        shown = {fact for context in contexts for fact in self._patterns if self._shows(fact, context)}
        return frozenset(declared | shown) - (PLAIN if RECRUITS in shown else frozenset())

    def _shows(self, fact: str, context: Context) -> bool:
        """Whether the text gives the fact itself: not in a warning, not one of the free numbers."""
        if fact == INFORMS:
            return any(pattern.search(context.text) for pattern in self._patterns[fact])
        free = [m.span() for m in self._free.finditer(context.text)] if self._free else []
        return any(
            not context.clears(("negation", "refutation"), *m.span(), ContentClass.KEPU)
            and not any(a < m.end() and b > m.start() for a, b in free)
            for pattern in self._patterns[fact]
            for m in islice(pattern.finditer(context.text), MOST_LOOKED_AT)
        )
