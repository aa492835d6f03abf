"""An account's channel, ready to call: credentials opened, a token that is good, fetched by one at a time.

B站's refresh token works once: two workers refreshing together would lock the account out. So a refresh is claimed in
the database first, and whoever comes second waits for its result.
"""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn

from sqlalchemy.orm import Session
from tenacity import AsyncRetrying, RetryCallState, retry_if_result, stop_after_attempt, wait_fixed

from channels.contract import Channel, Token
from channels.errors import AccountBroken, NotSent
from channels.http import PlatformClient
from channels.registry import channel
from notifications import notices
from yiyuan import clock
from yiyuan.codes import NoticeKind
from yiyuan.crypto.keyring import keyring
from yiyuan.db.async_session import read, written
from yiyuan.i18n import _
from yiyuan.models import Account
from yiyuan.settings import settings
from yiyuan.staff.roles import Role

#: A token is replaced this long before it ends.
MARGIN = timedelta(minutes=2)
REFRESH = timedelta(seconds=60)
WAIT_STEPS, WAIT = 100, 0.3


def sandbox_base() -> str:
    """Base address of the sandbox platforms."""
    return settings().sandbox_url.rstrip("/") or f"http://127.0.0.1:{settings().sandbox_port}"


def client(kind: type[Channel], *, sandbox: bool) -> PlatformClient:
    """An HTTP client for a platform, or for the sandbox in its place."""
    return PlatformClient(kind.dialect, sandbox_url=sandbox_base() if sandbox else "")


def seal(value: Any) -> bytes:
    """JSON, encrypted with the installation's key."""
    return keyring().seal(json.dumps(value).encode())


def _sealed_token(token: Token, refreshing_until: datetime | None = None) -> bytes:
    until = refreshing_until.isoformat() if refreshing_until else None
    return seal([token.access, token.expires_at.isoformat(), token.refresh, until])


def _token(account: Account) -> tuple[Token | None, datetime | None]:
    """The kept token, and until when somebody is fetching another."""
    if account.token is None:
        return None, None
    access, ends, refresh, until = json.loads(keyring().open(account.token))
    return Token(access, datetime.fromisoformat(ends), refresh), datetime.fromisoformat(until) if until else None


def keep_token(s: Session, account_id: int, token: Token) -> None:
    """Replace the token; ends a claimed refresh."""
    s.get_one(Account, account_id, with_for_update=True).token = _sealed_token(token)


def spoil(s: Session, account_id: int, access: str) -> None:
    """The platform no longer takes this access token; nothing happens when it was replaced meanwhile."""
    account = s.get_one(Account, account_id, with_for_update=True)
    token, until = _token(account)
    if token is not None and token.access == access:
        account.token = _sealed_token(Token(access, datetime.fromtimestamp(0, UTC), token.refresh), until)


@dataclass(frozen=True)
class _Claimed:
    """token: good as it is, or the old one to refresh from. fetches: this caller fetches the next."""

    token: Token | None
    fetches: bool
    good: bool


def _claim(s: Session, account_id: int) -> _Claimed:
    account = s.get_one(Account, account_id, with_for_update=True)
    (token, until), now = _token(account), clock.now()
    if token is not None and token.expires_at > now + MARGIN:
        return _Claimed(token, fetches=False, good=True)
    if until is not None and until > now:
        return _Claimed(token, fetches=False, good=False)
    account.token = _sealed_token(token or Token("", datetime.fromtimestamp(0, UTC)), now + REFRESH)
    return _Claimed(token, fetches=True, good=False)


def _give_back(s: Session, account_id: int, token: Token | None, broken: str) -> None:
    account = s.get_one(Account, account_id, with_for_update=True)
    account.token = _sealed_token(token) if token else None
    if broken:
        mark_broken(s, account, broken)


def mark_broken(s: Session, account: Account, message: str) -> None:
    """Note why an account does not work and tell the administrators, once per day."""
    account.checked_at, account.check_message = clock.now(), message
    notices.post(
        s,
        key=f"account:{account.id}:broken:{clock.today()}",
        kind=NoticeKind.SYSTEM,
        title=_("账号“{name}”需要重新连接").format(name=account.name),
        body=message,
        link="/accounts",
        role=Role.administrator,
    )


async def _fresh(account_id: int, adapter: Channel) -> Token:
    # Only waiting is repeated: a claim of our own ends it, and no error is tried again.
    waiting = AsyncRetrying(
        retry=retry_if_result(_is_anothers),
        stop=stop_after_attempt(WAIT_STEPS),
        wait=wait_fixed(WAIT),
        retry_error_callback=_give_up,
    )
    claimed: _Claimed = await waiting(written, _claim, account_id)
    if claimed.good and claimed.token is not None:
        return claimed.token
    return await _fetch(account_id, adapter, claimed.token)


def _is_anothers(claimed: _Claimed) -> bool:
    return not claimed.good and not claimed.fetches


def _give_up(_state: RetryCallState) -> NoReturn:
    raise NotSent(_("另一个进程正在更新账号授权，稍后再试"))


async def _fetch(account_id: int, adapter: Channel, old: Token | None) -> Token:
    adapter.token = old if old is not None and old.refresh else None
    try:
        token = await adapter.sign_in()
    except BaseException as error:
        await written(_give_back, account_id, old, error.message if isinstance(error, AccountBroken) else "")
        raise
    assert token is not None
    await written(keep_token, account_id, token)
    return token


def credentials_of(account: Account) -> dict[str, str]:
    """The decrypted credentials; AccountBroken when there are none (any more)."""
    if account.credentials is None or not account.active:
        raise AccountBroken(_("账号“{name}”没有连接").format(name=account.name))
    return dict(json.loads(keyring().open(account.credentials)))


@asynccontextmanager
async def opened(account_id: int) -> AsyncIterator[Channel]:
    """The channel of an account with a good token; raises a ChannelError when there is no way to one."""
    account = await read(Session.get_one, Account, account_id)
    kind = channel(account.platform)
    credentials = credentials_of(account)
    async with client(kind, sandbox=account.sandbox) as http:
        adapter = kind(http, credentials)
        if kind.signs_in:
            adapter.token = await _fresh(account_id, adapter)
        yield adapter
