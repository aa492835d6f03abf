"""Drafts, forms, revisions and variants."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from channels import registry
from release import content
from review.items import lookup
from review.items.form import parse
from review.submission import attachments, previews, submission
from yiyuan import clock
from yiyuan.codes import AssetKind, AssetRole
from yiyuan.db.session import transaction
from yiyuan.errors import BadInput, Conflict, Refused
from yiyuan.models import Account, Asset, AuditEntry, Revision, Variant
from yiyuan.storage import media

Hospital = Any
pytestmark = pytest.mark.usefixtures("plain_checks")
SECRET = "患者张伟，住院号20260718"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "长" * 81}, "title"),
        ({"content_class": "gossip"}, "content_class"),
        ({"policy": "none"}, ""),
        ({"content_class": "promo", "policy": "private_domain"}, ""),
        ({"texts": {"poem": "x"}}, "texts.poem"),
        ({"planned_at": "2026-11-22T10:00:00"}, "planned_at"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_wrong_form_names_its_field(changes: dict[str, object], field: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse({"title": "标题", "accounts": [1]} | changes)
    assert caught.value.field.startswith(field)


def test_texts_are_sealed_from_the_first_moment(hospital: Hospital) -> None:
    item_id = hospital.draft(title=SECRET, texts={"caption": SECRET})
    with transaction(read_only=True) as s:
        item, revision = lookup.item(s, item_id), hospital.revision(item_id)
        sealed = lookup.asset(s, revision, AssetRole.TEXTS, AssetKind.ORIGINAL)
        everything = [str(vars(row)) for model in (Revision, Variant, AuditEntry) for row in s.scalars(select(model))]
        assert submission.form_of(s, item, hospital.doctor).title == SECRET
        with pytest.raises(Refused):
            submission.form_of(s, item, hospital.leader)
    assert sealed is not None
    assert sealed.key
    assert "张伟" not in item.title
    assert not any("张伟" in text or "20260718" in text for text in everything)


def test_only_some_may_submit_and_edit(hospital: Hospital) -> None:
    with pytest.raises(Refused), transaction() as s:
        submission.create(s, hospital.auditor, parse({"title": "标题", "accounts": [hospital.account_id]}))
    item_id = hospital.draft()
    with transaction(read_only=True) as s:
        filled = submission.form_of(s, lookup.item(s, item_id), hospital.doctor)
    for role in ("leader", "auditor", "crisis_lead"):
        with pytest.raises(Refused), transaction() as s:
            submission.edit(s, hospital.staff[role], item_id, 1, filled)


def test_two_editors_at_once_conflict(hospital: Hospital) -> None:
    item_id = hospital.draft()
    version = hospital.item(item_id).version
    with transaction() as s:
        filled = submission.form_of(s, lookup.item(s, item_id), hospital.doctor)
        submission.edit(s, hospital.doctor, item_id, version, filled)
    with pytest.raises(Conflict), transaction() as s:
        submission.edit(s, hospital.publicity, item_id, version, filled)
    with pytest.raises(Conflict), transaction() as s:
        submission.submit(s, hospital.doctor, item_id, version)


def test_an_empty_submission_is_refused(hospital: Hospital) -> None:
    item_id = hospital.draft(texts={})
    with pytest.raises(BadInput, match="视频"), transaction() as s:
        submission.submit(s, hospital.doctor, item_id, lookup.item(s, item_id).version)
    with pytest.raises(BadInput) as caught:
        hospital.draft(accounts=[99])
    assert caught.value.field == "accounts"
    nowhere = hospital.draft(accounts=[])
    with pytest.raises(BadInput, match="账号"), transaction() as s:
        submission.submit(s, hospital.doctor, nowhere, lookup.item(s, nowhere).version)


def test_an_empty_file_leaves_nothing(hospital: Hospital) -> None:
    item_id = hospital.draft()
    with pytest.raises(BadInput, match="0 字节"), transaction() as s:
        attachments.attach_video(s, lookup.item(s, item_id), iter(()), "a.mp4", editor=hospital.doctor)
    with transaction(read_only=True) as s:
        assert s.scalar(select(Asset).where(Asset.role == "video")) is None


def test_a_frozen_revision_takes_no_upload(hospital: Hospital) -> None:
    item_id = hospital.in_review()
    with pytest.raises(Conflict), transaction() as s:
        attachments.attach_video(s, lookup.item(s, item_id), iter((b"x",)), "a.mp4", editor=hospital.doctor)
    with pytest.raises(Conflict), transaction() as s:
        submission.edit(
            s, hospital.doctor, item_id, lookup.item(s, item_id).version, parse({"title": "t", "accounts": [1]})
        )


@pytest.mark.parametrize(
    "change",
    [
        lambda s, r: setattr(r, "texts", {**r.texts, "caption": "别的"}),
        lambda s, r: setattr(r, "tags", ["别的"]),
        lambda s, r: setattr(r, "ai_label", "generated"),
        lambda s, r: setattr(r, "facts", {"phone": True}),
        lambda s, r: setattr(r, "editors", [*r.editors, 2]),
        lambda s, r: setattr(s.scalar(select(Variant)), "title", "别的"),
        lambda s, r: setattr(s.scalar(select(Variant)), "extra", {"x": 1}),
        lambda s, r: setattr(lookup.item(s, r.item_id), "department", "骨科"),
        lambda s, r: setattr(lookup.item(s, r.item_id), "content_class", "promo"),
    ],
)
def test_the_digest_feels_every_change(hospital: Hospital, change: Any) -> None:
    item_id = hospital.in_review()
    with transaction() as s:
        revision = lookup.revision(s, lookup.item(s, item_id))
        assert content.revision_digest(s, revision) == revision.digest
        change(s, revision)
        assert content.revision_digest(s, revision) != revision.digest
        s.rollback()


def test_moving_the_schedule_costs_no_signature(hospital: Hospital) -> None:
    item_id = hospital.in_review()
    hospital.decide(hospital.doctor, item_id)
    later = datetime(2030, 1, 1, 8, tzinfo=UTC)
    with pytest.raises(Refused), transaction() as s:
        submission.reschedule(s, hospital.reviewer, item_id, later)
    with transaction() as s:
        submission.reschedule(s, hospital.publicity, item_id, later)
    hospital.decide(hospital.reviewer, item_id)
    assert hospital.item(item_id).planned_at == later


def test_each_account_gets_its_own_version(hospital: Hospital) -> None:
    with transaction() as s:
        accounts = [
            Account(platform=platform, name=f"示范医院{platform}", active=True, created_at=clock.now())
            for platform in ("official_account", "bilibili")
        ]
        s.add_all(accounts)
        s.flush()
        ids = [account.id for account in accounts]
    tags = [f"标签{n}" for n in range(9)]
    own = [{"account_id": ids[1], "title": "B站的标题", "extra": {"tid": 36, "hack": 1}}]
    item_id = hospital.draft(accounts=[*ids, hospital.account_id], tags=tags, variants=own, ai_label="assisted")
    hospital.submit(item_id)
    with transaction(read_only=True) as s:
        seen = {p.platform: p for p in previews.variants_for(s, lookup.item(s, item_id))}
    article, film, note = seen["official_account"], seen["bilibili"], seen["xiaohongshu"]
    assert list(seen) == list(registry.all_capabilities())
    assert article.is_article
    assert article.body.count("<p>") >= 3
    assert "<script" not in article.body
    assert article.extra["author"]
    assert film.title == "B站的标题"
    assert film.extra["tid"] == 36
    assert "hack" not in film.extra
    assert film.extra["copyright"] == 1
    assert note.title == "在家量血压"
    assert len(note.tags) == registry.capabilities("xiaohongshu").max_tags
    for preview in seen.values():
        assert "不能替代面诊" in preview.body
        assert "AI 辅助" in preview.body
    assert all(len(p.body) <= p.body_limit for p in seen.values())


def test_what_a_person_wrote_cannot_become_markup(hospital: Hospital) -> None:
    with transaction() as s:
        account = Account(platform="official_account", name="号", active=True, created_at=clock.now())
        s.add(account)
        s.flush()
    evil = '<script>alert(1)</script><img src="https://evil.example/x.png">'
    item_id = hospital.draft(title=evil, accounts=[account.id], texts={"script": evil, "summary": evil})
    hospital.submit(item_id)
    with transaction(read_only=True) as s:
        (preview,) = previews.variants_for(s, lookup.item(s, item_id))
    assert "<script" not in preview.body
    assert "<img" not in preview.body


def test_originals_stay_with_the_seal(hospital: Hospital) -> None:
    item_id = hospital.draft()
    with transaction() as s:
        asset = attachments.attach_video(
            s, lookup.item(s, item_id), iter((b"patient" * 100,)), "a.mp4", editor=hospital.doctor
        )
        with pytest.raises(Refused):
            media.derived_path(asset)
        with pytest.raises(Refused):
            media.open_original(s, asset.id, hospital.operations, "看看")
