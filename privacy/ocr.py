"""Text in a picture: lines with their places (PP-OCRv4 of the rapidocr wheel, Apache-2.0). Runs in the child only."""

import os
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from privacy.geometry import Image, Rect, overlap

LEAST_SCORE = 0.5
UNCHANGED = 6.0  # mean difference of grey levels below which a line need not be read again


@dataclass(frozen=True)
class Line:
    """One line of text and the rectangle around it, in picture pixels."""

    text: str
    rect: Rect
    score: float


class Reader:
    """Finds lines in each picture, reads only those that changed since the last picture."""

    def __init__(self) -> None:
        from rapidocr_onnxruntime import RapidOCR

        self._engine: Any = RapidOCR(intra_op_num_threads=os.cpu_count() or 1, use_cls=False)
        self._known: list[tuple[Line, Image]] = []

    def read(self, rgb: Image) -> list[Line]:
        """The lines of a picture, top to bottom; shape of `rgb` (height, width, 3)."""
        bgr = cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR)
        scaled, down, along = self._engine.preprocess(bgr)
        quads, _elapsed = self._engine.auto_text_det(scaled)
        if quads is None:
            self._known = []
            return []
        rects = [_around(np.asarray(quad), along, down) for quad in quads]
        lines: list[tuple[Line, Image]] = []
        for quad, rect in zip(quads, rects, strict=True):
            stamp = _stamp(rgb, rect)
            line = self._remembered(rect, stamp) or self._recognise(scaled, quad, rect)
            lines.append((line, stamp))
        self._known = lines
        return [line for line, _stamp_ in lines if line.score >= LEAST_SCORE and line.text.strip()]

    def _remembered(self, rect: Rect, stamp: Image) -> Line | None:
        for line, known in self._known:
            if overlap(rect, line.rect[None])[0] > 0.85 and np.abs(known.astype(np.int16) - stamp).mean() < UNCHANGED:
                return line
        return None

    def _recognise(self, image: Image, quad: Any, rect: Rect) -> Line:
        crop = self._engine.get_crop_img_list(image, [np.asarray(quad, dtype=np.float32)])
        (text, score, *_rest), *_more = self._engine.text_rec(crop)[0]
        return Line(str(text), rect, float(score))


def find_codes(rgb: Image) -> list[Rect]:
    """Where QR codes are: wristbands, payment and health codes carry identities that nobody can read by eye."""
    found, corners = cv2.QRCodeDetector().detectMulti(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY))
    return [_around(np.asarray(quad), 1.0, 1.0) for quad in corners] if found else []


def _around(quad: Any, along: float, down: float) -> Rect:
    left, top = quad.min(axis=0)
    right, bottom = quad.max(axis=0)
    return np.array([left * along, top * down, (right - left) * along, (bottom - top) * down], np.float32)


def _stamp(rgb: Image, rect: Rect) -> Image:
    """A small grey copy of a line, to see whether it changed."""
    x, y, w, h = (max(0, int(value)) for value in rect)
    part = rgb[y : y + max(h, 1), x : x + max(w, 1)]
    grey = cv2.cvtColor(part, cv2.COLOR_RGB2GRAY)
    return np.asarray(cv2.resize(grey, (96, 16), interpolation=cv2.INTER_AREA), dtype=np.uint8)
