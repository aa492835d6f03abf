"""From lines read once a second to places masked in every frame."""

import numpy as np
import pytest

from privacy.detection.motion import Camera
from privacy.detection.screen_text.identifier_tracking import Film, Look, screen_hits
from privacy.detection.screen_text.ocr import Line
from privacy.job import Job, Task
from privacy.rendering.mask import Plan
from privacy.resource_limits import Limits
from privacy.source import Source
from privacy.types import Box, Detection, Probe, ScreenHit

SIZE = (1280, 720)
NUMBER = "住院号：ZY20231234"


def line(text: str, x: float = 100, y: float = 600) -> Line:
    return Line(text, np.array([x, y, width(text), 30], np.float32), 0.98)


def width(text: str) -> int:
    """Chinese characters and punctuation take 20 pixels, others 10."""
    return sum(10 if character < "\x7f" else 20 for character in text)


def hits(
    looks: list[Look],
    shots: tuple[int, ...] = (0,),
    allow: tuple[str, ...] = (),
    cameras: tuple[Camera, ...] = (),
) -> list[ScreenHit]:
    return screen_hits(looks, Film(shots, cameras, 250, SIZE), lambda frame: frame / 25, allow)


def covered(hit: ScreenHit, frame: int) -> Box:
    """What pass 2 covers."""
    about = Probe("mov", "h264", None, 10, 250, *SIZE, 25, False, False)
    found = Detection(about, 250, [], [hit], [0], False, "strict", {})
    (box,) = Plan(Job(Task.RENDER_VIDEO, Source(), Limits(1), detection=found)).texts(frame, frame / 25)
    return box


def hides(box: Box, x: float, y: float) -> bool:
    """Whether the identifier of a line at (x, y) is in the box."""
    left = x + width("住院号：")
    across = box.x <= left and box.x + box.w >= left + width("ZY20231234")
    return across and box.y <= y and box.y + box.h >= y + 30


def test_masked_from_the_look_before_to_the_look_after() -> None:
    shown = {50, 75}
    looks = [Look(frame, [line(NUMBER)] if frame in shown else []) for frame in range(0, 150, 25)]
    (hit,) = hits(looks)
    assert (hit.kind, hit.first_frame, hit.last_frame) == ("record_number", 26, 99)
    assert (hit.first_seconds, hit.last_seconds) == (1.04, 3.96)


def test_never_over_a_cut() -> None:
    looks = [Look(0, [line(NUMBER)]), Look(25, [line(NUMBER)]), Look(40, []), Look(65, [])]
    (hit,) = hits(looks, shots=(0, 40))
    assert (hit.first_frame, hit.last_frame) == (0, 39)


def test_a_look_that_misread_it_does_not_uncover_it() -> None:
    looks = [Look(0, [line(NUMBER)]), Look(25, [line("住院号：ZY2O23I234")]), Look(50, []), Look(75, [line(NUMBER)])]
    (hit,) = hits(looks)
    assert (hit.first_frame, hit.last_frame) == (0, 249)


def test_only_the_identifier_is_covered() -> None:
    (hit,) = hits([Look(0, [line("高血压日常注意 住院号：ZY20231234")])])
    assert hit.box.x > 100 + width("高血压日常注意 住院")
    assert hit.box.x <= 100 + width("高血压日常注意 住院号：")
    assert hit.box.x + hit.box.w >= 100 + width("高血压日常注意 住院号：ZY20231234")


def test_a_name_proven_once_is_covered_elsewhere() -> None:
    looks = [Look(0, [line("姓名：贾宝玉")]), Look(25, [line("贾宝玉", 500, 80)])]
    places = {(hit.kind, hit.box.x > 400) for hit in hits(looks)}
    assert places == {("name", False), ("name", True)}


def test_a_label_and_its_value_in_two_boxes() -> None:
    (hit,) = hits([Look(0, [line("姓名", 100), line("王秀英", 200)])])
    assert hit.kind == "name" and hit.box.x > 150


def test_what_may_stay_on_screen_stays() -> None:
    assert hits([Look(0, [line("咨询电话：0571-88888888")])], allow=("0571-88888888",)) == []


@pytest.mark.parametrize("frame", [0, 10, 25])
def test_a_moving_text_is_covered_on_its_way(frame: int) -> None:
    (hit,) = hits([Look(0, [line(NUMBER, 100)]), Look(25, [line(NUMBER, 200)])])
    assert hides(covered(hit, frame), 100 + 4 * frame, 600)


HAND = [(0, 0), *np.random.default_rng(4).integers(-30, 31, (75, 2)).tolist()]


def shaking() -> Camera:
    camera, last = Camera(0), (0, 0)
    for frame, (right, down) in enumerate(HAND):
        camera.move(frame, np.array([right - last[0], down - last[1]], np.float32))
        last = (right, down)
    return camera


def readings(*, scene: bool, frames: tuple[int, ...] = (0, 25, 50, 75)) -> list[Look]:
    return [Look(at, [line(NUMBER, 400 + scene * HAND[at][0], 300 + scene * HAND[at][1])]) for at in frames]


def test_what_is_written_in_the_scene_is_covered_while_the_hand_shakes() -> None:
    (hit,) = hits(readings(scene=True), cameras=(shaking(),))
    for frame, (right, down) in enumerate(HAND):
        box = covered(hit, frame)
        assert hides(box, 400 + right, 300 + down)
        assert box.h < 60, "a text that follows the camera needs no wide cover"


def test_a_subtitle_stays_where_it_is_while_the_hand_shakes() -> None:
    (hit,) = hits(readings(scene=False), cameras=(shaking(),))
    assert all(hides(covered(hit, frame), 400, 300) and covered(hit, frame).h < 50 for frame in range(76))


def test_read_once_it_may_be_either_and_both_are_covered() -> None:
    looks = [Look(0, []), Look(25, [line(NUMBER, 400 + HAND[25][0], 300 + HAND[25][1])]), Look(50, []), Look(75, [])]
    (hit,) = hits(looks, cameras=(shaking(),))
    for frame in range(hit.first_frame, hit.last_frame + 1):
        box = covered(hit, frame)
        assert hides(box, 400 + HAND[frame][0], 300 + HAND[frame][1])
        assert hides(box, 400 + HAND[25][0], 300 + HAND[25][1])


def test_misread_for_a_while_it_is_found_again_where_the_camera_took_it() -> None:
    pan = Camera(0)
    for frame in range(76):
        pan.move(frame, np.array([8 if frame else 0, 0], np.float32))
    misread = Look(25, [line("住院号：ZY2O23I234", 600)])
    (hit,) = hits([Look(0, [line(NUMBER, 400)]), misread, Look(50, [line(NUMBER, 800)])], cameras=(pan,))
    assert all(hides(covered(hit, frame), 400 + 8 * frame, 600) for frame in range(51))
