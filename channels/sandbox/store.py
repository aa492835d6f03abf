"""What the sandbox remembers: one SQLite file and a folder of files, so that it survives being killed."""

import hashlib
import json
import sqlite3
import threading
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

_TABLES = """
CREATE TABLE IF NOT EXISTS app (platform TEXT, id TEXT, secret TEXT, PRIMARY KEY (platform, id));
CREATE TABLE IF NOT EXISTS code (code TEXT PRIMARY KEY, app TEXT, used INTEGER DEFAULT 0);
CREATE TABLE IF NOT EXISTS token (access TEXT PRIMARY KEY, platform TEXT, app TEXT, refresh TEXT, expires_at REAL);
CREATE TABLE IF NOT EXISTS nonce (nonce TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS media (id TEXT PRIMARY KEY, kind TEXT, sha256 TEXT);
CREATE TABLE IF NOT EXISTS draft (id TEXT PRIMARY KEY, article TEXT, consumed INTEGER DEFAULT 0, at REAL);
CREATE TABLE IF NOT EXISTS upload (token TEXT PRIMARY KEY, sha256 TEXT, used INTEGER DEFAULT 0);
CREATE TABLE IF NOT EXISTS part (token TEXT, number INTEGER, sha256 TEXT, PRIMARY KEY (token, number));
CREATE TABLE IF NOT EXISTS post (
    platform TEXT, id TEXT, key TEXT, state INTEGER, polls INTEGER, ready_at REAL, at REAL, deleted INTEGER DEFAULT 0,
    data TEXT, PRIMARY KEY (platform, id));
CREATE INDEX IF NOT EXISTS post_key ON post (platform, key);
CREATE TABLE IF NOT EXISTS comment (
    number INTEGER PRIMARY KEY, platform TEXT, post TEXT, author TEXT, text TEXT, at REAL, deleted INTEGER DEFAULT 0);
CREATE INDEX IF NOT EXISTS comment_post ON comment (platform, post, at);
CREATE TABLE IF NOT EXISTS fault (
    id INTEGER PRIMARY KEY, path TEXT, kind TEXT, "left" INTEGER, code INTEGER, seconds REAL);
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT);
CREATE TABLE IF NOT EXISTS notice (id INTEGER PRIMARY KEY, at REAL, body TEXT);
CREATE TABLE IF NOT EXISTS call (id INTEGER PRIMARY KEY, at REAL, method TEXT, path TEXT, status INTEGER);
"""
#: polls, seconds: how long the platform checks a post: until it was asked so often, or so long has passed.
SETTINGS: dict[str, Any] = {"polls": 2, "seconds": 5.0, "odd_numbers": True, "outcome": None}


class Store:
    """One connection; calls are short and come from one event loop."""

    def __init__(self, folder: Path, applications: Mapping[str, tuple[str, str]]) -> None:
        """applications: platform -> id and secret of the application that everybody may use here."""
        self.files = folder / "files"
        self.files.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._db = sqlite3.connect(folder / "sandbox.db", check_same_thread=False, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        self._db.executescript(f"PRAGMA journal_mode=WAL;{_TABLES}")
        for platform, (app, secret) in applications.items():
            self.run("INSERT OR IGNORE INTO app VALUES (?, ?, ?)", platform, app, secret)

    def run(self, sql: str, *values: Any) -> int:
        """Write; returns how many rows were touched."""
        with self._lock:
            return self._db.execute(sql, values).rowcount

    def run_many(self, sql: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """Write many rows at once or none."""
        with self._lock:
            self._db.execute("BEGIN")
            try:
                self._db.executemany(sql, rows)
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def rows(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        """Read all rows."""
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    def row(self, sql: str, *values: Any) -> sqlite3.Row | None:
        """Read the first row."""
        found = self.rows(sql, *values)
        return found[0] if found else None

    def setting(self, name: str) -> Any:
        """A setting of the admin interface, or its default."""
        row = self.row("SELECT value FROM setting WHERE name = ?", name)
        return json.loads(row["value"]) if row else SETTINGS[name]

    def set(self, name: str, value: Any) -> None:
        """Change a setting."""
        self.run("INSERT OR REPLACE INTO setting VALUES (?, ?)", name, json.dumps(value))

    def keep(self, content: bytes) -> str:
        """Keep a file; returns its sha256."""
        sha = hashlib.sha256(content).hexdigest()
        path = self.files / sha
        if not path.exists():
            partial = path.with_suffix(".partial")
            partial.write_bytes(content)
            partial.replace(path)
        return sha

    def join(self, shas: list[str]) -> str:
        """Keep several files as one, without holding it in memory."""
        whole, partial = hashlib.sha256(), self.files / "joined.partial"
        with partial.open("wb") as target:
            for sha in shas:
                with (self.files / sha).open("rb") as source:
                    while piece := source.read(1024 * 1024):
                        whole.update(piece)
                        target.write(piece)
        partial.replace(self.files / whole.hexdigest())
        return whole.hexdigest()

    def reset(self) -> None:
        """Forget everything but the applications and the files."""
        for row in self.rows("SELECT name FROM sqlite_master WHERE type = 'table' AND name != 'app'"):
            self.run(f"DELETE FROM {row['name']}")  # noqa: S608 - a name of our own schema
