"""The packages themselves: settings documented, tables migrated, packages ours, keys guarded."""

import ast
import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from tests.architecture.product import PACKAGES, ROOT, modules
from yiyuan.crypto import keyring
from yiyuan.db import session as db
from yiyuan.db import upgrade
from yiyuan.errors import Failed
from yiyuan.models import Base
from yiyuan.settings import Settings, reference, settings

#: Files in one folder.
MOST_FILES = 18


def test_every_setting_is_documented() -> None:
    assert all(field.description for field in Settings.model_fields.values())
    assert (ROOT / "docs" / "reference" / "settings.md").read_text("utf-8") == reference()


def test_the_migrations_make_the_models_tables(home: Path) -> None:
    with db.engine(settings().sqlalchemy_url).connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_a_database_from_a_newer_version_is_refused(home: Path) -> None:
    with db.transaction() as s:
        s.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(Failed, match="9999"):
        upgrade.upgrade()


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_is_ours_and_says_what_may_enter(package: str) -> None:
    spec = importlib.util.find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    assert Path(spec.origin).is_relative_to(ROOT)
    assert len(Path(spec.origin).read_text("utf-8").split('"""')[1].strip().splitlines()) >= 3


def test_no_private_module_of_the_standard_library_is_imported() -> None:
    """Python may change them in any release; sre_* are the old names of such."""
    found = [
        f"{name}: {module}"
        for name, tree in modules()
        for module in _imported(tree)
        if module.partition(".")[0] in sys.stdlib_module_names
        and any(part.startswith(("_", "sre_")) and part != "__future__" for part in module.split("."))
    ]
    assert found == []


def test_only_reads_are_tried_again() -> None:
    """A delivery goes out exactly once (docs/decisions/0004): no part of it may be repeated by a library."""
    users = {name for name, tree in modules() if any(each.split(".")[0] == "tenacity" for each in _imported(tree))}
    assert users == {"channels/accounts/credentials.py", "yiyuan/storage/blob_store.py"}


def _imported(tree: ast.Module) -> Iterator[str]:
    """Dotted names of all that is imported, names out of modules included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def folders() -> list[Path]:
    roots = [ROOT / name for name in (*PACKAGES, "training", "bench")]
    return [path.parent for root in roots for path in root.rglob("__init__.py")]


def test_every_folder_of_code_says_what_it_is_for() -> None:
    silent = [
        str(path.relative_to(ROOT)) for path in folders() if not (path / "__init__.py").read_text("utf-8").strip()
    ]
    assert silent == []


def test_no_folder_holds_more_than_a_reader_takes_in() -> None:
    counted = {path: sum(not file.name.startswith("__") for file in path.glob("*.py")) for path in folders()}
    assert {str(path.relative_to(ROOT)): number for path, number in counted.items() if number > MOST_FILES} == {}


def test_keys_are_for_the_owner_only(home: Path) -> None:
    first = keyring.keyring().mac(b"x")
    assert keyring.key_path().stat().st_mode & 0o077 == 0
    keyring._read.cache_clear()
    assert keyring.keyring().mac(b"x") == first


def test_a_named_key_file_is_never_made_up(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIYUAN_KEY_FILE", str(home / "elsewhere.json"))
    settings.cache_clear()
    with pytest.raises(Failed, match="密钥文件"):
        keyring.keyring()


def test_a_secret_of_another_installation_is_not_opened(home: Path) -> None:
    sealed = keyring.Keyring(b"a" * 32, b"b" * 32).seal(b"secret")
    with pytest.raises(Failed):
        keyring.keyring().open(sealed)
