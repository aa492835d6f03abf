"""How fast: YIYUAN_BENCH_DATA=... python -m bench.privacy.speed [--seconds 60] [--pairs 5] [--method strict]

Each round runs, one after the other on the same 720p clip: deface (onnxruntime, sound kept), ours strict, ours fast,
and the floor (decode, encode, verify, nothing detected). Ratios are taken within a round and their median is printed.
Processor seconds count all processes of a method; on a machine that others use, believe them rather than wall seconds.
"""

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from bench.privacy import clips
from privacy.api import video
from privacy.job import Profile, RenderDecisions
from privacy.models import files as model_files
from privacy.source import Source
from privacy.types import Detection

SIZES = {"720p": (1280, 720), "1080p": (1920, 1080)}


def deface(clip: Path, out: Path) -> None:
    """The peer as its users run it."""
    command = [
        str(Path(sys.executable).with_name("deface")),
        str(clip),
        "-o",
        str(out),
        "--backend",
        "onnxrt",
        "--keep-audio",
    ]
    subprocess.run(command, check=True, capture_output=True)


def ours(profile: Profile) -> Callable[[Path, Path], None]:
    """Both passes and the verification."""

    def run(clip: Path, out: Path) -> None:
        source = Source.of_path(clip)
        found = video.detect(source, profile=profile)
        stages[profile].append({**video.render(source, found, RenderDecisions(), out).stage_seconds})

    return run


def floor(clip: Path, out: Path) -> None:
    """Pass 2 alone with nothing to cover."""
    source = Source.of_path(clip)
    about = video.probe(source)
    nothing = Detection(about, about.frames or 0, [], [], [0], False, "floor", {})
    video.render(source, nothing, RenderDecisions(), out)


def processor_seconds() -> float:
    """Of all children that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def compared(spent: dict[str, list[float]], name: str) -> str:
    """deface divided by a method: median, least and most of the rounds."""
    if not spent["deface"]:
        return "-"
    ratios = [theirs / own for theirs, own in zip(spent["deface"], spent[name], strict=True)]
    return f"{statistics.median(ratios):.1f} ({min(ratios):.1f} to {max(ratios):.1f})"


stages: defaultdict[str, list[dict[str, float]]] = defaultdict(list)


METHODS: dict[str, Callable[[Path, Path], None]] = {
    "deface": deface, "strict": ours("strict"), "fast": ours("fast"), "floor": floor,
}  # fmt: skip


def measure(seconds: float, pairs: int, size: str, clip_name: str, names: list[str]) -> None:
    """Print one line per round and the medians; ratios only when deface is among `names`."""
    methods = {name: METHODS[name] for name in names}
    model_files.folded()
    walls: defaultdict[str, list[float]] = defaultdict(list)
    busy: defaultdict[str, list[float]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        clip = clips.write(Path(folder) / "clip.mp4", clips.frames(clip_name), seconds, SIZES[size])
        print(f"{clip_name} {size} {seconds:.0f} s at 25 frames a second; load before: {os.getloadavg()[0]:.1f}")
        for number in range(pairs):
            order = list(methods) if number % 2 == 0 else list(methods)[::-1]
            for name in order:
                start, spent = time.perf_counter(), processor_seconds()
                methods[name](clip, Path(folder) / f"{name}.mp4")
                walls[name].append(time.perf_counter() - start)
                busy[name].append(processor_seconds() - spent)
            line = ", ".join(f"{name} {walls[name][-1]:.1f} s" for name in methods)
            print(f"round {number + 1}: {line}; load {os.getloadavg()[0]:.1f}", flush=True)
    print("| method | wall s | times real time | deface / method | processor s | deface / method |")
    print("|---|---|---|---|---|---|")
    for name in methods:
        wall, used = statistics.median(walls[name]), statistics.median(busy[name])
        ratios = compared(walls, name), compared(busy, name)
        print(f"| {name} | {wall:.1f} | {wall / seconds:.2f} | {ratios[0]} | {used:.1f} | {ratios[1]} |")
    for name, runs in stages.items():
        print(name, {stage: round(statistics.median(run[stage] for run in runs), 1) for stage in runs[0]})


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--size", choices=SIZES, default="720p")
    parser.add_argument("--clip", choices=clips.FILES, default="face720")
    parser.add_argument("--method", action="append", choices=METHODS, help="only these; given several times")
    given = parser.parse_args()
    measure(given.seconds, given.pairs, given.size, given.clip, given.method or list(METHODS))
