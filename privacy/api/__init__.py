"""The entry points of privacy and the types they take and give; nothing else of it is imported from outside.

The modules of this folder: `files`, `image`, `video`, `document`, `screenshot`, `face_crops`, `copies`, `reversible`.
"""

from privacy.api.files import RedactionOptions
from privacy.geometry import DPI
from privacy.job import Mask, Profile, Progress, RenderDecisions
from privacy.pii.engine import redact
from privacy.pii.pseudonyms import Labels
from privacy.pii.spans import bare
from privacy.pii.subtitles import parse_subtitles, redact_subtitles, spoken_text
from privacy.report import FileReport
from privacy.segments import PreviousRender, Rendering
from privacy.source import Source
from privacy.types import (
    Box,
    Detection,
    FaceTrack,
    HandBox,
    Picture,
    Probe,
    Redaction,
    SceneHit,
    ScreenHit,
    SpokenHit,
    Strip,
    TextHit,
    VideoReport,
    kind_name,
    unlooked,
)

__all__ = [
    "DPI",
    "Box",
    "Detection",
    "FaceTrack",
    "FileReport",
    "HandBox",
    "Labels",
    "Mask",
    "Picture",
    "PreviousRender",
    "Probe",
    "Profile",
    "Progress",
    "Redaction",
    "RedactionOptions",
    "RenderDecisions",
    "Rendering",
    "SceneHit",
    "ScreenHit",
    "Source",
    "SpokenHit",
    "Strip",
    "TextHit",
    "VideoReport",
    "bare",
    "kind_name",
    "parse_subtitles",
    "redact",
    "redact_subtitles",
    "spoken_text",
    "unlooked",
]
