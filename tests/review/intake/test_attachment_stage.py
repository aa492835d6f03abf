"""Attached pictures from the intake to the article: animations, PDF pages, what people decide, what goes out."""

import io
from collections.abc import Sequence
from typing import Any

import numpy as np
import PIL.Image
import pytest
from sqlalchemy import select

from channels import article_html
from privacy.api import Source
from privacy.rendering.copies import pixels
from review.intake import article_images, page_images, pipeline
from review.items import attached_files, lookup
from review.redaction import boxes as mask_boxes
from review.redaction import decisions as redaction_decisions
from review.redaction import faces as face_naming
from review.redaction.boxes import DrawnBox
from review.submission import consents, submission
from tests.support.clips import Clip, drawn
from tests.support.submissions import again, findings, picture, submitted
from yiyuan import clock
from yiyuan.codes import AssetRole
from yiyuan.db.session import transaction
from yiyuan.errors import BadInput, Missing, Refused
from yiyuan.models import Account, Asset, AuditEntry, Consent, Track, Variant
from yiyuan.storage import media

Hospital = Any
pytestmark = pytest.mark.usefixtures("plain_checks")
CLIP = Clip(text="患者：李建国 住院号：ZY20231234")
TIMES = [100, 200, 100, 300]


def animation(form: str, clip: Clip = CLIP) -> bytes:
    target = io.BytesIO()
    shown = [drawn(clip, index) for index in range(len(TIMES))]
    shown[0].save(target, form, save_all=True, append_images=shown[1:], duration=TIMES, loop=0, quality=90)
    return target.getvalue()


def pdf(*clips: Clip) -> bytes:
    target = io.BytesIO()
    first, *rest = (drawn(clip, 0) for clip in clips)
    first.save(target, "PDF", save_all=True, append_images=rest, resolution=150, title="张三的病历")
    return target.getvalue()


def attached(hospital: Hospital, item_id: int) -> list[Asset]:
    with transaction(read_only=True) as s:
        return attached_files.attached(s, lookup.revision(s, lookup.item(s, item_id)))


def copied(original: Asset) -> Asset:
    with transaction(read_only=True) as s:
        copy = attached_files.copy_of(s, original)
    assert copy is not None
    return copy


def tracks(original: Asset) -> list[Track]:
    with transaction(read_only=True) as s:
        return list(s.scalars(select(Track).where(Track.asset_id == original.id).order_by(Track.number)))


def shown(original: Asset, index: int) -> Any:
    return np.asarray(pixels(Source.of_asset(copied(original)), copied(original).media_type, index)).astype(int)


def boxes(original: Asset, index: int) -> list[Any]:
    with transaction(read_only=True) as s:
        found = attached_files.found_in(s, original)
    assert found is not None
    faces = [box for track in found.tracks for at, box in track.boxes if at == index]
    return faces + [hit.box for hit in found.screen_hits if hit.first_frame <= index <= hit.last_frame]


def changes(original: Asset, index: int, clip: Clip = CLIP, number: int | None = None) -> list[float]:
    """How much each found place of a page differs from what was drawn there."""
    after = shown(original, index)
    size = (after.shape[1], after.shape[0])  # a page of a PDF may come out a pixel larger
    before = np.asarray(drawn(clip, index if number is None else number).resize(size)).astype(int)
    difference = np.abs(after - before)
    return [difference[b.y : b.y + b.h, b.x : b.x + b.w].mean() for b in boxes(original, index)]


@pytest.mark.parametrize("form", ["GIF", "WEBP"])
def test_every_frame_of_an_animation_is_covered_and_decided_on(hospital: Hospital, form: str) -> None:
    item_id = submitted(hospital, (AssetRole.ATTACHMENT, animation(form)))
    [original] = attached(hospital, item_id)
    assert (original.frames, original.seconds, original.width) == (len(TIMES), len(TIMES) - 1, CLIP.size[0])
    assert {f.rule for f in findings(hospital, item_id, "screen.")} == {"screen.name", "screen.record_number"}
    for index in range(len(TIMES)):
        assert len(boxes(original, index)) == 3
        assert min(changes(original, index)) > 8
    with PIL.Image.open(media.derived_path(copied(original))) as opened:
        assert (opened.format, getattr(opened, "n_frames", 1)) == (form, len(TIMES))
    [track] = tracks(original)
    with transaction() as s:
        face_naming.name_track(s, hospital.doctor, track.id, "staff", "王医生，同意")
        mask_boxes.draw(s, hospital.doctor, item_id, DrawnBox(300, 20, 120, 60, 1, 2), asset_id=original.id)
    again(hospital, item_id)
    spread = [shown(original, index)[26:74, 306:414].std(axis=(0, 1)).max() for index in range(len(TIMES))]
    assert [value < 1 for value in spread] == [False, True, True, False], spread
    kept = [changes(original, index)[0] for index in range(len(TIMES))]
    assert max(kept) < 8, kept


def test_each_page_of_a_pdf_is_covered_and_decided_on_by_itself(hospital: Hospital) -> None:
    clips = (Clip(text=CLIP.text, faces=0), Clip(), Clip(size=(640, 360), faces=0))
    item_id = submitted(hospital, (AssetRole.ATTACHMENT, pdf(*clips)))
    [original] = attached(hospital, item_id)
    assert original.frames == 3
    assert (original.width, original.height) == pytest.approx((640, 360), abs=1)
    hits = findings(hospital, item_id, "screen.")
    assert {(f.rule, f.suggestion) for f in hits} == {
        ("screen.name", "附件 1 第 1 页（帧）"),
        ("screen.record_number", "附件 1 第 1 页（帧）"),
    }
    assert [(t.first_frame, t.last_frame) for t in tracks(original)] == [(1, 1)]
    assert min(changes(original, 0, clips[0])) > 8
    assert min(changes(original, 1, clips[1], number=0)) > 8
    with transaction() as s:
        mask_boxes.draw(s, hospital.doctor, item_id, DrawnBox(500, 300, 120, 50, 2, 2), asset_id=original.id)
    with pytest.raises(BadInput), transaction() as s:
        mask_boxes.draw(s, hospital.doctor, item_id, DrawnBox(0, 0, 50, 50, 3, 4), asset_id=original.id)
    again(hospital, item_id)
    assert shown(original, 2)[304:346, 504:616].std(axis=(0, 1)).max() < 6, "wide page, right border"
    assert b"\xe5\xbc\xa0" not in media.derived_path(copied(original)).read_bytes()
    with pytest.raises(Missing):
        page_images.page_jpeg(copied(original), 3)


def test_a_box_is_taken_away_again_and_the_copy_made_anew(hospital: Hospital) -> None:
    item_id = submitted(hospital, (AssetRole.ATTACHMENT, picture()))
    [original] = attached(hospital, item_id)
    before = copied(original)
    with transaction() as s:
        mask = mask_boxes.draw(s, hospital.doctor, item_id, DrawnBox(500, 10, 100, 60, 0, 0), asset_id=original.id)
    again(hospital, item_id)
    drawn_on = copied(original)
    with transaction() as s:
        mask_boxes.remove(s, hospital.doctor, mask.id)
    again(hospital, item_id)
    assert len({before.sha256, drawn_on.sha256}) == 2
    assert copied(original).sha256 == before.sha256
    with transaction(read_only=True) as s:
        entries = select(AuditEntry).where(AuditEntry.action.startswith("mask.")).order_by(AuditEntry.number)
        assert [(e.action, e.actor_id) for e in s.scalars(entries)] == [
            ("mask.draw", hospital.doctor.id),
            ("mask.remove", hospital.doctor.id),
        ]


def doubted(hospital: Hospital) -> tuple[int, Track]:
    """An item with one picture whose face nobody has named and that raises a doubt."""
    item_id = submitted(hospital, (AssetRole.ATTACHMENT, picture()))
    [track] = tracks(attached(hospital, item_id)[0])
    with transaction() as s:
        s.get_one(Track, track.id).doubt = "侧脸，请看清"
    return item_id, track


@pytest.mark.parametrize("naming", ["patient", "other", "object"])
def test_a_doubtful_face_in_a_picture_stops_the_item_until_somebody_decides(hospital: Hospital, naming: str) -> None:
    item_id, track = doubted(hospital)
    with pytest.raises(Refused, match=f"人脸 {track.number}"):
        hospital.accept(item_id)
    with transaction() as s:
        face_naming.name_track(s, hospital.doctor, track.id, naming, "解剖挂图" if naming == "object" else "")
    hospital.accept(item_id)
    pipeline.run(hospital.revision(item_id).id)
    assert hospital.item(item_id).state == "review"
    [original] = attached(hospital, item_id)
    with transaction(read_only=True) as s:
        assert redaction_decisions.kept(s, hospital.revision(item_id), original) == (
            [track.number] if naming == "object" else []
        )


def test_level_one_is_refused_while_a_face_in_a_picture_is_open(hospital: Hospital) -> None:
    item_id = submitted(hospital, (AssetRole.ATTACHMENT, picture()))
    hospital.accept(item_id)
    [track] = tracks(attached(hospital, item_id)[0])
    with transaction() as s:
        s.get_one(Track, track.id).doubt = "侧脸，请看清"
    with pytest.raises(Refused, match="疑点未处理"):
        hospital.decide(hospital.doctor, item_id)


def test_a_patient_in_a_picture_stays_only_while_the_consent_stands(hospital: Hospital) -> None:
    item_id = submitted(hospital, (AssetRole.ATTACHMENT, picture()))
    [track] = tracks(attached(hospital, item_id)[0])
    with transaction() as s:
        consent = Consent(
            item_id=item_id, subject="患者一", uses=["public"], channels=["*"], recorded_by=hospital.doctor.id,
            recorded_at=clock.now(), from_day=clock.today(),
        )  # fmt: skip
        s.add(consent)
        s.flush()
        face_naming.name_track(s, hospital.doctor, track.id, "patient", consent_id=consent.id)
    hospital.accept(item_id)
    pipeline.run(hospital.revision(item_id).id)
    [original] = attached(hospital, item_id)
    with transaction(read_only=True) as s:
        assert redaction_decisions.kept(s, hospital.revision(item_id), original) == [track.number]
    with transaction() as s:
        consents.withdraw(s, hospital.publicity, consent.id, "本人要求撤回")
    with pytest.raises(Refused):
        hospital.decide(hospital.doctor, item_id)


def test_the_same_file_twice_is_one_too_many(hospital: Hospital) -> None:
    with pytest.raises(BadInput, match="已经"):
        submitted(hospital, (AssetRole.ATTACHMENT, picture()), (AssetRole.ATTACHMENT, picture()))


def article_account(hospital: Hospital) -> int:
    with transaction() as s:
        account = Account(
            platform="official_account", name="示范医院", active=True, sandbox=True, created_at=clock.now()
        )
        s.add(account)
        s.flush()
        return account.id


def body_of(hospital: Hospital, item_id: int) -> tuple[str, Variant, list[Asset]]:
    with transaction(read_only=True) as s:
        variant = s.scalars(select(Variant).where(Variant.revision_id == hospital.revision(item_id).id)).one()
        named = [article_html.asset_id(source) for source in article_html.sources(variant.body)]
        return variant.body, variant, [s.get_one(Asset, number) for number in named if number]


def forms(assets: Sequence[Asset]) -> list[tuple[str, str]]:
    return [(asset.role, asset.media_type) for asset in assets]


def test_the_article_shows_the_copies_in_order_and_never_an_original(hospital: Hospital) -> None:
    script = "先看片子。\n［图2］\n再看动作。"
    clips = (Clip(text=CLIP.text, faces=0), Clip())
    item_id = submitted(
        hospital, *((AssetRole.ATTACHMENT, content) for content in (picture(), pdf(*clips), animation("WEBP"))),
        accounts=[article_account(hospital)], texts={"script": script, "source": "指南", "disclaimer": "仅供科普"},
    )  # fmt: skip
    body, variant, assets = body_of(hospital, item_id)
    assert forms(assets) == [("inset", "image/jpeg")] * 3 + [("inset", "image/gif")]
    assert all(asset.kind == "derived" for asset in assets)
    originals = attached(hospital, item_id)
    assert [asset.source_id for asset in assets] == [originals[at].id for at in (1, 1, 0, 2)]
    assert (
        body.index("先看片子") < body.index("图2-1") < body.index("图2-2") < body.index("再看动作") < body.index("图1")
    )
    assert "［图2］" not in body
    assert variant.cover_id is not None, "without a film the first picture is the cover"
    with PIL.Image.open(media.derived_path(assets[3])) as moving:
        assert [moving.format, getattr(moving, "n_frames", 1)] == ["GIF", len(TIMES)]
    with transaction(read_only=True) as s:
        before = {asset.id for asset in article_images.of(s, originals[0])}
    with transaction() as s:
        mask_boxes.draw(s, hospital.doctor, item_id, DrawnBox(500, 10, 100, 60, 0, 0), asset_id=originals[0].id)
    again(hospital, item_id)
    _body, _variant, anew = body_of(hospital, item_id)
    assert {asset.id for asset in anew} & before == set(), "the picture was made anew from the new copy"
    assert [asset.id for asset in anew if asset.source_id != originals[0].id] == [
        asset.id for asset in assets if asset.source_id != originals[0].id
    ]


def test_a_new_revision_shows_the_same_pictures(hospital: Hospital) -> None:
    item_id = submitted(hospital, (AssetRole.ATTACHMENT, picture()), accounts=[article_account(hospital)])
    _body, _variant, first = body_of(hospital, item_id)
    with transaction() as s:
        submission.new_revision(s, hospital.doctor, item_id, lookup.item(s, item_id).version)
    hospital.submit(item_id)
    _body, _variant, second = body_of(hospital, item_id)
    assert [a.sha256 for a in first] == [a.sha256 for a in second]
    assert [a.revision_id for a in second] == [hospital.revision(item_id).id]


def test_a_large_picture_is_made_to_fit_the_platform(hospital: Hospital) -> None:
    noise = np.random.default_rng(7).integers(0, 255, (1400, 1400, 3), dtype=np.uint8)
    target = io.BytesIO()
    PIL.Image.fromarray(noise).save(target, "PNG")
    assert len(target.getvalue()) > 1024**2
    item_id = submitted(hospital, (AssetRole.ATTACHMENT, target.getvalue()), accounts=[article_account(hospital)])
    _body, _variant, [shown_as] = body_of(hospital, item_id)
    assert shown_as.media_type == "image/jpeg"
    assert 0 < shown_as.size < 1024**2
