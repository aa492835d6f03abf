"""The environment of each child: where Prefect keeps its things, and that it calls nobody."""

import os

from yiyuan.settings import Settings


def _prefect(settings: Settings) -> dict[str, str]:
    return {
        "PREFECT_HOME": str(settings.home.resolve() / "prefect"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        # Without this a process that cannot find the server starts one of its own, on the same database.
        "PREFECT_SERVER_EPHEMERAL_ENABLED": "false",
        "PREFECT_LOGGING_LEVEL": "WARNING",
        "PREFECT_CLI_PROMPT": "false",
    }


def for_server(settings: Settings) -> dict[str, str]:
    """Environment of the Prefect server; an API address would make it a client of itself."""
    own = os.environ | _prefect(settings)
    own.pop("PREFECT_API_URL", None)
    return own | {
        "YIYUAN_HOME": str(settings.home.resolve()),
        "PREFECT_SERVER_API_HOST": "127.0.0.1",
        "PREFECT_SERVER_API_PORT": str(settings.prefect_port),
        "PREFECT_SERVER_EVENTS_RETENTION_PERIOD": "2d",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs,orphans",
        # In memory they would be lost with the server, and a slot that a run holds would never come back.
        "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect.server.concurrency.lease_storage.filesystem",
        "PREFECT_UI_API_URL": f"http://127.0.0.1:{settings.prefect_port}/api",
    }


def for_others(settings: Settings) -> dict[str, str]:
    """Environment of every other child: the same folder, and where the server answers."""
    own = os.environ | _prefect(settings) | {"PREFECT_API_URL": settings.prefect_url}
    return own | {"YIYUAN_HOME": str(settings.home.resolve())}


def adopt(settings: Settings) -> None:
    """Give this process that environment; before anything imports Prefect. What the caller set wins."""
    for name, value in for_others(settings).items():
        os.environ.setdefault(name, value)
