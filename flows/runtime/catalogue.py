"""Every step of the house, once: `yiyuan up` serves from this list and prefect.yaml is generated from it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Literal, cast

from prefect import Flow

Kind = Literal["short", "long"]
StepFlow = Flow[..., Awaitable[Any]]


@dataclass(frozen=True)
class Step:
    """One step.

    name: what the outbox calls it, and the name of flow and deployment. entrypoint: "module:function".
    kind: short steps are awaited in the worker, long ones run in a process of their own.
    args: names of the ids it takes. cron: when Prefect starts it by itself, in the hospital's zone; "" never.
    limit: runs at once that the dispatcher of one machine allows. alone: never two runs anywhere.
    lease_seconds: silence after which a run counts as vanished.
    """

    name: str
    entrypoint: str
    kind: Kind
    description: str
    args: tuple[str, ...] = ()
    cron: str = ""
    limit: int = 1
    alone: bool = False
    lease_seconds: float = 30.0

    @property
    def deployment(self) -> str:
        """The name Prefect knows it by: "flow/deployment"."""
        return f"{self.name}/{self.name}"

    @property
    def tags(self) -> list[str]:
        """Tags of the deployment, so that Prefect's pages can be filtered."""
        return ["yiyuan", self.kind]

    def flow(self) -> StepFlow:
        """The flow itself, imported when first needed."""
        module, function = self.entrypoint.split(":")
        return cast(StepFlow, getattr(import_module(module), function))

    def call(self) -> Callable[..., Awaitable[Any]]:
        """The bare function below the flow, for tests without Prefect."""
        return self.flow().fn


STEPS: tuple[Step, ...] = (
    Step(
        "intake",
        "flows.intake:intake",
        "long",
        "Probe, desensitise and check a revision, then hand it to its author.",
        ("revision_id",),
    ),
    Step(
        "advance",
        "flows.advance:advance",
        "short",
        "Follow up a decision: next level, or posts after the last.",
        ("revision_id",),
    ),
    Step("release", "flows.release:release", "short", "Deliver one post at its instant.", ("post_id",), limit=4),
    Step(
        "upload",
        "flows.release:upload",
        "long",
        "Deliver one post whose video is too large for the worker.",
        ("post_id",),
        limit=2,
    ),
    Step(
        "watch",
        "flows.watch:watch",
        "short",
        "Poll comments and counts of all accounts, score them, refresh events.",
        alone=True,
    ),
    Step(
        "respond",
        "flows.respond:respond",
        "short",
        "Bring one event to its tier: duties, notices, holds.",
        ("event_id",),
        limit=4,
    ),
    Step(
        "upkeep",
        "flows.upkeep:upkeep",
        "short",
        "Sweep reminders, escalations and unanswered events; record the audit head.",
        alone=True,
    ),
    Step(
        "nightly",
        "flows.nightly:nightly",
        "long",
        "Verify audit chain and sheets; warn of disk and holiday table.",
        cron="10 3 * * *",
        alone=True,
    ),
)

_BY_NAME = {step.name: step for step in STEPS}


def step(name: str) -> Step:
    """The step of that name; KeyError when there is none."""
    return _BY_NAME[name]


def names(kind: Kind) -> list[str]:
    """Names of the steps of one kind."""
    return [each.name for each in STEPS if each.kind == kind]
