"""Without a detector of private parts a named person looks, for films, pictures, animations and PDF alike."""

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import PIL.Image
import pytest
from sqlalchemy import select

from privacy.api import video
from review.approval import acceptance, confirmations, gate, selfcheck
from review.intake import pipeline
from review.items import lookup
from review.redaction import faces as face_naming
from review.submission import attachments, submission
from tests.support.submissions import submitted
from yiyuan.codes import AssetRole, SceneWatch
from yiyuan.db.session import transaction
from yiyuan.errors import BadInput, Refused
from yiyuan.models import Sheet, Track, Verdict
from yiyuan.settings import settings
from yiyuan.storage import media

Hospital = Any
pytestmark = pytest.mark.usefixtures("plain_checks")


@pytest.fixture
def switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a hospital sets it."""
    monkeypatch.setenv("YIYUAN_SCENE_DETECTOR", "off")
    settings.cache_clear()


@pytest.fixture
def unlooked(film: Path, recorded: Any, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """A film whose replayed detection looked at no scenes."""
    found = replace(recorded.detection, scene_watch=SceneWatch.MISSING)
    monkeypatch.setattr(video, "detect", lambda _source, **_more: found)
    return film.read_bytes()


def picture(form: str = "PNG") -> bytes:
    """Of nobody: nothing in it has to be decided. A GIF and a PDF have two frames or pages."""
    target = io.BytesIO()
    first, second = (PIL.Image.new("RGB", (320, 200), colour) for colour in ("white", "navy"))
    first.save(target, form, **({} if form == "PNG" else {"save_all": True, "append_images": [second]}))
    return target.getvalue()


def verdict(hospital: Hospital, item_id: int) -> Verdict:
    with transaction(read_only=True) as s:
        query = select(Verdict).where(Verdict.revision_id == hospital.revision(item_id).id, Verdict.checker == "scenes")
        return s.scalars(query).one()


def tick(hospital: Hospital, item_id: int) -> None:
    with transaction() as s:
        confirmations.tick(s, hospital.doctor, verdict(hospital, item_id).id)


def test_pictures_animations_and_pages_wait_for_a_person(hospital: Hospital, switched_off: None) -> None:
    files = (picture(), picture("GIF"), picture("PDF"))
    item_id = submitted(hospital, *((AssetRole.ATTACHMENT, content) for content in files))
    assert hospital.item(item_id).state == "naming"
    found = verdict(hospital, item_id)
    assert found.verdict == "not_checked"
    assert "附件 1、附件 2、附件 3" in found.note and "已按设置关闭" in found.note
    hospital.accept(item_id)
    answers = hospital.answers(item_id)
    assert answers.pop("tick:scenes") == "yes"
    with pytest.raises(BadInput, match="没有检测隐私部位"):
        hospital.decide(hospital.doctor, item_id, answers=answers)
    assert verdict(hospital, item_id).ticked_by is None
    hospital.decide(hospital.doctor, item_id)
    assert verdict(hospital, item_id).ticked_by == hospital.doctor.id


def test_a_film_is_ticked_by_a_person_whose_name_is_on_the_sheet(hospital: Hospital, unlooked: bytes) -> None:
    item_id = submitted(hospital, (AssetRole.VIDEO, unlooked), surgical="no")
    found = verdict(hospital, item_id)
    assert found.verdict == "not_checked"
    assert found.note.startswith("视频没有检测隐私部位") and "没有安装或无法加载" in found.note
    stranger = hospital.person("elsewhere", ["doctor"], "骨科")
    with pytest.raises(Refused), transaction() as s:
        confirmations.tick(s, stranger, found.id)
    tick(hospital, item_id)
    hospital.accept(item_id)
    with transaction(read_only=True) as s:
        asked = {ask.key for ask in selfcheck.questions(s, lookup.item(s, item_id), hospital.revision(item_id))}
    assert "tick:scenes" not in asked
    for person in (hospital.doctor, hospital.reviewer, hospital.publicity):
        hospital.decide(person, item_id)
    gate.after_decision(hospital.revision(item_id).id)
    with transaction(read_only=True) as s:
        [row] = [v for v in s.scalars(select(Sheet)).one().content["verdicts"] if v["checker"] == "scenes"]
    assert (row["verdict"], row["ticked_by"]) == ("not_checked", hospital.doctor.name)
    assert "没有检测隐私部位" in row["note"]


def test_a_tick_does_not_pass_to_another_film(
    hospital: Hospital, unlooked: bytes, recorded: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    item_id = submitted(hospital, (AssetRole.VIDEO, unlooked), surgical="no")
    tick(hospital, item_id)
    working, revision_id = video.render, hospital.revision(item_id).id

    def breaks(*_given: object, **_more: object) -> None:
        raise BadInput("坏了")

    with transaction() as s:
        track = s.scalars(select(Track)).first()
        assert track is not None
        face_naming.name_track(s, hospital.doctor, track.id, "staff", "李医生，同意出镜")
        acceptance.recheck(s, hospital.doctor, item_id, lookup.item(s, item_id).version)
    monkeypatch.setattr(video, "render", breaks)
    pipeline.run(revision_id)
    assert hospital.item(item_id).state == "intake_failed"
    assert verdict(hospital, item_id).ticked_by == hospital.doctor.id
    monkeypatch.setattr(video, "render", working)
    with transaction() as s:
        item = lookup.item(s, item_id)
        other = media.seal_stream(recorded.clip, role=AssetRole.VIDEO, filename="other.mp4", media_type="video/mp4")
        attachments.attach(s, item, other, editor=hospital.doctor)
        submission.submit(s, hospital.doctor, item_id, item.version)
    pipeline.run(revision_id)
    assert (hospital.item(item_id).state, hospital.revision(item_id).id) == ("naming", revision_id)
    assert (verdict(hospital, item_id).verdict, verdict(hospital, item_id).ticked_by) == ("not_checked", None)


def test_what_was_looked_at_asks_nobody(hospital: Hospital, film: Path) -> None:
    item_id = submitted(
        hospital, (AssetRole.VIDEO, film.read_bytes()), (AssetRole.ATTACHMENT, picture()), surgical="no"
    )
    assert (verdict(hospital, item_id).verdict, verdict(hospital, item_id).note) == (
        "clean",
        "抽样查看画面，没有发现隐私部位",
    )
    assert verdict(hospital, hospital.in_review()).note == "没有视频和图片"
