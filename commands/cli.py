"""The `yiyuan` command; each sub-command has a file of its own."""

from typing import Any

import typer
from typer.core import TyperGroup

from commands import (
    check,
    desensitise,
    formulary,
    ingest,
    migrate,
    playbook,
    policy,
    prefect_yaml,
    redact,
    retry,
    reveal,
    serve,
    up,
    verify,
)
from commands.demo import command as demo
from commands.doctor import command as doctor
from yiyuan import logging_setup
from yiyuan.errors import YiyuanError
from yiyuan.i18n import _


class Group(TyperGroup):
    """Shows our own errors as one sentence instead of a traceback."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except YiyuanError as error:
            typer.secho(error.message, fg="red", err=True)
            raise SystemExit(1) from None


app = typer.Typer(
    name="yiyuan",
    cls=Group,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help=_("一源：医院短视频与私域渠道统一发布。"),
)
for _module in (
    up,
    demo,
    doctor,
    verify,
    retry,
    check,
    ingest,
    desensitise,
    redact,
    reveal,
    formulary,
    migrate,
    playbook,
    policy,
    prefect_yaml,
    serve,
):
    _module.add_to(app)


def main() -> None:
    """The `yiyuan` program: logs go to stderr from the first line on."""
    try:
        logging_setup.configure()
    except YiyuanError as error:
        typer.secho(error.message, fg="red", err=True)
        raise SystemExit(1) from None
    app()


if __name__ == "__main__":
    main()
