"""Pass 1: every frame once, faces linked into tracks, identifiers on screen. Runs in the child only."""

import time
from collections.abc import Iterator
from dataclasses import replace

from privacy.container import opened, video_stream
from privacy.detector import Detector
from privacy.finder import Finder, Seen
from privacy.frames import Picture, pictures
from privacy.jobs import Job, Progress
from privacy.linking import Linker
from privacy.ocr import Reader
from privacy.pace import Pace, Stopwatch
from privacy.probe import probe
from privacy.results import Detection, Probe
from privacy.screen import Look, screen_hits
from privacy.shots import ShotFinder
from privacy.timing import Timing
from privacy.tracks import keep_crop, tracks
from yiyuan.errors import BadInput
from yiyuan.texts import _

EVERY = {"strict": 6, "fast": 12}
STRETCH_BYTES = 192 * 1024**2  # pictures held at once
LOOK_SECONDS = 1.0


def detect(job: Job, progress: Progress) -> Detection:
    """Probe, then find. BadInput as `probe.probe`, and when a frame cannot be decoded."""
    about = probe(job, progress)
    return _Pass(job, about, progress).run()


class _Pass:
    def __init__(self, job: Job, about: Probe, progress: Progress) -> None:
        self._job, self._about = job, about
        self._watch = Stopwatch()
        self._pace = Pace("detect", progress, about.frames or round(about.seconds * about.fps))
        held = max(2, STRETCH_BYTES // max(1, about.width * about.height * 9 // 2))
        self._finder = Finder(Detector(job.model), min(EVERY[job.profile], held))
        self._linker = Linker(gap=max(10, round(about.fps)))
        self._reader, self._shots = Reader(), ShotFinder()
        self._timing = Timing(about.fps)
        self._cuts: list[int] = []
        self._looks: list[Look] = []
        self._size = (about.width, about.height)

    def run(self) -> Detection:
        started = time.monotonic()
        with opened(self._job.source) as container:
            self._timing = Timing(self._about.fps, video_stream(container).time_base)
            for picture in self._watch.each("decode", pictures(container)):
                self._one(picture)
        self._link(self._finder.flush())
        if not self._timing.frames:
            raise BadInput(_("视频里没有可解码的画面：请从原设备重新导出并上传"), field="video")
        self._linker.cut(self._timing.frames)
        self._watch.seconds["detect"] = round(time.monotonic() - started, 3)
        return self._detection()

    def _one(self, picture: Picture) -> None:
        self._timing.add(picture.pts)
        self._size = (picture.width, picture.height)
        with self._watch.of("shots"):
            cut = self._shots.is_cut(picture.luma)
        if cut:
            self._cuts.append(picture.index)
        with self._watch.of("faces"):
            self._link(self._finder.feed(picture, cut=cut))
        if cut or self._due(picture.index):
            with self._watch.of("ocr"):
                self._looks.append(Look(picture.index, self._reader.read(picture.rgb)))
        self._pace.tick(picture.index + 1)

    def _due(self, index: int) -> bool:
        return index - self._looks[-1].frame >= LOOK_SECONDS * self._about.fps if self._looks else True

    def _link(self, seen: Iterator[tuple[Picture, Seen]]) -> None:
        for picture, one in seen:
            if one.index in self._cuts[-8:]:
                self._linker.cut(one.index)
            for link, rect, score in zip(self._linker.feed(one.index, one.faces), *one.faces.parts(), strict=True):
                keep_crop(link, picture, rect, score)

    def _detection(self) -> Detection:
        seconds, frames = self._timing.seconds, self._timing.frames
        return Detection(
            probe=replace(self._about, width=self._size[0], height=self._size[1]),
            frames=frames,
            tracks=tracks(self._linker.links, self._size, seconds),
            screen_hits=screen_hits(self._looks, self._cuts, frames, self._size, seconds, self._job.allow),
            shots=self._cuts,
            retimed=self._timing.broken,
            profile=self._job.profile,
            stage_seconds=self._watch.rounded(),
        )
