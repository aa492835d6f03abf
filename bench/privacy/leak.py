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
from pathlib import Path

from bench.privacy import masks, material
from bench.privacy.tally import HEAD, Tally, false_tracks
from bench.privacy.variants import VARIANTS
from privacy.jobs import Profile

PROFILES: tuple[Profile, ...] = ("strict", "fast")
#: Method, clip and variant.
Key = tuple[str, str, str]


def found_by(clip: Path, peer: masks.Peer, profiles: tuple[Profile, ...]) -> Iterator[tuple[str, str, masks.Found]]:
    """Name of each method, whose mask is its own, and what it found."""
    yield "deface", "deface", peer.find(clip)
    for profile in profiles:
        yield profile, "ours", masks.ours(clip, profile)


def measure_one(
    clip: Path, name: str, variant: str, peer: masks.Peer, profiles: tuple[Profile, ...]
) -> Iterator[tuple[Key, Tally]]:
    """All methods with both masks on one file."""
    labelled = material.labels(name, variant)
    for method, own, found in found_by(clip, peer, profiles):
        if found.frames != max(labelled) + 1:
            raise ValueError(f"{name} {variant}: {method} saw {found.frames} frames, labelled are {max(labelled) + 1}")
        for shape, covered in masks.SHAPES.items():
            tally = Tally(minutes=found.frames / material.fps(name) / 60)
            tally.judge(f"{name}/{variant}", covered(found), labelled)
            tally.false_tracks = false_tracks(found.tracks, labelled)
            yield (method if shape == own else f"{method}, mask of {shape}", name, variant), tally


def measure(
    clips: list[str], variants: list[str], profiles: tuple[Profile, ...], json_path: Path | None = None
) -> dict[Key, Tally]:
    """Run everything, print the tables."""
    peer, tallies = masks.Peer(), dict[Key, Tally]()
    with tempfile.TemporaryDirectory() as folder:
        for name in clips:
            for variant in variants:
                clip = material.once(Path(folder) / "clip.mp4", name, variant)
                tallies.update(measure_one(clip, name, variant, peer, profiles))
                if json_path:
                    told = [{"method": m, "clip": c, "variant": v, **t.told()} for (m, c, v), t in tallies.items()]
                    json_path.write_text(json.dumps(told, indent=1))
    report(tallies, clips, variants)
    return tallies


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
    parser.add_argument("--clips", nargs="+", choices=material.FILES, default=list(material.FILES))
    parser.add_argument("--variants", nargs="+", choices=VARIANTS, default=list(VARIANTS))
    parser.add_argument("--profile", action="append", choices=PROFILES, default=None)
    parser.add_argument("--json", type=Path, default=None, help="also write counts and every leak here")
    given = parser.parse_args()
    measure(given.clips, given.variants, tuple(given.profile or PROFILES), given.json)
