"""A click on the contact sheet costs the stretch it touches; the rest of the film is taken over, in every revision."""

import io
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from sqlalchemy import select

from privacy.api import Box, Detection, FaceTrack, Source, video
from review.approval import acceptance
from review.intake import pipeline, render_cache
from review.items import lookup
from review.redaction import boxes as mask_boxes
from review.redaction import faces as face_naming
from review.redaction.boxes import DrawnBox
from review.submission import attachments, submission
from tests.support.clips import Clip, make
from yiyuan.codes import AssetKind, AssetRole, SpeechCheck
from yiyuan.db.session import transaction
from yiyuan.models import Asset, Track
from yiyuan.storage import media

Hospital = Any
pytestmark = pytest.mark.usefixtures("plain_checks")
FACE = Box(60, 10, 60, 60)


def one_face(path: Path) -> Detection:
    """Seventy frames; a face, so that somebody can be named, in the frames 25 to 30."""
    boxes = [(frame, FACE) for frame in range(25, 31)]
    track = FaceTrack(1, 25, 30, 2.5, 3.0, 0.9, "", False, boxes, b"\x89PNG")
    probe = video.probe(Source.of_path(path))
    return Detection(probe, 70, [track], [], [0], False, "strict", {}, speech=SpeechCheck.UNCHECKED)


@pytest.fixture
def item_id(hospital: Hospital, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """An item with a film of four groups (20 frames each, the last one 10), masked as found."""
    clip = make(tmp_path / "in.mp4", Clip(seconds=7.0, size=(240, 136)))
    found = one_face(clip)
    monkeypatch.setattr(video, "detect", lambda _source, **_more: found)
    monkeypatch.setattr("review.intake.face_crops.keep", lambda *_values: None)  # a strip of crops needs a real face
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


def encoded(hospital: Hospital, item_id: int) -> tuple[int, int, int, str]:
    with transaction(read_only=True) as s:
        entry = render_cache.last(s, lookup.item(s, item_id), hospital.revision(item_id))
    assert entry
    return entry.detail["encoded"], entry.detail["groups"], entry.detail["frames"], entry.note


def shown(hospital: Hospital, item_id: int) -> list[Any]:
    with transaction(read_only=True) as s:
        film = lookup.asset(s, hospital.revision(item_id), AssetRole.VIDEO, AssetKind.DERIVED)
    assert film
    with av.open(str(media.derived_path(film))) as container:
        return [frame.to_ndarray(format="rgb24").astype(int) for frame in container.decode(video=0)]


def test_naming_and_drawing_encode_their_own_stretch(hospital: Hospital, item_id: int) -> None:
    assert encoded(hospital, item_id) == (4, 4, 70, "")
    before = shown(hospital, item_id)
    with transaction() as s:
        mask_boxes.draw(s, hospital.doctor, item_id, DrawnBox(180, 60, 40, 40, 6.1, 6.4))
    again(hospital, item_id)
    assert encoded(hospital, item_id) == (1, 4, 10, "")
    with transaction() as s:
        track = s.scalars(select(Track).where(Track.revision_id == hospital.revision(item_id).id)).one()
        face_naming.name_track(s, hospital.doctor, track.id, "staff", "李医生，同意出镜")
    again(hospital, item_id)
    assert encoded(hospital, item_id) == (1, 4, 20, "")
    after = shown(hospital, item_id)
    changed = [index for index, (old, new) in enumerate(zip(before, after, strict=True)) if np.abs(old - new).any()]
    assert set(changed) <= {*range(20, 40), *range(60, 70)}
    face = (slice(FACE.y, FACE.y + FACE.h), slice(FACE.x, FACE.x + FACE.w))
    apart = [float(np.abs(old[face] - new[face]).mean()) for old, new in zip(before, after, strict=True)]
    assert [index for index, value in enumerate(apart) if value > 4] == list(range(25, 31))


def test_a_new_revision_goes_on_from_the_film_of_the_last(hospital: Hospital, item_id: int) -> None:
    with transaction() as s:
        item = lookup.item(s, item_id)
        submission.new_revision(s, hospital.doctor, item_id, item.version, submission.form_of(s, item, hospital.doctor))
    hospital.submit(item_id)
    with transaction() as s:
        mask_boxes.draw(s, hospital.doctor, item_id, DrawnBox(180, 60, 40, 40, 0.1, 0.4))
    again(hospital, item_id)
    assert encoded(hospital, item_id) == (1, 4, 20, "")
    with transaction(read_only=True) as s:
        query = select(Asset).where(Asset.item_id == item_id, Asset.role == AssetRole.MADE, Asset.erased_at.is_(None))
        assert [asset.kind for asset in s.scalars(query)] == ["original", "original"]


def test_a_memory_that_cannot_be_read_costs_the_whole_film(hospital: Hospital, item_id: int) -> None:
    with transaction() as s:
        revision = lookup.revision(s, lookup.item(s, item_id))
        owner: dict[str, Any] = {"item_id": item_id, "revision_id": revision.id}
        media.store_sealed(s, b"of another version", role=AssetRole.MADE, **owner)
        mask_boxes.draw(s, hospital.doctor, item_id, DrawnBox(180, 60, 40, 40, 0.1, 0.4))
    again(hospital, item_id)
    assert encoded(hospital, item_id) == (4, 4, 70, "")


def test_another_film_is_not_mixed_with_the_last_one(hospital: Hospital, item_id: int, tmp_path: Path) -> None:
    other = make(tmp_path / "other.mp4", Clip(seconds=7.0, size=(240, 136), change_at=0.0))
    with transaction() as s:
        item = lookup.item(s, item_id)
        submission.new_revision(s, hospital.doctor, item_id, item.version, submission.form_of(s, item, hospital.doctor))
        asset = media.seal_stream(io.BytesIO(other.read_bytes()), role=AssetRole.VIDEO, filename="other.mp4")
        attachments.attach(s, item, asset, editor=hospital.doctor)
    hospital.submit(item_id)
    assert encoded(hospital, item_id) == (4, 4, 70, "")
    red = shown(hospital, item_id)[65][100:, :, :].mean(axis=(0, 1))
    assert red[0] > red[2] + 20
