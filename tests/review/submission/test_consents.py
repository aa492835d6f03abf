"""Consent from the form to the platform: minors, scope, withdrawal and expiry, and what is for teaching only."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from channels.accounts import credentials
from channels.delivery import deliver, planning, takedown
from release import consent_coverage, content
from review.approval import gate
from review.approval.gate import unconsented
from review.items import lookup
from review.lifecycle import recalls
from review.submission import consents, submission
from tests.review.conftest import TEXTS, form
from tests.support.channels import picture
from yiyuan import clock
from yiyuan.codes import AssetRole, PostState
from yiyuan.db.session import transaction
from yiyuan.errors import BadInput, Refused
from yiyuan.models import Account, Asset, Consent, Notice, Post, Revision, Variant
from yiyuan.storage import media

Hospital = Any
pytestmark = pytest.mark.usefixtures("plain_checks")
NOTE = "64b5f0a1000000001203d4e5"


def _record(hospital: Hospital, item_id: int, **more: object) -> int:
    given: dict[str, Any] = {"subject": "患者A", "uses": ["publish"], "channels": ["*"], "from_day": date(2026, 1, 1)}
    with transaction() as s:
        return consents.record(s, hospital.doctor, lookup.item(s, item_id), **(given | more)).id


def _live(hospital: Hospital, **more: object) -> tuple[int, int, int]:
    """An item that rests on a consent and stands on its platform; item, consent and post."""
    item_id = hospital.draft()
    consent_id = _record(hospital, item_id, **more)
    hospital.submit(item_id)
    hospital.accept(item_id)
    for role in ("doctor", "reviewer", "publicity"):
        hospital.decide(hospital.staff[role], item_id)
    gate.after_decision(hospital.revision(item_id).id)
    with transaction() as s:
        post = s.scalars(select(Post)).one()
        post.state, post.live_at, post.external_id = PostState.LIVE, clock.now(), NOTE
        post.expires_at = clock.now() + timedelta(days=730)
        account = s.get_one(Account, hospital.account_id)
        account.credentials, account.sandbox = credentials.seal({"home_url": ""}), False
        return item_id, consent_id, post.id


def _post(post_id: int) -> Post:
    with transaction(read_only=True) as s:
        return s.get_one(Post, post_id)


def test_a_minor_needs_a_guardian(hospital: Hospital) -> None:
    item_id = hospital.draft()
    with pytest.raises(BadInput, match="监护人"):
        _record(hospital, item_id, minor=True)
    with transaction(read_only=True) as s:
        consent = s.get_one(Consent, _record(hospital, item_id, minor=True, guardian="母亲"))
        assert consent_coverage.reason_against(consent, "bilibili", clock.today()) == ""
        consent.guardian = ""
        assert "监护人" in consent_coverage.reason_against(consent, "bilibili", clock.today())


def test_a_scan_is_sealed_and_added_once(hospital: Hospital) -> None:
    item_id = hospital.draft()
    consent_id = _record(hospital, item_id)

    def add() -> None:
        scan = media.seal_stream(
            iter((picture(),)), role=AssetRole.SCAN, filename="同意书.jpg", media_type="image/jpeg"
        )
        with transaction() as s:
            consents.attach_scan(s, hospital.doctor, consent_id, scan)

    add()
    with transaction(read_only=True) as s:
        scan = s.get_one(Asset, s.get_one(Consent, consent_id).scan_id)
        assert (scan.kind, scan.item_id) == ("original", item_id) and scan.key is not None
    with pytest.raises(Exception, match="已有扫描件"):
        add()


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"channels": ["bilibili"]}, "不含该平台"),
        ({"uses": ["teaching"]}, "不含公开发布"),
        ({"to_day": date(2026, 1, 2)}, "不在有效期"),
    ],
)
def test_nobody_signs_what_a_consent_does_not_cover(hospital: Hospital, more: dict[str, object], why: str) -> None:
    item_id = hospital.draft()
    _record(hospital, item_id, **more)
    hospital.submit(item_id)
    hospital.accept(item_id)
    with pytest.raises(Refused, match=why):
        hospital.decide(hospital.doctor, item_id)


def test_a_withdrawal_between_two_signatures_stops_the_next(hospital: Hospital) -> None:
    item_id = hospital.draft()
    consent_id = _record(hospital, item_id)
    hospital.submit(item_id)
    hospital.accept(item_id)
    hospital.decide(hospital.doctor, item_id)
    with transaction() as s:
        consents.withdraw(s, hospital.doctor, consent_id, "患者来电撤回")
    with pytest.raises(Refused, match="已撤回"):
        hospital.decide(hospital.reviewer, item_id)


def test_a_revision_made_without_the_patient_may_go_on(hospital: Hospital) -> None:
    item_id = hospital.draft()
    consent_id = _record(hospital, item_id)
    hospital.submit(item_id)
    with transaction() as s:
        consents.withdraw(s, hospital.doctor, consent_id, "患者来电撤回")
        assert unconsented(s, lookup.revision(s, lookup.item(s, item_id)))
        submission.edit(s, hospital.doctor, item_id, lookup.item(s, item_id).version, form(hospital.account_id))
        assert unconsented(s, lookup.revision(s, lookup.item(s, item_id))) == []


def test_a_withdrawal_asks_for_every_post_to_be_taken_down(hospital: Hospital) -> None:
    _item, consent_id, post_id = _live(hospital)
    with transaction() as s:
        consents.withdraw(s, hospital.medical_affairs, consent_id, "患者来信撤回")
    post = _post(post_id)
    assert post.recalled_at is not None and post.gone_at is None and "撤回" in (post.withdraw_reason or "")
    assert "withdraw" not in post.progress, "that is the platform's"


def test_the_day_after_a_consent_ended_its_posts_are_recalled_until_proved(hospital: Hospital) -> None:
    with time_machine.travel(datetime(2026, 11, 20, 2, 0, tzinfo=UTC), tick=False) as now:
        _item, _consent, post_id = _live(hospital, to_day=date(2026, 11, 21))
        assert recalls.sweep() == 0
        now.move_to(datetime(2026, 11, 21, 17, 0, tzinfo=UTC))  # past midnight in the hospital's zone
        assert (recalls.sweep(), recalls.sweep()) == (1, 0)
        assert deliver.deliver(post_id) == "awaiting_person"
        now.move_to(datetime(2026, 11, 23, 2, 0, tzinfo=UTC))
        for _ in range(2):
            recalls.sweep()
        with transaction(read_only=True) as s:
            urgent = s.scalars(select(Notice).where(Notice.key.startswith("recall:"))).all()
            assert [n.urgent for n in urgent] == [True] and [p.id for p in recalls.open_recalls(s)] == [post_id]
        with transaction() as s:
            takedown.confirm_removed(s, hospital.operations, post_id, picture())
        with transaction(read_only=True) as s:
            assert recalls.open_recalls(s) == []
        assert _post(post_id).gone_at == clock.now()


def test_the_end_of_the_shelf_life_recalls_too(hospital: Hospital) -> None:
    with time_machine.travel(datetime(2026, 11, 20, 2, 0, tzinfo=UTC), tick=False) as now:
        _item, _consent, post_id = _live(hospital)
        now.move_to(datetime(2028, 11, 18, 2, 0, tzinfo=UTC))
        assert recalls.sweep() == 0
        now.move_to(datetime(2028, 11, 19, 2, 0, tzinfo=UTC))
        assert recalls.sweep() == 1
        assert "保存期限" in (_post(post_id).withdraw_reason or "")


def test_teaching_material_is_approved_without_a_post(hospital: Hospital) -> None:
    item_id = hospital.approved(accounts=[], facts={"internal": True})
    gate.after_decision(hospital.revision(item_id).id)
    with transaction(read_only=True) as s:
        assert hospital.item(item_id).state == "approved" and s.scalars(select(Post)).all() == []


@pytest.mark.parametrize("mark", [{"facts": {"internal": True}}, {"tags": ["院内教学"]}])
def test_teaching_material_takes_no_account(hospital: Hospital, mark: dict[str, object]) -> None:
    with pytest.raises(BadInput, match="院内教学"):
        form(hospital.account_id, texts=dict(TEXTS), **mark)


def test_teaching_material_gets_no_token_even_by_an_edited_database(hospital: Hospital) -> None:
    item_id = hospital.approved(accounts=[], facts={"internal": True})
    with transaction() as s:
        revision = hospital.revision(item_id)
        variant = Variant(
            revision_id=revision.id, account_id=hospital.account_id, platform="xiaohongshu", title="题", body="文"
        )
        s.add(variant)
        s.flush()
        with pytest.raises(Refused, match="院内教学"):
            planning.plan(s, revision.id)


def test_the_mark_cannot_be_taken_off_after_the_signatures(hospital: Hospital) -> None:
    item_id = hospital.approved(accounts=[], facts={"internal": True})
    with transaction() as s:
        revision = s.get_one(Revision, hospital.revision(item_id).id)
        revision.facts = {}
        assert content.revision_digest(s, revision) != revision.digest
