"""Where one shot ends and the next begins, from small grey pictures, one frame at a time."""

from privacy.detection.motion.motion_estimation import difference, difference_but_for_movement
from privacy.geometry import Image

LEAST = 14.0  # mean difference of grey levels below which nothing is a cut
OUTSTANDING = 3.5  # times the usual difference of this shot
SURE = 40.0


class ShotFinder:
    """Tells for each frame whether a new shot begins with it. A hand that shakes or a camera that pans makes none."""

    def __init__(self) -> None:
        self._last: Image | None = None
        self._usual = 0.0

    def is_cut(self, small: Image) -> bool:
        """Give the frames in order, none left out, each through `privacy.decoding.frame.small`; the first is a cut."""
        last, self._last = self._last, small
        if last is None or last.shape != small.shape:
            return True
        change = difference(last, small)
        if change > LEAST:
            change = min(change, difference_but_for_movement(last, small))
        cut = change > SURE or (change > LEAST and change > OUTSTANDING * self._usual)
        self._usual = 0.0 if cut else 0.8 * self._usual + 0.2 * change
        return cut
