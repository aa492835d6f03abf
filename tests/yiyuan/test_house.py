"""The house itself: settings documented, tables migrated, packages ours, keys guarded."""

import importlib.util
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from yiyuan import keys, schema, store
from yiyuan.errors import Failed
from yiyuan.models import Base
from yiyuan.settings import Settings, reference, settings

ROOT = Path(__file__).parents[2]
ROOMS = ("yiyuan", "privacy", "sentiment", "review", "channels", "playbooks", "flows", "console", "commands")


def test_every_setting_is_documented() -> None:
    assert all(field.description for field in Settings.model_fields.values())
    assert (ROOT / "docs" / "settings.md").read_text("utf-8") == reference()


def test_the_migrations_make_the_models_tables(home: Path) -> None:
    with store.engine(settings().sqlalchemy_url).connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_a_database_from_a_newer_version_is_refused(home: Path) -> None:
    with store.transaction() as s:
        s.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(Failed, match="9999"):
        schema.upgrade()


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_is_ours_and_says_what_it_is_for(room: str) -> None:
    spec = importlib.util.find_spec(room)
    assert spec is not None
    assert spec.origin is not None
    assert Path(spec.origin).is_relative_to(ROOT)
    assert len(Path(spec.origin).read_text("utf-8").split('"""')[1].strip().splitlines()) >= 3


def test_keys_are_for_the_owner_only(home: Path) -> None:
    first = keys.keyring().mac(b"x")
    assert keys.key_path().stat().st_mode & 0o077 == 0
    keys._read.cache_clear()
    assert keys.keyring().mac(b"x") == first


def test_a_named_key_file_is_never_made_up(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIYUAN_KEY_FILE", str(home / "elsewhere.json"))
    settings.cache_clear()
    with pytest.raises(Failed, match="密钥文件"):
        keys.keyring()


def test_a_secret_of_another_installation_is_not_opened(home: Path) -> None:
    sealed = keys.Keyring(b"a" * 32, b"b" * 32).seal(b"secret")
    with pytest.raises(Failed):
        keys.keyring().open(sealed)
