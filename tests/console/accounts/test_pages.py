"""Connecting an account by the form, against the sandbox platforms: tested first, kept only then, never shown."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.browser_client import Enter
from tests.support.channels import Sandbox, credentials
from yiyuan.db.session import transaction
from yiyuan.models import Account
from yiyuan.settings import settings


@pytest.fixture
def sandbox(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    running = Sandbox(tmp_path / "sandbox")
    monkeypatch.setenv("YIYUAN_SANDBOX_URL", running.url)
    settings.cache_clear()
    yield running
    running.close()


def _fields(sandbox: Sandbox, platform: str, **more: str) -> dict[str, str]:
    given = {f"credential-{name}": value for name, value in (credentials(sandbox, platform) | more).items()}
    return {"name": "新账号", "tier": "official", "sandbox": "1"} | given


def _count() -> int:
    with transaction(read_only=True) as s:
        return s.query(Account).count()


@pytest.mark.parametrize("platform", ["official_account", "bilibili", "xiaohongshu"])
def test_good_credentials_are_kept_encrypted(sandbox: Sandbox, visitor: Enter, platform: str) -> None:
    publicity, before = visitor("publicity"), _count()
    answer = publicity.send(f"/accounts/new/{platform}", _fields(sandbox, platform))
    assert answer.status_code == 303 and _count() == before + 1
    page = publicity.page("/accounts")
    assert "新账号" in page and "沙箱" in page and "sandbox-secret" not in page
    with transaction(read_only=True) as s:
        account = s.query(Account).order_by(Account.id.desc()).first()
    assert account is not None and b"sandbox" not in (account.credentials or b"")
    assert "sandbox-secret" not in publicity.page(f"/accounts/{account.id}/connect")
    assert publicity.send(f"/accounts/{account.id}/check").status_code == 303
    assert publicity.send(f"/accounts/{account.id}/disconnect").status_code == 303
    assert "已断开" in publicity.page("/accounts")


def test_wrong_credentials_are_refused_by_the_platform_and_not_kept(sandbox: Sandbox, visitor: Enter) -> None:
    publicity, before = visitor("publicity"), _count()
    fields = _fields(sandbox, "official_account", secret="wrong-secret")
    answer = publicity.send("/accounts/new/official_account", fields)
    assert answer.status_code == 422 and _count() == before
    assert "没有保存" in answer.text and "wrong-secret" not in answer.text and 'value="新账号"' in answer.text


def test_a_platform_out_of_reach_is_said_and_nothing_is_kept(sandbox: Sandbox, visitor: Enter) -> None:
    publicity, before = visitor("publicity"), _count()
    fields = _fields(sandbox, "official_account")
    sandbox.kill()
    answer = publicity.send("/accounts/new/official_account", fields)
    assert answer.status_code == 503 and "没有测成" in answer.text and _count() == before


def test_a_missing_platform_credential_is_named(visitor: Enter) -> None:
    fields = {
        "name": "医院B站",
        "tier": "official",
        "credential-client_id": "abc",
        "credential-client_secret": "topsecret",
    }
    answer = visitor("publicity").send("/accounts/new/bilibili", fields)
    assert answer.status_code == 422
    assert "缺少平台凭据“授权码”" in answer.text and "topsecret" not in answer.text
