"""The catalogue, the deployments made of it, and prefect.yaml say the same."""

import inspect
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from flows.runtime import prefect_yaml
from flows.runtime.catalogue import STEPS, Step
from flows.runtime.deployments import deployment

FILE = Path(__file__).parents[3] / "prefect.yaml"


def entries() -> dict[str, dict[str, Any]]:
    return {entry["name"]: entry for entry in yaml.safe_load(FILE.read_text("utf-8"))["deployments"]}


def test_the_file_is_what_the_command_writes() -> None:
    assert FILE.read_text("utf-8") == prefect_yaml.text(), "run: yiyuan prefect-yaml"


def test_the_file_holds_every_step_and_no_other() -> None:
    assert list(entries()) == [step.name for step in STEPS]


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_entry_deployment_and_flow_agree(step: Step) -> None:
    entry, built = entries()[step.name], deployment(step, pool="somewhere")
    assert entry["entrypoint"] == built.entrypoint == step.entrypoint.replace(":", ".")
    assert entry["tags"] == built.tags == step.tags
    assert entry["description"] == built.description
    assert built.full_name == step.deployment
    crons = [schedule["cron"] for schedule in entry.get("schedules", [])]
    deployed = [getattr(schedule.schedule, "cron", None) for schedule in built.schedules or []]
    assert crons == deployed == ([step.cron] if step.cron else [])
    assert (entry.get("concurrency_limit") or {}).get("limit") == built.concurrency_limit == (1 if step.alone else None)


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_flows_are_async_named_and_take_what_the_dispatcher_gives(step: Step) -> None:
    flow = step.flow()
    assert inspect.iscoroutinefunction(flow.fn), "a sync flow costs a second each"
    assert flow.name == step.name
    assert list(inspect.signature(flow.fn).parameters) == [*step.args, "attempt", "subject", "row"]
    assert isinstance(flow.flow_run_name, str)
    assert re.match(r"\{subject\}|system", flow.flow_run_name)


def test_names_are_unique_and_only_long_steps_have_a_schedule() -> None:
    assert len({step.name for step in STEPS}) == len(STEPS)
    assert [step.name for step in STEPS if step.cron and step.kind == "short"] == []


def test_a_step_is_due_in_one_way_only_and_names_a_setting_that_exists() -> None:
    with pytest.raises(ValueError, match="exclude"):
        Step("x", "m:f", "long", "", every=5.0, cron="* * * * *", stale_seconds=60.0)
    with pytest.raises(ValueError, match="stale_seconds"):
        Step("x", "m:f", "long", "", cron="* * * * *")
    with pytest.raises(ValueError, match="no_such_setting"):
        Step("x", "m:f", "short", "", every="no_such_setting")


def test_a_late_run_of_a_periodic_step_is_left_to_the_next_one() -> None:
    late = {step.name: step.too_late for step in STEPS if step.too_late}
    assert late.keys() == {step.name for step in STEPS if step.every or step.cron}
    assert late.items() >= {"watch": 60.0, "upkeep": 60.0, "nightly": 6 * 3600.0}.items()
