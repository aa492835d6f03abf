"""Tracks for people: numbered, with times, a crop to recognise, a proposal for the presenter, and why to look twice."""

from collections.abc import Callable

import cv2
import numpy as np

from privacy.decoding.frame import Frame
from privacy.detection.faces.track_linking import PAD, Link, filled
from privacy.geometry import Rect, clipped, grown
from privacy.types import FaceTrack
from yiyuan.i18n import _

WEAK, FEW, BROKEN = 0.5, 5, 10
CROP_SIDE = 240


def keep_crop(link: Link, picture: Frame, rect: Rect, score: float) -> None:
    """Let the largest and surest sight of a face stand for its track."""
    worth = score * float(np.sqrt(rect[2] * rect[3]))
    if worth > link.best * 1.1:
        link.best, link.crop = worth, _png(picture, rect)


def _png(picture: Frame, rect: Rect) -> bytes:
    box = clipped(grown(rect, 1.6), picture.width, picture.height)
    crop = picture.part(box.x, box.y, box.x + box.w, box.y + box.h)
    scale = min(1.0, CROP_SIDE / max(box.w, box.h))
    small = cv2.resize(crop, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return cv2.imencode(".png", cv2.cvtColor(small, cv2.COLOR_RGB2BGR))[1].tobytes()


def tracks(links: list[Link], size: tuple[int, int], seconds: Callable[[int], float]) -> list[FaceTrack]:
    """Numbered from 1 by first frame. size: width, height; seconds: the time of a frame."""
    links = [link for link in links if not link.is_ghost]
    presenter = _presenter(links)
    ordered = sorted(links, key=lambda link: link.frames[0])
    return [_track(number, link, link is presenter, size, seconds) for number, link in enumerate(ordered, 1)]


def _track(
    number: int, link: Link, proposed: bool, size: tuple[int, int], seconds: Callable[[int], float]
) -> FaceTrack:
    boxes = [(frame, clipped(rect, *size)) for frame, rect in filled(link)]
    first, last = boxes[0][0], boxes[-1][0]
    return FaceTrack(
        number=number,
        first_frame=first,
        last_frame=last,
        first_seconds=round(seconds(first), 3),
        last_seconds=round(seconds(last), 3),
        score=round(max(link.scores), 4),
        doubt=_doubt(link, size),
        proposed=proposed,
        boxes=boxes,
        face_png=link.crop,
    )


def _presenter(links: list[Link]) -> Link | None:
    """The track that fills most picture over most frames; none when nothing is seen for long enough to be sure of."""
    sure = [link for link in links if max(link.scores) >= WEAK and not _is_short(link)]
    return max(sure, key=lambda link: float(sum(rect[2] * rect[3] for rect in link.rects)), default=None)


def _doubt(link: Link, size: tuple[int, int]) -> str:
    doubts = []
    if max(link.scores) < WEAK:
        doubts.append(_("把握低（{score}），可能不是人脸").format(score=f"{max(link.scores):.2f}"))
    if _is_short(link):
        doubts.append(_("只出现 {count} 帧").format(count=len(link.frames)))
    if link.longest_gap > BROKEN:
        doubts.append(_("中间有 {count} 帧没有检测到").format(count=link.longest_gap))
    if link.shot[1] - 1 - link.frames[-1] > PAD and not _at_edge(link.rects[-1], size):
        doubts.append(_("镜头未结束就不再检测到，请看其后的画面"))
    if link.frames[0] - link.shot[0] > PAD and not _at_edge(link.rects[0], size):
        doubts.append(_("镜头中途才检测到，请看其前的画面"))
    return "；".join(doubts)


def _is_short(link: Link) -> bool:
    """Seen in few frames of a shot that has more."""
    return len(link.frames) < min(FEW, link.shot[1] - link.shot[0])


def _at_edge(rect: Rect, size: tuple[int, int]) -> bool:
    """A face that touches the border of the picture came or went through it."""
    room = rect[2:] * 0.25
    return bool((rect[:2] < room).any() or (rect[:2] + rect[2:] > np.array(size) - room).any())
