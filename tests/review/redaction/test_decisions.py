"""What people decide is what the copies show: on a real clip, real pictures and real texts."""

import io
from pathlib import Path
from typing import Any

import av
import numpy as np
import PIL.Image
import pytest
from sqlalchemy import select

from privacy.api import video
from release.identifier_place import IdentifierPlace
from review.intake import pipeline
from review.items import attached_files, lookup
from review.redaction import boxes as mask_boxes
from review.redaction import decisions as redaction_decisions
from review.redaction import faces as face_naming
from review.redaction import identifiers as identifier_choices
from review.redaction.boxes import DrawnBox
from review.redaction.identifiers import ChoiceRequest
from review.submission import attachments, submission
from tests.support.clips import Clip, make
from tests.support.submissions import again, findings, picture, submitted
from yiyuan.codes import AssetKind, AssetRole, IdentifierDecision
from yiyuan.db.session import transaction
from yiyuan.errors import BadInput, Refused
from yiyuan.models import Asset, IdentifierChoice, MaskBox, Staff, Track, Verdict
from yiyuan.storage import media

Hospital = Any
pytestmark = pytest.mark.usefixtures("plain_checks")
SUBTITLES = "1\n00:00:00,100 --> 00:00:01,100\n病人王小明电话13812345678\n"


def film(hospital: Hospital, item_id: int) -> Path:
    with transaction(read_only=True) as s:
        copy = lookup.asset(s, lookup.revision(s, lookup.item(s, item_id)), AssetRole.VIDEO, AssetKind.DERIVED)
    assert copy is not None
    return media.derived_path(copy)


def frames(path: Path) -> list[Any]:
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="rgb24").astype(int) for frame in container.decode(video=0)]


def test_a_drawn_box_covers_its_span_and_nothing_is_detected_again(
    hospital: Hospital, recorded: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(video, "detect", lambda _source, **_more: recorded.detection)
    item_id = submitted(hospital, (AssetRole.VIDEO, recorded.clip.read_bytes()))
    before = frames(film(hospital, item_id))
    monkeypatch.setattr(video, "detect", pytest.fail)
    with transaction() as s:
        mask = mask_boxes.draw(s, hospital.doctor, item_id, DrawnBox(0, 0, 120, 40, 0.35, 0.75, "门牌"))
        assert redaction_decisions.outdated(s, lookup.revision(s, lookup.item(s, item_id)))
    again(hospital, item_id)
    after = frames(film(hospital, item_id))
    assert len(after) == len(before)
    spread = [frame[4:36, 4:116].std(axis=(0, 1)).max() for frame in after]
    covered = [index for index, value in enumerate(spread) if value < 3]
    assert covered == [4, 5, 6, 7], spread
    with transaction() as s:
        mask_boxes.remove(s, hospital.doctor, mask.id)
    again(hospital, item_id)
    assert all(np.abs(a - b).mean() < 1 for a, b in zip(frames(film(hospital, item_id)), before, strict=True))


def test_a_new_revision_keeps_boxes_and_choices_until_their_text_changes(hospital: Hospital, film: Path) -> None:
    item_id = submitted(hospital, (AssetRole.VIDEO, film.read_bytes()), title="患者王小明的故事")
    with transaction() as s:
        mask_boxes.draw(s, hospital.doctor, item_id, DrawnBox(0, 0, 50, 50, 0, 1))
        identifier_choices.choose(
            s,
            hospital.doctor,
            item_id,
            ChoiceRequest(IdentifierPlace.in_text("title", 2, 5), IdentifierDecision.REMOVE),
        )
    again(hospital, item_id)
    assert hospital.revision(item_id).texts["title"] == "患者的故事"
    with transaction() as s:
        item = lookup.item(s, item_id)
        form = submission.form_of(s, item, hospital.doctor)
        submission.new_revision(s, hospital.doctor, item_id, item.version, form)
        second = lookup.revision(s, item)
        assert [m.w for m in s.scalars(select(MaskBox).where(MaskBox.revision_id == second.id))] == [50]
        kept = select(IdentifierChoice).where(IdentifierChoice.revision_id == second.id)
        assert [IdentifierPlace.of(choice).key for choice in s.scalars(kept)] == ["title:2-5"]
        submission.edit(
            s, hospital.doctor, item_id, item.version, form.model_copy(update={"title": "新患者李小红的故事"})
        )
        assert list(s.scalars(kept)) == []
    hospital.submit(item_id)
    assert "李小红" not in hospital.revision(item_id).texts["title"]


def test_the_same_name_is_kept_everywhere_with_a_reason_and_reviewers_see_it(hospital: Hospital) -> None:
    texts = {"script": "患者王小明来院复查。王小明说血压已经平稳。", "caption": "身份证11010519491231002X"}
    item_id = submitted(hospital, texts=texts)
    assert "王小明" not in str(hospital.revision(item_id).texts)
    with pytest.raises(Refused), transaction() as s:
        identifier_choices.choose(
            s,
            hospital.doctor,
            item_id,
            ChoiceRequest(IdentifierPlace.in_text("caption", 3, 21), IdentifierDecision.KEEP, "这是假号码"),
        )
    with transaction() as s:
        wish = ChoiceRequest(
            IdentifierPlace.in_text("script", 2, 5), IdentifierDecision.KEEP, "漫画人物，非真人", alike=True
        )
        done = identifier_choices.choose(s, hospital.doctor, item_id, wish)
    assert len(done) == 2
    hospital.accept(item_id)
    assert hospital.item(item_id).state == "intake"
    pipeline.run(hospital.revision(item_id).id)
    revision = hospital.revision(item_id)
    assert revision.texts["script"] == texts["script"]
    assert revision.digest is not None
    kept = [f for f in findings(hospital, item_id, "text.name") if f.disposition == "false_alarm"]
    assert [(f.severity, f.reason, f.disposed_by) for f in kept] == [
        ("warn", "漫画人物，非真人", hospital.doctor.id)
    ] * 2


def test_subtitles_decide_what_is_bleeped_even_when_they_come_later(
    hospital: Hospital, recorded: Any, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    item_id = submitted(hospital, (AssetRole.VIDEO, film.read_bytes()))
    assert findings(hospital, item_id, "speech.") == []
    given: list[Any] = []
    real = video.render

    def render(source: Any, detection: Any, *args: Any, **more: Any) -> Any:
        given.append(detection)
        return real(source, detection, *args, **more)

    monkeypatch.setattr(video, "render", render)
    with transaction() as s:
        item = lookup.item(s, item_id)
        submission.new_revision(s, hospital.doctor, item_id, item.version)
        asset = media.seal_stream(
            io.BytesIO(SUBTITLES.encode("gb18030")), role=AssetRole.SUBTITLES, filename="a.srt", media_type="text/plain"
        )
        attachments.attach(s, item, asset, editor=hospital.doctor)
    hospital.submit(item_id)
    assert {hit.kind for hit in given[0].spoken} == {"name", "mobile"}
    assert {f.rule for f in findings(hospital, item_id, "speech.")} == {"speech.name", "speech.mobile"}
    assert all(f.first_seconds is not None for f in findings(hospital, item_id, "speech."))
    with transaction(read_only=True) as s:
        query = select(Verdict).where(Verdict.revision_id == hospital.revision(item_id).id, Verdict.checker == "speech")
        verdict = s.scalars(query).one()
    assert (verdict.verdict, verdict.note) == ("found", "按字幕核对，2 处患者信息已消音")
    assert "00:00:00,100 --> 00:00:01,100" in hospital.revision(item_id).texts["subtitles"]
    assert "13812345678" not in hospital.revision(item_id).texts["subtitles"]


def test_an_attached_picture_goes_the_same_way(hospital: Hospital) -> None:
    item_id = submitted(hospital, (AssetRole.ATTACHMENT, picture()))
    revision = hospital.revision(item_id)
    with transaction(read_only=True) as s:
        [original] = attached_files.attached(s, revision)
        copy = attached_files.copy_of(s, original)
        track = s.scalars(select(Track).where(Track.revision_id == revision.id)).one()
    assert copy is not None
    assert (original.kind, copy.kind, copy.media_type) == ("original", "derived", "image/jpeg")
    assert (track.asset_id, len(track.strip)) == (original.id, 1)
    plain = media.derived_path(copy).read_bytes()
    assert b"SecretPhone" not in plain
    found = findings(hospital, item_id, "screen.")
    assert {f.rule for f in found} == {"screen.name", "screen.record_number"}
    assert all(f.field.startswith("attachment.") and "附件 1 第 1 页" in f.suggestion for f in found)
    with transaction() as s:
        face_naming.name_track(s, hospital.doctor, track.id, "staff", "李医生，同意")
        mask_boxes.draw(s, hospital.doctor, item_id, DrawnBox(0, 0, 60, 40, 0, 0), asset_id=original.id)
    hospital.accept(item_id)
    assert hospital.item(item_id).state == "intake"
    pipeline.run(revision.id)
    with transaction(read_only=True) as s:
        second, old = attached_files.copy_of(s, original), s.get_one(Asset, copy.id)
        shown = next(box for _frame, box in found_track(s, original))
    assert second is not None
    assert old.erased_at is not None
    before = np.asarray(PIL.Image.open(io.BytesIO(picture())).convert("RGB")).astype(int)
    after = np.asarray(PIL.Image.open(media.derived_path(second)).convert("RGB")).astype(int)
    face = np.s_[shown.y : shown.y + shown.h, shown.x : shown.x + shown.w]
    assert np.abs(before[face] - after[face]).mean() < 6, "the colleague stays"
    assert after[4:36, 4:56].std(axis=(0, 1)).max() < 4, "the drawn box covers"
    assert hospital.item(item_id).state == "review"


def found_track(s: Any, original: Asset) -> list[Any]:
    found = attached_files.found_in(s, original)
    assert found is not None
    return found.tracks[0].boxes


def test_an_attachment_that_cannot_be_read_is_told_and_can_be_taken_out(hospital: Hospital) -> None:
    item_id = submitted(hospital, (AssetRole.ATTACHMENT, b"%PDF-1.4 not really"))
    assert hospital.item(item_id).state == "intake_failed"
    assert "PDF" in hospital.revision(item_id).failure
    with transaction() as s:
        [original] = attached_files.attached(s, lookup.revision(s, lookup.item(s, item_id)))
        attachments.detach(s, hospital.doctor, item_id, original.id)
    hospital.submit(item_id)
    assert hospital.item(item_id).state == "naming"


def test_nudity_stops_the_item_until_publicity_has_looked(
    hospital: Hospital, recorded: Any, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    from privacy.api import SceneHit
    from review.approval import waivers

    seen = replace(recorded.detection, scenes=[SceneHit("nudity", 0.2, 0.6, 0.8, "可能有隐私部位裸露")])
    monkeypatch.setattr(video, "detect", lambda _source, **_more: seen)
    item_id = submitted(hospital, (AssetRole.VIDEO, film.read_bytes()), surgical="yes")
    found = findings(hospital, item_id, "scene.")
    assert [(f.rule, f.severity, f.disposition) for f in found] == [
        ("scene.nudity", "must_fix", "open"),
        ("scene.surgery", "must_fix", "open"),
    ]
    hospital.accept(item_id)
    with pytest.raises(Refused):
        hospital.decide(hospital.doctor, item_id)
    with pytest.raises(Refused), transaction() as s:
        waivers.waive(s, hospital.doctor, found[0].id, "我看没问题")
    with transaction() as s:
        for finding in found:
            waivers.waive(s, hospital.publicity, finding.id, "已看画面，是示意图")
    hospital.decide(hospital.doctor, item_id)
    assert hospital.item(item_id).level == 2


def test_a_new_shot_asks_again_and_the_presenter_is_only_proposed(hospital: Hospital, tmp_path: Path) -> None:
    clip = make(tmp_path / "two.mp4", Clip(seconds=2.0, change_at=0.5))
    item_id = submitted(hospital, (AssetRole.VIDEO, clip.read_bytes()), agreement="李医生，同意出镜")
    with transaction(read_only=True) as s:
        found = list(s.scalars(select(Track).order_by(Track.number)))
        assert redaction_decisions.kept(s, hospital.revision(item_id)) == []
    assert len(found) == 2
    assert found[0].last_frame < found[1].first_frame
    assert sum(track.proposed for track in found) == 1
    with transaction() as s:
        face_naming.name_track(s, hospital.doctor, found[0].id, "staff")
        assert redaction_decisions.kept(s, hospital.revision(item_id)) == [found[0].number]
    with pytest.raises(BadInput), transaction() as s:
        s.get_one(Track, found[1].id).score = 0.9
        face_naming.name_track(s, hospital.doctor, found[1].id, "object")


def test_our_own_staff_keep_their_names_and_patients_do_not(hospital: Hospital) -> None:
    with transaction() as s:
        s.get_one(Staff, hospital.reviewer.id).name = "赵德明"
    script = "主治医生：赵德明。患者：赵德胜，因胸痛入院。"
    texts = hospital.revision(submitted(hospital, texts={"script": script})).texts
    assert "赵德明" in texts["script"]
    assert "赵德胜" not in texts["script"]
