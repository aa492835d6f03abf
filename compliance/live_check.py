"""Try a text: the pieces a page shows, with the findings that mark each."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from compliance.advertising.active_pack import advertising
from compliance.types import Found, Package
from yiyuan.codes import ContentClass, FactName
from yiyuan.errors import BadInput
from yiyuan.i18n import _

#: Longer texts are checked on submission; typing must stay quick. Characters.
LONGEST = 20_000


@dataclass(frozen=True)
class Piece:
    """A stretch of the text with the findings on it; none: ordinary text."""

    text: str
    found: tuple[Found, ...] = ()


@dataclass(frozen=True)
class Trial:
    """The whole text in pieces, and the findings that concern the page as a whole."""

    pieces: tuple[Piece, ...]
    page: tuple[Found, ...]


def try_text(text: str, content_class: str, facts: Sequence[FactName] = ()) -> Trial:
    """Check a text as it is typed. BadInput when it is too long or the class is unknown."""
    known = ContentClass.known(content_class)
    if known is None:
        raise BadInput(_("不认识的内容类别"), field="content_class")
    if len(text) > LONGEST:
        raise BadInput(_("试查的文字最长 {n} 字").format(n=LONGEST), field="text")
    package = Package(texts={"text": text}, content_class=known, facts=dict.fromkeys(facts, True))
    found = advertising().check(package)
    placed = [(f.start, f.end, f) for f in found if f.start is not None and f.end is not None]
    cuts = sorted({0, len(text), *(p for start, end, _f in placed for p in (start, end))})
    bounds = pairwise(cuts)
    pieces = [Piece(text[a:b], tuple(f for start, end, f in placed if start < b and end > a)) for a, b in bounds]
    return Trial(tuple(pieces), tuple(f for f in found if f.start is None))
