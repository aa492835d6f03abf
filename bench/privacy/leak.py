"""What stays visible: YIYUAN_BENCH_DATA=... python -m bench.privacy.leak [--clips C] [--variants V] [--profile P]

deface and ours run on the same labelled files (labels/README.md), each clip plain and in harder variants. A face leaks
in a frame when less than 70 % of its hand-drawn box is covered; hard faces (under 16 pixels, turned away, mostly
covered) are counted apart. Each method is counted with its own mask and with the other's, so that a larger mask alone
cannot win.
"""

import argparse
import json
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict
from itertools import product
from pathlib import Path

from bench.privacy import clips as privacy_clips
from bench.privacy import masks
from bench.privacy.hard_cases import VARIANTS
from bench.privacy.scoring import HEAD, Tally
from privacy.job import Profile

PROFILES: tuple[Profile, ...] = ("strict", "fast")
#: Method, clip and variant.
Key = tuple[str, str, str]


def deface_on(clip: Path, name: str, variant: str) -> Iterator[tuple[Key, Tally]]:
    """The peer with both masks on one file."""
    yield from counted("deface", "deface", masks.Peer().find(clip), name, variant)


def ours_on(clip: Path, name: str, variant: str, profiles: tuple[Profile, ...]) -> Iterator[tuple[Key, Tally]]:
    """Our profiles with both masks on one file."""
    for profile in profiles:
        yield from counted(profile, "ours", masks.ours(clip, profile), name, variant)


def counted(method: str, own: str, found: masks.Found, name: str, variant: str) -> Iterator[tuple[Key, Tally]]:
    """One method with its own mask and with the other's."""
    labelled, fps = privacy_clips.labels(name, variant), privacy_clips.fps(name)
    if found.frames != max(labelled) + 1:
        raise ValueError(f"{name} {variant}: {method} saw {found.frames} frames, labelled are {max(labelled) + 1}")
    for shape, covered in masks.SHAPES.items():
        title = method if shape == own else f"{method}, mask of {shape}"
        yield (title, name, variant), Tally.of(covered(found), labelled, found.tracks, fps)


def measure(
    clips: list[str], variants: list[str], profiles: tuple[Profile, ...], json_path: Path | None = None
) -> dict[Key, Tally]:
    """Run everything, print the tables. What `json_path` holds of deface is taken from there: it does not change."""
    known = _read(json_path) if json_path and json_path.exists() else {}
    tallies: dict[Key, Tally] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, variant in product(clips, variants):
            clip = privacy_clips.once(Path(folder) / "clip.mp4", name, variant)
            theirs = {
                key: tally for key, tally in known.items() if key[0].startswith("deface") and key[1:] == (name, variant)
            }
            tallies.update(theirs or deface_on(clip, name, variant))
            tallies.update(ours_on(clip, name, variant, profiles))
            if json_path:
                _write(json_path, {**known, **tallies})
    report(tallies, clips, variants)
    return tallies


def _read(path: Path) -> dict[Key, Tally]:
    return {tuple(key): Tally.read(values) for key, values in json.loads(path.read_text())}


def _write(path: Path, tallies: dict[Key, Tally]) -> None:
    path.write_text(json.dumps([[key, asdict(tally)] for key, tally in tallies.items()], indent=1))


def report(tallies: dict[Key, Tally], clips: list[str], variants: list[str]) -> None:
    """The total, one table per variant and one per clip."""
    table("All", tallies, clips, variants)
    for variant in variants if len(variants) > 1 else []:
        table(f"Variant {variant}", tallies, clips, [variant])
    for name in clips if len(clips) > 1 else []:
        table(f"Clip {name}", tallies, [name], variants)


def table(title: str, tallies: dict[Key, Tally], clips: list[str], variants: list[str]) -> None:
    """One row per method over some clips and variants."""
    sums: defaultdict[str, Tally] = defaultdict(Tally)
    for (method, name, variant), tally in tallies.items():
        if name in clips and variant in variants:
            sums[method].merge(tally)
    print(f"\n{title}\n\n{HEAD}")
    for method, total in sums.items():
        print(total.row(method))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clips", nargs="+", choices=privacy_clips.FILES, default=list(privacy_clips.FILES))
    parser.add_argument("--variants", nargs="+", choices=VARIANTS, default=list(VARIANTS))
    parser.add_argument("--profile", action="append", choices=PROFILES, default=None)
    parser.add_argument(
        "--json",
        type=Path,
        default=None,
        help="write counts and every leak here; deface is not run again on what it holds",
    )
    given = parser.parse_args()
    measure(given.clips, given.variants, tuple(given.profile or PROFILES), given.json)
