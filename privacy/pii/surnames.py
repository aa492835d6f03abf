"""Where a personal name begins and ends, by its family name."""

from privacy.pii import lexicon

COMPOUND = lexicon.words("compound_surnames")
SINGLE = frozenset(lexicon.characters("surnames"))
_RARELY = frozenset(lexicon.characters("rarely_guessed"))
_GUESSABLE = frozenset(lexicon.characters("surnames")[:150]) - _RARELY
_NO_NAMES = lexicon.words("no_names")
_NEVER_GIVEN = frozenset(lexicon.characters("never_given"))


def name_at(text: str, start: int, end: int) -> int:
    """End of the personal name that begins at `start`, at most `end`; `start` when none does."""
    if "·" in text[start:end] or "•" in text[start:end]:
        return end
    family = 2 if text[start : start + 2] in COMPOUND else 1 if text[start] in SINGLE else 0
    if not family:
        return start
    last = start + family
    while last < min(end, start + family + 2) and text[last] not in _NEVER_GIVEN:
        last += 1
    return last if last > start + family and text[start:last] not in _NO_NAMES else start


def guessable(word: str) -> bool:
    """Whether a word that looks like a name begins with a family name common enough to believe it.

    Three characters are believed of rarer families, too: few other words of that length begin so.
    """
    return word[0] in _GUESSABLE or word[:2] in COMPOUND or (len(word) == 3 and word[0] in SINGLE - _RARELY)
