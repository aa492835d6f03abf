"""What has to be gone goes: deleted by the platform, else as a task until its proof; the month tells of the rest."""

from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from channels.delivery import deliver, exception_report, takedown
from review.lifecycle import recalls
from tests.support.channels import Sandbox, carry, look, picture, planned
from yiyuan import clock
from yiyuan.codes import PostState
from yiyuan.db.session import transaction
from yiyuan.models import Consent, Notice, Post, Staff


def _consent(**more: object) -> Consent:
    given = {"subject": "患者A", "uses": ["publish"], "channels": ["*"], "from_day": date(2020, 1, 1)} | more
    return Consent(**given)


@pytest.mark.parametrize(
    "more",
    [
        {"channels": ["official_account"]},
        {"uses": ["teaching"]},
        {"to_day": date(2020, 2, 1)},
        {"minor": True},
        {"from_day": date(2999, 1, 1)},
    ],
)
def test_a_post_outside_its_consent_is_refused_at_send_time(
    sandbox: Sandbox, staff: dict[str, Staff], accounts: dict[str, int], more: dict[str, object]
) -> None:
    (post_id,) = planned(staff, [accounts["bilibili"]], _consent(**more))
    assert carry([post_id]) == ["refused"] and "患者A" in look(post_id).message
    assert sandbox.posts() == []


def test_at_the_end_of_the_shelf_life_the_platform_deletes_or_a_person_does(
    sandbox: Sandbox, staff: dict[str, Staff], accounts: dict[str, int]
) -> None:
    by_machine, by_hand = planned(staff, [accounts["bilibili"], accounts["xiaohongshu"]])
    carry([by_machine, by_hand])
    with transaction() as s:
        for number in (by_machine, by_hand):
            post = s.get_one(Post, number)
            post.state, post.live_at = PostState.LIVE, post.live_at or clock.now()
            post.expires_at = clock.now() - timedelta(minutes=1)
    assert (recalls.sweep(), recalls.sweep()) == (2, 0)
    states = deliver.deliver(by_machine), deliver.deliver(by_hand)
    assert states == ("withdrawn", "awaiting_person"), look(by_machine).message
    assert [row["deleted"] for row in sandbox.posts("bilibili")] == [1]
    with transaction(read_only=True) as s:
        assert [post.id for post in recalls.open_recalls(s)] == [by_hand]
    with transaction() as s:
        takedown.confirm_removed(s, staff["operations"], by_hand, picture())
    with transaction(read_only=True) as s:
        assert recalls.open_recalls(s) == []


def test_a_recalled_post_that_cannot_be_deleted_is_dropped_by_nobody_without_proof(
    sandbox: Sandbox, staff: dict[str, Staff], accounts: dict[str, int]
) -> None:
    (post_id,) = planned(staff, [accounts["bilibili"]])
    carry([post_id])
    with transaction() as s:
        takedown.withdraw(s, staff["publicity"], post_id, "内容有误")
        s.get_one(Post, post_id).state = PostState.PARKED
    for answer in ("drop", "resend"):
        with transaction() as s, pytest.raises(Exception, match="上传截图"):
            takedown.resolve(s, staff["publicity"], post_id, answer)  # type: ignore[arg-type]
    with transaction() as s:
        takedown.confirm_removed(s, staff["operations"], post_id, picture())
    assert look(post_id).state == "withdrawn"


def test_a_month_tells_what_was_still_up_at_its_end_and_what_went_late(
    sandbox: Sandbox, staff: dict[str, Staff], accounts: dict[str, int]
) -> None:
    (post_id,) = planned(staff, [accounts["bilibili"]])
    carry([post_id])
    with transaction() as s:
        post = s.get_one(Post, post_id)
        post.recalled_at = clock.now()
        month = clock.local(post.recalled_at).date().replace(day=1)
    after = (month + timedelta(days=32)).replace(day=1)
    with time_machine.travel(clock.now() + timedelta(days=40), tick=False):
        with transaction() as s:
            s.get_one(Post, post_id).gone_at = clock.now() - timedelta(minutes=1)
        with transaction(read_only=True) as s:
            still, late = exception_report.of_month(s, month)
            assert ([e.post.id for e in still], late) == ([post_id], [])
            gone = clock.today().replace(day=1)
            still, late = exception_report.of_month(s, gone)
            assert (still, [e.days for e in late]) == ([], [39])
            assert exception_report.of_month(s, (month - timedelta(days=1)).replace(day=1)) == ([], [])
        assert after <= gone


def test_the_month_that_ended_is_announced_once(
    sandbox: Sandbox, staff: dict[str, Staff], accounts: dict[str, int]
) -> None:
    for _ in range(2):
        assert exception_report.announce() == 0
    with transaction(read_only=True) as s:
        assert s.scalar(select(func.count()).where(Notice.key.startswith("exceptions:"))) == 1
