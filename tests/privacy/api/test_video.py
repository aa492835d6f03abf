"""A clip goes all the way through both passes, in real child processes."""

from pathlib import Path

import av
import numpy as np
import pytest

from privacy import resource_limits
from privacy.api import video
from privacy.isolation import runner
from privacy.isolation.checkpoint import Saved
from privacy.job import Job, RenderDecisions, Task
from privacy.models import files as model_files
from privacy.source import Source
from privacy.types import Box, Detection, HandBox, VideoReport
from tests.support.clips import Clip, drawn, make, read, turn
from yiyuan.codes import AssetRole
from yiyuan.settings import settings
from yiyuan.storage import media

CLIP = Clip(text="患者：李建国 住院号：ZY20231234", metadata=(("title", "secret"), ("location", "+31.2+121.4/")))


@pytest.fixture(scope="module")
def clip(module_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A face and a burnt-in line."""
    return make(tmp_path_factory.mktemp("clip") / "in.mp4", CLIP)


@pytest.fixture(scope="module")
def found(clip: Path) -> Detection:
    """Pass 1."""
    return video.detect(Source.of_path(clip))


@pytest.fixture(scope="module")
def masked(clip: Path, found: Detection) -> tuple[Path, VideoReport]:
    """Pass 2 with nobody kept."""
    target = clip.with_name("masked.mp4")
    return target, video.render(Source.of_path(clip), found, RenderDecisions(), target)


def part(pixels: np.ndarray, box: Box) -> np.ndarray:
    return pixels[box.y : box.y + box.h, box.x : box.x + box.w].astype(int)


def original(index: int) -> np.ndarray:
    return np.asarray(drawn(CLIP, index))


def change(before: np.ndarray, after: np.ndarray, box: Box) -> float:
    return float(np.abs(part(before, box) - part(after, box)).mean())


def test_probe_tells_what_the_file_is(clip: Path) -> None:
    about = video.probe(Source.of_path(clip))
    assert (about.width, about.height, about.frames, about.fps) == (480, 270, 15, 10.0)
    assert (about.video_codec, about.audio_codec, about.has_subtitles) == ("h264", "aac", False)
    assert about.seconds == pytest.approx(1.5, abs=0.05)


def test_one_track_covers_every_frame(found: Detection) -> None:
    (track,) = found.tracks
    assert [frame for frame, _box in track.boxes] == list(range(15))
    assert track.proposed and track.doubt == ""
    assert track.face_png.startswith(b"\x89PNG")
    moved = track.boxes[-1][1].x - track.boxes[0][1].x
    assert moved == pytest.approx(14 * 3, abs=8)


def test_detection_survives_its_file(found: Detection) -> None:
    assert Detection.from_bytes(found.to_bytes()) == found


def test_identifiers_on_screen_are_found_for_the_whole_time(found: Detection) -> None:
    kinds = {hit.kind: hit for hit in found.screen_hits}
    assert set(kinds) == {"name", "record_number"}
    for hit in kinds.values():
        assert (hit.first_frame, hit.last_frame) == (0, 14)
        assert "李建国" not in hit.text_excerpt and "20231234" not in hit.text_excerpt


def test_nobody_named_means_masked(found: Detection, masked: tuple[Path, VideoReport]) -> None:
    for index, pixels in enumerate(read(masked[0])):
        box = found.tracks[0].boxes[index][1]
        assert change(original(index), pixels, box) > 12
        for hit in found.screen_hits:
            assert part(pixels, hit.box).std() < part(original(index), hit.box).std() / 3


def test_kept_stays_visible_while_text_stays_masked(clip: Path, found: Detection) -> None:
    target = clip.with_name("kept.mp4")
    report = video.render(Source.of_path(clip), found, RenderDecisions((1,)), target)
    assert report.kept == [1]
    for index, pixels in enumerate(read(target)):
        assert change(original(index), pixels, found.tracks[0].boxes[index][1]) < 6
        assert part(pixels, found.screen_hits[0].box).std() < part(original(index), found.screen_hits[0].box).std() / 3


def test_the_copy_is_whole_and_bare(masked: tuple[Path, VideoReport], clip: Path) -> None:
    target, report = masked
    checked = report.verified
    assert (checked.frames_in, checked.frames_out) == (15, 15)
    assert checked.seconds_in == checked.seconds_out == pytest.approx(1.4)
    assert checked.audio_packets_equal
    with av.open(str(target)) as after, av.open(str(clip)) as before:
        assert [stream.codec_context.name for stream in after.streams] == ["h264", "aac"]
        assert before.metadata["title"] == "secret"
        assert not {"title", "location", "location-eng"} & set(after.metadata)
        assert b"secret" not in target.read_bytes() and b"+31.2" not in target.read_bytes()
    assert list(clip.parent.glob(".*")) == []


@pytest.mark.parametrize("mask", ["mosaic", "solid", "blur"])
def test_masks_hide(clip: Path, found: Detection, mask: str, tmp_path: Path) -> None:
    target = tmp_path / "out.mp4"
    video.render(Source.of_path(clip), found, RenderDecisions(mask=mask), target)  # type: ignore[arg-type]
    assert change(original(3), read(target)[3], found.tracks[0].boxes[3][1]) > 12


def test_progress_names_stages_and_ends_full(clip: Path) -> None:
    reported: list[tuple[str, float, float | None]] = []
    video.detect(Source.of_path(clip), progress=lambda *line: reported.append(line))
    assert reported[-1][:2] == ("detect", 1.0)
    assert reported[-1][2] == pytest.approx(0.0, abs=0.1)


def test_an_error_in_the_progress_hook_ends_the_child(clip: Path) -> None:
    def lost(stage: str, share: float, eta: float | None) -> None:
        raise RuntimeError("lease lost")

    with pytest.raises(RuntimeError, match="lease lost"):
        video.detect(Source.of_path(clip), progress=lost)


def test_what_a_person_drew_is_covered_and_what_a_person_cleared_is_not(clip: Path, found: Detection) -> None:
    target, box = clip.with_name("hand.mp4"), Box(300, 40, 60, 40)
    drawn_box = [HandBox(box, 0.35, 0.85)]
    video.render(Source.of_path(clip), found, RenderDecisions((1,), tuple(drawn_box), (0, 1)), target)
    frames = read(target)
    for index, pixels in enumerate(frames):
        spread = part(pixels, box)[:, :, 0].std() / part(original(index), box)[:, :, 0].std()
        assert (spread < 0.3) == (4 <= index <= 8)
        for hit in found.screen_hits:
            assert change(original(index), pixels, hit.box) < 10


def test_a_killed_pass_goes_on_where_it_was(clip: Path, found: Detection) -> None:
    job = Job(
        Task.DETECT_VIDEO,
        Source.of_path(clip),
        resource_limits.reading(60),
        model=str(model_files.folded()),
        save_seconds=0.0,
    )
    states: list[bytes] = []

    def killed(stage: str, share: float, eta: float | None) -> None:
        if len(states) >= 9:
            raise RuntimeError("killed")

    def keep(state: bytes) -> None:
        states.append(state)
        killed("", 0.0, None)

    with pytest.raises(RuntimeError, match="killed"):
        runner.run(job, killed, keep)
    Saved(job).write(states[-1])
    assert b"PNG" not in next((settings().home / "cache" / "resume").iterdir()).read_bytes()
    again = video.detect(Source.of_path(clip))
    assert [(t.first_frame, t.last_frame) for t in again.tracks] == [(0, 14)]
    assert [hit.kind for hit in again.screen_hits] == [hit.kind for hit in found.screen_hits]
    assert again.stage_seconds["faces"] < found.stage_seconds["faces"] + 5
    assert Saved(job).read() == b"", "what is done leaves no state behind"


def test_a_sealed_original_is_read_without_a_plain_copy(clip: Path, home: Path, tmp_path: Path) -> None:
    asset = media.seal_stream(clip, role=AssetRole.VIDEO, filename="in.mp4")
    source = Source.of_asset(asset)
    found = video.detect(source)
    report = video.render(source, found, RenderDecisions(), tmp_path / "out.mp4")
    assert report.verified.frames_out == CLIP.frames
    head = clip.read_bytes()[4:64]
    assert not [path for path in home.rglob("*") if path.is_file() and head in path.read_bytes()]


def test_stamps_that_run_backwards_are_replaced_by_a_steady_rate(tmp_path: Path) -> None:
    """Every packet says it is shown at the same moment."""
    steady, broken = make(tmp_path / "made.mp4", Clip(seconds=1, sound="")), tmp_path / "broken.mkv"
    with av.open(str(steady)) as source, av.open(str(broken), "w", format="matroska") as target:
        out = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.size:
                packet.pts = packet.dts = 0
                packet.stream = out
                target.mux(packet)
    found = video.detect(Source.of_path(broken))
    assert found.retimed
    report = video.render(Source.of_path(broken), found, RenderDecisions(), tmp_path / "out.mp4")
    assert report.verified.frames_out == 10
    assert report.verified.seconds_out > 0.3


VARIANTS = {
    "no sound": Clip(sound="", seconds=0.6),
    "odd sides": Clip(size=(321, 241), pixels="yuv444p", seconds=0.6),
    "other sound": Clip(sound="libopus", codec="libvpx", form="webm", seconds=0.6),
    "10 bits": Clip(pixels="yuv420p10le", seconds=0.6),
    "uneven stamps": Clip(form="matroska", seconds=0.6, stamps=lambda index: index * 100 + (index % 3) * 30),
    "one frame": Clip(seconds=0.1),
}


@pytest.mark.parametrize("name", VARIANTS)
def test_variants_keep_frames_and_sound(name: str, tmp_path: Path) -> None:
    clip = VARIANTS[name]
    source = Source.of_path(make(tmp_path / "in", clip))
    report = video.render(source, video.detect(source), RenderDecisions(), tmp_path / "out.mp4")
    assert report.verified.frames_out == clip.frames
    assert len(read(tmp_path / "out.mp4")) == clip.frames
    assert bool(report.verified.audio_seconds_out) is bool(clip.sound)


def test_a_turned_picture_is_read_and_written_upright(tmp_path: Path) -> None:
    clip = Clip(size=(270, 480), seconds=0.5, sound="")
    lying = tmp_path / "lying.mp4"
    with av.open(str(lying), "w") as target:
        stream = target.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 480, 270, "yuv420p"
        for index in range(clip.frames):
            upright = np.asarray(drawn(clip, index))
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(np.rot90(upright, 1)), format="rgb24")
            target.mux(stream.encode(frame))
        target.mux(stream.encode(None))
    turn(lying, 270)
    found = video.detect(Source.of_path(lying))
    assert (found.probe.width, found.probe.height) == (270, 480)
    assert len(found.tracks) == 1
    video.render(Source.of_path(lying), found, RenderDecisions((1,)), tmp_path / "out.mp4")
    difference = np.abs(read(tmp_path / "out.mp4")[0].astype(int) - np.asarray(drawn(clip, 0)))
    assert difference.mean() < 6


@pytest.mark.parametrize("degrees", [90, 270])
def test_the_face_of_who_lies_is_covered_in_every_frame(degrees: int, tmp_path: Path) -> None:
    lying = make(tmp_path / "bed.mp4", Clip(seconds=2, fps=12, lying=degrees))
    (track,) = video.detect(Source.of_path(lying)).tracks
    assert [frame for frame, _box in track.boxes] == list(range(24))
    width, height = 148, 135  # of the pasted portrait; its face is about in the middle
    for frame, box in track.boxes:
        middle = (20 + frame * 3 + width / 2, 10 + height / 2)
        assert box.x < middle[0] < box.x + box.w and box.y < middle[1] < box.y + box.h


def test_a_cut_ends_a_track_and_a_new_shot_asks_again(tmp_path: Path) -> None:
    source = Source.of_path(make(tmp_path / "in.mp4", Clip(change_at=0.5, sound="")))
    found = video.detect(source)
    assert found.shots == [0, 8]
    assert [(track.first_frame, track.last_frame) for track in found.tracks] == [(0, 7), (8, 14)]
    assert sum(track.proposed for track in found.tracks) == 1
