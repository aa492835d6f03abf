"""Text beside Presidio: YIYUAN_BENCH_DATA=... python -m bench.privacy.text_vs_presidio

Covered: every character of a marked identifier is replaced. Precise: a replaced span touches a marked one. Presidio
runs once as it comes (zh, no Chinese model in a wheel, so a blank pipeline) and once with our name rules and our
patterns as its recognisers.
"""

import logging
import time
from collections.abc import Callable

from bench.privacy import corpora
from bench.privacy.corpora import Marked
from privacy.pii import names
from privacy.pii.engine import redact
from privacy.pii.recognisers import ALL

Find = Callable[[str], list[tuple[int, int]]]


def ours(text: str) -> list[tuple[int, int]]:
    """What privacy.api replaces."""
    return [(hit.start, hit.end) for hit in redact(text).hits]


def presidio(*, ours_inside: bool) -> Find:
    """Presidio's analyzer for zh; with `ours_inside` all our recognisers are registered as its own."""
    import spacy
    from presidio_analyzer import AnalyzerEngine, EntityRecognizer, RecognizerRegistry, RecognizerResult
    from presidio_analyzer.nlp_engine import SpacyNlpEngine

    for noisy in ("presidio-analyzer", "tldextract", "filelock"):
        logging.getLogger(noisy).setLevel(logging.CRITICAL)

    class Blank(SpacyNlpEngine):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__(models=[{"lang_code": "zh", "model_name": "blank"}])
            self.nlp = {"zh": spacy.blank("zh")}

    class Rules(EntityRecognizer):  # type: ignore[misc]
        def load(self) -> None:
            """Nothing to load."""

        def analyze(self, text: str, entities: list[str], nlp_artifacts: object = None) -> list[RecognizerResult]:
            """Our candidates, as they are before they are settled."""
            spans = [span for recognise in ALL for span in recognise(text)]
            return [RecognizerResult("PII", span.start, span.end, span.strength / 3) for span in spans]

    registry = RecognizerRegistry(supported_languages=["zh"])
    registry.load_predefined_recognizers(languages=["zh"])
    if ours_inside:
        registry.add_recognizer(Rules(supported_entities=["PII"], supported_language="zh"))
    engine = AnalyzerEngine(registry=registry, nlp_engine=Blank(), supported_languages=["zh"])
    return lambda text: [(result.start, result.end) for result in engine.analyze(text, language="zh")]


def judge(find: Find, texts: list[Marked]) -> tuple[float, float, float]:
    """Full-cover recall, precision, characters a second."""
    covered = gold = right = found = characters = 0
    start = time.perf_counter()
    for case in texts:
        spans = find(case.text)
        characters += len(case.text)
        masked = {at for begin, end in spans for at in range(begin, end)}
        gold += len(case.gold)
        covered += sum(all(at in masked for at in range(begin, end)) for _kind, begin, end in case.gold)
        found += len(spans)
        right += sum(any(b < end and begin < e for _kind, begin, end in case.gold) for b, e in spans)
    return covered / max(gold, 1), right / max(found, 1), characters / (time.perf_counter() - start)


def measure() -> None:
    """Print the table."""
    list(names.guessed("预热"))
    methods = {
        "ours": ours,
        "Presidio, as it comes": presidio(ours_inside=False),
        "Presidio with our rules": presidio(ours_inside=True),
    }
    print("| texts | method | covered | precise | characters a second |")
    print("|---|---|---|---|---|")
    for title, texts in {"written for the project": corpora.own(), **corpora.names()}.items():
        for name, find in methods.items():
            recall, precision, speed = judge(find, texts)
            print(f"| {title} | {name} | {recall:.3f} | {precision:.3f} | {speed:,.0f} |", flush=True)


if __name__ == "__main__":
    measure()
