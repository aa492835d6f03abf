"""Every setting in one class; each is an environment variable with the prefix YIYUAN_ (docs/reference/settings.md)."""

import sys
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

#: The rules that open an event by themselves (sentiment/events/opening_rules.py).
OpeningRule = Literal["outside_post", "signal", "turned", "cluster"]


class Settings(BaseSettings):
    """The settings of one installation. A field's description is its documentation."""

    model_config = SettingsConfigDict(env_prefix="YIYUAN_", env_file=".env", extra="ignore")

    home: Path = Field(Path("var"), description="Data folder: database, media, keys, logs, Prefect's own database.")
    database_url: str = Field("", description="SQLAlchemy URL; empty: SQLite in the data folder.")
    media_url: str = Field("", description="Where blobs live (s3://bucket/prefix); empty: a folder in the data folder.")
    key_file: Path | None = Field(
        None, description="File with the wrapping key and the HMAC key; empty: keys/ in the data folder."
    )
    hospital: str = Field(
        "示范医院", description="Name of the hospital, on sheets and in the watch for outside mentions."
    )
    hospital_aliases: list[str] = Field(
        default_factory=list, description="Other names the public uses for the hospital."
    )
    timezone: str = Field("Asia/Shanghai", description="Zone in which times are shown and working hours are counted.")
    holidays_dir: Path | None = Field(
        None, description="Folder of YYYY.yaml files that override or extend the holiday table."
    )

    host: str = Field("127.0.0.1", description="Address the console listens on.")
    port: int = Field(8000, description="Port of the console.")
    prefect_port: int = Field(4200, description="Port of the Prefect server, always on loopback.")
    sandbox_port: int = Field(4300, description="Port of the sandbox platforms (demo, tests), always on loopback.")
    https: bool = Field(False, description="The console is reached over https: cookies become __Host- and Secure.")
    allow_exposure: bool = Field(False, description="Confirms listening beyond loopback without https.")
    sandbox_url: str = Field("", description="Base address of the sandbox platforms; set by the supervisor in a demo.")

    dispatch: Literal["inline", "pool"] = Field(
        "inline", description="Where short steps run: in the worker, or all as deployments."
    )
    prefect_api_url: str = Field("", description="API address of Prefect; empty: the supervised local server.")
    work_pool: str = Field("yiyuan", description="Prefect work pool that runs the steps with dispatch=pool.")
    intake_lease_seconds: int = Field(
        120, description="An intake that has not renewed its lease for so long is taken over."
    )

    upload_max_bytes: int = Field(2 * 1024**3, description="Largest upload, bytes.")
    video_max_seconds: float = Field(1800.0, description="Longest video, seconds.")
    video_max_pixels: int = Field(8192 * 4320, description="Largest frame, pixels.")
    decode_memory_bytes: int = Field(
        4 * 1024**3, description="Address space of the decoding child beyond its start, bytes."
    )

    scene_detector: Literal["nudenet", "off"] = Field(
        "nudenet",
        description="What looks for private parts: nudenet (its model is under AGPL-3.0), or off: a person looks at "
        "all films and pictures and ticks it.",
    )

    delivery_lease_seconds: float = Field(
        60.0, description="A delivery that has not renewed its lease for so long is taken over."
    )
    sandbox_grace_seconds: float = Field(
        3.0, description="Wait before a lost answer is looked up on the sandbox, longer than its slowest commit."
    )
    watch_seconds: int = Field(60, description="Seconds between two polls of comments and counts.")
    tick_seconds: float = Field(1.0, description="Seconds between two looks of the worker at the outbox.")
    shelf_days: int = Field(730, description="Days after which a live post is taken down or re-checked.")
    event_comments: int = Field(10, description="Negative comments on one of our posts that open an event.")
    event_authors: int = Field(5, description="Distinct authors those comments must come from.")
    event_minutes: int = Field(60, description="Window in which those comments must fall, minutes.")
    event_p_negative: float = Field(
        0.8, description="p(negative) from which a comment counts towards opening an event."
    )
    event_playbooks: dict[OpeningRule, str] = Field(
        default_factory=dict,
        description="Playbook per opening rule (outside_post, signal, turned, cluster); not named: opinion.",
    )
    turned_share: float = Field(
        0.6, description="Share of negative comments among the last ones that makes a post turned."
    )
    turned_last: int = Field(100, description="How many of the last comments are looked at for that.")
    turned_least: int = Field(50, description="Scored comments needed before a post may count as turned.")

    notice_urls: list[str] = Field(
        default_factory=list, description="Apprise addresses that receive every outside notice."
    )
    notice_role_urls: dict[str, list[str]] = Field(default_factory=dict, description="Apprise addresses per role.")
    admin_password: SecretStr | None = Field(
        None, description="First administrator's password on an empty folder; empty: random."
    )
    session_hours: int = Field(12, description="A login ends after so many hours.")
    log_level: str = Field("INFO", description="Lowest level that is logged.")

    @property
    def sqlalchemy_url(self) -> str:
        """The database to use, SQLite in the data folder by default."""
        return self.database_url or f"sqlite:///{self.home.resolve() / 'yiyuan.db'}"

    @property
    def console_url(self) -> str:
        """Address of the console as a person types it."""
        return f"{'https' if self.https else 'http'}://{self.host}:{self.port}"

    @property
    def prefect_url(self) -> str:
        """API address of Prefect."""
        return self.prefect_api_url or f"http://127.0.0.1:{self.prefect_port}/api"


@lru_cache
def settings() -> Settings:
    """The settings of this process, read once. Tests call `settings.cache_clear()` after changing the environment."""
    return Settings()


def reference() -> str:
    """The text of docs/reference/settings.md, made from this class (`python -m yiyuan.settings`)."""
    head = "# Settings\n\nEach is an environment variable, or a line of `.env`. Lists and maps are written as JSON.\n"
    rows = [
        f"| `YIYUAN_{name.upper()}` | {field.description} | `{field.get_default(call_default_factory=True) or ' '}` |"
        for name, field in Settings.model_fields.items()
    ]
    return "\n".join([head, "| setting | what it is | default |", "|---|---|---|", *rows, ""])


if __name__ == "__main__":
    sys.stdout.write(reference())
