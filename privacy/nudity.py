"""Private parts in sampled pictures (320n of the nudenet wheel). A hit is no verdict: a person looks. Child only."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import cv2

from privacy.geometry import Image
from privacy.results import SceneHit
from privacy.sessions import session
from yiyuan.texts import _

LEAST = 0.35
#: Classes of the model that must not be shown without written consent.
PRIVATE = frozenset(
    {
        "FEMALE_BREAST_EXPOSED",
        "FEMALE_GENITALIA_EXPOSED",
        "MALE_GENITALIA_EXPOSED",
        "BUTTOCKS_EXPOSED",
        "ANUS_EXPOSED",
    }
)


@dataclass
class _Run:
    first: int
    last: int
    score: float


@dataclass
class NudityWatch:
    """Looks at sampled pictures in order and joins neighbouring hits."""

    runs: list[_Run] = field(default_factory=list)
    _looked: int = -1
    _engine: Any = None

    def __getstate__(self) -> dict[str, Any]:
        """Without the engine, which is loaded again."""
        return {**self.__dict__, "_engine": None}

    def look(self, frame: int, rgb: Image) -> None:
        """`rgb` of shape (height, width, 3)."""
        if self._engine is None:
            from nudenet import NudeDetector  # type: ignore[import-untyped]

            self._engine = NudeDetector()
            self._engine.onnx_session = session(self._engine.onnx_session._model_path)
        seen = self._engine.detect(cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR))
        score = max((float(part["score"]) for part in seen if part["class"] in PRIVATE), default=0.0)
        before, self._looked = self._looked, frame
        if score < LEAST:
            return
        if self.runs and self.runs[-1].last == before:
            self.runs[-1].last, self.runs[-1].score = frame, max(score, self.runs[-1].score)
        else:
            self.runs.append(_Run(frame, frame, score))

    def hits(self, seconds: Callable[[int], float]) -> list[SceneHit]:
        """What a person has to look at. seconds: the time of a frame."""
        note = _("可能有隐私部位裸露：没有书面同意不得展示，请人工确认")
        return [
            SceneHit("nudity", round(seconds(run.first), 3), round(seconds(run.last), 3), round(run.score, 3), note)
            for run in self.runs
        ]
