"""Whether memory stays flat: YIYUAN_BENCH_DATA=... python -m bench.privacy.memory [--minutes 30] [--size 1080p]

A long clip goes through both passes while the resident memory of the decoding child is read once a second (Linux).
Printed: the greatest value in each tenth of each pass. Flat means that the last tenth is no higher than the second.
"""

import argparse
import os
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import av

from bench.privacy import clips
from bench.privacy.speed import SIZES
from privacy.api import video
from privacy.job import Profile, RenderDecisions
from privacy.source import Source

STILL = 0.2  # seconds; packets may be decoded before they are shown
PAGE = os.sysconf("SC_PAGE_SIZE")


def children() -> list[int]:
    """Process ids of our direct children."""
    own = f"/proc/self/task/{os.getpid()}/children"
    return [int(pid) for task in Path(own).parent.parent.iterdir() for pid in (task / "children").read_text().split()]


def resident(pid: int) -> int:
    """Bytes; 0 when the process is gone."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
    except (FileNotFoundError, ProcessLookupError):
        return 0


class Watch:
    """Samples the greatest child once a second, sorted by stage and by tenth of the progress reported."""

    def __init__(self) -> None:
        self.peaks: defaultdict[str, list[int]] = defaultdict(lambda: [0] * 10)
        self._stage, self._share = "probe", 0.0
        self._over = threading.Event()

    def progress(self, stage: str, share: float, eta: float | None) -> None:
        """Hook of both passes."""
        self._stage, self._share = stage, share

    def _sample(self) -> None:
        while not self._over.wait(1.0):
            at = min(9, int(self._share * 10))
            now = max((resident(pid) for pid in children()), default=0)
            self.peaks[self._stage][at] = max(self.peaks[self._stage][at], now)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Sample until the block ends."""
        thread = threading.Thread(target=self._sample)
        thread.start()
        try:
            yield
        finally:
            self._over.set()
            thread.join()


def repeated(short: Path, path: Path, seconds: float) -> Path:
    """The packets of a short clip again and again, a short still between: encoding half an hour would take too long."""
    with av.open(str(short)) as source, av.open(str(path), "w") as target:
        streams: dict[int, Any] = {stream.index: target.add_stream_from_template(stream) for stream in source.streams}
        length = float(source.duration or 0) / av.time_base + STILL
        for turn in range(int(seconds / length)):
            source.seek(0)
            for packet in source.demux():
                if packet.dts is not None and packet.pts is not None:
                    shift = round(turn * length / packet.time_base)
                    packet.pts, packet.dts = packet.pts + shift, packet.dts + shift
                    packet.stream = streams[packet.stream.index]
                    target.mux(packet)
    return path


def measure(minutes: float, size: str, clip_name: str, profile: Profile, fps: int) -> None:
    """Print a line per stage."""
    watch = Watch()
    with tempfile.TemporaryDirectory() as folder:
        pictures = clips.frames(clip_name)
        turn = 2 * (len(pictures) - 1) / fps  # forwards and backwards once
        short = clips.write(Path(folder) / "short.mp4", pictures, turn, SIZES[size], fps)
        clip = repeated(short, Path(folder) / "clip.mp4", minutes * 60)
        start = time.perf_counter()
        with watch.running():
            source = Source.of_path(clip)
            found = video.detect(source, profile=profile, progress=watch.progress)
            report = video.render(source, found, RenderDecisions(), Path(folder) / "out.mp4", progress=watch.progress)
        spent = time.perf_counter() - start
    run = f"{clip_name} {size}, {minutes:g} min at {fps} a second, {profile}"
    print(f"{run}: {report.verified.frames_out} frames, {spent:.0f} s")
    print("| pass | peak in each tenth, MB |\n|---|---|")
    for stage, peaks in watch.peaks.items():
        print(f"| {stage} | {', '.join(str(round(peak / 1e6)) for peak in peaks)} |")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--size", choices=SIZES, default="1080p")
    parser.add_argument("--clip", choices=clips.FILES, default="pose")
    parser.add_argument("--profile", choices=["strict", "fast"], default="strict")
    parser.add_argument("--fps", type=int, default=25)
    given = parser.parse_args()
    measure(given.minutes, given.size, given.clip, given.profile, given.fps)
