"""A changed voice by choice of a person: on the record, in the copy, in what people sign, and taken back again."""

import io
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from sqlalchemy import select

from privacy.api import Detection, Source, video
from release.content import revision_digest
from review.approval import acceptance
from review.intake import pipeline, render_cache
from review.items import lookup
from review.redaction import boxes as mask_boxes
from review.redaction import decisions as redaction_decisions
from review.redaction import voices
from review.redaction.boxes import DrawnBox
from review.submission import attachments, submission
from tests.support.clips import Clip, make
from yiyuan.codes import AssetKind, AssetRole, SpeechCheck
from yiyuan.db.session import transaction
from yiyuan.errors import BadInput, Missing, Refused
from yiyuan.models import AuditEntry, Finding, VoiceChange
from yiyuan.storage import media

Hospital = Any
pytestmark = pytest.mark.usefixtures("plain_checks")


@pytest.fixture
def item_id(hospital: Hospital, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """An item with a film of five seconds and a tone of 440 Hz."""
    clip = make(tmp_path / "in.mp4", Clip(seconds=5.0, size=(160, 96)))
    probe = video.probe(Source.of_path(clip))
    found = Detection(probe, 50, [], [], [0], False, "strict", {}, speech=SpeechCheck.UNCHECKED)
    monkeypatch.setattr(video, "detect", lambda _source, **_more: found)
    number: int = hospital.draft()
    with transaction() as s:
        item = lookup.item(s, number)
        asset = media.seal_stream(io.BytesIO(clip.read_bytes()), role=AssetRole.VIDEO, filename="in.mp4")
        attachments.attach(s, item, asset, editor=hospital.doctor)
        submission.submit(s, hospital.doctor, number, item.version)
    pipeline.run(hospital.revision(number).id)
    return number


def again(hospital: Hospital, item_id: int) -> None:
    with transaction() as s:
        acceptance.recheck(s, hospital.doctor, item_id, lookup.item(s, item_id).version)
    pipeline.run(hospital.revision(item_id).id)


def is_tone(hospital: Hospital, item_id: int, first: float, last: float) -> bool:
    """Whether one frequency holds nearly all of the sound."""
    with transaction(read_only=True) as s:
        film = lookup.asset(s, hospital.revision(item_id), AssetRole.VIDEO, AssetKind.DERIVED)
    assert film
    with av.open(str(media.derived_path(film))) as container:
        sound = np.concatenate([frame.to_ndarray()[0] for frame in container.decode(audio=0)])
    power = np.abs(np.fft.rfft(sound[round(first * 48000) : round(last * 48000)])) ** 2
    top = int(power.argmax())
    return bool(power[max(0, top - 5) : top + 6].sum() > 0.8 * power.sum())


def test_a_chosen_stretch_is_changed_signed_and_taken_back(hospital: Hospital, item_id: int) -> None:
    with transaction() as s:
        revision = lookup.revision(s, lookup.item(s, item_id))
        before = revision_digest(s, revision)
        voices.change(s, hospital.doctor, item_id, 2.0, 3.0)
        assert redaction_decisions.outdated(s, revision)
        assert revision_digest(s, revision) != before
    again(hospital, item_id)
    assert is_tone(hospital, item_id, 0.2, 1.8) and is_tone(hospital, item_id, 3.2, 4.8)
    assert not is_tone(hospital, item_id, 2.05, 2.95)
    with transaction(read_only=True) as s:
        (finding,) = s.scalars(select(Finding).where(Finding.rule == "speech.voice"))
        assert (finding.first_seconds, finding.last_seconds, finding.disposed_by) == (2.0, 3.0, hospital.doctor.id)
        assert "2.0–3.0 秒" in finding.title
        entry = render_cache.last(s, lookup.item(s, item_id), hospital.revision(item_id))
        assert entry and (entry.detail["encoded"], entry.detail["sound"]) == (0, "source")
        assert not redaction_decisions.outdated(s, hospital.revision(item_id))
    with transaction() as s:
        (change,) = redaction_decisions.voices(s, hospital.revision(item_id))
        voices.restore(s, hospital.doctor, item_id, change.id)
    again(hospital, item_id)
    assert is_tone(hospital, item_id, 2.05, 2.95)
    with transaction(read_only=True) as s:
        acts = s.scalars(select(AuditEntry.action).where(AuditEntry.action.startswith("voice."))).all()
        assert [*acts] == ["voice.change", "voice.restore"]
        assert not s.scalars(select(Finding).where(Finding.rule == "speech.voice")).all()


def test_another_decision_leaves_the_changed_voice_as_it_is(hospital: Hospital, item_id: int) -> None:
    """The sound is copied, so that no second version with another carrier gets about."""
    with transaction() as s:
        voices.change(s, hospital.doctor, item_id, 0.0, 99.0)
        (change,) = redaction_decisions.voices(s, hospital.revision(item_id))
        assert (change.first_seconds, change.last_seconds) == (0.0, 5.0)
    again(hospital, item_id)
    with transaction() as s:
        mask_boxes.draw(s, hospital.doctor, item_id, DrawnBox(0, 0, 40, 40, 0.2, 0.4))
    again(hospital, item_id)
    with transaction(read_only=True) as s:
        entry = render_cache.last(s, lookup.item(s, item_id), hospital.revision(item_id))
    assert entry and (entry.detail["encoded"], entry.detail["sound"]) == (1, "former")
    assert not is_tone(hospital, item_id, 0.1, 4.9)


def test_a_new_film_and_wrong_times_and_strangers(hospital: Hospital, item_id: int, tmp_path: Path) -> None:
    for first, last in ((3.0, 2.0), (1.0, 1.05), (6.0, 7.0), (float("nan"), 2.0)):
        with pytest.raises(BadInput), transaction() as s:
            voices.change(s, hospital.doctor, item_id, first, last)
    with pytest.raises(Refused), transaction() as s:
        voices.change(s, hospital.person("elsewhere", ["doctor"], "骨科"), item_id, 1.0, 2.0)
    with pytest.raises(Missing), transaction() as s:
        voices.restore(s, hospital.doctor, item_id, 1)
    with transaction() as s:
        voices.change(s, hospital.doctor, item_id, 1.0, 2.0)
    with pytest.raises(BadInput), transaction() as s:
        voices.change(s, hospital.doctor, item_id, 1.0, 2.0)
    with transaction() as s:
        item = lookup.item(s, item_id)
        (former,) = redaction_decisions.voices(s, lookup.revision(s, item))
        submission.new_revision(s, hospital.doctor, item_id, item.version, submission.form_of(s, item, hospital.doctor))
        revision = lookup.revision(s, item)
        assert [row.chosen_by for row in redaction_decisions.voices(s, revision)] == [hospital.doctor.id]
        other = make(tmp_path / "other.mp4", Clip(seconds=2.0, size=(160, 96)))
        asset = media.seal_stream(io.BytesIO(other.read_bytes()), role=AssetRole.VIDEO, filename="other.mp4")
        attachments.attach(s, item, asset, editor=hospital.doctor)
        assert redaction_decisions.voices(s, revision) == []
        assert s.scalars(select(VoiceChange)).all() == [former], "the earlier revision keeps its own"
