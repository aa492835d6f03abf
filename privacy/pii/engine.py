"""Finding identifiers in a folded text: every recogniser's candidates, settled into spans that do not overlap."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from privacy.pii.folding import fold
from privacy.pii.pseudonyms import Labels, excerpt
from privacy.pii.recognisers import ALL
from privacy.pii.spans import Span, bare
from privacy.types import Redaction, TextHit
from yiyuan.text.folding import Folded


def find(text: str, allow: Collection[str] = (), known: Mapping[str, str] | None = None) -> list[Span]:
    """The identifiers of a folded text, in order, none overlapping. known: kinds of values proven elsewhere."""
    allowed = {bare(fold(entry).text) for entry in allow}
    candidates = [span for recognise in ALL for span in recognise(text)]
    candidates += _repeats(text, candidates)
    for value, kind in (known or {}).items():
        candidates += [Span(kind, *match.span(), 2) for match in re.finditer(re.escape(value), text)]
    return _settle(span for span in candidates if not _is_allowed(text[span.start : span.end], span.kind, allowed))


def _is_allowed(value: str, kind: str, allowed: Collection[str]) -> bool:
    value = bare(value)
    return value in allowed or (kind == "address" and any(value in entry for entry in allowed if len(value) > 5))


def _repeats(text: str, found: list[Span]) -> Iterator[Span]:
    """A name that a field or the context proved, wherever else it stands."""
    proven = {text[span.start : span.end] for span in found if span.kind == "name" and span.strength > 1}
    for name in sorted(proven):
        for shown in {name, bare(name)}:
            at = text.find(shown) if len(shown) > 1 else -1
            while at >= 0:
                yield Span("name", at, at + len(shown), 2)
                at = text.find(shown, at + len(shown))


def _settle(candidates: Iterable[Span]) -> list[Span]:
    """Strong before weak, long before short; spans that overlap become one, so that nothing found stays visible."""
    taken: list[Span] = []
    for span in sorted(candidates, key=lambda span: (-span.strength, span.start - span.end, span.start)):
        if any(other.start <= span.start and span.end <= other.end for other in taken):
            continue
        touching = [other for other in taken if other.start < span.end and span.start < other.end]
        for other in touching:
            taken.remove(other)
        lead = max([span, *touching], key=lambda part: part.end - part.start)
        start = min(span.start, *(other.start for other in touching), span.start)
        end = max(span.end, *(other.end for other in touching), span.end)
        taken.append(Span(lead.kind, start, end, lead.strength, lead.doubt))
    return sorted(taken, key=lambda span: span.start)


PATIENT = "患者"


def redact(text: str, *, allow: Collection[str] = (), labels: Labels | None = None) -> Redaction:
    """`text` with its identifiers replaced.

    allow: what may stay (names of staff, the hospital's own telephone and address). labels: shared by texts in which
    the same person must bear the same label. Offsets of the hits are in `text` as given, `new_spans` in the redacted
    text.
    """
    folded = fold(text)
    found = find(folded.text, allow)
    return _replace(text, folded, found, labels or Labels())


def _replace(text: str, folded: Folded, found: list[Span], labels: Labels) -> Redaction:
    pieces: list[str] = []
    hits: list[TextHit] = []
    spans: list[tuple[int, int]] = []
    last = length = 0
    for span in found:
        start, end = folded.span(span.start, span.end)
        value = labels.replacement(span.kind, folded.text[span.start : span.end])
        if span.kind == "name" and text[:start].endswith(PATIENT):
            value = value.removeprefix(PATIENT)  # 患者张三 reads 患者A, not 患者患者A
        pieces += [text[last:start], value]
        length += start - last
        spans.append((length, length + len(value)))
        length += len(value)
        hits.append(TextHit(span.kind, start, end, excerpt(text[start:end]), value, span.doubt))
        last = end
    return Redaction("".join([*pieces, text[last:]]), hits, spans)
