"""When each frame is shown. Time stamps that are missing or run backwards are replaced by a steady rate."""

from array import array
from fractions import Fraction


class Timing:
    """Collects the time stamps of pass 1, 8 bytes a frame."""

    def __init__(self, fps: float) -> None:
        self._fps = fps
        self._base: Fraction | None = None
        self._stamps = array("q")
        self.broken = False

    def base(self, base: Fraction | None) -> None:
        """The time base of the stamps; None makes them useless."""
        self._base = base
        self.broken = self.broken or base is None

    @property
    def frames(self) -> int:
        """Frames so far."""
        return len(self._stamps)

    def add(self, pts: int | None) -> None:
        """The next frame's stamp, in the stream's time base."""
        if pts is None or (self._stamps and pts <= self._stamps[-1]):
            self.broken = True
        self._stamps.append(pts if pts is not None else 0)

    def seconds(self, frame: int) -> float:
        """When a frame is shown, seconds after the first one."""
        if self.broken or self._base is None:
            return frame / self._fps
        return float((self._stamps[frame] - self._stamps[0]) * self._base)
