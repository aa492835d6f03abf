"""The second voice: a linear model over hashed character n-grams that speaks where no rule does.

It was trained on our own labelled texts only (training/advertising). It judges stretches of sentences, because a long
text may hide one bad sentence among many good ones; the more stretches a package has, the surer it has to be.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from compliance.advertising.sentences import Segments
from compliance.rulepack.errors import PackError
from compliance.rulepack.schema import Pack
from yiyuan.codes import ContentClass
from yiyuan.i18n import _
from yiyuan.text.folding import Folded
from yiyuan.text.linear_model import Model, unpack
from yiyuan.text.ngrams import BUCKETS, hashed

WEIGHTS = Path(__file__).with_name("classifier.npz")
#: A text up to this long is judged whole, as the texts were that the voice learnt from; characters.
SHORT = 120
#: Longer ones in stretches of whole sentences of about this length together.
STRETCH = 60
#: Objections to one package that are listed.
MOST = 20
#: Stretches scored at once; it bounds the memory a very long text takes.
_BATCH = 2000
#: The public's own words are not ours to approve.
_UNHEARD_CLASSES = frozenset({ContentClass.COMMENT})
Span = tuple[int, int]


@dataclass(frozen=True)
class Objection:
    """What the voice objects to: characters [start, end) of the original text of a field, and the likeliest rule."""

    field: str
    start: int
    end: int
    rule: str


@dataclass(frozen=True)
class _Stretch:
    field: str
    text: str
    sentences: tuple[Span, ...]


class Names:
    """The second head: which rule a text most likely breaks, were it to break one."""

    def __init__(self, weights: NDArray[np.float32], bias: NDArray[np.float32], rules: Sequence[str]) -> None:
        rows = np.flatnonzero(weights.any(axis=1))
        self._place = np.zeros(BUCKETS, np.int32)
        self._place[rows] = np.arange(1, len(rows) + 1)
        self._weights = np.concatenate([np.zeros((1, len(bias)), np.float32), weights[rows]])
        self._bias, self.rules = bias, tuple(rules)

    def ranked(self, text: str) -> list[str]:
        """The rules, likeliest first."""
        buckets, _owners = hashed([text])
        margins = self._weights[self._place[buckets]].sum(axis=0) / np.sqrt(len(buckets)) + self._bias
        return [self.rules[n] for n in np.argsort(-margins, kind="stable")]


@dataclass(frozen=True)
class Trained:
    """Both heads as they are shipped."""

    heard: Model
    names: Names
    version: str


@lru_cache
def trained(path: Path = WEIGHTS) -> Trained:
    """The shipped voice. PackError with the file's name when it is absent or damaged: no check runs without it."""
    try:
        weights, bias, about = unpack(path)
        rules, version = list(about["rules"]), str(about["version"])
        if len(bias) != 1 + len(rules):
            raise ValueError(f"{len(bias)} columns")
    except (OSError, ValueError, KeyError, TypeError) as error:
        what = _("学习得到的判断模型缺失或损坏（{kind}），请重新安装").format(kind=type(error).__name__)
        raise PackError(path, 1, what) from error
    heard = Model(np.ascontiguousarray(weights[:, :1]), bias[:1], version)
    return Trained(heard, Names(weights[:, 1:], bias[1:], rules), version)


class WordingClassifier:
    """The voice with the threshold of a pack; it names only rules that are in force."""

    def __init__(self, pack: Pack, rules: Mapping[str, Sequence[str]], given: Trained | None = None) -> None:
        """`rules`: the content classes of each rule in force, by id; `given`: other heads than the shipped ones."""
        self._trained, self._set, self._classes = given or trained(), pack.voice, rules

    @property
    def version(self) -> str:
        """Changes with the weights."""
        return self._trained.version

    def objections(
        self, views: Mapping[str, Folded], taken: Mapping[str, Sequence[Span]], kind: ContentClass
    ) -> list[Objection]:
        """Where it objects to the folded fields of a package of class `kind`; surest first, never twice in a sentence.

        `taken`: spans of the original texts on which a rule has spoken already; their sentences are left out.
        """
        if kind in _UNHEARD_CLASSES:
            return []
        segments = {field: Segments(view.text) for field, view in views.items()}
        stretches = [s for field, view in views.items() for s in _stretches(field, view, segments[field], taken)]
        heard: list[Objection] = []
        reported: set[tuple[str, Span]] = set()
        for stretch in self._over(stretches):
            sentences = [(stretch.field, sentence) for sentence in stretch.sentences]
            if len(heard) < MOST and reported.isdisjoint(sentences):
                found = self._objection(stretch, views[stretch.field], segments[stretch.field], kind)
                heard += [found] if found else []
            reported.update(sentences)
        return heard

    def calms(self, segments: Segments, start: int, end: int, kind: ContentClass) -> bool:
        """Whether the sentence around [start, end) of the folded text, or a short text as a whole, reads lawful."""
        text = segments.text
        if len(text) > SHORT:
            text = text[segments.sentence(start)[0] : segments.sentence(max(start, end - 1))[1]]
        return kind not in _UNHEARD_CLASSES and float(self.scores([text.strip()])[0]) < self._set.calm

    def scores(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """How much each folded text resembles a breaking one; 0 is as likely as not among the texts it learnt."""
        parts = [texts[n : n + _BATCH] for n in range(0, len(texts), _BATCH)]
        return np.concatenate([self._trained.heard.margins(p)[:, 0] for p in parts] or [np.zeros(0, np.float32)])

    def _over(self, stretches: Sequence[_Stretch]) -> list[_Stretch]:
        """The stretches over the threshold, surest first. A text that stands in two fields counts once."""
        texts = list(dict.fromkeys(s.text for s in stretches))
        limit = self._set.threshold + self._set.growth * np.log(max(len(texts), 1))
        score = dict(zip(texts, map(float, self.scores(texts)), strict=True))
        return sorted((s for s in stretches if score[s.text] > limit), key=lambda s: -score[s.text])

    def _objection(self, stretch: _Stretch, view: Folded, segments: Segments, kind: ContentClass) -> Objection | None:
        """Clause and rule come from the sentence alone: an edit elsewhere must not make another finding of it."""
        start, end = self._worst(view.text, stretch.sentences)
        ranked = self._trained.names.ranked(view.text[start:end])
        rule = next((r for r in ranked if kind in self._classes.get(r, ())), "")
        first, last = self._worst(view.text, _trimmed(view.text, _clauses(segments, start, end)))
        return Objection(stretch.field, *view.span(first, last), rule) if rule else None

    def _worst(self, text: str, spans: Sequence[Span]) -> Span:
        """The span whose n-grams add most to the score of the whole: not their mean, which a short cry would win."""
        scores = self.scores([text[a:b] for a, b in spans]) - self._trained.heard.bias[0]
        return spans[int((scores * np.sqrt([b - a for a, b in spans])).argmax())]


def _stretches(field: str, view: Folded, segments: Segments, taken: Mapping[str, Sequence[Span]]) -> Iterator[_Stretch]:
    """What is judged of a field: runs of sentences without a finding; whole in a short text, else in stretches."""
    text, spans = view.text, taken.get(field, ())
    run: list[Span] = []
    for sentence in [*_sentences(segments), None]:
        if sentence is not None and not _touched(view, sentence, spans):
            run.append(sentence)
        elif run:
            longest = SHORT if len(text) <= SHORT else STRETCH
            yield from (_Stretch(field, text[s[0][0] : s[-1][1]].strip(), s) for s in _cut(run, longest))
            run = []


def _touched(view: Folded, sentence: Span, spans: Sequence[Span]) -> bool:
    start, end = view.span(*sentence)
    return any(start < b and end > a for a, b in spans)


def _sentences(segments: Segments) -> Iterator[Span]:
    """Sentences that hold a word; one that is too long for a stretch is taken clause by clause."""
    at = 0
    while at < len(segments.text):
        start, at = segments.sentence(at)
        parts = [(start, at)] if at - start <= SHORT else list(_clauses(segments, start, at))
        yield from (part for part in parts if any(map(str.isalnum, segments.text[slice(*part)])))


def _clauses(segments: Segments, start: int, end: int) -> Iterator[Span]:
    while start < end:
        _first, last = segments.clause(start)
        yield start, min(last, end)
        start = last


def _cut(run: Sequence[Span], longest: int) -> Iterator[tuple[Span, ...]]:
    """From each sentence on as many as fit into `longest`, at least one; none that lies in the one before."""
    last = 0
    for first in range(len(run)):
        end = first + 1
        while end < len(run) and run[end][1] - run[first][0] <= longest:
            end += 1
        if end > last:
            yield tuple(run[first:end])
            last = end


def _trimmed(text: str, spans: Iterable[Span]) -> list[Span]:
    """The spans without blanks and stops around their words; at least one is left of a sentence that holds any word."""
    words = [[n for n in range(start, end) if text[n].isalnum()] for start, end in spans]
    return [(places[0], places[-1] + 1) for places in words if places]
