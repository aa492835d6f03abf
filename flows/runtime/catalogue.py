"""Every step of the system, once: `yiyuan up` serves from this list and prefect.yaml is generated from it.

When a step runs and how many runs are allowed at once stands here and nowhere else: a new periodic step is its flow
and one entry of this list.
"""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Literal, cast

from prefect import Flow

from yiyuan.settings import Settings, settings

Kind = Literal["short", "long"]
StepFlow = Flow[..., Coroutine[Any, Any, Any]]

#: Short steps awaited at once by the worker; more of them only slow each other down on one machine.
INLINE_AT_ONCE = 2
#: Long steps at once on one machine, each in a process of its own; with a work pool, short steps come on top.
LONG_AT_ONCE, POOL_AT_ONCE = 2, 4
#: Rows handed to a work pool per look at the outbox; the pool's own limits hold from there.
POOL_BATCH = 50


@dataclass(frozen=True)
class Step:
    """One step.

    name: what the outbox calls it, and the name of flow and deployment. entrypoint: "module:function".
    kind: short steps are awaited in the worker, long ones run in a process of their own.
    args: names of the ids it takes.
    every: seconds between two runs that the worker starts, or the name of the setting that holds them; 0 never.
    cron: when Prefect starts it by itself, in the hospital's zone; "" never. A step has one of the two at most.
    stale_seconds: a scheduled run this late is left to the next one; 0: one interval.
    limit: runs at once that the dispatcher of one machine allows. alone: never two runs anywhere.
    lease_seconds: silence after which a run counts as vanished.
    forgotten_after_days: days that finished outbox rows are kept where keys never come again; 0: for good.
    """

    name: str
    entrypoint: str
    kind: Kind
    description: str
    args: tuple[str, ...] = ()
    every: float | str = 0.0
    cron: str = ""
    stale_seconds: float = 0.0
    limit: int = 1
    alone: bool = False
    lease_seconds: float = 30.0
    forgotten_after_days: int = 0

    def __post_init__(self) -> None:
        if self.every and self.cron:
            raise ValueError(f"{self.name}: every and cron exclude each other")
        if self.cron and not self.stale_seconds:
            raise ValueError(f"{self.name}: a step with cron needs stale_seconds")
        if isinstance(self.every, str) and self.every not in Settings.model_fields:
            raise ValueError(f"{self.name}: there is no setting {self.every}")

    @property
    def interval(self) -> float:
        """Seconds between two runs that the worker starts; 0 when it starts none."""
        return float(getattr(settings(), self.every) if isinstance(self.every, str) else self.every)

    @property
    def too_late(self) -> float:
        """Seconds after its time from which a scheduled run is left to the next one."""
        return self.stale_seconds or self.interval

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

    def call(self) -> Callable[..., Coroutine[Any, Any, Any]]:
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
        every="watch_seconds",
        alone=True,
    ),
    Step(
        "respond",
        "flows.respond:respond",
        "short",
        "Bring one event to its tier: duties, notices, holds.",
        ("event_id",),
        limit=4,
        forgotten_after_days=7,  # one comes per event and watch tick
    ),
    Step(
        "upkeep",
        "flows.upkeep:upkeep",
        "short",
        "Sweep reminders, escalations and unanswered events; record the audit head.",
        every=60.0,
        alone=True,
    ),
    Step(
        "nightly",
        "flows.nightly:nightly",
        "long",
        "Verify audit chain and sheets; warn of disk and holiday table.",
        cron="10 3 * * *",
        stale_seconds=6 * 3600.0,
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
