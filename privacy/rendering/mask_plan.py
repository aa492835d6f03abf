"""What to cover in which frame: a detection less the tracks a person kept. No decoding here."""

from collections import defaultdict

from privacy.geometry import enclosing
from privacy.job import Job
from privacy.types import Box, ScreenHit


class Plan:
    """Boxes per frame. Everything a person did not keep or clear is covered, and what a person drew."""

    def __init__(self, job: Job) -> None:
        assert job.detection
        self._faces: defaultdict[int, list[Box]] = defaultdict(list)
        for track in job.detection.tracks:
            if track.number not in job.decided.keep:
                for frame, box in track.boxes:
                    self._faces[frame].append(box)
        self._hits = [hit for at, hit in enumerate(job.detection.screen_hits) if at not in job.decided.clear]
        self._extra = job.decided.extra

    def faces(self, frame: int) -> list[Box]:
        """Faces to cover."""
        return self._faces.get(frame, [])

    def texts(self, frame: int, seconds: float) -> list[Box]:
        """Text to cover, and what a person drew. seconds: when the frame is shown."""
        drawn = [one.box for one in self._extra if one.first_seconds <= seconds <= one.last_seconds]
        return drawn + [_place(hit, frame) for hit in self._hits if hit.first_frame <= frame <= hit.last_frame]


def _place(hit: ScreenHit, frame: int) -> Box:
    """Both places of a text that moves between two looks: it was somewhere between them."""
    before = [box for at, box in hit.boxes if at <= frame][-1:]
    after = [box for at, box in hit.boxes if at >= frame][:1]
    return enclosing(before + after or [hit.box])
