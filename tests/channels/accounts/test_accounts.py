"""Credentials are tested before they are kept, kept encrypted, and refreshed by one at a time."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from channels.accounts import accounts
from channels.accounts import credentials as account_credentials
from channels.accounts.accounts import AccountForm
from channels.contract import Token
from channels.errors import AccountBroken, ChannelError, NotSent
from tests.support.channels import Sandbox, carry, connect, credentials, look, planned
from yiyuan import clock
from yiyuan.db.async_session import written
from yiyuan.db.session import transaction
from yiyuan.errors import BadInput, Failed, Refused
from yiyuan.models import Account, Notice, Staff
from yiyuan.settings import settings


def attempt(staff: Staff, platform: str, given: dict[str, str]) -> int:
    form = AccountForm(platform=platform, name="示范医院", credentials=given, sandbox=True)
    return asyncio.run(accounts.connect(staff, form))


def kept() -> list[Account]:
    with transaction(read_only=True) as s:
        return accounts.listed(s, active_only=False)


@pytest.mark.parametrize(
    ("platform", "field"),
    [
        (platform, field.name)
        for platform in ("official_account", "bilibili")
        for field in accounts.fields(platform)
        if field.required
    ],
)
def test_a_missing_credential_is_named(sandbox: Sandbox, staff: dict[str, Staff], platform: str, field: str) -> None:
    given = credentials(sandbox, platform) | {field: "  "}
    with pytest.raises(BadInput) as caught:
        attempt(staff["administrator"], platform, given)
    label = next(entry.label for entry in accounts.fields(platform) if entry.name == field)
    assert caught.value.field == field
    assert label in caught.value.message
    assert kept() == []


@pytest.mark.parametrize(
    ("platform", "field"),
    [
        ("official_account", "appid"),
        ("official_account", "secret"),
        ("bilibili", "client_id"),
        ("bilibili", "client_secret"),
        ("bilibili", "code"),
    ],
)
def test_wrong_credentials_are_not_kept(sandbox: Sandbox, staff: dict[str, Staff], platform: str, field: str) -> None:
    with pytest.raises(BadInput, match="没有保存"):
        attempt(staff["administrator"], platform, credentials(sandbox, platform) | {field: "wrong"})
    assert kept() == []


def test_a_platform_that_cannot_be_asked_keeps_nothing(
    sandbox: Sandbox, staff: dict[str, Staff], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YIYUAN_SANDBOX_URL", "http://127.0.0.1:9")
    settings.cache_clear()
    with pytest.raises(Failed, match="没有保存"):
        attempt(staff["administrator"], "official_account", credentials(sandbox, "official_account"))
    assert kept() == []


def test_only_some_may_connect(sandbox: Sandbox, staff: dict[str, Staff]) -> None:
    with pytest.raises(Refused):
        attempt(staff["doctor"], "official_account", credentials(sandbox, "official_account"))


def test_what_is_kept_is_encrypted(sandbox: Sandbox, staff: dict[str, Staff], accounts: dict[str, int]) -> None:
    for account in kept():
        stored = (account.credentials or b"") + (account.token or b"")
        assert stored
        assert b"sandbox" not in stored
    bilibili = next(account for account in kept() if account.platform == "bilibili")
    assert "code" not in account_credentials.credentials_of(bilibili), (
        "an authorisation code is used once and forgotten"
    )


def test_connecting_again_replaces_the_credentials(
    sandbox: Sandbox, staff: dict[str, Staff], accounts: dict[str, int]
) -> None:
    from channels.accounts.accounts import connect as connect_account

    form = AccountForm(
        platform="bilibili", name="新名字", credentials=credentials(sandbox, "bilibili"), sandbox=True,
        account_id=accounts["bilibili"],
    )  # fmt: skip
    assert asyncio.run(connect_account(staff["publicity"], form)) == accounts["bilibili"]
    assert [account.name for account in kept()].count("新名字") == 1


def test_a_disconnected_account_sends_nothing(
    sandbox: Sandbox, staff: dict[str, Staff], accounts: dict[str, int]
) -> None:
    from channels.accounts.accounts import disconnect

    (post_id,) = planned(staff, [accounts["bilibili"]])
    with transaction() as s:
        disconnect(s, staff["administrator"], accounts["bilibili"])
    from channels.delivery import deliver

    assert deliver.deliver(post_id) == "planned"
    assert "没有连接" in look(post_id).message
    assert sandbox.posts() == []


def test_one_refresh_for_many_callers(sandbox: Sandbox, staff: dict[str, Staff], accounts: dict[str, int]) -> None:
    with transaction() as s:
        account = s.get_one(Account, accounts["bilibili"])
        token, _until = account_credentials._token(account)
        assert token is not None
        account_credentials.spoil(s, account.id, token.access)

    async def use() -> str:
        async with account_credentials.opened(accounts["bilibili"]) as channel:
            await channel.check()
            assert channel.token is not None
            return channel.token.access

    async def many() -> list[str]:
        return await asyncio.gather(*(use() for _ in range(6)))

    assert len(set(asyncio.run(many()))) == 1
    assert sandbox.calls("/api.bilibili.com/x/account-oauth2/v1/refresh_token") == 1


def test_a_lost_refresh_asks_a_person(sandbox: Sandbox, staff: dict[str, Staff], accounts: dict[str, int]) -> None:
    sandbox.post("/admin/expire", {"platform": "bilibili"})
    sandbox.fault("/api.bilibili.com/x/account-oauth2/v1/refresh_token", "drop_after")
    (post_id,) = planned(staff, [accounts["bilibili"]])
    with transaction() as s:
        token, _until = account_credentials._token(s.get_one(Account, accounts["bilibili"]))
        assert token is not None
        account_credentials.spoil(s, accounts["bilibili"], token.access)

    async def use() -> None:
        async with account_credentials.opened(accounts["bilibili"]):
            raise AssertionError("there is no way to a token")

    for kind in (ChannelError, AccountBroken):
        with pytest.raises(kind):
            asyncio.run(use())
    with transaction(read_only=True) as s:
        assert s.scalar(select(Notice.role).where(Notice.link == "/accounts")) == "administrator"
    connect_again = AccountForm(
        platform="bilibili", name="示范医院", credentials=credentials(sandbox, "bilibili"), sandbox=True,
        account_id=accounts["bilibili"],
    )  # fmt: skip
    from channels.accounts.accounts import connect as connect_account

    asyncio.run(connect_account(staff["administrator"], connect_again))
    assert carry([post_id]) == ["live"]


def test_checking_again_keeps_the_answer(sandbox: Sandbox, staff: dict[str, Staff], accounts: dict[str, int]) -> None:
    from channels.accounts.accounts import check

    assert asyncio.run(check(accounts["official_account"])) == ""
    sandbox.fault("/api.weixin.qq.com/cgi-bin/get_api_domain_ip", "error", code=40164)
    assert "40164" in asyncio.run(check(accounts["official_account"]))
    assert "40164" in next(account.check_message for account in kept() if account.platform == "official_account")


def test_two_accounts_on_one_platform(sandbox: Sandbox, staff: dict[str, Staff], accounts: dict[str, int]) -> None:
    second = connect(sandbox, staff["administrator"], "bilibili", "心内科")
    posts = planned(staff, [accounts["bilibili"], second])
    assert carry(posts) == ["live", "live"]
    assert len({look(post_id).external_id for post_id in posts}) == 2


class Looks:
    """What a worker sees while another fetches a token; `after` so many looks, `then` happens."""

    def __init__(self, after: int, then: Callable[[], None]) -> None:
        self.after, self.then, self.count = after, then, 0
        self.really = written

    async def written(self, act: Callable[..., Any], *given: Any) -> Any:
        self.count += 1
        if self.count == self.after:
            self.then()
        return await self.really(act, *given)


def token_while_another_fetches(
    sandbox: Sandbox, staff: dict[str, Staff], monkeypatch: pytest.MonkeyPatch, looks: Looks
) -> str:
    account_id = connect(sandbox, staff["administrator"], "official_account")
    now = clock.now()
    with transaction() as s:
        account = s.get_one(Account, account_id)
        waiting = ["old", now.isoformat(), "", (now + timedelta(hours=1)).isoformat()]
        account.token = account_credentials.seal(waiting)
    monkeypatch.setattr(account_credentials, "WAIT", 0.0)
    monkeypatch.setattr(account_credentials, "WAIT_STEPS", 5)
    monkeypatch.setattr(account_credentials, "written", looks.written)

    async def work() -> str:
        async with account_credentials.opened(account_id) as adapter:
            return adapter.token.access if adapter.token else ""

    return asyncio.run(work())


def test_a_token_that_another_fetches_is_waited_for(
    sandbox: Sandbox, staff: dict[str, Staff], monkeypatch: pytest.MonkeyPatch
) -> None:
    def arrive() -> None:
        with transaction() as s:
            account_credentials.keep_token(s, 1, Token("new", clock.now() + timedelta(hours=1)))

    looks = Looks(3, arrive)
    assert token_while_another_fetches(sandbox, staff, monkeypatch, looks) == "new"
    assert looks.count == 3


def test_waiting_for_anothers_token_ends(
    sandbox: Sandbox, staff: dict[str, Staff], monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = Looks(0, lambda: None)
    with pytest.raises(NotSent, match="另一个进程正在更新"):
        token_while_another_fetches(sandbox, staff, monkeypatch, looks)
    assert looks.count == 5


def test_an_error_while_waiting_is_not_tried_again(
    sandbox: Sandbox, staff: dict[str, Staff], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise Failed("密钥不对")

    looks = Looks(2, fail)
    with pytest.raises(Failed):
        token_while_another_fetches(sandbox, staff, monkeypatch, looks)
    assert looks.count == 2
