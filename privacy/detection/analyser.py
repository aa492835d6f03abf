"""Looking at frames in order: faces linked into tracks, identifiers and private parts on sampled frames. Child only."""

from collections import deque
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Generic, TypeVar

from privacy.decoding.frame import Frame
from privacy.detection.faces.detector import Detector
from privacy.detection.faces.sparse_detection import Finder, Seen
from privacy.detection.faces.track_linking import Linker, keep_crop, tracks
from privacy.detection.motion import ShotFinder
from privacy.detection.nudity import NudityWatch
from privacy.detection.screen_text.identifier_tracking import Film, Look, screen_hits
from privacy.detection.screen_text.ocr import Reader, find_codes
from privacy.job import SceneDetector
from privacy.pii import tokeniser
from privacy.progress import Stopwatch
from privacy.types import FaceTrack, SceneHit, ScreenHit
from yiyuan.codes import SceneWatch

EVERY = {"strict": 6, "fast": 12}
STRETCH_BYTES = 192 * 1024**2  # pictures held at once
LOOK_SECONDS = 1.0
AHEAD = 2  # stretches whose ends are looked at, and pictures whose text is read, beside the rest
CUTS = 16  # more than can lie in the stretches held

_STATE = ("cuts", "_linker", "_looks", "_shots", "_nudity", "_count", "watch")
One = TypeVar("One", bound=Frame)


class Eyes(Generic[One]):
    """Feed frames in order, then ask. `pages`: every frame is a shot of its own and is read."""

    def __init__(
        self,
        model: str,
        profile: str,
        fps: float,
        pixels: int,
        *,
        pages: bool = False,
        scene_detector: SceneDetector = "nudenet",
    ) -> None:
        held = max(2, STRETCH_BYTES // max(1, pixels * 3 // 2))
        every = min(EVERY[profile], held)
        self.watch = Stopwatch()
        self.cuts: list[int] = []
        self._finder: Finder[One] = Finder(
            Detector(model), every, min(AHEAD, max(0, held // every - 2)), round(fps / 2)
        )
        self._linker = Linker(gap=max(10, round(fps)))
        self._reader, self._shots, self._nudity = Reader(profile), ShotFinder(), NudityWatch()
        if scene_detector == "off":
            self._nudity.state = SceneWatch.OFF
        self._looks: list[Look] = []
        self._looked = 0
        self._beside, self._looking = ThreadPoolExecutor(1, "looks"), deque[Future[None]]()
        self._apart = max(1, round(LOOK_SECONDS * fps))
        self._pages = pages
        self._count = 0

    def see(self, frame: One) -> None:
        """The next frame."""
        self._count = frame.index + 1
        with self.watch.of("shots"):
            cut = self._shots.is_cut(frame.small) or self._pages
        if cut:
            self.cuts.append(frame.index)
        if cut or frame.index - self._looked >= self._apart:
            self._wait(AHEAD - 1)
            self._looked = frame.index
            self._looking.append(self._beside.submit(self._look, frame))
        with self.watch.of("faces"):
            self._link(self._finder.feed(frame, cut=cut))

    def _look(self, frame: One) -> None:
        """In a thread of its own, one after the other."""
        rgb = frame.rgb
        with self.watch.of("ocr"):
            lines = self._reader.read(rgb)
            if any(tokeniser.is_chinese(line.text) for line in lines):
                tokeniser.load()  # while others work; `texts` needs it
            self._looks.append(Look(frame.index, lines, find_codes(frame.luma)))
        with self.watch.of("nudity"):
            self._nudity.look(frame.index, rgb)

    def _wait(self, left: int) -> None:
        """Until at most so many frames are still being looked at."""
        with self.watch.of("waiting"):
            while len(self._looking) > left:
                self._looking.popleft().result()

    def _link(self, seen: Iterator[tuple[One, Seen]]) -> None:
        for frame, sighting in seen:
            if sighting.index in self.cuts[-CUTS:]:
                self._linker.cut(sighting.index)
            links = self._linker.feed(sighting.index, sighting.faces, sighting.moved)
            for link, rect, score in zip(links, *sighting.faces.parts(), strict=True):
                keep_crop(link, frame, rect, score)

    def state(self) -> dict[str, Any]:
        """All that was seen so far, nothing pending; the stretch at hand is ended for it."""
        self._finish()
        return {name: getattr(self, name) for name in _STATE}

    def go_on(self, state: dict[str, Any]) -> None:
        """Take up where `state` left off."""
        for name in _STATE:
            setattr(self, name, state[name])
        self._looked = self._looks[-1].frame if self._looks else 0

    def _finish(self) -> None:
        """Wait for all that is under way."""
        self._link(self._finder.flush())
        self._wait(0)

    def close(self) -> None:
        """There are no more frames."""
        self._finish()
        self._linker.cut(self._count)

    def tracks(self, size: tuple[int, int], seconds: Callable[[int], float]) -> list[FaceTrack]:
        """After `close`. size: width, height; seconds: the time of a frame."""
        return tracks(self._linker.links, size, seconds)

    def texts(self, size: tuple[int, int], seconds: Callable[[int], float], allow: Collection[str]) -> list[ScreenHit]:
        """After `close`. allow: what may stay on screen."""
        film = Film(self.cuts, self._linker.cameras, self._count, size)
        return screen_hits(self._looks, film, seconds, allow)

    def scenes(self, seconds: Callable[[int], float]) -> list[SceneHit]:
        """After `close`: what a person has to look at."""
        return self._nudity.hits(seconds)

    @property
    def scene_watch(self) -> SceneWatch:
        """After `close`: whether anything looked for such scenes."""
        return self._nudity.state
