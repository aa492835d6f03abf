"""What happened, as JSON for machines and as tables for people."""

import platform
from typing import Any

import psutil
from rich.console import Console
from rich.table import Table

from commands import bootstrap
from commands.demo import state_queries
from commands.demo.context import Stage
from commands.demo.people import PARTS
from commands.demo.story import StoryOutcome
from console.web import labels
from yiyuan.codes import DecisionVerdict, PostState
from yiyuan.i18n import _
from yiyuan.settings import Settings
from yiyuan.staff.roles import role_name
from yiyuan.storage import media


def addresses(own: Settings) -> dict[str, str]:
    """Where to look."""
    prefect = own.prefect_url.removesuffix("/api")
    return {"console": own.console_url, "prefect": prefect, "sandbox": own.sandbox_url}


def _facts(stage: Stage, outcome: StoryOutcome) -> dict[str, Any]:
    number = outcome.item_id

    def look(s: Any) -> dict[str, Any]:
        revision, derived = state_queries.revision(s, number), state_queries.derived_video(s, number)
        found = [
            {"revision": f.revision_id, "checker": f.checker, "rule": f.rule, "severity": f.severity, "field": f.field,
             "title": f.title, "disposition": f.disposition}
            for f in state_queries.findings(s, number)
        ]  # fmt: skip
        posts = [
            {"platform": p.platform, "state": p.state, "external_id": p.external_id, "url": p.url}
            for p in state_queries.posts(s, number)
        ]
        return {
            "item": number,
            "revision": {"number": revision.number, "digest": revision.digest},
            "findings": found,
            "derived": str(media.derived_path(derived)) if derived else None,
            "decisions": state_queries.decisions(s, number),
            "posts": posts,
            "event": state_queries.event_facts(s, outcome.event_id) if outcome.event_id else None,
            "runs": state_queries.runs(s),
        }

    return stage.read(look)


def summary(stage: Stage, outcome: StoryOutcome, pids: dict[str, int], problem: str) -> dict[str, Any]:
    """Everything that happened; `ok` means that every step reached its end state."""
    facts = _facts(stage, outcome) if outcome.item_id else {}
    return {
        "ok": not problem and bool(stage.steps) and all(step.ok for step in stage.steps),
        "problem": problem,
        "steps": [{"name": step.name, "seconds": round(step.seconds, 2), "ok": step.ok} for step in stage.steps],
        **facts,
        "left": outcome.left,
        "notices_outside": len(outcome.outside),
        "memory_mb": {name: psutil.Process(pid).memory_info().rss // 1024**2 for name, pid in pids.items()},
        "machine": {"cpus": psutil.cpu_count(), "python": platform.python_version()},
        "addresses": addresses(stage.own),
    }


def _outcome(result: dict[str, Any]) -> Table:
    table = Table(title=_("结果"), show_header=False)
    revision, event = result.get("revision") or {}, result.get("event") or {}
    table.add_row(
        _("稿件"), _("第 {n} 版，内容指纹 {digest}").format(n=revision.get("number"), digest=revision.get("digest"))
    )
    table.add_row(_("检查发现"), str(len(result.get("findings", []))))
    table.add_row(_("脱敏视频"), str(result.get("derived")))
    for decision in result.get("decisions", []):
        verdict = DecisionVerdict.label_or_value(decision["verdict"])
        table.add_row(_("签署"), f"{decision['level']} · {decision['by']} · {verdict}")
    for post in result.get("posts", []):
        platform_name, state = labels.platform(post["platform"]), PostState.label_or_value(post["state"])
        table.add_row(_("发布"), f"{platform_name} · {state} · {post['external_id']}")
    for crossing in event.get("crossings", []):
        notice = _("越线到首条通知 {n:.1f} 秒").format(n=crossing["seconds_to_notice"] or float("nan"))
        table.add_row(_("{n} 级").format(n=crossing["tier"]), _("提及量 {v}，").format(v=crossing["volume"]) + notice)
    return table


def _logins(stage: Stage) -> Table:
    table = Table(title=_("登录（只显示这一次）"))
    for name in (_("登录名"), _("密码"), _("姓名"), _("角色")):
        table.add_column(name)
    table.add_row(
        bootstrap.ADMINISTRATOR, stage.logins[bootstrap.ADMINISTRATOR], _("管理员"), role_name("administrator")
    )
    for part in PARTS:
        roles = "、".join(map(role_name, part.roles))
        table.add_row(part.login, stage.logins[part.login], part.name, f"{roles} · {part.department}")
    return table


def show(console: Console, stage: Stage, result: dict[str, Any]) -> None:
    """The whole summary on the terminal."""
    table = Table(title=_("每一步"))
    for name, justify in ((_("步骤"), "left"), (_("秒"), "right"), (_("结果"), "center")):
        table.add_column(name, justify=justify)  # type: ignore[arg-type]  # rich wants its own literals
    for step in result["steps"]:
        table.add_row(step["name"], f"{step['seconds']:.1f}", "✓" if step["ok"] else "✗")
    console.print(table, _outcome(result), _logins(stage))
    where = result["addresses"]
    console.print(_("控制台 {console}　Prefect {prefect}　沙箱平台 {sandbox}").format(**where), soft_wrap=True)
    if "item" in result:
        text = _("在 Prefect 的 Runs 页按标签 item:{n} 筛选，可看到这篇稿件的全部流程").format(n=result["item"])
        console.print(text, soft_wrap=True)
    if left := result["left"]:
        text = _(
            "留给您：稿件 {waiting} 等科室（zhou）签署，稿件 {returned} 已退回给作者（lin），"
            "事件 {event} 正在一级（xu）"
        )
        console.print(text.format(**left), soft_wrap=True)
