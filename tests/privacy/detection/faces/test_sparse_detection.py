"""Looking between whole pictures, with a detector that knows where the faces are."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
import onnxruntime
import pytest

from privacy.decoding.frame import small
from privacy.decoding.image_frames import Still
from privacy.detection.faces.detector import CROP, CROP_MARGIN, NONE, Detector, Faces
from privacy.detection.faces.sparse_detection import Finder
from privacy.detection.motion import ShotFinder, drift
from privacy.geometry import Image
from privacy.models import files as model_files

SIDE, TOP = 40.0, 100.0


def picture(index: int) -> Still:
    """The brightness of a picture is its number."""
    return Still(index, np.full((240, 640, 3), index + 1, np.uint8))


@dataclass
class Knowing:
    """Finds one face whose left side is `at(index)`, in crops when it is in the middle of them; counts the crops."""

    at: Callable[[int], float | None]
    hidden: frozenset[int] = frozenset()
    looked: list[int] = field(default_factory=list)

    def whole(self, rgb: Image) -> Faces:
        left = self.at(int(rgb[0, 0, 0]) - 1)
        return NONE if left is None else face_at(left, TOP, SIDE)

    def turned(self, rgb: Image) -> Faces:
        return NONE

    def crops(self, crops: Sequence[Image]) -> list[Faces]:
        return [self._crop(int(crop.max()) - 1) for crop in crops]

    def _crop(self, index: int) -> Faces:
        self.looked.append(index)
        side = CROP / CROP_MARGIN
        return NONE if index in self.hidden else face_at((CROP - side) / 2, (CROP - side) / 2, side)


def face_at(left: float, top: float, side: float) -> Faces:
    return Faces(np.array([[left, top, side, side]], np.float32), np.array([0.9], np.float32))


def seen(detector: Any, frames: int, cuts: tuple[int, ...] = (0,), ahead: int = 0) -> dict[int, list[float]]:
    """Left sides per frame; frames come in order, each once."""
    finder: Finder[Still] = Finder(detector, 6, ahead)
    found = [pair for index in range(frames) for pair in finder.feed(picture(index), cut=index in cuts)]
    found += list(finder.flush())
    assert [frame.index for frame, _seen in found] == [see.index for _frame, see in found] == list(range(frames))
    return {see.index: [float(rect[0]) for rect in see.faces.rects] for _frame, see in found}


@pytest.mark.parametrize("ahead", [0, 2])
def test_a_slow_face_is_known_in_every_frame_and_looked_for_once_between_whole_pictures(ahead: int) -> None:
    detector = Knowing(lambda index: 300.0 + index)
    lefts = seen(detector, 31, ahead=ahead)
    assert all(len(left) == 1 and abs(left[0] - 300 - index) < 1.5 for index, left in lefts.items())
    assert sorted(detector.looked) == [3, 9, 15, 21, 27]


def test_a_faster_face_is_looked_for_in_the_middle_of_the_halves_too() -> None:
    detector = Knowing(lambda index: 300.0 + 3.5 * index)
    lefts = seen(detector, 13)
    assert all(abs(left[0] - 300 - 3.5 * index) < 2 for index, left in lefts.items())
    assert sorted(detector.looked) == [1, 3, 4, 7, 9, 10]


def test_a_fast_face_is_looked_for_in_every_frame() -> None:
    detector = Knowing(lambda index: 300.0 + 5 * index)
    lefts = seen(detector, 13)
    assert all(abs(left[0] - 300 - 5 * index) < 2 for index, left in lefts.items())
    assert sorted(detector.looked) == [index for index in range(13) if index % 6]


def test_beside_a_frame_that_did_not_show_it_a_face_is_looked_for_in_all_others() -> None:
    detector = Knowing(lambda index: 300.0, hidden=frozenset({3}))
    lefts = seen(detector, 7)
    assert [index for index, left in lefts.items() if not left] == [3]
    assert sorted(detector.looked) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("ahead", [0, 1, 2])
@pytest.mark.parametrize("cuts", [(0,), (0, 1, 2, 3), (0, 5, 6, 20), (0, 19)])
def test_no_frame_is_lost_or_doubled_around_cuts(cuts: tuple[int, ...], ahead: int) -> None:
    lefts = seen(Knowing(lambda index: 300.0), 20, cuts, ahead)
    assert all(left == [300.0] for left in lefts.values())


class Lying(Knowing):
    """Also knows two faces in the turned picture: one nobody else sees, and the upright one, seen badly."""

    def turned(self, rgb: Image) -> Faces:
        left = self.at(int(rgb[0, 0, 0]) - 1) or 0.0
        rects = np.array([[20, 20, SIDE, SIDE], [left + 10, TOP, SIDE, SIDE]], np.float32)
        return Faces(rects, np.array([0.6, 0.5], np.float32))


def test_who_lies_is_seen_now_and_then_and_who_stands_is_not_seen_twice() -> None:
    finder: Finder[Still] = Finder(Lying(lambda index: 300.0), 6, turned=12)  # type: ignore[arg-type]
    found = [pair for index in range(30) for pair in finder.feed(picture(index), cut=index == 0)]
    found += list(finder.flush())
    lefts = {see.index: sorted(float(rect[0]) for rect in see.faces.rects) for _frame, see in found}
    assert {index for index, left in lefts.items() if left == [20.0, 300.0]} == {0, 12, 24}
    assert all(left == [300.0] for index, left in lefts.items() if index % 12)


class Bright:
    """Finds the white square, in whole pictures and in crops."""

    def whole(self, rgb: Image) -> Faces:
        rows, columns = np.nonzero(rgb[:, :, 0] > 250)
        return face_at(float(columns.min()), float(rows.min()), float(np.ptp(columns)) + 1) if len(rows) else NONE

    def turned(self, rgb: Image) -> Faces:
        return NONE

    def crops(self, crops: Sequence[Image]) -> list[Faces]:
        return [self.whole(crop) for crop in crops]


def shaken(moves: list[tuple[int, int]]) -> list[Still]:
    """A still scene with a white square of 16 pixels, filmed with a shaking hand."""
    scene = np.random.default_rng(3).integers(0, 200, (30, 80), dtype=np.uint8)
    whole = np.clip(cv2.resize(scene, (800, 300), interpolation=cv2.INTER_CUBIC), 0, 200)
    whole[120:136, 380:396] = 255
    views = [whole[30 + down : 270 + down, 80 + right : 720 + right] for right, down in moves]
    return [Still(index, np.dstack([view] * 3)) for index, view in enumerate(views)]


def test_a_small_face_is_found_though_the_hand_shakes() -> None:
    """Between the two whole looks it lies two of its widths off the line between them."""
    moves = [(0, 0), (14, -9), (32, 4), (-27, 12), (-33, -20), (18, 6), (2, 1)]
    finder: Finder[Still] = Finder(Bright(), 6)  # type: ignore[arg-type]
    found = [pair for still in shaken(moves) for pair in finder.feed(still, cut=still.index == 0)]
    found += list(finder.flush())
    for (right, down), (_still, see) in zip(moves, found, strict=True):
        (rect,) = see.faces.rects
        assert np.abs(rect[:2] - (300 - right, 90 - down)).max() < 3


def test_drift_follows_the_camera_and_not_the_light() -> None:
    moves = [(0, 0), (5, 0), (5, -7), (-20, 9)]
    for (right, down), moved in zip(moves, drift([still.small for still in shaken(moves)], 640), strict=True):
        assert np.abs(moved + np.array([right, down])).max() < 1.5
    lights = [np.full((240, 640), 40 * level, np.uint8) for level in range(6)]
    assert all(not moved.any() for moved in drift([small(light) for light in lights], 640))


def test_a_subtitle_that_holds_still_does_not_hide_how_the_camera_moves() -> None:
    moves = [(0, 0), (5, 12), (9, -17), (-20, 9), (14, -11)]
    views = shaken(moves)
    letters = np.random.default_rng(6).integers(0, 2, (8, 120, 1), dtype=np.uint8).repeat(4, 0).repeat(4, 1) * 255
    for view in views:
        view.pixels = view.pixels // 3 + np.random.default_rng(view.index).integers(0, 40, view.pixels.shape, np.uint8)
        view.pixels[180:212, 80:560] = letters
    for (right, down), moved in zip(moves, drift([still.small for still in views], 640), strict=True):
        assert np.abs(moved + np.array([right, down])).max() < 2.5
    shots = ShotFinder()
    assert [at for at, view in enumerate(views) if shots.is_cut(view.small)] == [0]


def test_a_hand_that_shakes_makes_no_cut_and_a_cut_while_it_shakes_is_one() -> None:
    hand = np.random.default_rng(5).integers(-25, 25, (24, 2)).tolist()
    here = [still.small for still in shaken([(right, down) for right, down in hand])]
    there = [255 - frame for frame in here[:12]]
    shots = ShotFinder()
    assert [at for at, frame in enumerate([*here[12:], *there]) if shots.is_cut(frame)] == [0, 12]


def test_an_error_in_a_thread_is_not_lost() -> None:
    def broken(index: int) -> float:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        seen(Knowing(broken), 20, ahead=2)


@pytest.mark.parametrize("shape", [(1, 3, 96, 352), (1, 3, 256, 448)])
def test_the_rewritten_text_model_gives_the_same(shape: tuple[int, ...]) -> None:
    blob = np.random.default_rng(1).uniform(-1, 1, shape).astype(np.float32)
    before, after = (
        onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
        for path in (model_files.text_model("det"), model_files.lines())
    )
    first, second = before.run(None, {"x": blob})[0], after.run(None, {"x": blob})[0]
    assert np.abs(first - second).max() < 1e-5
    assert len(after.get_outputs()) == 1 and first.shape == second.shape


def test_detections_do_not_depend_on_the_batch() -> None:
    detector = Detector(str(model_files.folded()))
    noise = np.random.default_rng(2).integers(0, 255, (3, CROP, CROP, 3), dtype=np.uint8)
    together, alone = detector.crops(list(noise)), [detector.crops([crop])[0] for crop in noise]
    for batch, single in zip(together, alone, strict=True):
        assert np.allclose(batch.rects, single.rects, atol=0.05)
