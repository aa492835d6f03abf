"""Text in a picture: lines with their places (PP-OCRv4 of the rapidocr wheel, Apache-2.0). Runs in the child only."""

from dataclasses import dataclass
from typing import Any, cast

import cv2
import numpy as np

from privacy.geometry import Image, Rect, overlap
from privacy.sessions import session

LEAST_SCORE = 0.5
SIDES = {"strict": 1024, "fast": 736}  # longer side of the picture lines are found in; they are read at full size
UNCHANGED = 6.0  # mean difference of grey levels below which a line need not be read again


@dataclass(frozen=True)
class Line:
    """One line of text and the rectangle around it, in picture pixels."""

    text: str
    rect: Rect
    score: float


class Reader:
    """Finds lines in each picture, reads only those that changed since the last picture."""

    def __init__(self, profile: str) -> None:
        from rapidocr_onnxruntime import RapidOCR

        self._side = SIDES[profile]
        self._engine: Any = RapidOCR(intra_op_num_threads=1, use_cls=False)
        for holder in (self._engine.text_det.infer, self._engine.text_rec.session):
            holder.session = session(holder.session._model_path)
        self._known: list[tuple[Line, Image]] = []

    def read(self, rgb: Image) -> list[Line]:
        """The lines of a picture, top to bottom; shape of `rgb` (height, width, 3)."""
        bgr = cast(Image, cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR))
        lines: list[tuple[Line, Image]] = []
        for quad in self._find(bgr):
            rect = _around(quad)
            stamp = _stamp(rgb, rect)
            lines.append((self._remembered(rect, stamp) or self._recognise(bgr, quad, rect), stamp))
        self._known = lines
        return [line for line, _stamp_ in lines if line.score >= LEAST_SCORE and line.text.strip()]

    def _find(self, bgr: Image) -> list[Any]:
        """Corners of each line, top to bottom, in picture pixels."""
        scale = min(1.0, self._side / max(bgr.shape[:2]))
        small = cv2.resize(bgr, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else bgr
        prepared, down, along = self._engine.preprocess(small)
        quads, _elapsed = self._engine.auto_text_det(prepared)
        back = np.array([along, down]) / scale
        return [np.asarray(quad) * back for quad in quads] if quads is not None else []

    def _remembered(self, rect: Rect, stamp: Image) -> Line | None:
        for line, known in self._known:
            alike = np.abs(rect[2:] - line.rect[2:]).max() < 0.1 * rect[2:].max()
            if alike and overlap(rect, line.rect[None])[0] > 0.3 and _difference(known, stamp) < UNCHANGED:
                return line
        return None

    def _recognise(self, image: Image, quad: Any, rect: Rect) -> Line:
        crop = self._engine.get_crop_img_list(image, [np.asarray(quad, dtype=np.float32)])
        (text, score, *_rest), *_more = self._engine.text_rec(crop)[0]
        return Line(str(text), rect, float(score))


def find_codes(rgb: Image) -> list[Rect]:
    """Where QR codes are: wristbands, payment and health codes carry identities that nobody can read by eye."""
    found, corners = cv2.QRCodeDetector().detectMulti(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY))
    return [_around(quad) for quad in corners] if found else []


def _around(quad: Any) -> Rect:
    left, top = quad.min(axis=0)
    right, bottom = quad.max(axis=0)
    return np.array([left, top, right - left, bottom - top], np.float32)


def _difference(one: Image, other: Image) -> float:
    return float(np.abs(one.astype(np.int16) - other).mean())


def _stamp(rgb: Image, rect: Rect) -> Image:
    """A small grey copy of a line, to see whether it changed."""
    x, y, w, h = (max(0, int(value)) for value in rect)
    part = rgb[y : y + max(h, 1), x : x + max(w, 1)]
    grey = cv2.cvtColor(part, cv2.COLOR_RGB2GRAY)
    return np.asarray(cv2.resize(grey, (96, 16), interpolation=cv2.INTER_AREA), dtype=np.uint8)
