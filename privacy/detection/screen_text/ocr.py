"""Text in a picture: lines with their places (PP-OCRv4 of the rapidocr wheel, Apache-2.0). Runs in the child only."""

from dataclasses import dataclass
from typing import Any, cast

import cv2
import numpy as np

from privacy.geometry import Image, Rect, overlap
from privacy.models import files as model_files
from privacy.models.onnx_session import session

LEAST_SCORE = 0.5
AREAS = {"strict": 1280 * 720, "fast": 1024 * 576}  # pixels of the picture lines are found in; read at full size
LEAST_SIDE = 3  # pixels; less is no text
SAME_ROW = 10  # pixels
MULTIPLE = 32  # the network halves five times
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
        from rapidocr_onnxruntime.ch_ppocr_det.utils import DBPostProcess

        self._area = AREAS[profile]
        self._finder = session(model_files.lines())
        self._boxes: Any = DBPostProcess(thresh=0.3, box_thresh=0.5, unclip_ratio=1.6, use_dilation=True)
        self._recogniser: Any = None
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
        """Corners of each line from the left top clockwise, top to bottom, in picture pixels."""
        height, width = bgr.shape[:2]
        scale = (self._area / (width * height)) ** 0.5
        size = [max(1, round(side * scale / MULTIPLE)) * MULTIPLE for side in (width, height)]
        how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        blob = cv2.dnn.blobFromImage(cv2.resize(bgr, size, interpolation=how), 1 / 127.5, mean=(127.5, 127.5, 127.5))
        (heat,) = self._finder.run(None, {"x": blob})
        quads, _scores = self._boxes(heat, (height, width))
        return _in_order([quad for quad in quads if min(_sides(quad)) > LEAST_SIDE])

    def _remembered(self, rect: Rect, stamp: Image) -> Line | None:
        for line, known in self._known:
            alike = np.abs(rect[2:] - line.rect[2:]).max() < 0.1 * rect[2:].max()
            if alike and overlap(rect, line.rect[None])[0] > 0.3 and _difference(known, stamp) < UNCHANGED:
                return line
        return None

    def _recognise(self, image: Image, quad: Any, rect: Rect) -> Line:
        if self._recogniser is None:
            self._recogniser = _recogniser()
        text, score, *_rest = self._recogniser([_straight(image, quad)])[0][0]
        return Line(str(text), rect, float(score))


def _recogniser() -> Any:
    from rapidocr_onnxruntime.ch_ppocr_rec import TextRecognizer

    path = str(model_files.text_model("rec"))
    about = {"model_path": path, "intra_op_num_threads": 1, "rec_img_shape": [3, 48, 320], "rec_batch_num": 6}
    return TextRecognizer(about)


def _sides(quad: Any) -> tuple[int, int]:
    """Width and height of a line, however it is turned."""
    across, down = (np.linalg.norm(quad[0] - quad[at], axis=0) for at in (1, 3))
    return int(across), int(down)


def _in_order(quads: list[Any]) -> list[Any]:
    """Top to bottom; those that begin at nearly the same height from left to right."""
    rows: list[list[Any]] = []
    for quad in sorted(quads, key=lambda quad: (quad[0][1], quad[0][0])):
        if rows and quad[0][1] - rows[-1][-1][0][1] < SAME_ROW:
            rows[-1].append(quad)
        else:
            rows.append([quad])
    return [quad for row in rows for quad in sorted(row, key=lambda quad: quad[0][0])]


def _straight(image: Image, quad: Any) -> Image:
    """A line cut out and turned level; one that is much higher than wide is laid on its side."""
    corners = np.asarray(quad, dtype=np.float32)
    width = max(1, int(max(np.linalg.norm(corners[0] - corners[1]), np.linalg.norm(corners[2] - corners[3]))))
    height = max(1, int(max(np.linalg.norm(corners[0] - corners[3]), np.linalg.norm(corners[1] - corners[2]))))
    level = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    turn = cv2.getPerspectiveTransform(corners, level)
    cut = cv2.warpPerspective(image, turn, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.ascontiguousarray(np.rot90(cut) if height >= 1.5 * width else cut, dtype=np.uint8)


def find_codes(grey: Image) -> list[Rect]:
    """Where QR codes are: wristbands, payment and health codes carry identities that nobody can read by eye."""
    found, corners = cv2.QRCodeDetector().detectMulti(np.ascontiguousarray(grey))
    return [_around(quad) for quad in corners] if found else []


def _around(quad: Any) -> Rect:
    left, top = quad.min(axis=0)
    right, bottom = quad.max(axis=0)
    return np.array([left, top, right - left, bottom - top], np.float32)


def _difference(before: Image, after: Image) -> float:
    return float(np.abs(before.astype(np.int16) - after).mean())


def _stamp(rgb: Image, rect: Rect) -> Image:
    """A small grey copy of a line, to see whether it changed."""
    x, y, w, h = (max(0, int(value)) for value in rect)
    part = rgb[y : y + max(h, 1), x : x + max(w, 1)]
    grey = cv2.cvtColor(part, cv2.COLOR_RGB2GRAY)
    return np.asarray(cv2.resize(grey, (96, 16), interpolation=cv2.INTER_AREA), dtype=np.uint8)
