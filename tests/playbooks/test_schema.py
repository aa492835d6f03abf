"""A mistake in a playbook is refused with file and line."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playbooks import schema
from sentiment.events.volume import tier as tier_of
from yiyuan.errors import BadInput, Missing

SHIPPED = (schema.FOLDER / "opinion.yaml").read_text("utf-8")
Edit = Callable[[str], str]


def write(folder: Path, text: str) -> Path:
    path = folder / "opinion.yaml"
    path.write_text(text, "utf-8")
    return path


def line_of(text: str, part: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if part in line)


def test_the_shipped_playbook() -> None:
    playbook = schema.named("opinion")
    assert playbook.ranges == [(1, 0), (2, 1000), (3, 5000)]
    assert [tier.lead for tier in playbook.tiers] == ["operations", "publicity", "leader"]
    assert [tier.hold_releases for tier in playbook.tiers] == [False, True, True]
    assert "opinion" in schema.load_all()
    with pytest.raises(Missing):
        schema.named("nothing")


@pytest.mark.parametrize(
    ("old", "new", "words", "at"),
    [
        ("    lead: publicity", "    lead: publicity\n    leed: x", ["不认识的键", "leed"], "leed: x"),
        ("from: 1000, to: 4999", "from: 1200, to: 4999", ["1000 至 1199", "空档"], "from: 1200"),
        ("from: 1000, to: 4999", "from: 900, to: 4999", ["900 至 999", "重叠"], "from: 900"),
        ("from: 5000}", "from: 5000, to: 9000}", ["最后一级", "空档"], "to: 9000"),
        ("from: 1000, to: 4999", "from: 1000", ["没有上限", "重叠"], "from: 5000"),
        ("from: 0, to: 999", "from: 10, to: 999", ["0 至 9", "空档"], "from: 10"),
        ("from: 1000, to: 4999", "from: 1000, to: 999", ["上限"], "from: 1000, to: 999}"),
        ("  - tier: 2", "  - tier: 3", ["从 1 起连续", "2"], "  - tier: 3"),
        ("    lead: publicity", "    lead: boss", ["boss", "不可用", "publicity"], "lead: boss"),
        ("    lead: publicity\n", "", ["缺少", "lead"], "  - tier: 2"),
        ("key: fact_sheet", "key: take_over", ["take_over", "重复"], "事实清单"),
        ("clock: working}\n      - {key: reply", "clock: lunar}\n      - {key: reply", ["lunar"], "lunar"),
        ("minutes: 15, clock: natural}\n      - {key: review", "minutes: 0, clock: natural}\n      - {key: review",
         ["minutes", "不可用"], "minutes: 0"),
        ("covers: [fact_sheet]", "covers: [updates]", ["updates", "更低级别"], "covers: [updates]"),
        ("{after: 30, to: [crisis_lead, leader]", "{after: 0, to: [crisis_lead, leader]", ["晚于前一步"],
         "{after: 0, to: [crisis_lead, leader]"),
        ("    chase_minutes: 15", "    chase_minutes: 1", ["chase_minutes"], "chase_minutes: 1"),
        ("  minor: {propose: 2}", "  minor: {propose: 4}", ["第 4 级"], "propose: 4"),
        ("  minor: {propose: 2}", "  miner: {propose: 2}", ["不认识的信号", "miner"], "miner"),
        ("name: opinion", "name: other", ["文件名"], "name: other"),
        ("    urgent: false", "    urgent: false\n    urgent: true", ["写了两次"], "urgent: true"),
        ("proposals_to: [", "proposals_to: [[", ["YAML"], ""),
    ],
)  # fmt: skip
def test_mistakes(tmp_path: Path, old: str, new: str, words: list[str], at: str) -> None:
    assert old in SHIPPED
    text = SHIPPED.replace(old, new, 1)
    with pytest.raises(BadInput) as caught:
        schema.load(write(tmp_path, text))
    assert all(word in caught.value.message for word in words), caught.value.message
    if at:
        assert f"第 {line_of(text, at)} 行" in caught.value.message
        assert caught.value.field == f"opinion.yaml:{line_of(text, at)}"


@pytest.mark.parametrize("data", [b"", b"\xff\xfe\x00", b"- a\n- b\n", b"just words"])
def test_what_is_no_playbook_at_all(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "opinion.yaml"
    path.write_bytes(data)
    with pytest.raises(BadInput, match=r"opinion\.yaml 第"):
        schema.load(path)


@given(st.integers(1, 3000), st.integers(-50, 50), st.integers(1, 9000))
def test_ranges_are_accepted_only_without_gap_or_overlap(first: int, slip: int, size: int) -> None:
    import tempfile

    second = first + size
    text = SHIPPED.replace("from: 0, to: 999", f"from: 0, to: {first - 1}")
    text = text.replace("from: 1000, to: 4999", f"from: {max(first + slip, 0)}, to: {second - 1}")
    text = text.replace("{from: 5000}", f"{{from: {second}}}")
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder), text)
        if slip == 0:
            assert tier_of(first, schema.load(path).ranges) == 2
        else:
            with pytest.raises(BadInput):
                schema.load(path)


def test_titles_of_tiers_come_from_the_playbook() -> None:
    playbook = schema.named("opinion")
    assert [playbook.title_of(number) for number in range(5)] == ["待定级", "一般", "较大", "重大", "第 4 级"]
    renamed = playbook.model_copy(update={"tiers": [playbook.tiers[0].model_copy(update={"title": "蓝色"})]})
    assert renamed.title_of(1) == "蓝色"
