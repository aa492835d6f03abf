"""What the second voice hears of writers it never read: the tables that its settings were chosen by."""

from collections.abc import Iterator, Sequence
from random import Random

import numpy as np
from numpy.typing import NDArray

from compliance.advertising.checker import Advertising
from compliance.advertising.classifier import Names, Trained, WordingClassifier
from compliance.rulepack.loader import load
from compliance.rulepack.schema import Pack
from compliance.types import Package
from training.advertising.corpus import Chosen, Corpus
from training.advertising.heads import Array, hear, name
from yiyuan.codes import ContentClass
from yiyuan.text.folding import Unfolded
from yiyuan.text.linear_model import Model

#: Texts an article is made of, and how many articles of each size a writer gives.
SIZES, ARTICLES = (3, 6, 12, 24, 40), 150


def report(given: Corpus) -> None:
    """Print, for each writer left out, the shares heard at the threshold of the pack, and of rules named rightly."""
    pack = load()
    rules = Advertising(pack.without_voice())
    print(f"| writer left out | breaking | heard | rule named rightly | lawful | heard |\n{'|---' * 6}|")
    written = given.writers != ""
    scores, right = np.zeros(len(given.texts)), np.zeros(len(given.texts), bool)
    counted = {size: np.zeros(4, int) for size in SIZES}
    for writer in dict.fromkeys(given.writers[written]):
        held_out = given.writers == writer
        heads = _Heads(given, ~held_out)
        scores[held_out], right[held_out] = heads.judge(given, held_out)
        print(_row(writer, given.breaks[held_out], scores[held_out] > pack.voice.threshold, right[held_out]))
        for size, counts in _articles(given, held_out, heads.voice(pack), rules):
            counted[size] += counts
    print(_row("all", given.breaks[written], scores[written] > pack.voice.threshold, right[written]))
    print(f"\nThresholds by share of lawful texts heard: {dict(_quantiles(scores[written & ~given.breaks]))}\n")
    print("Articles of texts of the writer left out; the breaking one is one that no rule finds:\n")
    print(f"| texts | lawful articles | heard | with one breaking text | heard |\n{'|---' * 5}|")
    for size, (good, false, bad, caught) in counted.items():
        print(f"| {size} | {good} | {false / good:.3f} | {bad} | {caught / bad:.3f} |")


class _Heads:
    """Both heads, trained on some of the texts."""

    def __init__(self, given: Corpus, learnt: Chosen) -> None:
        self.heard = hear(given.x[learnt], given.breaks[learnt], exact=False)
        bad = np.flatnonzero(given.breaks & learnt)
        self.names, self.named = name(given.x[bad], [given.rules[n] for n in bad], exact=False)

    def judge(self, given: Corpus, held_out: Chosen) -> tuple[Array, Chosen]:
        """Scores of the chosen texts, and whether the likeliest rule is one they are labelled with."""
        first = (given.x[held_out] @ self.named).argmax(axis=1)
        labels = [given.rules[n] for n in np.flatnonzero(held_out)]
        right = [self.names[k] in rules for k, rules in zip(first, labels, strict=True)]
        return given.x[held_out] @ self.heard, np.array(right)

    def voice(self, pack: Pack) -> WordingClassifier:
        """As it would be shipped."""
        heard, named = self.heard.astype(np.float32), self.named.astype(np.float32)
        model = Model(heard[:-1, None], heard[-1:], "")
        given = Trained(model, Names(named[:-1], named[-1], self.names), "")
        return WordingClassifier(pack, {rule.id: rule.classes for rule in pack.rules}, given)


def _articles(
    given: Corpus, held_out: Chosen, voice: WordingClassifier, rules: Advertising
) -> Iterator[tuple[int, NDArray[np.int64]]]:
    """Per size: lawful articles, those heard, articles with one breaking text, those heard."""
    chance = Random(5)
    good = [given.texts[n] for n in np.flatnonzero(held_out & ~given.breaks)]
    bad = [given.texts[n] for n in np.flatnonzero(held_out & given.breaks) if _silent(rules, given, int(n))]
    for size in SIZES if bad else ():
        lawful = [chance.sample(good, size) for _n in range(ARTICLES)]
        mixed = [[*texts[1:], chance.choice(bad)] for texts in lawful]
        for texts in mixed:
            chance.shuffle(texts)
        heard = [sum(_heard(voice, texts) for texts in some) for some in (lawful, mixed)]
        yield size, np.array([ARTICLES, heard[0], ARTICLES, heard[1]])


def _heard(voice: WordingClassifier, texts: Sequence[str]) -> bool:
    return bool(voice.objections({"script": Unfolded().fold("\n".join(texts))}, {}, ContentClass.KEPU))


def _silent(rules: Advertising, given: Corpus, number: int) -> bool:
    package = Package(texts={"script": given.texts[number]}, content_class=given.classes[number])
    return not any(f.severity in {"block", "alert", "must_fix"} for f in rules.check(package))


def _row(writer: str, breaks: Chosen, heard: Chosen, right: Chosen) -> str:
    bad, good = heard[breaks], heard[~breaks]
    caught, named, false = (f"{part.mean():.3f}" if len(part) else "" for part in (bad, right[breaks], good))
    return f"| {writer} | {len(bad)} | {caught} | {named} | {len(good)} | {false} |"


def _quantiles(scores: Array) -> Iterator[tuple[float, float]]:
    for share in (0.01, 0.02, 0.03, 0.05):
        yield share, round(float(np.quantile(scores, 1 - share)), 2)
