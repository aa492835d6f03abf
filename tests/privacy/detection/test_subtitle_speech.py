"""Subtitles are read, redacted and tell where to bleep; without them nobody may say that speech was checked."""

import re
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy.api import video
from privacy.job import RenderDecisions
from privacy.pii.subtitles import parse_subtitles, redact_subtitles, spoken_text
from privacy.rendering.audio.bleep import Bleeper
from privacy.source import Source
from tests.support.clips import Clip, make
from yiyuan.errors import BadInput

SRT = """1
00:00:00,200 --> 00:00:00,900
大家好

2
00:00:01,000 --> 00:00:03,000
这位患者李建国
住院号是ZY20231234

"""
VTT = "WEBVTT\n\n00:01.000 --> 00:03.000 align:start\n这位患者李建国\n住院号是ZY20231234\n"
ASS = (
    "[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
    "Dialogue: 0,0:00:01.00,0:00:03.00,Default,,0,0,0,,这位患者李建国，住院号是ZY20231234\n"
)


@pytest.mark.parametrize("text", [SRT, VTT, ASS, SRT.replace("\n", "\r\n")], ids=["srt", "vtt", "ass", "crlf"])
def test_files_lose_identifiers_and_keep_their_times(text: str) -> None:
    result = redact_subtitles(text)
    assert "李建国" not in result.text and "ZY20231234" not in result.text
    assert [hit.kind for hit in result.hits] == ["name", "record_number"]
    assert [(cue.start, cue.end) for cue in parse_subtitles(result.text)] == [
        (cue.start, cue.end) for cue in parse_subtitles(text)
    ]
    for hit, (start, end) in zip(result.hits, result.new_spans, strict=True):
        assert result.text[start:end] == hit.replacement


@pytest.mark.parametrize(
    "text",
    [
        "WEBVTT\n\nNOTE 患者李建国 13800138000\n\n00:01.000 --> 00:03.000 align:start\n好\n",
        "患者李建国，电话13800138000\n1\n00:00:01,000 --> 00:00:03,000\n好\n",
        "1\n00:00:01,000 --> 00:00:02,000\n好\n\n2\n00:00:0x,000 -> 00:00:03,000\n患者李建国 13800138000\n",
        "1\n00:00:01,000 --> 00:00:02,000\n好\n\n患者李建国 13800138000\n",
        ASS + "Dialogue: 0,0:00:0z.00,0:00:03.00,Default,,0,0,0,,患者李建国 13800138000\n",
        ASS + "Comment: 0,0:00:01.00,0:00:03.00,Default,,0,0,0,,患者李建国 13800138000\n",
        "[Script Info]\nTitle: 患者李建国 13800138000\n" + ASS,
        "WEBVTT\n\n00:01.000 --> 00:03.000 align:start 患者李建国 13800138000\n好\n",
        "1\n00:00:01,000 --> 00:00:02,000\n好\n\n电话\n13800138000\n",
        ASS + "Dialogue: 13800138000,0:00:01.00,0:00:03.00,Default,李建国,0,0,0,,患者李建国\n",
        "13800138000\n00:00:01,000 --> 00:00:02,000\n患者李建国\n\nDialogue: 0,0:00:01.00,0:00:02.00,a,,0,0,0,,好\n",
    ],
    ids=[
        "note",
        "before",
        "wrong-time",
        "after-blank",
        "ass-wrong-time",
        "ass-comment",
        "ass-title",
        "beside-times",
        "digits-alone",
        "ass-layer",
        "srt-as-ass",
    ],
)
def test_what_stands_in_no_cue_loses_identifiers_too(text: str) -> None:
    result = redact_subtitles(text)
    assert "李建国" not in result.text and "13800138000" not in result.text
    times = re.compile(r"\d+:[\d:.]+|align:start|WEBVTT|NOTE|Style|Comment|Title")
    assert times.findall(result.text) == times.findall(text)
    assert [hit.start for hit in result.hits] == sorted(hit.start for hit in result.hits)
    for hit, (start, end) in zip(result.hits, result.new_spans, strict=True):
        assert result.text[start:end] == hit.replacement


@pytest.mark.parametrize(
    "text",
    [
        "1\n00:00:01,000 --> 00:00:02,000\n住院号\n\n20260718\n",
        "NOTE 住院号\n\n1\n00:00:01,000 --> 00:00:02,000\n20260718\n",
        "WEBVTT\n\nNOTE 住院号\n20260718\n\n00:01.000 --> 00:03.000\n好\n",
    ],
    ids=["value-outside", "label-outside", "both-outside"],
)
def test_a_label_and_its_value_on_both_sides_of_a_cue(text: str) -> None:
    result = redact_subtitles(text)
    assert "20260718" not in result.text
    for hit, (start, end) in zip(result.hits, result.new_spans, strict=True):
        assert result.text[start:end] == hit.replacement


def test_a_file_without_identifiers_stays_as_it_is() -> None:
    text = "".join(
        f"{n}\n00:{n // 60:02}:{n % 60:02},{n:03} --> 00:{n // 60:02}:{n % 60:02},900\n多喝水\n\n"
        for n in range(1, 200)
    )
    for plain in (text, "WEBVTT\nKind: captions\n\nSTYLE\n::cue { color: #abcdef }\n\n" + text.replace(",", ".")):
        assert redact_subtitles(plain).text == plain


def test_a_label_in_one_cue_and_its_value_in_the_next() -> None:
    text = "1\n00:00:01,000 --> 00:00:02,000\n姓名\n\n2\n00:00:02,000 --> 00:00:03,000\n王秀英\n"
    assert "王秀英" not in redact_subtitles(text).text


def test_words_are_placed_inside_their_cue_with_a_margin() -> None:
    name, number = spoken_text(parse_subtitles(SRT))
    assert name.first_seconds <= 1.0 + 2 * 4 / 19 and name.last_seconds >= 1.0 + 2 * 7 / 19
    assert number.last_seconds == pytest.approx(3.6, abs=0.05)
    assert number.first_seconds > name.first_seconds


def test_no_cues_is_bad_input() -> None:
    with pytest.raises(BadInput, match="时间轴"):
        parse_subtitles("大家好")


@given(st.text(st.sampled_from("0123456789:,->.\n 李建国患者Dialogue"), max_size=120))
def test_any_text_is_parsed_or_refused(text: str) -> None:
    try:
        cues = parse_subtitles(text)
    except BadInput:
        return
    assert all(text.replace("\r", "\n")[cue.at : cue.at + len(cue.text)] == cue.text for cue in cues)


def test_only_the_span_is_bleeped() -> None:
    before = np.full((2, 1000), 0.5, np.float32)
    after = Bleeper([(1.25, 1.5)], 1000).over(before, 1.0)
    assert (after[:, :250] == 0.5).all() and (after[:, 500:] == 0.5).all()
    assert not (after[:, 250:500] == 0.5).any()
    assert (before == 0.5).all()


def heard(path: Path) -> "np.ndarray[tuple[int], np.dtype[np.float32]]":
    """The samples of a file, one channel, 48 kHz."""
    with av.open(str(path)) as container:
        frames = list(container.decode(audio=0))
    return np.concatenate([frame.to_ndarray()[0] for frame in frames])


def pitch(samples: "np.ndarray[tuple[int], np.dtype[np.float32]]") -> float:
    return float(np.abs(np.fft.rfft(samples)).argmax() * 48000 / len(samples))


def test_spoken_identifiers_are_bleeped_in_time(tmp_path: Path) -> None:
    source = Source.of_path(make(tmp_path / "in.mp4", Clip(seconds=4, fps=5, faces=0)))
    cue = "1\n00:00:02,000 --> 00:00:03,000\n13800138000\n"
    found = video.detect(source, subtitles=cue)
    (hit,) = found.spoken
    assert found.speech == "subtitled"
    assert hit.first_seconds <= 2.0 and hit.last_seconds >= 3.0
    report = video.render(source, found, RenderDecisions(), tmp_path / "out.mp4")
    assert not report.verified.audio_packets_equal
    assert report.verified.audio_seconds_out == pytest.approx(report.verified.audio_seconds_in, abs=0.15)
    sound = heard(tmp_path / "out.mp4")
    assert pitch(sound[: 48000 + 4000]) == pytest.approx(440, abs=5)
    assert pitch(sound[2 * 48000 : 3 * 48000]) == pytest.approx(1000, abs=5)
    assert pitch(sound[round(3.7 * 48000) :]) == pytest.approx(440, abs=10)


def test_without_subtitles_somebody_must_listen(tmp_path: Path) -> None:
    clip = Clip(seconds=0.3, faces=0)
    assert video.detect(Source.of_path(make(tmp_path / "sound.mp4", clip))).speech == "unchecked"
    quiet = make(tmp_path / "quiet.mp4", Clip(seconds=0.3, faces=0, sound=""))
    assert video.detect(Source.of_path(quiet)).speech == "silent"


def test_subtitles_inside_the_video_are_read(tmp_path: Path) -> None:
    text, whole = tmp_path / "said.srt", tmp_path / "in.mkv"
    text.write_text("1\n00:00:00,100 --> 00:00:00,500\n住院号ZY20231234\n", encoding="utf-8")
    clip = make(tmp_path / "made.mp4", Clip(seconds=0.6, faces=0))
    with av.open(str(clip)) as film, av.open(str(text)) as subtitles, av.open(str(whole), "w") as target:
        streams = {stream.index: target.add_stream_from_template(stream) for stream in film.streams}
        words = target.add_stream_from_template(subtitles.streams.subtitles[0])
        packets = [(packet, streams[packet.stream.index]) for packet in film.demux() if packet.size]
        packets += [(packet, words) for packet in subtitles.demux() if packet.size]
        for packet, stream in packets:
            packet.stream = stream
            target.mux(packet)
    found = video.detect(Source.of_path(whole))
    assert found.probe.has_subtitles
    assert [hit.kind for hit in found.spoken] == ["record_number"]
    video.render(Source.of_path(whole), found, RenderDecisions(), tmp_path / "out.mp4")
    with av.open(str(tmp_path / "out.mp4")) as container:
        assert not container.streams.subtitles
