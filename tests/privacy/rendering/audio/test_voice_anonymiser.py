"""A changed voice has no pitch left, keeps rhythm and loudness, and touches nothing outside its span."""

import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from typer.testing import CliRunner

from commands.cli import app
from commands.desensitise import _span
from privacy.api import video
from privacy.job import RenderDecisions
from privacy.rendering.audio.voice_anonymiser import BLOCK, FADE_SECONDS, VoiceChanger
from privacy.segments import PreviousRender
from privacy.source import Source
from privacy.types import Detection, SpokenHit, VideoReport
from tests.support.clips import Clip, make, read
from yiyuan.codes import SpeechCheck
from yiyuan.errors import BadInput

RATE = 48000
Sound = NDArray[np.float32]


def voice_of(seconds: float, pitch: float = 120.0) -> Sound:
    """A gliding voice: harmonics under two formants, four syllables a second. Shape (1, n)."""
    time = np.arange(round(seconds * RATE)) / RATE
    tone = pitch * (1 + 0.3 * np.sin(2 * np.pi * 0.4 * time))
    turns = np.cumsum(tone) / RATE
    wave = np.zeros_like(time)
    for harmonic in range(1, 30):
        place = harmonic * tone
        loud = np.exp(-(((place - 600) / 400) ** 2)) + 0.5 * np.exp(-(((place - 1700) / 500) ** 2))
        wave += loud * np.sin(2 * np.pi * harmonic * turns)
    wave *= 0.55 + 0.45 * np.sin(2 * np.pi * 4 * time)
    level: Sound = (wave / np.abs(wave).max() * 0.6).astype(np.float32)
    return level[None]


def voiced(sound: Sound) -> float:
    """How periodic a sound is: the best autocorrelation at the lags of human voices (60 to 400 Hz), mean of windows."""
    best = []
    for start in range(0, sound.size - 2400, 2400):
        part = sound[start : start + 2400] - sound[start : start + 2400].mean()
        if np.sqrt((part**2).mean()) > 0.02:
            same = np.fft.irfft(np.abs(np.fft.rfft(part, 8192)) ** 2)
            best.append(float((same / same[0])[RATE // 400 : RATE // 60].max()))
    assert best
    return float(np.mean(best))


def loudness(sound: Sound) -> Sound:
    smooth = np.convolve(np.abs(sound), np.ones(2400, np.float32) / 2400, "same").astype(np.float32)
    return smooth[::480]


def changed(sound: Sound, spans: list[tuple[float, float]], pieces: list[int], start: int = 0) -> Sound:
    changer, out, at = VoiceChanger(spans, RATE), list[tuple[int, Sound]](), 0
    while at < sound.shape[1]:
        size = pieces[at % len(pieces)]
        out += changer.push(sound[:, at : at + size], start + at)
        at += size
    out += changer.flush()
    assert out[0][0] == start
    assert all(following == start + piece.shape[1] for (start, piece), (following, _next) in pairwise(out))
    assert all(piece.shape[1] <= BLOCK for _at, piece in out)
    return np.concatenate([piece for _at, piece in out], axis=1)


@pytest.mark.parametrize("pitch", [95.0, 130.0, 220.0])
def test_pitch_is_gone_while_rhythm_and_level_stay(pitch: float) -> None:
    before = voice_of(5.0, pitch)
    after = changed(before, [(0.0, 5.0)], [1024])
    assert after.shape == before.shape and np.isfinite(after).all() and np.abs(after).max() <= 1
    assert voiced(before[0]) > 0.6
    assert voiced(after[0]) < 0.4 < voiced(before[0]) - 0.2
    assert np.corrcoef(loudness(before[0]), loudness(after[0]))[0, 1] > 0.85
    assert 0.8 < np.sqrt((after**2).mean() / (before**2).mean()) < 1.25


def test_no_two_results_are_alike_and_none_is_like_the_voice() -> None:
    before = voice_of(4.0)
    once, again = (changed(before, [(0.0, 4.0)], [1024]) for _turn in range(2))
    assert once.shape == again.shape
    for first, second in ((once, again), (before, once), (before, again)):
        assert abs(float(np.corrcoef(first[0], second[0])[0, 1])) < 0.15


def test_the_vocal_tract_is_moved_otherwise_each_time() -> None:
    """The middle of the spectrum is not where it was, and not twice at the same place."""

    def middle(sound: Sound) -> float:
        power = np.abs(np.fft.rfft(sound[0])) ** 2
        return float((power * np.fft.rfftfreq(sound.shape[1], 1 / RATE)).sum() / power.sum())

    before = voice_of(3.0)
    seen = [middle(changed(before, [(0.0, 3.0)], [4096])) for _turn in range(6)]
    assert max(seen) - min(seen) > 40


@given(
    st.lists(st.sampled_from([1024, 960, 777, 5000]), min_size=1, max_size=3),
    st.integers(-3000, 100000),
    st.tuples(st.floats(0.1, 1.0), st.floats(0.1, 1.0)),
)
def test_outside_the_span_every_sample_is_as_it_was(pieces: list[int], start: int, span: tuple[float, float]) -> None:
    before = np.vstack([voice_of(2.0), voice_of(2.0, 200.0)])
    first = start / RATE + span[0]
    after = changed(before, [(first, first + span[1])], pieces, start)
    assert after.shape == before.shape
    times = (start + np.arange(before.shape[1])) / RATE
    away = (times < first - FADE_SECONDS) | (times > first + span[1] + FADE_SECONDS)
    assert (after[:, away] == before[:, away]).all()
    inside = (times >= first) & (times < first + span[1])
    assert abs(float(np.corrcoef(before[0, inside], after[0, inside])[0, 1])) < 0.25
    edge = np.abs(np.diff(after, axis=1)).max()
    assert edge < 4 * np.abs(np.diff(changed(before, [(-9.0, 9.0e9)], [1024]), axis=1)).max()


def test_channels_against_each_other_do_not_cancel_out() -> None:
    voice = voice_of(2.0)
    after = changed(np.vstack([voice, -voice]), [(0.0, 2.0)], [1024])
    assert 0.8 < np.sqrt((after**2).mean() / (voice**2).mean()) < 1.25
    assert (after[0] == after[1]).all()


def test_silence_stays_silent_and_a_gap_begins_anew() -> None:
    assert not changed(np.zeros((1, 96000), np.float32), [(0.0, 2.0)], [1024]).any()
    changer = VoiceChanger([(0.0, 9.0)], RATE)
    out = [*changer.push(voice_of(1.0), 0), *changer.push(voice_of(1.0), 3 * RATE), *changer.flush()]
    assert sum(piece.shape[1] for _at, piece in out) == 2 * RATE
    assert {at for at, _piece in out} >= {0, 3 * RATE}


class Film:
    """A film whose sound is a voice, kept without loss."""

    def __init__(self, folder: Path, seconds: float = 5.0) -> None:
        self.folder, self.path, self.sound = folder, folder / "in.mkv", voice_of(seconds)
        silent = make(folder / "silent.mp4", Clip(seconds=seconds, size=(160, 96), sound=""))
        with av.open(str(silent)) as picture, av.open(str(self.path), "w", format="matroska") as target:
            shown = target.add_stream_from_template(picture.streams.video[0])
            heard: Any = target.add_stream("pcm_s16le", rate=RATE, layout="mono")
            for packet in picture.demux(video=0):
                if packet.size:
                    packet.stream = shown
                    target.mux(packet)
            whole = np.round(self.sound * 32767).astype(np.int16)
            frame = av.AudioFrame.from_ndarray(whole, format="s16", layout="mono")
            frame.sample_rate, frame.pts = RATE, 0
            target.mux(heard.encode(frame))
            target.mux(heard.encode(None))
        about = video.probe(Source.of_path(self.path))
        self.found = Detection(
            about, round(seconds * 10), [], [], [0], False, "strict", {}, speech=SpeechCheck.UNCHECKED
        )

    def render(self, name: str, **more: Any) -> VideoReport:
        found, former = more.pop("found", self.found), more.pop("former", None)
        decided: dict[str, Any] = {what: tuple(given) for what, given in more.items()}
        return video.render(
            Source.of_path(self.path), found, RenderDecisions(**decided), self.folder / name, former=former
        )

    def heard(self, name: str) -> Sound:
        with av.open(str(self.folder / name)) as container:
            return np.concatenate([frame.to_ndarray()[0] for frame in container.decode(audio=0)])


def at(seconds: float) -> int:
    return round(seconds * RATE)


def test_a_film_with_a_changed_stretch(tmp_path: Path, module_home: Path) -> None:
    film = Film(tmp_path)
    plain = film.render("plain.mp4")
    assert plain.rendering
    former = PreviousRender(str(tmp_path / "plain.mp4"), plain.rendering)
    report = film.render("changed.mp4", voices=[(2.0, 3.5)], former=former)
    assert report.voices == [(2.0, 3.5)] and plain.voices == []
    assert report.work and (report.work.groups, report.work.sound) == ([], "source")
    assert report.verified.frames_out == plain.verified.frames_out == 50
    assert report.verified.audio_seconds_out == plain.verified.audio_seconds_out
    before, after = film.heard("plain.mp4"), film.heard("changed.mp4")
    assert before.shape == after.shape
    assert (before[: at(1.9)] == after[: at(1.9)]).all()
    # After the span stands what an unaltered encoding gives, but for the rounding of a lossy one that came another way.
    assert np.corrcoef(before[at(3.6) :], after[at(3.6) :])[0, 1] > 0.98
    assert voiced(after[at(2.0) : at(3.5)]) < 0.4 < voiced(before[at(2.0) : at(3.5)]) - 0.2
    again = film.render("again.mp4", voices=[(2.0, 3.5)])
    other = film.heard("again.mp4")
    assert other.shape == after.shape and again.verified.seconds_out == report.verified.seconds_out
    assert abs(float(np.corrcoef(after[at(2.0) : at(3.5)], other[at(2.0) : at(3.5)])[0, 1])) < 0.2


def test_a_bleep_inside_a_changed_voice_still_bleeps(tmp_path: Path, module_home: Path) -> None:
    film = Film(tmp_path)
    found = replace(film.found, speech=SpeechCheck.SUBTITLED, spoken=[SpokenHit("name", "李**", 2.0, 3.0)])
    film.render("out.mp4", found=found, voices=[(0.0, film.found.probe.seconds)])
    sound = film.heard("out.mp4")
    tone = np.abs(np.fft.rfft(sound[at(2.05) : at(2.95)]))
    assert tone.argmax() / 0.9 == pytest.approx(1000, abs=3)
    assert voiced(sound[: at(1.9)]) < 0.4 and voiced(sound[at(3.1) :]) < 0.4


def test_spans_outside_the_film_are_refused_and_a_silent_film_has_none(tmp_path: Path, module_home: Path) -> None:
    film = Film(tmp_path, 1.0)
    for span in ((0.5, 0.5), (0.9, 0.2), (7.0, 8.0)):
        with pytest.raises(BadInput, match="变声"):
            film.render("out.mp4", voices=[span])
    assert not (tmp_path / "out.mp4").exists()
    about = replace(film.found.probe, has_audio=False)
    silent = video.render(
        Source.of_path(tmp_path / "silent.mp4"),
        replace(film.found, probe=about),
        RenderDecisions(voices=((0.0, 1.0),)),
        tmp_path / "silent-out.mp4",
    )
    assert silent.voices == [] and len(read(tmp_path / "silent-out.mp4")) == 10


def test_the_command_changes_the_voice_and_reports_it(tmp_path: Path, module_home: Path) -> None:
    film = Film(tmp_path, 1.5)
    target, report_file = tmp_path / "out.mp4", tmp_path / "r.json"
    call = ["desensitise", str(film.path), "-o", str(target), "--report", str(report_file)]
    done = CliRunner().invoke(app, [*call, "--voice-change", "all"])
    assert done.exit_code == 1, done.output
    ((first, last),) = json.loads(report_file.read_text())["voice_changed"]
    assert (first, last) == (0.0, pytest.approx(1.5, abs=0.1))
    assert voiced(film.heard("out.mp4")) < 0.4
    wrong = CliRunner().invoke(app, [*call, "--voice-change", "2"])
    assert wrong.exit_code and "看不懂" in wrong.output


@pytest.mark.parametrize(("text", "span"), [("12-20.5", (12.0, 20.5)), ("0:12-1:05", (12.0, 65.0))])
def test_spans_are_written_in_seconds_or_minutes(text: str, span: tuple[float, float]) -> None:
    assert _span(text) == span


@pytest.mark.parametrize("text", ["", "5", "5-", "8-5", "a-b", "-1-5", "nan-5", "0-inf", "1-2-3"])
def test_other_spans_are_refused(text: str) -> None:
    with pytest.raises(BadInput):
        _span(text)
