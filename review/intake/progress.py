"""How far an intake is: one share over all stages, saved at most once a second."""

import time
from collections.abc import Callable

from review.intake.lease import IntakeLease
from yiyuan.codes import IntakeStage

#: Stage -> share of the whole, after measured times of a 720p clip on two cores; render counts decode and encode.
WEIGHTS = {
    IntakeStage.PROBE: 0.05,
    IntakeStage.DETECT: 0.60,
    IntakeStage.TEXT: 0.02,
    IntakeStage.RENDER: 0.28,
    IntakeStage.PICTURES: 0.02,
    IntakeStage.CHECK: 0.03,
}
SECONDS_BETWEEN = 1.0
#: stage, share of the whole, seconds left in the stage (None: not known).
Hook = Callable[[IntakeStage, float, float | None], None]


class Meter:
    """Turns the stages' own progress into one share."""

    def __init__(self, held: IntakeLease, hook: Hook | None) -> None:
        self._held, self._hook = held, hook
        self._saved_at = float("-inf")

    def stage(self, name: IntakeStage) -> Callable[[str, float, float | None], None]:
        """The hook to hand to the work of one stage; saves its beginning at once."""
        names = list(WEIGHTS)
        before = sum(WEIGHTS[earlier] for earlier in names[: names.index(name)])

        def told(_inner: str, share: float, eta: float | None) -> None:
            self._tell(name, before + WEIGHTS[name] * min(max(share, 0.0), 1.0), eta)

        self._saved_at = float("-inf")
        told(name, 0.0, None)
        return told

    def _tell(self, stage: IntakeStage, share: float, eta: float | None) -> None:
        if self._hook is not None:
            self._hook(stage, share, eta)
        if time.monotonic() - self._saved_at < SECONDS_BETWEEN:
            return
        self._saved_at = time.monotonic()
        with self._held.saving() as (_s, _item, revision):
            revision.stage, revision.progress, revision.eta_seconds = stage, share, eta
