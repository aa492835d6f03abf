"""Rendering again encodes only what changed; the rest is the former film, packet by packet."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from privacy import job as isolation_job
from privacy import resource_limits
from privacy.api import video
from privacy.job import Job, RenderDecisions, Task
from privacy.segments import PreviousRender
from privacy.source import Source
from privacy.types import Box, Detection, HandBox, SpokenHit, VideoReport
from tests.support.clips import Clip, make, read
from yiyuan.codes import SpeechCheck

CLIP = Clip(seconds=12.0)  # six groups of 20 frames
BOX = HandBox(Box(200, 40, 60, 40), 4.55, 5.05)  # on the face, frames 46 to 50: in the third group


def plain(path: Path) -> Detection:
    """A detection of nothing: what is covered is what the test draws."""
    shown = read(path)
    height, width = (side + side % 2 for side in shown[0].shape[:2])
    about = replace(video.probe(Source.of_path(path)), width=width, height=height)
    return Detection(about, len(shown), [], [], [0], False, "strict", {}, speech=SpeechCheck.SILENT)


def packets(path: Path, kind: str) -> list[tuple[int | None, int | None, bytes]]:
    with av.open(str(path)) as container:
        stream = next(candidate for candidate in container.streams if candidate.type == kind)
        return [(packet.pts, packet.dts, bytes(packet)) for packet in container.demux(stream) if packet.size]


class Film:
    """A source that is rendered again and again."""

    def __init__(self, folder: Path, clip: Clip = CLIP, name: str = "in.mp4") -> None:
        self.folder, self.path = folder, make(folder / name, clip)
        self.found = plain(self.path)

    def render(self, name: str, **more: Any) -> VideoReport:
        found, former = more.pop("found", self.found), more.pop("former", None)
        decided: dict[str, Any] = {what: tuple(given) for what, given in more.items()}
        return video.render(
            Source.of_path(self.path), found, RenderDecisions(**decided), self.folder / name, former=former
        )

    def former(self, name: str, report: VideoReport) -> PreviousRender:
        assert report.rendering
        return PreviousRender(str(self.folder / name), report.rendering)


@pytest.fixture(scope="module")
def film(module_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Film:
    """A source of twelve seconds."""
    return Film(tmp_path_factory.mktemp("film"))


@pytest.fixture(scope="module")
def first(film: Film) -> PreviousRender:
    """Rendered for the first time."""
    report = film.render("first.mp4")
    assert report.work and (report.work.of, report.work.frames, report.work.groups) == (6, 120, list(range(6)))
    return film.former("first.mp4", report)


@pytest.fixture(scope="module")
def second(film: Film, first: PreviousRender) -> VideoReport:
    """With one box drawn after that."""
    return film.render("second.mp4", extra=[BOX], former=first)


def test_only_the_touched_group_is_encoded(film: Film, second: VideoReport) -> None:
    assert second.work and second.rendering
    assert (second.work.groups, second.work.frames, second.work.of) == ([2], 20, 6)
    assert (second.work.sound, second.work.why) == ("former", "")
    before, after = packets(film.folder / "first.mp4", "video"), packets(film.folder / "second.mp4", "video")
    assert before[:40] == after[:40] and before[60:] == after[60:]
    assert before[40:60] != after[40:60]
    assert [dts for _pts, dts, _data in before] == [dts for _pts, dts, _data in after]
    assert packets(film.folder / "first.mp4", "audio") == packets(film.folder / "second.mp4", "audio")


def test_pixels_change_in_the_box_and_nowhere_else(film: Film, second: VideoReport) -> None:
    before, after = read(film.folder / "first.mp4"), read(film.folder / "second.mp4")
    assert len(before) == len(after) == second.verified.frames_out == 120
    inside = np.zeros(before[0].shape[:2], dtype=bool)
    inside[BOX.box.y : BOX.box.y + BOX.box.h, BOX.box.x : BOX.box.x + BOX.box.w] = True
    for index, (old, new) in enumerate(zip(before, after, strict=True)):
        apart = np.abs(old.astype(int) - new)
        if index // 20 != 2:
            assert not apart.any()
            continue
        assert (new[inside][:, 0].std() < old[inside][:, 0].std() / 3) == (46 <= index <= 50)
        # Outside the box stands what stood there, but for the rounding of the encoder.
        assert apart[~inside].mean() < 1.5


def test_the_copy_is_as_whole_as_one_made_at_once(film: Film, first: PreviousRender, second: VideoReport) -> None:
    whole = film.render("whole.mp4", extra=[BOX]).verified
    report = second.verified
    names = ("frames_in", "frames_out", "seconds_out", "audio_seconds_out", "audio_packets_equal")
    assert [getattr(report, name) for name in names] == [getattr(whole, name) for name in names]
    assert report.audio_packets_equal


def test_taking_the_box_away_uses_the_film_with_the_box(film: Film, second: VideoReport) -> None:
    third = film.render("third.mp4", former=film.former("second.mp4", second))
    assert third.work and third.work.groups == [2]
    for old, new in zip(read(film.folder / "first.mp4"), read(film.folder / "third.mp4"), strict=True):
        assert np.abs(old.astype(int) - new).mean() < 1.5


def test_a_new_bleep_makes_the_sound_anew_and_leaves_the_picture(film: Film, first: PreviousRender) -> None:
    found = replace(film.found, spoken=[SpokenHit("name", "李**", 3.0, 4.0)])
    report = film.render("bleep.mp4", found=found, former=first)
    assert report.work and (report.work.groups, report.work.frames, report.work.sound) == ([], 0, "source")
    assert packets(film.folder / "first.mp4", "video") == packets(film.folder / "bleep.mp4", "video")
    assert packets(film.folder / "first.mp4", "audio") != packets(film.folder / "bleep.mp4", "audio")
    kept = film.render("kept.mp4", found=found, extra=[BOX], former=film.former("bleep.mp4", report))
    assert kept.work and (kept.work.groups, kept.work.sound) == ([2], "former")
    assert packets(film.folder / "bleep.mp4", "audio") == packets(film.folder / "kept.mp4", "audio")


def test_decoding_begins_at_the_key_frame_before(tmp_path: Path, module_home: Path) -> None:
    film = Film(tmp_path, Clip(seconds=30.0, size=(160, 96), sound=""))  # a key frame every 250 frames
    report = film.render("first.mp4")
    late = HandBox(Box(100, 40, 32, 32), 26.1, 26.2)
    again = film.render("again.mp4", extra=[late], former=film.former("first.mp4", report))
    assert again.work and again.work.groups == [13] and again.work.sound == "none"
    assert again.work.decoded == 280 - 250
    assert len(read(tmp_path / "again.mp4")) == 300


SOURCES = {
    "matroska with uneven stamps": Clip(
        seconds=6, size=(160, 96), form="matroska", stamps=lambda index: 500 + index * 100 + (index % 3) * 30
    ),
    "webm": Clip(seconds=6, size=(160, 96), form="webm", codec="libvpx", sound="libopus"),
    "transport stream": Clip(seconds=6, size=(160, 96), form="mpegts", sound="aac"),
    "odd sides": Clip(seconds=6, size=(161, 97), pixels="yuv444p"),
    "B frames of an old kind, open groups": Clip(seconds=6, size=(160, 96), form="mpegts", codec="mpeg2video", fps=25),
}


@pytest.mark.parametrize("name", SOURCES)
def test_other_sources_are_taken_over_or_encoded_whole_but_always_right(
    name: str, tmp_path: Path, module_home: Path
) -> None:
    film = Film(tmp_path, SOURCES[name], "in")
    length = 2 * SOURCES[name].fps
    report = film.render("first.mp4")
    box = HandBox(Box(96, 32, 32, 32), 2.5, 3.0)
    again = film.render("again.mp4", extra=[box], former=film.former("first.mp4", report))
    assert again.work
    assert (again.work.groups, again.work.frames) == ([1], length), again.work.why
    before, after = read(tmp_path / "first.mp4"), read(tmp_path / "again.mp4")
    assert len(before) == len(after) == SOURCES[name].frames
    same = [not np.abs(old.astype(int) - new).any() for old, new in zip(before, after, strict=True)]
    assert all(same[:length]) and all(same[2 * length :]) and not all(same)
    whole = film.render("whole.mp4", extra=[box])
    for fresh, new in zip(read(tmp_path / "whole.mp4"), after, strict=True):
        assert np.abs(fresh.astype(int) - new).mean() < 1.5
    assert whole.verified.seconds_out == again.verified.seconds_out


def test_what_does_not_fit_is_encoded_whole_and_says_why(film: Film, first: PreviousRender, tmp_path: Path) -> None:
    other = replace(first.rendering, encoder="another")
    changed = tmp_path / "changed.mp4"
    data = bytearray((film.folder / "first.mp4").read_bytes())
    data[-1] ^= 1
    changed.write_bytes(data)
    groups = [replace(group, seen=group.seen ^ 1) for group in first.rendering.groups]
    misfits = {
        "编码器": replace(first, rendering=other),
        "原片不是": replace(first, rendering=replace(first.rendering, source="another")),
        "不在": replace(first, path=str(tmp_path / "gone.mp4")),
        "改动": replace(first, path=str(changed)),
        "与上次不同": replace(first, rendering=replace(first.rendering, groups=groups)),
        "帧数": replace(first, rendering=replace(first.rendering, groups=first.rendering.groups[:-1])),
    }
    for why, former in misfits.items():
        report = film.render("full.mp4", extra=[BOX], former=former)
        assert report.work and why in report.work.why
        assert (report.work.frames, report.work.of) == (120, 6)
        assert report.verified.frames_out == 120
    everywhere = film.render("solid.mp4", extra=[replace(BOX, first_seconds=0.0, last_seconds=12.0)], former=first)
    assert everywhere.work and everywhere.work.frames == 120 and everywhere.work.why


def test_stamps_of_no_use_leave_nothing_to_take_over(film: Film) -> None:
    assert film.render("retimed.mp4", found=replace(film.found, retimed=True)).rendering is None


def test_a_film_of_the_wrong_frames_is_no_output(film: Film, first: PreviousRender) -> None:
    """The same strict comparison as for a whole film: here the detection counted another number of frames."""
    target = film.folder / "wrong.mp4"
    target.write_bytes(b"as it was")
    with pytest.raises(Exception, match="帧数"):
        film.render("wrong.mp4", found=replace(film.found, frames=119), extra=[BOX], former=first)
    assert target.read_bytes() == b"as it was"
    assert not list(film.folder.glob(".*"))


VICTIM = """
import sys
from pathlib import Path
from tests.privacy.rendering.test_incremental import BOX, plain
from privacy.api import PreviousRender, RenderDecisions, Rendering, Source, video
source, target, saved, marker = map(Path, sys.argv[1:])
def report(stage, share, eta):
    marker.touch()
former = PreviousRender(str(target), Rendering.from_bytes(saved.read_bytes()))
for _round in range(1000):
    video.render(Source.of_path(source), plain(source), RenderDecisions(extra=(BOX,)), target.with_name("new.mp4"),
                 former=former, progress=report)
"""


def test_kill_9_leaves_the_old_film(film: Film, first: PreviousRender, tmp_path: Path) -> None:
    old = tmp_path / "old.mp4"
    old.write_bytes((film.folder / "first.mp4").read_bytes())
    saved, marker = tmp_path / "saved", tmp_path / "marker"
    saved.write_bytes(first.rendering.to_bytes())
    command = [sys.executable, "-c", VICTIM, str(film.path), str(old), str(saved), str(marker)]
    victim = subprocess.Popen(command, env=dict(os.environ), start_new_session=True)
    try:
        until = time.monotonic() + 120
        while not marker.exists() and victim.poll() is None and time.monotonic() < until:
            time.sleep(0.02)
        assert marker.exists()
    finally:
        os.killpg(victim.pid, signal.SIGKILL)
        victim.wait()
    assert old.read_bytes() == (film.folder / "first.mp4").read_bytes()
    new = tmp_path / "new.mp4"
    assert not new.exists() or len(read(new)) == 120
    report = film.render("after.mp4", extra=[BOX], former=replace(first, path=str(old)))
    assert report.work and report.work.groups == [2]


def test_a_job_with_a_former_film_crosses_the_border(film: Film, first: PreviousRender) -> None:
    job = Job(
        Task.RENDER_VIDEO, Source.of_path(film.path), resource_limits.writing(60), detection=film.found, former=first
    )
    assert isolation_job.unpack(isolation_job.pack(job)) == job
