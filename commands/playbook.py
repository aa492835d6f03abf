"""`yiyuan playbook FILE`: what a playbook would do; nothing is started."""

from pathlib import Path
from typing import Annotated

import typer

from playbooks import dry_run, schema
from playbooks.dry_run import DryRun
from yiyuan import clock
from yiyuan.db.session import transaction
from yiyuan.errors import BadInput
from yiyuan.i18n import _
from yiyuan.staff.roles import role_name


def show(
    path: Annotated[Path, typer.Argument(metavar="FILE", help=_("预案文件，或现有预案的名称"))],
    volume: Annotated[int, typer.Option(min=0, help=_("假设事件一下子达到的提及量"))] = 5000,
) -> None:
    """Check a playbook and show what it would start for an event of this volume. Exit code 1 when it cannot be used."""
    known = schema.load_all()
    if path.name in known and not path.exists():
        playbook = known[path.name]
    elif path.is_file():
        playbook = schema.load(path)
    else:
        raise BadInput(
            _("找不到文件 {path}，也没有这个名称的预案（可用的有：{names}）").format(path=path, names="、".join(known)),
            field="path",
        )
    with transaction(read_only=True) as s:
        _print(dry_run.dry_run(s, playbook, volume))


def _print(run: DryRun) -> None:
    typer.echo(
        _("{title}：提及量 {volume} 时会做的事（演算，不会启动）").format(title=run.playbook.title, volume=run.volume)
    )
    for planned in run.tiers:
        tier = planned.tier
        typer.echo("")
        typer.echo(
            _("第 {n} 级 {title}，牵头：{lead}").format(n=tier.tier, title=tier.title, lead=role_name(tier.lead))
        )
        typer.echo(_("  通知：{roles}").format(roles="、".join(map(role_name, tier.notify))))
        if tier.hold_releases:
            typer.echo(_("  暂停全部发布"))
        for duty in planned.duties:
            due = clock.local(duty.due.at).strftime("%m-%d %H:%M") + (_("（待核）") if duty.due.uncertain else "")
            people = "、".join(duty.people) or _("无人担任，立即上报")
            role = role_name(duty.task.role)
            typer.echo(
                _("  任务：{title}｜{role}：{people}｜{due} 前").format(
                    title=duty.task.title, role=role, people=people, due=due
                )
            )
        for step in tier.escalation:
            roles = "、".join(map(role_name, step.to))
            typer.echo(_("  逾期 {n} 分钟上报：{roles}").format(n=step.after, roles=roles))
    for warning in run.warnings:
        typer.secho(_("注意：{warning}").format(warning=warning), fg="yellow")


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("playbook", help=_("演算一份预案：会启动什么、通知谁、何时到期。"))(show)
