"""The way back from redacted text: only with the key, only with a reason, on record, and nothing plain on disk."""

import base64
import json
import secrets
from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from commands.cli import app
from yiyuan import audit
from yiyuan.db.session import transaction
from yiyuan.models import AuditEntry
from yiyuan.settings import settings

TEXT = "患者王小明，身份证11010519491231002X，电话13812345678。\n王小明已出院。\n"
SECRETS = ("王小明", "11010519491231002X", "13812345678")
REASON = "复核随访对象"
pytestmark = pytest.mark.usefixtures("home")


def call(*given: str | Path, stdin: str = "") -> tuple[int, str]:
    result = CliRunner().invoke(app, [str(argument) for argument in given], input=stdin)
    return result.exit_code, result.output


def key_file(folder: Path, name: str = "key") -> Path:
    path = folder / name
    path.write_text(base64.b64encode(secrets.token_bytes(32)).decode() + "\n")
    return path


def entries() -> list[AuditEntry]:
    with transaction(read_only=True) as s:
        return list(
            s.scalars(select(AuditEntry).where(AuditEntry.action == "redaction.reveal").order_by(AuditEntry.number))
        )


def redacted(folder: Path, *more: str | Path) -> tuple[Path, str]:
    target = folder / "texts.map"
    code, out = call("redact", "--map", target, *more, stdin=TEXT)
    assert code == 0, out
    assert tells_nothing(out)
    return target, out


def tells_nothing(output: str) -> bool:
    return not any(secret in output for secret in SECRETS)


def test_the_installations_key_opens_it_with_a_reason_on_record(tmp_path: Path) -> None:
    target, out = redacted(tmp_path)
    assert target.stat().st_mode & 0o777 == 0o600
    # The data folder lies here too; the dictionary of words in it knows the name as it knows every common one.
    on_disk = [path for path in tmp_path.rglob("*") if path.is_file() and path.name != "jieba.cache"]
    plain = [(path.name, secret) for path in on_disk for secret in SECRETS if secret.encode() in path.read_bytes()]
    assert plain == []
    assert call("reveal", target, "--reason", REASON, stdin=out) == (0, TEXT)
    [entry] = entries()
    assert (entry.note, entry.detail["uid"] >= 0, len(entry.detail["map"])) == (REASON, True, 64)
    with transaction(read_only=True) as s:
        assert audit.verify(s).ok


@pytest.mark.parametrize("reason", [(), ("--reason", " 看 ")])
def test_without_a_reason_nothing_is_opened(tmp_path: Path, reason: tuple[str, ...]) -> None:
    target, out = redacted(tmp_path)
    code, output = call("reveal", target, *reason, stdin=out)
    assert (code, entries()) == (1, [])
    assert "理由" in output and tells_nothing(output)


def test_without_an_audit_log_nothing_is_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target, out = redacted(tmp_path)
    monkeypatch.setenv("YIYUAN_DATABASE_URL", f"sqlite:///{tmp_path}/empty.db")
    settings.cache_clear()
    code, output = call("reveal", target, "--reason", REASON, stdin=out)
    assert code == 1
    assert "没有打开原文" in output and tells_nothing(output)


def test_a_key_file_and_no_other_key(tmp_path: Path) -> None:
    own_key = key_file(tmp_path)
    target, out = redacted(tmp_path, "--key-file", own_key)
    assert call("reveal", target, "--key-file", own_key, "--reason", REASON, stdin=out) == (0, TEXT)
    assert entries() == [], "no installation is asked"
    assert call("reveal", target, "--key-file", own_key, stdin=out)[0] == 1
    other = call("reveal", target, "--key-file", key_file(tmp_path, "other"), "--reason", REASON, stdin=out)
    assert (other[0], "打不开" in other[1]) == (1, True)
    installation_key = call("reveal", target, "--reason", REASON, stdin=out)
    assert (installation_key[0], "--key-file" in installation_key[1]) == (1, True)


def test_another_installation_cannot_open_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target, out = redacted(tmp_path)
    stranger = tmp_path / "stranger.json"
    body = {name: base64.b64encode(secrets.token_bytes(32)).decode() for name in ("wrapping", "signing")}
    stranger.write_text(json.dumps(body))
    monkeypatch.setenv("YIYUAN_KEY_FILE", str(stranger))
    settings.cache_clear()
    code, output = call("reveal", target, "--reason", REASON, stdin=out)
    assert code == 1 and tells_nothing(output)
    assert len(entries()) == 1, "that somebody tried stays on record"


def test_lines_of_json_come_back_by_their_ids(tmp_path: Path) -> None:
    texts = {1: "患者王小明来院。", 2: "患者李建国来院。", 3: "今天天气好。"}
    lines = "".join(json.dumps({"id": number, "text": text}) + "\n" for number, text in texts.items())
    target = tmp_path / "lines.map"
    code, out = call("redact", "--json", "--map", target, stdin=lines)
    records = [json.loads(line) for line in out.splitlines()]
    assert code == 0 and records[0]["text"] == records[1]["text"], "both are 患者A"
    shuffled = "".join(json.dumps({"id": r["id"], "text": r["text"]}) + "\n" for r in reversed(records))
    code, back = call("reveal", target, "--json", "--reason", REASON, stdin=shuffled)
    assert {line["id"]: line["text"] for line in map(json.loads, back.splitlines())} == texts
    wrong = json.dumps({"id": 9, "text": records[0]["text"]}) + "\n"
    assert call("reveal", target, "--json", "--reason", REASON, stdin=wrong)[0] == 1


def test_two_texts_that_came_out_alike_under_one_id_are_not_guessed(tmp_path: Path) -> None:
    lines = "".join(json.dumps({"id": 1, "text": f"患者{name}来院。"}) + "\n" for name in ("王小明", "李建国"))
    target = tmp_path / "alike.map"
    _code, out = call("redact", "--json", "--map", target, stdin=lines)
    code, output = call("reveal", target, "--json", "--reason", REASON, stdin=out.splitlines()[0] + "\n")
    assert code == 1 and "无法判断" in output


def test_a_changed_text_or_map_is_told(tmp_path: Path) -> None:
    target, out = redacted(tmp_path)
    code, output = call("reveal", target, "--reason", REASON, stdin=out.replace("出院", "住院"))
    assert (code, "改动过" in output) == (1, True)
    whole = target.read_bytes()
    flipped, other = whole[:-1] + bytes([whole[-1] ^ 1]), whole.replace(b'"version": 1', b'"version": 2')
    for content in (flipped, whole[:-20], whole[:60], b"{}", b"", other):
        target.write_bytes(content)
        code, output = call("reveal", target, "--reason", REASON, stdin=out)
        assert code == 1 and output.strip() and tells_nothing(output), content[:40]


def test_a_map_is_not_overwritten_and_a_failed_run_leaves_none(tmp_path: Path) -> None:
    target, _out = redacted(tmp_path)
    before = target.read_bytes()
    assert call("redact", "--map", target, stdin=TEXT)[0] == 1
    assert target.read_bytes() == before
    broken = tmp_path / "broken.map"
    assert call("redact", "--json", "--map", broken, stdin='{"id": 1, "text": "王小明"}\n{"id": 2}\n')[0] == 1
    assert [path.name for path in tmp_path.iterdir() if "broken" in path.name] == []


@pytest.mark.parametrize("content", ["", "short", base64.b64encode(b"x" * 16).decode(), "钥匙"])
def test_a_bad_key_file_is_told(tmp_path: Path, content: str) -> None:
    bad, target = tmp_path / "bad", tmp_path / "m"
    bad.write_text(content)
    code, output = call("redact", "--map", target, "--key-file", bad, stdin=TEXT)
    assert (code, "32 字节" in output, target.exists()) == (1, True, False)
    assert call("redact", "--map", target, "--key-file", tmp_path / "none", stdin=TEXT)[0] == 1
    assert call("redact", "--key-file", bad, stdin=TEXT)[0] == 1
