"""Measure the rule pack: recall and false alarms on labelled texts, speed, and the worst case of every pattern.

    YIYUAN_BENCH_DATA=folder python -m bench.compliance [FILE.jsonl ...] [--quick] [--show]

Files hold one object a line: text, label (violate or lawful), rule_ids, ctx (content class), optionally facts. Without
files, judging.jsonl and unseen.jsonl beside this one and advertising/*.jsonl in YIYUAN_BENCH_DATA are read. `--show`
lists the texts that were judged wrongly: for the people who label texts, not for tuning the pack to them.
"""

import os
import sys
from pathlib import Path

from bench.compliance import accuracy, speed, worst_case_regex
from compliance.advertising.checker import Advertising
from compliance.rulepack.loader import load


def main(arguments: list[str]) -> int:
    """Print all measurements as Markdown; exit code 1 when an aim of docs/benchmarks/compliance.md is missed."""
    flags = {a for a in arguments if a.startswith("--")}
    files = [Path(a) for a in arguments if not a.startswith("--")] or _default_files()
    pack = load()
    checker = Advertising(pack)
    print(f"Rule pack {pack.version}: {len(pack.rules)} rules, {accuracy.words(pack)} words and patterns\n")
    missed = [accuracy.report(file, checker, show="--show" in flags) for file in files]
    missed.append(speed.report(checker, quick="--quick" in flags))
    missed.append(worst_case_regex.report(pack, checker, quick="--quick" in flags))
    return 1 if any(missed) else 0


def _default_files() -> list[Path]:
    own = [Path(__file__).with_name("texts") / name for name in ("judging.jsonl", "unseen.jsonl")]
    folder = os.environ.get("YIYUAN_BENCH_DATA")
    if not folder:
        print("YIYUAN_BENCH_DATA is not set: only the project's own texts are measured\n", file=sys.stderr)
        return own
    return own + sorted(Path(folder).glob("advertising/*.jsonl"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
