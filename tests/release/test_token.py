"""The release token: whatever is changed behind the gate's back, the post does not go out."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from release import consent_coverage, content, token
from yiyuan import clock
from yiyuan.codes import AssetRole
from yiyuan.db.session import transaction
from yiyuan.errors import Refused
from yiyuan.models import (
    Account,
    Asset,
    Base,
    Consent,
    Decision,
    Item,
    Post,
    Revision,
    Staff,
    Track,
    TrackConsent,
    Variant,
)
from yiyuan.storage import blob_store, media


def _decide(s: Session, revision: Revision, level: int, person: Staff) -> None:
    decision = Decision(
        revision_id=revision.id, level=level, staff_id=person.id, verdict="approve", digest=revision.digest,
        findings_digest=content.findings_digest(s, revision), signed_at=clock.now(), reason="", answers={}, mac="",
    )  # fmt: skip
    decision.mac = content.decision_mac(decision)
    s.add(decision)


@pytest.fixture
def post(staff: dict[str, Staff]) -> int:
    """An approved item with one post, as the gate leaves it."""
    with transaction() as s:
        moment = clock.now()
        item = Item(
            title="标题", author_id=staff["doctor"].id, department="心内科", content_class="kepu", policy="short_video",
            state="approved", created_at=moment, updated_at=moment,
        )  # fmt: skip
        account = Account(platform="bilibili", name="医院", created_at=moment)
        s.add_all([item, account])
        s.flush()
        revision = Revision(
            item_id=item.id, number=1, editors=[staff["doctor"].id], texts={"title": "标题"}, created_at=moment
        )
        s.add(revision)
        s.flush()
        original = media.store_sealed(s, b"raw", role=AssetRole.VIDEO, item_id=item.id, revision_id=revision.id)
        video = media.store_derived(
            s,
            b"clean",
            role=AssetRole.VIDEO,
            media_type="video/mp4",
            item_id=item.id,
            revision_id=revision.id,
            source_id=original.id,
        )
        variant = Variant(
            revision_id=revision.id,
            account_id=account.id,
            platform="bilibili",
            title="标题",
            body="正文",
            video_id=video.id,
        )
        s.add(variant)
        revision.digest = content.revision_digest(s, revision)
        for level, role in enumerate(("doctor", "reviewer", "publicity"), 1):
            _decide(s, revision, level, staff[role])
        row = Post(
            item_id=item.id, revision_id=revision.id, variant_id=variant.id, account_id=account.id, platform="bilibili",
            due_at=moment, token="", marker="m", created_at=moment,
        )  # fmt: skip
        s.add(row)
        s.flush()
        row.token = token.issue_token(s, row)
        return row.id


def check(post_id: int) -> None:
    with transaction(read_only=True) as s:
        token.check_token(s, s.get_one(Post, post_id))


def test_what_was_signed_goes_out(post: int) -> None:
    check(post)


def _swap_video(s: Session) -> None:
    s.scalars(select(Variant)).one().video_id = s.scalars(select(Asset).where(Asset.kind == "original")).one().id


def _forge_video(s: Session) -> None:
    blob_store.local(s.scalars(select(Asset).where(Asset.kind == "derived")).one().blob).write_bytes(b"forged")


def _other_account(s: Session) -> None:
    s.add(Account(id=99, platform="bilibili", name="别的账号", created_at=clock.now()))
    s.flush()
    s.scalars(select(Post)).one().account_id = 99


def _set(model: type[Base], **values: object) -> Callable[[Session], None]:
    def change(s: Session) -> None:
        for row in s.scalars(select(model)):
            for name, value in values.items():
                setattr(row, name, value)

    return change


TAMPERINGS: dict[str, Callable[[Session], None]] = {
    "variant text": _set(Variant, body="包治百病"),
    "variant tags": _set(Variant, tags=["x"]),
    "variant fields": _set(Variant, extra={"tid": 1}),
    "revision text": _set(Revision, texts={"title": "别的"}),
    "revision digest": _set(Revision, digest="0" * 64),
    "department": _set(Item, department="别科"),
    "author": _set(Item, author_id=2),
    "state": _set(Item, state="review"),
    "schedule": _set(Post, due_at=clock.now() + timedelta(days=9)),
    "token": _set(Post, token="0" * 64),
    "signer": _set(Decision, level=1),
    "verdict": _set(Decision, verdict="return"),
    "signature": _set(Decision, mac="0" * 64),
    "media row": _swap_video,
    "media bytes": _forge_video,
    "account": _other_account,
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_what_was_changed_does_not(post: int, name: str) -> None:
    with transaction() as s:
        TAMPERINGS[name](s)
    with pytest.raises(Refused):
        check(post)


def test_a_removed_signature_does_not(post: int) -> None:
    with transaction() as s:
        s.delete(s.scalars(select(Decision).where(Decision.level == 2)).one())
    with pytest.raises(Refused):
        check(post)


def test_a_new_schedule_needs_the_old_token(post: int) -> None:
    later = clock.now() + timedelta(days=1)
    with transaction() as s:
        token.reschedule(s, s.get_one(Post, post), later)
    check(post)
    with transaction() as s:
        s.get_one(Post, post).token = "0" * 64
        with pytest.raises(Refused):
            token.reschedule(s, s.get_one(Post, post), clock.now())


CONSENT = {"uses": ["publish"], "channels": ["bilibili"], "from_day": date(2026, 1, 1), "to_day": date(2026, 12, 31)}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, ""),
        ({"channels": ["*"]}, ""),
        ({"to_day": None}, ""),
        ({"channels": ["official_account"]}, "平台"),
        ({"uses": ["teaching"]}, "公开发布"),
        ({"from_day": date(2026, 7, 1)}, "有效期"),
        ({"to_day": date(2026, 5, 31)}, "有效期"),
        ({"withdrawn_at": datetime(2100, 1, 1, tzinfo=UTC)}, "撤回"),
        ({"minor": True}, "监护人"),
        ({"minor": True, "guardian": "母亲"}, ""),
    ],
)
def test_consent_covers_the_channel_and_the_day(post: int, change: dict[str, object], words: str) -> None:
    given = Consent(item_id=1, subject="患者A", recorded_by=1, recorded_at=clock.now(), **(CONSENT | change))
    assert words in consent_coverage.reason_against(given, "bilibili", date(2026, 6, 1))
    with transaction() as s:
        s.add(given)
        s.flush()
        revision = s.get_one(Post, post).revision_id
        if not words:
            consent_coverage.covers(s, s.get_one(Revision, revision), "bilibili", date(2026, 6, 1))
            return
        with pytest.raises(Refused, match=words):
            consent_coverage.covers(s, s.get_one(Revision, revision), "bilibili", date(2026, 6, 1))


@pytest.mark.parametrize("linked", [False, True])
def test_a_face_that_hangs_on_a_consent_withdrawn_long_ago_stops_the_post(post: int, linked: bool) -> None:
    with transaction() as s:
        revision = s.get_one(Revision, s.get_one(Post, post).revision_id)
        before = revision.created_at - timedelta(days=1)
        given = Consent(item_id=1, subject="患者A", recorded_by=1, recorded_at=before, withdrawn_at=before, **CONSENT)
        video = s.scalars(select(Asset).where(Asset.kind == "original")).one()
        face = Track(
            revision_id=revision.id, asset_id=video.id, number=1, first_frame=0, last_frame=9, first_seconds=0,
            last_seconds=1, score=0.9,
        )  # fmt: skip
        s.add_all([given, face])
        s.flush()
        if linked:
            s.add(TrackConsent(track_id=face.id, consent_id=given.id))
            s.flush()
        reasons = consent_coverage.reasons(s, revision, ["bilibili"], date(2026, 6, 1))
    assert ("已撤回" in "".join(reasons)) is linked
