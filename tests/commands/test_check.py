"""`yiyuan check` and `yiyuan formulary import`."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from commands.cli import app
from compliance import formulary, live_check
from compliance.advertising.active_pack import own_folder
from tests.support.rulepack import RULE, write_rules
from yiyuan.errors import BadInput

pytestmark = pytest.mark.usefixtures("home")
RUN = CliRunner()


def check(text: str | bytes, *more: str) -> tuple[int, str]:
    result = RUN.invoke(app, ["check", "-", *more], input=text)
    return result.exit_code, result.stdout


def lines(text: str | bytes, *more: str) -> tuple[int, list[dict[str, Any]]]:
    code, out = check(text, "--json", *more)
    return code, [json.loads(line) for line in out.splitlines()]


def test_exit_codes() -> None:
    assert check("感冒了要多休息")[0] == 0
    assert check("三次断根")[0] == 1
    assert check('{"text": "感冒"}\n{"text": 5}')[0] == 2
    assert check("好", "--class", "poem")[0] == 2
    assert RUN.invoke(app, ["check", "/no/such/file"]).exit_code == 2


def test_the_format() -> None:
    code, (first, second) = lines('{"id": "a", "text": "洗手六步法"}\n\n{"text": "治愈率98%", "ctx": "doctor_intro"}\n')
    assert code == 1
    assert first == {"id": "a", "text": "洗手六步法", "verdict": "clean", "findings": []}
    assert (second["id"], second["verdict"]) == ("3", "found")
    (finding,) = second["findings"]
    assert {"rule", "severity", "start", "end", "basis", "suggestion"} <= set(finding)
    assert (finding["rule"], finding["severity"], finding["start"], finding["end"]) == ("MA02", "block", 0, 6)


def test_the_class_of_a_line_goes_before_that_of_the_command() -> None:
    text = '{"text": "糖尿病", "ctx": "kepu"}\n{"text": "糖尿病"}'
    _code, rows = lines(text, "--class", "promo")
    assert [row["verdict"] for row in rows] == ["clean", "found"]


def test_facts_of_a_line() -> None:
    _code, (row,) = lines('{"text": "洗手六步法", "facts": ["phone", "colour"]}')
    assert row["verdict"] == "found"


def test_a_broken_line_fails_and_the_others_are_still_judged() -> None:
    code, rows = lines('{"text": "三次断根"}\n{oh\n{"text": "好", "ctx": "poem"}')
    assert code == 2
    assert [row["verdict"] for row in rows] == ["found", "failed", "failed"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\x00\x01\x02控制字符",
        "😀😀😀",
        "mixed 文字 と ひらがな и кириллица",
        "洗手六步法。\n" * 80_000,
        "\ufeff洗手",
    ],
)
def test_odd_texts_are_handled(text: str) -> None:
    assert check(text.encode())[0] == 0


def test_gb18030_is_read() -> None:
    assert check("三次断根".encode("gb18030"))[0] == 1


def test_people_read_rule_place_basis_and_remedy() -> None:
    _code, out = check("三次断根")
    assert all(word in out for word in ("MA01", "禁止", "《广告法》第十六条", "建议"))


def test_a_rule_file_is_used_as_soon_as_it_is_written(home: Path) -> None:
    assert check("洗手六步法")[0] == 0
    (home / "rules").mkdir()
    rule = (
        "rules: [{id: HO01, title: 测试, severity: warn, classes: all, suggestion: 删去这个词, "
        "last_verified: 2026-11-01, basis: [{law: 《测试法》, mark: T}], triggers: [{terms: 洗手}]}]"
    )
    (home / "rules" / "own.yaml").write_text(rule, "utf-8")
    assert check("洗手六步法")[0] == 1
    (home / "rules" / "own.yaml").unlink()
    assert check("洗手六步法")[0] == 0


CSV = "通用名,商品名,类别,处方药\n某某替尼,康某灵、舒某安,药品,是\n某某枕,,器械,否\n".encode()


def test_a_formulary_is_used_at_once(tmp_path: Path) -> None:
    assert check("康某灵现货包邮")[0] == 0
    file = tmp_path / "f.csv"
    file.write_bytes(b"\xef\xbb\xbf" + CSV)
    result = RUN.invoke(app, ["formulary", "import", str(file)])
    assert result.exit_code == 0, result.output
    assert check("康某灵现货包邮")[0] == 1


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        ("名字,处方药\n某药,是\n", "通用名"),
        ("通用名,商品名\n某药,好\n", "处方药"),
        ("通用名,处方药\n药,是\n", "通用名"),
        ("通用名,处方药\n某 药,是\n", "通用名"),
        ("通用名,处方药\n", "file"),
    ],
)
def test_a_wrong_formulary_is_refused_and_the_old_one_stays(raw: str, field: str) -> None:
    formulary.import_csv(CSV)
    before = (own_folder() / formulary.FILE).read_bytes()
    with pytest.raises(BadInput) as caught:
        formulary.import_csv(raw.encode("gb18030"))
    assert caught.value.field == field
    assert (own_folder() / formulary.FILE).read_bytes() == before


def test_a_formulary_that_breaks_the_examples_is_refused_and_the_old_one_stays() -> None:
    formulary.import_csv(CSV)
    before = (own_folder() / formulary.FILE).read_bytes()
    # With this as a prescription drug, a clean example of the pack becomes a hit.
    with pytest.raises(BadInput, match="MA12"):
        formulary.import_csv("通用名,商品名,处方药\n选购血压计,验证,是\n".encode())
    assert (own_folder() / formulary.FILE).read_bytes() == before


def test_a_tried_text_comes_back_in_pieces() -> None:
    result = live_check.try_text("喝它三次断根，再加微信", "kepu")
    assert "".join(piece.text for piece in result.pieces) == "喝它三次断根，再加微信"
    assert [piece.text for piece in result.pieces if piece.found] == ["三次断根", "加微信"]
    assert {found.rule for found in result.page} == {"MA06"}


def test_a_tried_text_has_a_length() -> None:
    with pytest.raises(BadInput):
        live_check.try_text("字" * 20_001, "kepu")
    with pytest.raises(BadInput):
        live_check.try_text("字", "poem")


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (RULE.replace("2026-11-01", "2026-02-30"), "own.yaml:8"),
        (RULE.replace("title: 测试规则", "title: !!set 5"), "own.yaml:3"),
        (RULE.replace("title: 测试规则", "title: " + "{a: " * 3000), "太深"),
        ("5", "最外层"),
        (RULE.replace("terms: 甲乙丙丁", "terms: ['']"), "own.yaml:11"),
        (RULE.replace("戊.{0,6}己", "(?<=戊{1,2})己"), "own.yaml:13"),
        (RULE.replace("戊.{0,6}己", "己{1,100000}"), "own.yaml:13"),
        (RULE.replace("[这里没有]", "5"), "own.yaml:16"),
    ],
)
def test_a_wrong_rule_file_is_named(text: str, word: str) -> None:
    write_rules(own_folder(), text)
    result = RUN.invoke(app, ["check", "-"], input="好")
    assert result.exit_code == 2
    assert word in result.output and "规则包 own.yaml:" in result.output
    assert "Traceback" not in result.output and isinstance(result.exception, SystemExit)


def test_a_rule_file_that_is_none_is_named() -> None:
    own_folder().mkdir()
    (own_folder() / "own.yaml").symlink_to("nowhere.yaml")
    assert "失效的链接" in RUN.invoke(app, ["check", "-"], input="好").output
    (own_folder() / "own.yaml").unlink()
    (own_folder() / "own.yaml").mkdir()
    assert "文件夹" in RUN.invoke(app, ["check", "-"], input="好").output
