"""The small commands, and what `yiyuan up` says before it starts anything."""

import socket
from pathlib import Path

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from commands import bootstrap
from commands.cli import app
from commands.runtime import environment
from commands.up import only_one
from yiyuan import audit
from yiyuan.codes import AuditAction
from yiyuan.db import session as db
from yiyuan.db import upgrade
from yiyuan.db.session import transaction
from yiyuan.models import AuditEntry, Staff
from yiyuan.settings import Settings, settings

run = CliRunner().invoke


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@pytest.fixture
def ports(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PORT", "PREFECT_PORT", "SANDBOX_PORT"):
        monkeypatch.setenv(f"YIYUAN_{name}", str(free_port()))
    settings.cache_clear()


@pytest.mark.usefixtures("ports")
@pytest.mark.parametrize("name", ["YIYUAN_PORT", "YIYUAN_PREFECT_PORT"])
def test_up_names_a_taken_port_and_its_setting(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        monkeypatch.setenv(name, str(other.getsockname()[1]))
        settings.cache_clear()
        result = run(app, ["up"])
    assert result.exit_code == 1
    assert name in result.output
    assert "已被占用" in result.output


@pytest.mark.usefixtures("ports")
def test_up_refuses_a_database_from_a_newer_version(home: Path) -> None:
    with db.engine(settings().sqlalchemy_url).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'from-the-future'"))
    result = run(app, ["up"])
    assert result.exit_code == 1
    assert "更新版本" in result.output


@pytest.mark.usefixtures("ports")
def test_up_refuses_to_listen_in_the_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIYUAN_HOST", "0.0.0.0")
    settings.cache_clear()
    result = run(app, ["up"])
    assert result.exit_code == 1
    assert "YIYUAN_ALLOW_EXPOSURE" in result.output


@pytest.mark.usefixtures("ports")
def test_up_runs_once_per_folder() -> None:
    with only_one(settings()):
        result = run(app, ["up"])
    assert result.exit_code == 1
    assert "已有一个一源在运行" in result.output


def test_the_first_administrator_is_made_once_with_a_random_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = set()
    for name in ("a", "b"):
        monkeypatch.setenv("YIYUAN_HOME", str(tmp_path / name))
        settings.cache_clear()
        seen.add(bootstrap.prepare(settings()))
        assert bootstrap.prepare(settings()) == ""
        with transaction(read_only=True) as s:
            assert s.query(Staff).one().roles == ["administrator"]
    assert len(seen) == 2
    assert "" not in seen
    settings.cache_clear()


def test_the_servers_environment_holds_no_address_of_a_server(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://elsewhere/api")
    own = settings()
    server, others = environment.for_server(own), environment.for_others(own)
    assert "PREFECT_API_URL" not in server
    assert others["PREFECT_API_URL"] == f"http://127.0.0.1:{own.prefect_port}/api"
    for env in (server, others):
        assert env["PREFECT_HOME"].startswith(str(home))
        assert (env["DO_NOT_TRACK"], env["PREFECT_SERVER_ANALYTICS_ENABLED"]) == ("1", "false")
        assert env["PREFECT_SERVER_EPHEMERAL_ENABLED"] == "false"


def test_an_outside_prefect_is_used_when_one_is_named(home: Path) -> None:
    own = Settings(prefect_api_url="https://prefect.example.org/api")
    assert environment.for_others(own)["PREFECT_API_URL"] == "https://prefect.example.org/api"


def test_migrate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIYUAN_HOME", str(tmp_path / "new"))
    settings.cache_clear()
    assert run(app, ["migrate"]).exit_code == 0
    assert upgrade.check() == upgrade.newest()
    settings.cache_clear()


def test_verify_holds_and_then_notices_a_changed_entry(home: Path) -> None:
    with transaction() as s:
        audit.append(s, None, AuditAction.ITEM_CREATE, "item:1")
        audit.append(s, None, AuditAction.ITEM_EDIT, "item:1")
        audit.write_head(s)
    result = run(app, ["verify"])
    assert (result.exit_code, "记录完整" in result.output) == (0, True)
    with transaction() as s:
        s.query(AuditEntry).filter(AuditEntry.number == 1).update({"action": "test.other"})
    result = run(app, ["verify"])
    assert (result.exit_code, "第 1 条" in result.output) == (1, True)


HEADER = "平台,编号,帖子编号,作者,时间,内容\n"


def test_ingest_names_what_is_wrong_with_a_file(home: Path, tmp_path: Path) -> None:
    assert "找不到文件" in run(app, ["ingest", str(tmp_path / "none.csv")]).output
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("foo,bar\n1,2\n", "utf-8")
    result = run(app, ["ingest", str(wrong)])
    assert result.exit_code == 1
    assert result.output.strip()


def test_prefect_yaml_is_written_where_asked(tmp_path: Path) -> None:
    target = tmp_path / "prefect.yaml"
    assert run(app, ["prefect-yaml", str(target)]).exit_code == 0
    assert target.read_text("utf-8") == (Path(__file__).parents[2] / "prefect.yaml").read_text("utf-8")
