"""Every pattern of the pack on 50 kB and 100 kB of text made to hurt it: the time must about double, not quadruple."""

import re
import time
from collections.abc import Iterator

from compliance.advertising.checker import Advertising
from compliance.rulepack.literals import literals
from compliance.rulepack.schema import Pack
from compliance.types import Package
from yiyuan.codes import ContentClass
from yiyuan.text.folding import Folder

SIZE = 100_000
MOST_GROWTH = 3.0
#: Below this a ratio is noise of the clock.
LEAST_SECONDS = 0.02
AIM_SECONDS = 2.0
_HOSTILE = ("根治", "加", "1%", "的", "不能", "zhi", "根*", "🙂", "a1", "最", "不能根治", "糖尿病治愈率", "谣言")


def patterns(pack: Pack) -> Iterator[tuple[str, str]]:
    """All regular expressions with the rule they belong to, as they are run."""
    folder = Folder(pack.letters.traditional)
    for rule in pack.rules:
        given = [p for t in rule.triggers for p in t.patterns] + rule.exempt + rule.exempt_sentence
        yield from ((rule.id, folder.pattern(p)) for p in [*given, *(a.when for a in rule.adjust)])
    context = pack.context
    groups = (context.turned_modal, context.negated_after, context.affirming, context.denying, context.rhetorical)
    for group in (*groups, context.source_marks):
        yield from (("context", folder.pattern(p)) for p in group)
    for fact, given in context.facts.items():
        yield from ((fact, folder.pattern(p)) for p in given)


def units(pattern: str) -> list[str]:
    """Short strings whose repetition keeps a pattern busy: its own beginnings, over and over, never finished."""
    own = sorted(literals(pattern) or {"1"}, key=len)[:2]
    return [*own, own[0] + "一1", own[0] + "的", "1", "一", "a", "的"]


def report(pack: Pack, checker: Advertising, *, quick: bool) -> bool:
    """Time all patterns alone, then the whole checker; True when one grows faster than its text."""
    print("## Hostile text\n")
    size = SIZE // 5 if quick else SIZE
    worst, slow, bad = 0.0, "", []
    for rule, pattern in patterns(pack):
        compiled = re.compile(pattern)
        for unit in units(pattern):
            full = _seconds(compiled, unit, size)
            if full > worst:
                worst, slow = full, f"{rule} {pattern[:50]}"
            if full > LEAST_SECONDS and full > MOST_GROWTH * min(_seconds(compiled, unit, size // 2) for _ in range(2)):
                bad.append(f"{rule} {pattern[:60]} on {unit!r}")
    print(f"Slowest pattern on {size:,} characters: {worst * 1000:.0f} ms ({slow})")
    for each in bad:
        print(f"- grows faster than the text: {each}")
    whole = max(_whole(checker, unit, size) for unit in _HOSTILE)
    print(f"Whole checker, worst of thirteen hostile texts of {size:,} characters: {whole:.2f} s\n")
    return bool(bad) or worst > AIM_SECONDS


def _seconds(compiled: re.Pattern[str], unit: str, size: int) -> float:
    text = (unit * (size // len(unit) + 1))[:size]
    start = time.process_time()
    for _match in compiled.finditer(text):
        pass
    return time.process_time() - start


def _whole(checker: Advertising, unit: str, size: int) -> float:
    text = (unit * (size // len(unit) + 1))[:size]
    start = time.process_time()
    checker.check(Package(texts={"text": text}, content_class=ContentClass.PROMO))
    return time.process_time() - start
