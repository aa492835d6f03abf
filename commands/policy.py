"""`yiyuan policy FILE`: what a review policy asks of whom; nothing is started."""

from pathlib import Path
from typing import Annotated

import typer

from duties import work_calendars
from review.policies import policies
from yiyuan import clock
from yiyuan.db.session import transaction
from yiyuan.errors import BadInput
from yiyuan.i18n import _
from yiyuan.staff import members
from yiyuan.staff.roles import role_name


def show(path: Annotated[Path, typer.Argument(metavar="FILE", help=_("审核策略文件，或现有策略的名称"))]) -> None:
    """Check a policy and show its levels, signers and due times. Exit code 1 when it cannot be used."""
    if path.name in policies.names() and not path.exists():
        policy = policies.load(path.name)
    elif path.is_file():
        policy = policies.read(path)
    else:
        names = "、".join(policies.names())
        message = _("找不到文件 {path}，也没有这个名称的审核策略（可用的有：{names}）")
        raise BadInput(message.format(path=path, names=names), field="path")
    typer.echo(_("{title}（演算，不会启动）").format(title=policy.title))
    with transaction(read_only=True) as s:
        office = work_calendars.counted(s, work_calendars.OFFICE)
        for level in policy.levels:
            people = [person.name for role in level.roles for person in members.holders(s, role)]
            signers = "、".join(map(role_name, level.roles)) or _("创作者本人")
            ends = office.add(clock.now(), level.deadline)
            due = clock.local(ends.at).strftime("%m-%d %H:%M") + (_("（待核）") if ends.uncertain else "")
            typer.echo(_("第 {n} 级 {name}：{signers}").format(n=level.level, name=level.name, signers=signers))
            if level.roles:
                typer.echo(_("  现有人员：{people}").format(people="、".join(people) or _("无，稿件会停在这一级")))
            overdue = "、".join(map(role_name, level.overdue.roles))
            typer.echo(_("  现在送审，{due} 到期；逾期通知：{roles}").format(due=due, roles=overdue))


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("policy", help=_("演算一份审核策略：各级由谁签署、何时到期。"))(show)
