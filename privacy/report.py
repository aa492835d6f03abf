"""The report of one file as plain JSON: what was found, kept and compared, and what a person must still look at."""

from dataclasses import asdict, dataclass, field
from typing import Any

from privacy.types import FaceTrack, Redaction, VideoReport, unlooked
from yiyuan.codes import FileStatus, SpeechCheck
from yiyuan.i18n import _


@dataclass(frozen=True)
class FileReport:
    """With `doubts` a person must look at each. Failed: `error` says why, there is no output.

    `details` holds tracks, screen, texts, spoken, scenes, verified and seconds per stage; no crops, no identifiers.
    """

    source: str
    output: str
    status: FileStatus
    doubts: list[str] = field(default_factory=list)
    error: str = ""
    details: dict[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        values = asdict(self)
        return {**{name: values[name] for name in ("source", "output", "status", "doubts", "error")}, **self.details}


def of_pictures(source: str, output: str, report: VideoReport) -> FileReport:
    """Of a video, a picture or a PDF."""
    message = _("人脸 {number}：{doubt}")
    doubts = [message.format(number=track.number, doubt=track.doubt) for track in report.tracks if track.doubt]
    doubts += [hit.note for hit in report.scenes]
    if why := unlooked(report.scene_watch):
        doubts.append(_("隐私部位未核验（{why}）：须由人看完全部画面").format(why=why))
    if report.speech == SpeechCheck.UNCHECKED:
        doubts.append(_("语音未核验：没有字幕，须由人完整听一遍"))
    details = {
        "probe": asdict(report.probe),
        "tracks": [_track(track, kept=track.number in report.kept) for track in report.tracks],
        "screen": [asdict(hit) for hit in report.screen_hits],
        "spoken": [asdict(hit) for hit in report.spoken],
        "speech": report.speech,
        "encoded": asdict(report.work) if report.work else None,
        "voice_changed": [list(span) for span in report.voices],
        "scenes": [asdict(hit) for hit in report.scenes],
        "scene_watch": report.scene_watch,
        "verified": asdict(report.verified),
        "stage_seconds": report.stage_seconds,
    }
    return FileReport(source, output, _status(doubts), doubts, details=details)


def of_text(source: str, output: str, redaction: Redaction) -> FileReport:
    """Of a text or a subtitle file."""
    doubts = sorted({hit.doubt for hit in redaction.hits if hit.doubt})
    findings = [{"kind": h.kind, "start": h.start, "end": h.end, "replacement": h.replacement} for h in redaction.hits]
    return FileReport(source, output, _status(doubts), doubts, details={"findings": findings})


def _status(doubts: list[str]) -> FileStatus:
    return FileStatus.DOUBTS if doubts else FileStatus.DONE


def _track(track: FaceTrack, *, kept: bool) -> dict[str, Any]:
    values = asdict(track)
    values.pop("face_png")
    boxes = [[frame, box.x, box.y, box.w, box.h] for frame, box in track.boxes]
    return {**values, "boxes": boxes, "kept": kept}
