"""Page facts: whether a page carries an address, a telephone number, a QR code, a link, a price, another contact.

A fact holds when the form says so or when a text shows it. Numbers that everybody may name (120 ...) do not count.
"""

import re
from collections.abc import Iterable

from review.checks.fold import Folder
from review.checks.package import Package
from review.rulepack.schema import ContextFile


class FactFinder:
    """The fact patterns of a pack, compiled."""

    def __init__(self, data: ContextFile, folder: Folder) -> None:
        self._patterns = {fact: [re.compile(folder.pattern(p)) for p in given] for fact, given in data.facts.items()}
        free = [folder.pattern(p) for p in data.free_facts]
        self._free = re.compile("|".join(f"(?:{p})" for p in free)) if free else None

    def of(self, package: Package, folded: Iterable[str]) -> frozenset[str]:
        """Facts that the form declares or that one of the folded texts shows."""
        declared = {fact for fact, value in package.facts.items() if value}
        texts = [self._free.sub(" ", text) if self._free else text for text in folded]
        shown = {
            fact
            for fact, patterns in self._patterns.items()
            if any(pattern.search(text) for text in texts for pattern in patterns)
        }
        return frozenset(declared | shown)
