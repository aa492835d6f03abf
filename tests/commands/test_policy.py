"""`yiyuan policy`: the levels of a policy with signers and due times; policies of the hospital's own."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from commands.cli import app
from review.policies import policies
from yiyuan.models import Staff
from yiyuan.settings import settings

SHIPPED = (policies.FOLDER / "short_video.yaml").read_text("utf-8")


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["policy", *words])
    return result.exit_code, result.output


def test_levels_signers_and_due_times_are_shown(staff: dict[str, Staff], tmp_path: Path) -> None:
    code, text = run("short_video")
    assert code == 0 and "科室审核" in text and "测试科室审核人" in text and "创作者本人" in text
    path = tmp_path / "short_video.yaml"
    path.write_text(SHIPPED.replace("  - level: 2", "  - level: 3"), "utf-8")
    code, text = run(str(path))
    assert code == 1 and "缺少第 2 级" in text
    code, text = run("nothing")
    assert code == 1 and "short_video" in text


def test_the_hospitals_own_policies_stand_in_the_data_folder(staff: dict[str, Staff]) -> None:
    folder = settings().home / policies.OWN_FOLDER
    folder.mkdir()
    (folder / "letters.yaml").write_text(SHIPPED.replace("name: short_video", "name: letters"), "utf-8")
    assert policies.names() == ("letters", "private_domain", "short_video")
    assert policies.load("letters").title == policies.load("short_video").title
    (folder / "letters.yaml").unlink()
    (folder / "broken.yaml").write_text("name: broken\n", "utf-8")
    with pytest.raises(policies.PolicyError, match=r"broken\.yaml"):
        policies.check()
