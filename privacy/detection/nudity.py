"""Private parts in sampled pictures (320n of the nudenet wheel). A hit is no verdict: a person looks. Child only.

The wheel may be absent, or the hospital may not want it: then nothing is looked at, and `NudityWatch.state` says so.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import cv2
from onnxruntime.capi.onnxruntime_pybind11_state import InvalidProtobuf, NoSuchFile

from privacy.geometry import Image
from privacy.models.onnx_session import session
from privacy.types import SceneHit
from yiyuan.codes import SceneWatch
from yiyuan.i18n import _

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
    """Looks at sampled pictures in order and joins neighbouring hits.

    state: whether every picture so far was looked at; one that was not makes it "off" or "missing" for good.
    """

    state: SceneWatch = SceneWatch.LOOKED
    runs: list[_Run] = field(default_factory=list)
    _looked: int = -1
    _engine: Any = None

    def __getstate__(self) -> dict[str, Any]:
        """Without the engine, which is loaded again."""
        return {**self.__dict__, "_engine": None}

    def look(self, frame: int, rgb: Image) -> None:
        """`rgb` of shape (height, width, 3)."""
        if self.state == SceneWatch.LOOKED and self._engine is None:
            self._load()
        if self.state != SceneWatch.LOOKED:
            return
        seen = self._engine.detect(cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR))
        score = max((float(part["score"]) for part in seen if part["class"] in PRIVATE), default=0.0)
        before, self._looked = self._looked, frame
        if score < LEAST:
            return
        if self.runs and self.runs[-1].last == before:
            self.runs[-1].last, self.runs[-1].score = frame, max(score, self.runs[-1].score)
        else:
            self.runs.append(_Run(frame, frame, score))

    def _load(self) -> None:
        try:
            from nudenet import NudeDetector  # type: ignore[import-untyped]

            engine = NudeDetector()
        except (ImportError, NoSuchFile, InvalidProtobuf):
            # Stated in the result, in every report and by the doctor; want of memory, say, stays an error.
            self.state = SceneWatch.MISSING
            return
        engine.onnx_session = session(engine.onnx_session._model_path)
        self._engine = engine

    def hits(self, seconds: Callable[[int], float]) -> list[SceneHit]:
        """What a person has to look at. seconds: the time of a frame."""
        note = _("可能有隐私部位裸露：没有书面同意不得展示，请人工确认")
        return [
            SceneHit("nudity", round(seconds(run.first), 3), round(seconds(run.last), 3), round(run.score, 3), note)
            for run in self.runs
        ]
