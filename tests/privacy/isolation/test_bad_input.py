"""Each kind of bad file is refused with a sentence that says what to do, and nothing is left behind."""

import errno
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import av
import pytest

from privacy import resource_limits
from privacy.api import video
from privacy.isolation import runner
from privacy.isolation.worker import _translate
from privacy.job import Job, RenderDecisions, Task
from privacy.models import files as model_files
from privacy.source import Source
from privacy.types import Detection
from tests.support.clips import Clip, make, tone
from yiyuan.errors import BadInput, Failed
from yiyuan.settings import settings

SHORT = Clip(seconds=0.5)


def message(path: Path) -> str:
    with pytest.raises(BadInput) as refused:
        video.probe(Source.of_path(path))
    assert refused.value.field == "video"
    return refused.value.message


def test_empty(tmp_path: Path) -> None:
    path = tmp_path / "empty.mp4"
    path.write_bytes(b"")
    assert "0 字节" in message(path)


@pytest.mark.parametrize("content", [b"hello" * 1000, b"\xff\xd8\xff\xe0" + bytes(5000), b"PK\x03\x04" + bytes(9000)])
def test_not_a_video(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(content)
    assert "不是可识别的视频" in message(path)


@pytest.mark.parametrize(
    "content",
    [
        b"#EXTM3U\n#EXT-X-VERSION:3\n#EXTINF:10,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n",
        b"\xef\xbb\xbf#EXTM3U\n",
        b"ffconcat version 1.0\nfile '/etc/passwd'\n",
        b'<?xml version="1.0"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011"></MPD>',
    ],
)
def test_playlists(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "list.mp4"
    path.write_bytes(content)
    assert "播放列表" in message(path)


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
@pytest.mark.parametrize("form", ["mp4", "matroska"])
def test_truncated(form: str, share: float, tmp_path: Path) -> None:
    whole = make(tmp_path / "whole", Clip(seconds=8, fps=5, size=(160, 90), form=form, sound="")).read_bytes()
    path = tmp_path / "cut.mp4"
    path.write_bytes(whole[: int(len(whole) * share)])
    assert "不完整" in message(path)


def test_truncated_with_the_index_in_front(tmp_path: Path) -> None:
    whole = tmp_path / "whole.mp4"
    clip = make(tmp_path / "in.mp4", Clip(seconds=3))
    with av.open(str(clip)) as source, av.open(str(whole), "w", options={"movflags": "+faststart"}) as target:
        out = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.size:
                packet.stream = out
                target.mux(packet)
    path = tmp_path / "cut.mp4"
    path.write_bytes(whole.read_bytes()[:-8000])
    assert "不完整" in message(path)


def test_sound_only(tmp_path: Path) -> None:
    path = tmp_path / "voice.mp4"
    with av.open(str(path), "w") as target:
        tone(target, target.add_stream("aac", rate=48000, layout="mono"), 1.0)
    assert "没有视频画面" in message(path)


def test_three_hours(tmp_path: Path) -> None:
    path = make(tmp_path / "long.mp4", Clip(seconds=4, fps=1, size=(64, 48), sound="", stamps=lambda i: i * 3600_000))
    assert "剪短" in message(path) and "30 分钟" in message(path)


def test_too_many_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = make(tmp_path / "big.mp4", SHORT)
    monkeypatch.setenv("YIYUAN_UPLOAD_MAX_BYTES", "1000")
    settings.cache_clear()
    assert "超过" in message(path)


def test_too_many_pixels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = make(tmp_path / "wide.mp4", SHORT)
    monkeypatch.setenv("YIYUAN_VIDEO_MAX_PIXELS", "1000")
    settings.cache_clear()
    assert "480×270" in message(path)


def test_mislabelled_extension_is_read_for_what_it_is(tmp_path: Path) -> None:
    assert video.probe(Source.of_path(make(tmp_path / "film.jpg", SHORT))).video_codec == "h264"


def test_missing_file(tmp_path: Path) -> None:
    source = Source(path=str(tmp_path / "gone.mp4"))
    with pytest.raises(Failed, match="不在了"):
        video.probe(source)


@pytest.fixture(scope="module")
def plain(module_home: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Source, Detection]:
    """A clip and its detection."""
    source = Source.of_path(make(tmp_path_factory.mktemp("plain") / "in.mp4", SHORT))
    return source, video.detect(source)


def test_a_full_disk_leaves_the_target_as_it_was(plain: tuple[Source, Detection], tmp_path: Path) -> None:
    """The child's largest file is limited so far that the disk seems full in the middle of writing."""
    source, detection = plain
    target = tmp_path / "out.mp4"
    target.write_bytes(b"before")
    tight = resource_limits.Limits(wall=60, written=4096)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(resource_limits, "writing", lambda seconds: tight)
        with pytest.raises(Failed, match="磁盘已满"):
            video.render(source, detection, RenderDecisions(), target)
    assert target.read_bytes() == b"before"
    assert [path.name for path in tmp_path.iterdir()] == ["out.mp4"]


@pytest.mark.skipif(not sys.platform.startswith("linux") or os.geteuid() != 0, reason="mounting needs root")
def test_a_really_full_disk(plain: tuple[Source, Detection], tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=8k", "tmpfs", str(small)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("this container may not mount")
    try:
        with pytest.raises(Failed, match="磁盘已满"):
            video.render(*plain, RenderDecisions(), small / "out.mp4")
        assert list(small.iterdir()) == []
    finally:
        subprocess.run(["umount", str(small)], check=True)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_disk_errors_are_told_as_such(number: int) -> None:
    assert "磁盘已满" in _translate(OSError(number, "disk full")).message


def test_a_frame_lost_on_the_way_is_a_failure(plain: tuple[Source, Detection], tmp_path: Path) -> None:
    source, detection = plain
    with pytest.raises(Failed, match="帧数与原片不一致"):
        video.render(source, replace(detection, frames=detection.frames + 1), RenderDecisions(), tmp_path / "out.mp4")
    assert list(tmp_path.iterdir()) == []


def test_time_is_limited(plain: tuple[Source, Detection]) -> None:
    job = Job(Task.PROBE, plain[0], resource_limits.Limits(wall=0.05))
    with pytest.raises(Failed, match="超过时限"):
        runner.run(job, video.quiet)


def test_memory_is_limited(plain: tuple[Source, Detection]) -> None:
    job = Job(
        Task.DETECT_VIDEO,
        plain[0],
        resource_limits.Limits(wall=60, memory=32 * 1024**2),
        model=str(model_files.folded()),
    )
    with pytest.raises(Failed, match=r"内存|子进程"):
        runner.run(job, video.quiet)


def test_a_reading_child_cannot_write(tmp_path: Path) -> None:
    code = (
        "from privacy.resource_limits import apply, reading\n"
        "apply(reading(5))\n"
        f"open({str(tmp_path / 'copy')!r}, 'wb').write(b'x' * 100000)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.returncode != 0
    assert not (tmp_path / "copy").exists() or (tmp_path / "copy").stat().st_size == 0


@pytest.mark.parametrize(
    "child", ["raise SystemExit(3)", "import sys; sys.stdin.buffer.read(10); sys.stdout.write('[\"resu')"]
)
def test_a_child_that_dies_at_once_or_in_mid_line_is_a_failure_with_a_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, child: str
) -> None:
    program = tmp_path / "python"
    program.write_text(f"#!{sys.executable}\n{child}\n")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))
    job = Job(Task.PROBE, Source(path=str(tmp_path / "film.mp4")), resource_limits.reading(60), resume=bytes(2**20))
    with pytest.raises(Failed, match="子进程异常结束"):
        runner.run(job, video.quiet)
