"""Linking faces over time, without a detector."""

from collections.abc import Collection, Sequence
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from privacy.detection.faces.detector import NONE, Faces
from privacy.detection.faces.track_linking import PAD, Linker, filled, tracks
from privacy.geometry import clipped, distance, overlap

SIZE = (640, 360)


def face(x: float, y: float = 100, side: float = 40, score: float = 0.9) -> Faces:
    return Faces(np.array([[x, y, side, side * 1.3]], np.float32), np.array([score], np.float32))


def both(first: Faces, second: Faces) -> Faces:
    return Faces(np.concatenate([first.rects, second.rects]), np.concatenate([first.scores, second.scores]))


def link(frames: dict[int, Faces], total: int, cuts: tuple[int, ...] = (0,), gap: int = 10) -> Linker:
    linker = Linker(gap)
    for frame in range(total):
        if frame in cuts:
            linker.cut(frame)
        linker.feed(frame, frames.get(frame, NONE))
    linker.cut(total)
    return linker


@given(
    speed=st.floats(-6, 6),
    seen=st.lists(st.booleans(), min_size=30, max_size=60),
)
def test_one_moving_face_is_one_track_whatever_is_missed(speed: float, seen: list[bool]) -> None:
    seen = [visible or index % 8 == 0 for index, visible in enumerate(seen)]
    frames = {index: face(300 + speed * index) for index, visible in enumerate(seen) if visible}
    (track,) = link(frames, len(seen)).links
    covered = dict(filled(track))
    assert set(covered) == set(range(max(0, min(frames) - PAD), min(len(seen) - 1, max(frames) + PAD) + 1))
    for index in range(min(frames), max(frames) + 1):
        assert abs(covered[index][0] - (300 + speed * index)) < 1


@given(st.lists(st.integers(1, 59), max_size=4, unique=True), st.sets(st.integers(0, 59), min_size=1))
def test_no_track_reaches_over_a_cut(cuts: list[int], seen: set[int]) -> None:
    borders = sorted({0, *cuts, 60})
    linker = link({index: face(200) for index in seen}, 60, cuts=tuple(borders))
    for track in linker.links:
        frames = [frame for frame, _rect in filled(track)]
        shot = next(shot for shot in pairwise(borders) if shot[0] <= track.frames[0] < shot[1])
        assert shot[0] <= frames[0] and frames[-1] < shot[1]
    assert sum(len(track.frames) for track in linker.links) == len(seen)


def test_two_faces_that_pass_each_other_stay_two() -> None:
    frames = {index: both(face(100 + index * 8, y=100), face(420 - index * 8, y=160)) for index in range(40)}
    linker = link(frames, 40)
    assert [len(track.frames) for track in linker.links] == [40, 40]


def test_a_face_gone_longer_than_the_gap_comes_back_as_a_new_track() -> None:
    frames = {index: face(300) for index in [*range(5), *range(40, 45)]}
    assert len(link(frames, 60, gap=10).links) == 2
    assert len(link(frames, 60, gap=40).links) == 1


def shaken(hand: Sequence[tuple[int, int]], seen: Collection[int]) -> Linker:
    """A small face that holds still at (300, 100) in front of a hand that shakes; the hand begins at (0, 0)."""
    linker, before = Linker(10), (0, 0)
    linker.cut(0)
    for frame, (right, down) in enumerate(hand):
        moved = np.array([right - before[0], down - before[1]], np.float32)
        linker.feed(frame, face(300 + right, 100 + down, side=16) if frame in seen else NONE, moved)
        before = (right, down)
    linker.cut(len(hand))
    return linker


@given(
    hand=st.lists(st.tuples(st.integers(-40, 40), st.integers(-40, 40)), min_size=20, max_size=40),
    missed=st.sets(st.integers(0, 39)),
)
def test_a_shaking_hand_breaks_no_track_and_gaps_move_with_it(hand: list[tuple[int, int]], missed: set[int]) -> None:
    hand = [(0, 0), *hand]
    seen = {at for at in range(len(hand)) if at not in missed or at % 9 == 0}
    (track,) = shaken(hand, seen).links
    for frame, rect in filled(track):
        right, down = hand[frame]
        assert abs(rect[0] - 300 - right) < 0.01 and abs(rect[1] - 100 - down) < 0.01


def test_without_the_camera_the_same_face_is_many() -> None:
    hand = [(0, 0), (40, 30), (-40, -30), (40, 30), (-40, -30)]
    blind = Linker(10)
    for frame, (right, down) in enumerate(hand):
        blind.feed(frame, face(300 + right, 100 + down, side=16))
    assert len(blind.links) > 1 and len(shaken(hand, range(5)).links) == 1


def test_a_face_half_hidden_for_a_moment_stays_covered_whole() -> None:
    """The detector draws its box around what it still sees: here a corner, for 4 frames."""
    frames = {index: face(300 + 2 * index) for index in range(30)}
    frames |= {index: face(312 + 2 * index, y=118, side=22) for index in range(14, 18)}
    covered = dict(filled(link(frames, 30).links[0]))
    for index in range(30):
        whole, box = frames[0].rects[0] + [2 * index, 0, 0, 0], covered[index]
        shared = np.minimum(whole[:2] + whole[2:], box[:2] + box[2:]) - np.maximum(whole[:2], box[:2])
        assert np.prod(shared) > 0.5 * np.prod(whole[2:])
        assert (box[2:] >= whole[2:] - 0.01).all()


def test_a_face_that_grows_keeps_its_sizes() -> None:
    frames = {index: face(300, side=40 + index) for index in range(40)}
    covered = dict(filled(link(frames, 40).links[0]))
    assert all(40 + index <= covered[index][2] + 0.01 <= 46 + index for index in range(40))


def test_seen_once_and_weakly_is_no_face_but_seen_twice_is() -> None:
    once, twice = face(100, score=0.25), both(face(100, score=0.25), face(500, score=0.25))
    linker = link({20: twice, 26: face(500, score=0.25), 40: once}, 60)
    assert [found.is_ghost for found in linker.links] == [True, False, True]
    assert len(tracks(linker.links, SIZE, float)) == 1


def test_doubts_and_the_proposal() -> None:
    seen = {index: both(face(250, 60, 120), face(20, 60, 30, 0.4)) for index in range(3)}
    seen |= {index: face(250, 60, 120) for index in range(3, 40)}
    linker = link(seen, 100, gap=25)
    big, small = tracks(linker.links, SIZE, lambda frame: frame / 25)
    assert big.proposed and not small.proposed
    assert "镜头未结束" in big.doubt
    assert "把握低" in small.doubt and "只出现 3 帧" in small.doubt
    assert (big.first_seconds, big.last_seconds) == (0.0, (39 + PAD) / 25)


RECTS = st.tuples(st.floats(-50, 700), st.floats(-50, 400), st.floats(1, 300), st.floats(1, 300))


@given(RECTS, RECTS)
def test_overlap_and_distance(rect: tuple[float, ...], other: tuple[float, ...]) -> None:
    a, b = np.array(rect, np.float32), np.array(other, np.float32)
    assert abs(overlap(a, b[None])[0] - overlap(b, a[None])[0]) < 1e-4
    assert 0 <= overlap(a, b[None])[0] <= 1.0001
    assert distance(a, a[None])[0] == 0
    box = clipped(a, *SIZE)
    assert box.x >= 0 and box.y >= 0 and box.w > 0 and box.h > 0
    assert box.x + box.w <= SIZE[0] and box.y + box.h <= SIZE[1]
