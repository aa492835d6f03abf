"""Policies as data: the shipped ones hold, wrong ones are refused with file and line."""

from pathlib import Path

import pytest

from review.policies import policies
from yiyuan.errors import BadInput, Missing

SHIPPED = (policies.FOLDER / "short_video.yaml").read_text("utf-8")


def test_the_shipped_policies_load() -> None:
    assert set(policies.names()) == {"short_video", "private_domain"}
    short, private = policies.load("short_video"), policies.load("private_domain")
    assert [level.name for level in short.levels] == ["创作者自查", "科室审核", "宣传部终审"]
    assert [str(level.roles[0]) for level in private.levels[1:]] == ["reviewer", "medical_affairs", "leader"]
    assert [level.signer for level in short.levels] == ["editor", "pool", "pool"]
    assert short.urgent.sign_rest_within <= 24 * 60
    assert all("watched" in {q.key for q in p.level(1).questions} for p in (short, private))


def test_an_unknown_policy_is_missing() -> None:
    with pytest.raises(Missing):
        policies.load("../secrets")


def _line_of(text: str, wanted: str) -> int:
    return next(n for n, line in enumerate(text.splitlines(), 1) if wanted in line)


@pytest.mark.parametrize(
    ("old", "new", "at", "says"),
    [
        ("deadline: 960", "dead_line: 960", "dead_line", "不认识的键"),
        ("  - level: 2", "  - level: 3", "- level: 3", "缺少第 2 级"),
        ("  - level: 3", "  - level: 2", "name: 宣传部终审", "第 2 级重复"),
        ("roles: [reviewer]\n", "roles: [surgeon]\n", "surgeon", "值不可用"),
        ("quorum: any", "quorum: most", "most", "值不可用"),
        ("reminders: [240, 480]", "reminders: [2000]", "[2000]", "提醒时间"),
        ("    signer: pool\n    roles: [publicity]\n", "    signer: pool\n", "name: 宣传部终审", "roles"),
        ("title: 短视频三级审核\n", "", "", "缺少 title"),
        ("levels: [1, 3]", "levels: [2, 3]", "levels: [2, 3]", "紧急通道"),
        ("sign_rest_within: 1440", "sign_rest_within: 2880", "2880", "值不可用"),
        ("name: short_video", "name: other", "name: other", "文件名"),
        ("title: 短视频三级审核", "title: [", "", "YAML"),
        ("title: 短视频三级审核", "title: a\ntitle: b", "", "写了两次"),
    ],
)
def test_a_mistake_is_refused_with_its_line(tmp_path: Path, old: str, new: str, at: str, says: str) -> None:
    assert old in SHIPPED
    text = SHIPPED.replace(old, new, 1)
    path = tmp_path / "short_video.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(BadInput, match=says) as caught:
        policies.read(path)
    name, _colon, line = caught.value.field.partition(":")
    assert name == "short_video.yaml"
    if at:
        # What is missing in a level is reported where the level begins.
        assert abs(int(line) - _line_of(text, at)) <= 1


def test_other_encodings_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "short_video.yaml"
    path.write_bytes(SHIPPED.encode("gb18030"))
    with pytest.raises(BadInput, match="UTF-8"):
        policies.read(path)
