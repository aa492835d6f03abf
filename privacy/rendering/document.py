"""A scanned paper as one picture to look at: its pages below each other, bare pixels. Runs in the child only."""

import cv2
import numpy as np

from privacy.decoding.image_frames import opened
from privacy.geometry import Image
from privacy.job import Job, Progress
from privacy.progress import Pace
from privacy.types import DOCUMENT_PAGES, DOCUMENT_WIDTH, Paper


def draw_document(job: Job, progress: Progress) -> Paper:
    """The first DOCUMENT_PAGES pages, each DOCUMENT_WIDTH pixels wide. BadInput as `stills.opened`."""
    pages: list[Image] = []
    with opened(job.source) as album:
        shown = min(DOCUMENT_PAGES, album.count)
        pace = Pace("paper", progress, shown)
        for still in album.pictures:
            pages.append(_scaled(still.rgb))
            pace.tick(len(pages))
            if len(pages) == shown:
                break
        pace.end()
        bgr = cv2.cvtColor(np.vstack(pages), cv2.COLOR_RGB2BGR)
        return Paper(cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, 85])[1].tobytes(), shown, album.count)


def _scaled(rgb: Image) -> Image:
    """As wide as the others; of a strip that is absurdly tall the upper part: a JPEG has at most 65,500 lines."""
    rgb = rgb[: rgb.shape[1] * 6]
    height = max(1, round(rgb.shape[0] * DOCUMENT_WIDTH / rgb.shape[1]))
    how = cv2.INTER_AREA if rgb.shape[1] > DOCUMENT_WIDTH else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(rgb, (DOCUMENT_WIDTH, height), interpolation=how), np.uint8)
