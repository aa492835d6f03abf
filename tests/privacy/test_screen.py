"""From lines read once a second to places masked in every frame."""

import numpy as np
import pytest

from privacy.jobs import Job
from privacy.limits import Limits
from privacy.ocr import Line
from privacy.plan import Plan
from privacy.results import Detection, Probe, ScreenHit
from privacy.screen import Look, screen_hits
from privacy.source import Source

SIZE = (1280, 720)
NUMBER = "住院号：ZY20231234"


def line(text: str, x: float = 100, y: float = 600) -> Line:
    return Line(text, np.array([x, y, width(text), 30], np.float32), 0.98)


def width(text: str) -> int:
    """Chinese characters and punctuation take 20 pixels, others 10."""
    return sum(10 if character < "\x7f" else 20 for character in text)


def hits(looks: list[Look], shots: tuple[int, ...] = (0,), allow: tuple[str, ...] = ()) -> list[ScreenHit]:
    return screen_hits(looks, list(shots), 250, SIZE, lambda frame: frame / 25, allow)


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
    about = Probe("mov", "h264", None, 10, 250, *SIZE, 25, False, False)
    found = Detection(about, 250, [], [hit], [0], False, "strict", {})
    (box,) = Plan(Job("render", Source(), Limits(1), detection=found)).texts(frame, frame / 25)
    left = 100 + 4 * frame + width("住院号：")
    assert box.x <= left and box.x + box.w >= left + width("ZY20231234")
