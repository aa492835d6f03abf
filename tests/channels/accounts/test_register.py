"""The register of accounts: asked at every send, kept by publicity and administrators."""

from dataclasses import replace
from datetime import timedelta

import pytest

from channels.accounts import register
from channels.accounts.register import Record
from channels.delivery import takedown
from tests.support.channels import Sandbox, carry, look, planned
from yiyuan import clock
from yiyuan.codes import ParkedAnswer
from yiyuan.db.session import transaction
from yiyuan.errors import BadInput, Refused
from yiyuan.models import Account, Staff

GOOD = Record(reported_on=clock.today())


def _say(staff: Staff, account_id: int, record: Record) -> None:
    with transaction() as s:
        register.update(s, staff, account_id, record)


@pytest.mark.parametrize(
    "record",
    [
        replace(GOOD, status="unreported"),
        replace(GOOD, status="uncertified"),
        replace(GOOD, status="left"),
        replace(GOOD, certified_until=clock.today() - timedelta(days=1)),
    ],
)
def test_an_account_out_of_order_sends_nothing_until_it_is_in_order(
    sandbox: Sandbox, staff: dict[str, Staff], accounts: dict[str, int], record: Record
) -> None:
    (post_id,) = planned(staff, [accounts["bilibili"]])
    _say(staff["publicity"], accounts["bilibili"], record)
    assert carry([post_id]) == ["parked"] and sandbox.posts() == []
    assert look(post_id).message
    _say(staff["publicity"], accounts["bilibili"], GOOD)
    with transaction() as s:
        takedown.resolve(s, staff["publicity"], post_id, ParkedAnswer.RESEND)
    assert carry([post_id]) == ["live"]


def test_the_account_of_a_doctor_ends_with_the_employment(
    sandbox: Sandbox, staff: dict[str, Staff], accounts: dict[str, int]
) -> None:
    holder = staff["doctor"]
    _say(staff["administrator"], accounts["bilibili"], replace(GOOD, holder="王敏", holder_id=holder.id))
    with transaction() as s:
        account = s.get_one(Account, accounts["bilibili"])
        assert register.fault(s, account) is None
        s.get_one(Staff, holder.id).active = False
        s.flush()
        assert register.fault(s, account) == "left"


def test_the_register_refuses_what_it_cannot_stand_for(
    sandbox: Sandbox, staff: dict[str, Staff], accounts: dict[str, int]
) -> None:
    with pytest.raises(Refused):
        _say(staff["operations"], accounts["bilibili"], GOOD)
    for wrong in (replace(GOOD, status="fine"), replace(GOOD, holder_id=98765), Record()):
        with pytest.raises(BadInput):
            _say(staff["publicity"], accounts["bilibili"], wrong)
