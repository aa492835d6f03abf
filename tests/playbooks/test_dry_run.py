"""A dry run shows what a playbook would start, with people and due times, and starts nothing."""

from pathlib import Path

import pytest
from sqlalchemy import func, select
from typer.testing import CliRunner

from commands.cli import app
from playbooks import dry_run, schema
from yiyuan.db.session import transaction
from yiyuan.models import Duty, Notice, Staff
from yiyuan.settings import settings
from yiyuan.staff import members

SHIPPED = (schema.FOLDER / "opinion.yaml").read_text("utf-8")


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["playbook", *words])
    return result.exit_code, result.output


@pytest.mark.parametrize(("volume", "tiers"), [(0, [1]), (999, [1]), (1000, [1, 2]), (5000, [1, 2, 3])])
def test_every_tier_up_to_the_volume_is_planned_and_nothing_written(
    staff: dict[str, Staff], volume: int, tiers: list[int]
) -> None:
    with transaction(read_only=True) as s:
        planned = dry_run.dry_run(s, schema.named("opinion"), volume)
        assert s.scalar(select(func.count()).select_from(Duty)) == 0
        assert s.scalar(select(func.count()).select_from(Notice)) == 0
    assert [tier.tier.tier for tier in planned.tiers] == tiers
    titles = [duty.task.key for tier in planned.tiers for duty in tier.duties]
    assert len(titles) == len(set(titles)), "what a higher tier covers does not start"
    assert all(duty.people for tier in planned.tiers for duty in tier.duties)
    assert planned.warnings == []


def test_missing_people_and_calendars_are_warned_of(staff: dict[str, Staff], tmp_path: Path) -> None:
    with transaction() as s:
        members.set_active(s, s.merge(staff["pharmacy"]), False, actor=staff["administrator"])
    path = tmp_path / "opinion.yaml"
    path.write_text(
        SHIPPED.replace("minutes: 30, clock: working", "minutes: 30, clock: working, calendar: moon"), "utf-8"
    )
    with transaction(read_only=True) as s:
        warnings = dry_run.dry_run(s, schema.load(path), 0).warnings
    assert len(warnings) == 2 and "moon" in warnings[0] and "药学部" in warnings[1]


def test_the_command_shows_a_file_a_name_and_what_is_wrong(staff: dict[str, Staff], tmp_path: Path) -> None:
    code, text = run("opinion", "--volume", "1200")
    assert code == 0 and "较大" in text and "重大" not in text and "宣传部接手" in text and "测试宣传部" in text
    path = tmp_path / "opinion.yaml"
    path.write_text(SHIPPED.replace("from: 1000", "from: 1200"), "utf-8")
    code, text = run(str(path))
    assert code == 1 and "1000 至 1199" in text and "空档" in text
    code, text = run("nothing")
    assert code == 1 and "opinion" in text


def test_the_hospitals_own_playbooks_stand_in_the_data_folder(staff: dict[str, Staff]) -> None:
    folder = settings().home / schema.OWN_FOLDER
    folder.mkdir()
    (folder / "service.yaml").write_text(SHIPPED.replace("name: opinion", "name: service"), "utf-8")
    assert list(schema.load_all()) == ["opinion", "service"]
    (folder / "opinion.yaml").write_text(SHIPPED.replace("title: 较大", "title: 严重"), "utf-8")
    assert schema.named("opinion").tier(2).title == "严重", "the hospital's own wins by name"
    (folder / "broken.yaml").write_text("name: broken\n", "utf-8")
    with pytest.raises(Exception, match=r"broken\.yaml 第"):
        schema.check_settings()
