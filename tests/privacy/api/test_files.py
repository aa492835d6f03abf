"""The commands and the interface behind them."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from commands.cli import app
from privacy.api import files
from privacy.api.files import RedactionOptions
from tests.support.clips import Clip, drawn, make

TEXT = "患者李建国，住院号ZY20231234。"


def call(*arguments: str, stdin: str = "") -> tuple[int, str]:
    done = CliRunner().invoke(app, [*arguments], input=stdin)
    return done.exit_code, done.output


def test_redact_text() -> None:
    assert call("redact", stdin=TEXT) == (0, "患者A，住院号［病历号］。")


def test_redact_lines_of_json() -> None:
    lines = "".join(json.dumps({"id": number, "text": TEXT}) + "\n" for number in range(2))
    code, out = call("redact", "--json", stdin=lines)
    records = [json.loads(line) for line in out.splitlines()]
    assert code == 0 and [record["id"] for record in records] == [0, 1]
    assert records[0]["findings"] == [
        {"kind": "name", "start": 2, "end": 5, "replacement": "A"},
        {"kind": "record_number", "start": 9, "end": 19, "replacement": "［病历号］"},
    ]


def test_redact_names_the_line_at_fault() -> None:
    code, out = call("redact", "--json", stdin='{"id": 1, "text": "x"}\n{"id": 2}\n')
    assert code == 1 and "第 2 行" in out


def test_a_video_with_sound_leaves_a_doubt_and_a_report(tmp_path: Path) -> None:
    clip = make(tmp_path / "in.mp4", Clip(seconds=0.8))
    code, out = call("desensitise", str(clip), "-o", str(tmp_path / "o.mp4"), "--report", str(tmp_path / "r.json"))
    report = json.loads((tmp_path / "r.json").read_text())
    assert code == 1 and "语音未核验" in out
    assert report["status"] == "doubts" and report["speech"] == "unchecked"
    (track,) = report["tracks"]
    assert len(track["boxes"]) == 8 and not track["kept"] and "face_png" not in track
    assert report["verified"]["frames_out"] == 8
    assert (tmp_path / "o.mp4").exists()


def test_subtitles_beside_a_video_are_used(tmp_path: Path) -> None:
    clip = make(tmp_path / "in.mp4", Clip(seconds=0.8, faces=0))
    (tmp_path / "in.srt").write_text("1\n00:00:00,100 --> 00:00:00,600\n住院号12345678\n", encoding="utf-8")
    report = files.desensitise(clip, tmp_path / "out.mp4")
    assert report.status == "done" and len(report.details["spoken"]) == 1


def test_a_bad_file_is_exit_2_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "in.mp4").write_bytes(b"no video")
    code, out = call("desensitise", str(tmp_path / "in.mp4"), "-o", str(tmp_path / "out.mp4"))
    assert code == 2 and "不是可识别的视频" in out
    assert [path.name for path in tmp_path.iterdir()] == ["in.mp4"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_text_files(encoding: str, tmp_path: Path) -> None:
    (tmp_path / "in.txt").write_bytes(TEXT.encode(encoding))
    report = files.desensitise(tmp_path / "in.txt", tmp_path / "out.txt")
    assert report.status == "done"
    assert (tmp_path / "out.txt").read_text(encoding="utf-8") == "患者A，住院号［病历号］。"


def test_a_folder_keeps_its_shape(tmp_path: Path) -> None:
    inside = tmp_path / "in" / "deep"
    inside.mkdir(parents=True)
    drawn(Clip(), 0).save(inside / "face.png")
    (tmp_path / "in" / "a.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "in" / "b.srt").write_text("1\n00:00:01,000 --> 00:00:02,000\n住院号12345678\n", encoding="utf-8")
    (tmp_path / "in" / "left.xyz").write_text("x")
    found = list(files.folder(tmp_path / "in", tmp_path / "out", RedactionOptions()))
    assert [(report.source, report.status) for report in found] == [
        ("a.txt", "done"),
        ("b.srt", "done"),
        ("face.png", "done"),
    ]
    written = sorted(
        str(path.relative_to(tmp_path / "out")) for path in (tmp_path / "out").rglob("*") if path.is_file()
    )
    assert written == ["a.txt", "b.srt", "deep/face.png"]
