"""Skipping periodic runs that come too late: after an outage Prefect starts every missed tick at once."""

from datetime import datetime, timedelta

from prefect.runtime import flow_run

from flows.runtime.catalogue import step
from yiyuan import clock


def is_late(planned: datetime | None, now: datetime, interval_seconds: float) -> bool:
    """A run that starts a whole interval or more after its time is left to the next one."""
    return planned is not None and now - planned >= timedelta(seconds=interval_seconds)


def missed(name: str) -> bool:
    """Whether the current run of a step is such a run; one that nobody scheduled never is."""
    planned = flow_run.scheduled_start_time if flow_run.id else None
    return is_late(planned, clock.now(), step(name).too_late)
