"""Steps as Prefect deployments: by module, never by path, so that an installed product finds them anywhere."""

from typing import Any

from prefect import Flow
from prefect.client.schemas.actions import DeploymentScheduleCreate
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.client.schemas.schedules import CronSchedule
from prefect.deployments.runner import RunnerDeployment
from prefect.types.entrypoint import EntrypointType

from flows.runtime.catalogue import Step
from yiyuan.settings import settings


def _schedules(step: Step) -> list[DeploymentScheduleCreate]:
    if not step.cron:
        return []
    cron = CronSchedule(cron=step.cron, timezone=settings().timezone)
    return [DeploymentScheduleCreate(schedule=cron, slug=step.name, active=True)]


def deployment(step: Step, *, pool: str | None = None) -> RunnerDeployment:
    """The deployment of a step, served by a runner, or on a work pool when one is named.

    A second run of a lone step queues up: CANCEL_NEW would let one stuck run block it for ever.
    """
    alone = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.ENQUEUE) if step.alone else None
    flow: Flow[..., Any] = step.flow()
    return RunnerDeployment.from_flow(
        flow,
        name=step.name,
        description=step.description,
        tags=step.tags,
        schedules=_schedules(step),
        concurrency_limit=alone,
        work_pool_name=pool,
        entrypoint_type=EntrypointType.MODULE_PATH,
        version="1",
    )
