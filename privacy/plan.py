"""What to cover in which frame: a detection less the tracks a person kept. No decoding here."""

from collections import defaultdict
from collections.abc import Collection

from privacy.results import Box, Detection, ScreenHit


class Plan:
    """Boxes per frame. Everything a person did not keep is covered."""

    def __init__(self, detection: Detection, keep: Collection[int]) -> None:
        self._faces: defaultdict[int, list[Box]] = defaultdict(list)
        for track in detection.tracks:
            if track.number not in keep:
                for frame, box in track.boxes:
                    self._faces[frame].append(box)
        self._hits = sorted(detection.screen_hits, key=lambda hit: hit.first_frame)

    def faces(self, frame: int) -> list[Box]:
        """Faces to cover."""
        return self._faces.get(frame, [])

    def texts(self, frame: int) -> list[Box]:
        """Text to cover."""
        return [_place(hit, frame) for hit in self._hits if hit.first_frame <= frame <= hit.last_frame]


def _place(hit: ScreenHit, frame: int) -> Box:
    """Both places of a text that moves between two looks: it was somewhere between them."""
    before = [box for at, box in hit.boxes if at <= frame][-1:]
    after = [box for at, box in hit.boxes if at >= frame][:1]
    boxes = before + after or [hit.box]
    left, top = min(box.x for box in boxes), min(box.y for box in boxes)
    right, bottom = max(box.x + box.w for box in boxes), max(box.y + box.h for box in boxes)
    return Box(left, top, right - left, bottom - top)
