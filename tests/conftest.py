"""Fixtures every package uses: an empty data folder, one person per role, and no way to the outside."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from yiyuan.staff import roles

# Before anything imports prefect: its own folder, no telemetry, quiet, no server of the developer's.
os.environ.update(
    PREFECT_HOME=tempfile.mkdtemp(prefix="yiyuan-prefect-"),
    PREFECT_SERVER_ANALYTICS_ENABLED="false",
    DO_NOT_TRACK="1",
    PREFECT_LOGGING_LEVEL="CRITICAL",
    PREFECT_LOGGING_TO_API_ENABLED="false",
)
os.environ.pop("PREFECT_API_URL", None)
for _name in [name for name in os.environ if name.startswith("YIYUAN_") and not name.startswith("YIYUAN_BENCH")]:
    del os.environ[_name]

import pytest  # noqa: E402
from hypothesis import HealthCheck  # noqa: E402
from hypothesis import settings as hypothesis_settings  # noqa: E402

from yiyuan.db import session as db  # noqa: E402
from yiyuan.db import upgrade  # noqa: E402
from yiyuan.models import Staff  # noqa: E402
from yiyuan.settings import settings  # noqa: E402
from yiyuan.staff import members  # noqa: E402

hypothesis_settings.register_profile(
    "suite", derandomize=True, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
hypothesis_settings.load_profile("suite")

PASSWORD = "correct-horse-9"
DEPARTMENT = "心内科"
LEFT_OUT = pytest.StashKey[str]()


def _use(folder: Path) -> None:
    os.environ["YIYUAN_HOME"] = str(folder)
    settings.cache_clear()


def _finish(folder: Path) -> Path:
    """Close a template database so that its file can be copied as it lies there."""
    bound = db.engine(settings().sqlalchemy_url)
    raw = bound.raw_connection()
    raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    raw.close()
    bound.dispose()
    return folder / "yiyuan.db"


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database without rows, made once and copied: migrating takes longer than most tests."""
    folder = tmp_path_factory.mktemp("empty")
    _use(folder)
    upgrade.upgrade()
    return _finish(folder)


@pytest.fixture(scope="session")
def staffed_database(empty_database: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Staff]]:
    """The same with one person per role: hashing nine passwords takes longer than most tests, too."""
    folder = tmp_path_factory.mktemp("staffed")
    shutil.copy(empty_database, folder)
    _use(folder)
    clinical = {roles.Role.doctor, roles.Role.reviewer}
    with db.transaction() as s:
        persons = {
            str(role): members.create_staff(
                s,
                str(role),
                f"测试{roles.role_name(role)}",
                [role],
                DEPARTMENT if role in clinical else "院办",
                PASSWORD,
            )
            for role in roles.Role
        }
    return _finish(folder), persons


@pytest.fixture
def home(empty_database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A data folder of this test's own, with empty tables."""
    folder = tmp_path / "home"
    folder.mkdir()
    shutil.copy(empty_database, folder)
    monkeypatch.setenv("YIYUAN_HOME", str(folder))
    settings.cache_clear()
    yield folder
    db.engine(settings().sqlalchemy_url).dispose()
    settings.cache_clear()


@pytest.fixture
def staff(staffed_database: tuple[Path, dict[str, Staff]], home: Path) -> dict[str, Staff]:
    """One person per role, keyed by role; doctor and reviewer share a department. Passwords: conftest.PASSWORD."""
    shutil.copy(staffed_database[0], home)
    return staffed_database[1]


def browser_parts() -> str:
    """What the browser tests miss on this machine, or ""."""
    if shutil.which("chromium") is None:
        return "Chromium"
    fonts = subprocess.run(["fc-list", ":lang=zh"], capture_output=True, text=True, check=False)
    return "" if fonts.stdout.strip() else "a Chinese font"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the browser tests out where they cannot run; in CI that is a failure, not a gap."""
    missing = browser_parts()
    if not missing:
        return
    left_out = [item for item in items if item.get_closest_marker("browser")]
    if left_out and os.environ.get("CI"):
        raise pytest.UsageError(f"{missing} is missing: the browser tests must run in CI")
    config.stash[LEFT_OUT] = f"left out {len(left_out)} browser tests: {missing} is missing on this machine"
    for item in left_out:
        item.add_marker(pytest.mark.skip(reason=f"{missing} is missing"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say in the last lines what was left out."""
    if LEFT_OUT in config.stash:
        terminalreporter.write_line(config.stash[LEFT_OUT], yellow=True)
