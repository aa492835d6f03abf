"""Running the checks and showing what they found."""

import typer

from commands.doctor import data, machine
from commands.doctor.result import Check, Trouble
from yiyuan.i18n import _
from yiyuan.settings import Settings, settings

CHECKS: tuple[Check, ...] = (
    machine.python,
    machine.packages,
    machine.encoders,
    machine.models,
    machine.scenes,
    machine.zone,
    machine.listening,
    machine.disk,
    data.folder,
    data.key_files,
    data.database,
    data.holidays,
    data.playbooks,
    data.worker,
    data.waiting,
)


def examine(own: Settings) -> list[Trouble]:
    """All troubles, in the order of the checks. A check that fails itself is a trouble, never a pass."""
    found: list[Trouble] = []
    for check in CHECKS:
        try:
            found += check(own)
        except Exception as error:  # shown to the person below, and counted as a fault
            what = _("检查“{name}”没能完成（{kind}：{error}）")
            what = what.format(name=check.__name__, kind=type(error).__name__, error=error)
            found.append(Trouble(what, _("先修好其他问题再试")))
    return found


def doctor() -> None:
    """Examine this installation; exit code 1 when there is a fault."""
    found = examine(settings())
    for trouble in found:
        fault = trouble.level == "fault"
        typer.secho(("✗ " if fault else "! ") + trouble.what, fg="red" if fault else "yellow")
        typer.echo("  → " + trouble.remedy)
    faults = sum(trouble.level == "fault" for trouble in found)
    if faults:
        typer.echo(_("共 {n} 处故障").format(n=faults))
        raise typer.Exit(1)
    typer.secho(_("没有发现故障（{n} 项检查）").format(n=len(CHECKS)), fg="green")


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("doctor", help=_("逐项检查安装，指出故障和处理办法。"))(doctor)
