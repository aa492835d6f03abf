"""A wrong pack is refused at start with file and line."""

import shutil
from pathlib import Path

import pytest

from compliance.advertising.active_pack import prove
from compliance.advertising.checker import Advertising
from compliance.rulepack.errors import PackError
from compliance.rulepack.loader import BUILT_IN, load
from compliance.types import Package
from tests.support.rulepack import RULE, write_rules
from yiyuan.codes import ContentClass


def refused(folder: Path, place: str, word: str) -> None:
    with pytest.raises(PackError) as caught:
        prove(load(folder), (BUILT_IN, folder))
    assert caught.value.field == place, caught.value.message
    assert word in caught.value.message
    assert place in caught.value.message


def test_a_good_rule_of_the_hospital_is_taken(tmp_path: Path) -> None:
    pack = load(write_rules(tmp_path, RULE))
    prove(pack, (BUILT_IN, tmp_path))
    assert pack.rule("ZZ01").title == "测试规则"


def test_a_change_of_the_hospitals_own_files_is_a_new_version(tmp_path: Path) -> None:
    plain, first = load().version, load(write_rules(tmp_path, RULE)).version
    second = load(write_rules(tmp_path, RULE.replace("甲乙", "甲丁"))).version
    assert first.startswith(plain)
    assert len({plain, first, second}) == 3


@pytest.mark.parametrize(
    ("old", "new", "line", "word"),
    [
        ("id: ZZ01", "id: MA01", 2, "重复"),
        ("id: ZZ01", "id: zz1", 2, "格式"),
        ("classes: kepu promo", "classes: kepu comercial", 5, "不认识的值"),
        ("severity: must_fix", "severity: deadly", 4, "不认识的值"),
        ("    title: 测试规则\n", "    titel: 测试规则\n", 2, "title"),
        ("suggestion: 删去这些词。", "suggestion: 删去这些词。\n    colour: red", 10, "不认识的键"),
        ("mark: T", "mark: Q", 7, "不认识的值"),
        ("戊.{0,6}己", "(?:戊+)+己", 13, "正则"),
        ("戊.{0,6}己", "戊.*己", 13, "上限"),
        ("戊.{0,6}己", "戊(己", 13, "正则"),
        ("戊.{0,6}己", "'{nothing}己'", 13, "词表"),
        ("terms: 甲乙丙丁", "lists: nothing", 11, "词表"),
        ("hit: [这里有甲乙丙丁]", "hit: [这里有甲乙]", 15, "应当命中"),
        ("clean: [这里没有]", "clean: [好, 这里有甲乙丙丁]", 16, "不应命中"),
        ("last_verified: 2026-11-01", "last_verified: 昨天", 8, "last_verified"),
        ("    severity: must_fix\n", "    severity: must_fix\n    severity: warn\n", 5, "写了两次"),
        ("  - id: ZZ01", "  - id: [ZZ01", 3, "YAML"),
        ("last_verified: 2026-11-01", "last_verified: 2026-02-30", 8, "没有这一天"),
        ("last_verified: 2026-11-01", "last_verified: 2026-11-01\n    effective_from: 2026-13-01", 9, "没有这一天"),
        ("severity: must_fix", "severity: !!python/name:os.system x", 4, "标签"),
        ("title: 测试规则", "title: !secret 测试规则", 3, "标签"),
        ("title: 测试规则", "title: !!int 测试规则", 3, "不可用"),
        ("title: 测试规则", "title: {[a]: b}", 3, "键必须"),
        ("title: 测试规则", "title: 5", 3, "应为文字"),
        ("title: 测试规则", "title: *nowhere", 3, "YAML"),
        ("title: 测试规则", "title: 测试\x07规则", 3, "控制字符"),
        ("title: 测试规则", "title: " + "[" * 3000, 1, "太深"),
        ("terms: 甲乙丙丁", "terms: ['', 甲]", 11, "空的"),
        ("terms: 甲乙丙丁", "terms: ['\u200b']", 11, "不可见"),
        ("terms: 甲乙丙丁", "terms: 5", 11, "应为列表"),
        ("戊.{0,6}己", "(?<=戊|庚辛)己", 13, "长度必须固定"),
        ("戊.{0,6}己", "己{1,100000}", 13, "最多 1000 次"),
        ("戊.{0,6}己", "己{1,99999999999}", 13, "太大"),
        ("戊.{0,6}己", "(?:" * 2000 + "己" + ")" * 2000, 13, "太深"),
        ("戊.{0,6}己", "(?:(?:己{1,900}){1,900}){1,900}", 13, "太大"),
        ("戊.{0,6}己", "(?:己{1,3}){0,9}(?!庚)", 13, "回溯"),
        ("戊.{0,6}己", "(?:" * 300 + "己" + ")" * 300, 13, "太深"),
        ("戊.{0,6}己", "戊{,}己", 13, "上限"),
        ("戊.{0,6}己", "(?<!y)(?:[戊庚]{1,③⓪}){1,③⓪}己", 13, "回溯"),
        ("戊.{0,6}己", "'[b-Ａ]己'", 13, "写法有误"),
        ("戊.{0,6}己", "'\u200b{0,3}己'", 13, "写法有误"),
        ("戊.{0,6}己", "(己)\\1", 13, "反向引用"),
        ("戊.{0,6}己", "(?i)己", 13, "不支持"),
        ("hit: [这里有甲乙丙丁]", "hit: 这里有甲乙丙丁", 15, "应为列表"),
        ("hit: [这里有甲乙丙丁]", "hit: [[这里有甲乙丙丁]]", 15, "键: 值"),
        ("hit: [这里有甲乙丙丁]", "hit: [{text: 甲乙丙丁, form: {colour: red}}]", 15, "colour"),
        ("hit: [这里有甲乙丙丁]", "hit: [{text: 甲乙丙丁, facts: [日光]}]", 15, "不认识的值"),
    ],
)
def test_a_wrong_one_is_refused_with_file_and_line(tmp_path: Path, old: str, new: str, line: int, word: str) -> None:
    assert old in RULE
    refused(write_rules(tmp_path, RULE.replace(old, new)), f"own.yaml:{line}", word)


@pytest.mark.parametrize("text", ["5", "", "规则", "[甲, 乙]", "2026-11-01"])
def test_a_file_without_keys(tmp_path: Path, text: str) -> None:
    refused(write_rules(tmp_path, text), "own.yaml:1", "最外层")


def test_a_folder_and_a_link_that_leads_nowhere(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").mkdir()
    refused(tmp_path, "own.yaml:1", "读不到")
    (tmp_path / "own.yaml").rmdir()
    (tmp_path / "own.yaml").symlink_to(tmp_path / "gone.yaml")
    refused(tmp_path, "own.yaml:1", "失效的链接")


def test_a_pattern_with_too_many_ways_for_re_runs_in_re2(tmp_path: Path) -> None:
    rule = RULE.replace("戊.{0,6}己", "(?:戊{1,3}庚?){1,9}己").replace("clean:", "clean: [戊戊庚戊庚],")
    rule = rule.replace("hit: [", "hit: [说了戊戊庚戊己。").replace("clean: [戊戊庚戊庚], [", "clean: [戊戊庚戊庚, ")
    pack = load(write_rules(tmp_path, rule))
    prove(pack, (BUILT_IN, tmp_path))
    text = "。甲戊戊庚戊己"
    (found,) = [f for f in Advertising(pack).check(Package(texts={"text": text})) if f.rule == "ZZ01"]
    assert (found.start, found.end, found.excerpt) == (2, 7, "戊戊庚戊己")


def test_what_stands_for_itself_is_found_in_either_width_and_size(tmp_path: Path) -> None:
    patterns = "戊\\（己\\）\n          - CT庚\n          - 辛{}?壬"
    pack = load(write_rules(tmp_path, RULE.replace("戊.{0,6}己", patterns)))
    checker = Advertising(pack)
    for text in ("来到戊（己）", "来到戊(己)", "做ＣＴ庚", "做ct庚", "辛{壬"):
        found = checker.check(Package(texts={"text": text}, content_class=ContentClass.KEPU))
        assert any(finding.rule == "ZZ01" for finding in found), text


def test_not_utf8(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_bytes("rules: 规则".encode("gb18030"))
    refused(tmp_path, "own.yaml:1", "UTF-8")


def test_a_missing_file(tmp_path: Path) -> None:
    folder = tmp_path / "pack"
    shutil.copytree(BUILT_IN, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__", "context.yaml"))
    with pytest.raises(PackError) as caught:
        load(folder=folder)
    assert caught.value.field == "context.yaml:1"


def test_the_hospitals_lists_are_added(tmp_path: Path) -> None:
    pack = load(write_rules(tmp_path, "lists:\n  trade_drug: 某某灵\n"))
    assert {"某某灵", "波立维"} <= set(pack.lists["trade_drug"])


def test_the_entry_of_the_guide_is_a_rule_that_holds(tmp_path: Path) -> None:
    guide = (Path(__file__).parents[3] / "docs" / "guides" / "adding-a-rule.md").read_text("utf-8")
    entry = guide.partition("```yaml\n")[2].partition("```")[0]
    pack = load(write_rules(tmp_path, entry))
    prove(pack, (BUILT_IN, tmp_path))
    assert pack.rule("HO01").title == "使用了本院停用的院名"
