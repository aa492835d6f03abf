"""Entries of the audit chain in words: act, subject, and the values that were kept with it.

The chain itself keeps codes: they are what the hashes cover and what an export carries beside the words.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from console.web import labels
from playbooks.schema import load_all
from yiyuan.audit import SYSTEM
from yiyuan.codes import (
    AccountStatus,
    AssetRole,
    AuditAction,
    AuditSubject,
    CheckerName,
    ConsentUse,
    FaceNaming,
    ParkedAnswer,
    PostState,
    Severity,
)
from yiyuan.i18n import N_, _
from yiyuan.models import AuditEntry, Staff
from yiyuan.staff.permissions import Action, may
from yiyuan.staff.roles import role_name

#: Groups of acts for the filter: the part before the dot.
GROUPS: dict[str, tuple[str, ...]] = {
    N_("稿件与素材"): ("item", "revision", "asset", "consent"),
    N_("脱敏与检查"): ("intake", "film", "track", "mask", "hit", "voice"),
    N_("审核与签署"): ("finding", "verdict", "decision", "stage", "sheet", "rulepack", "rescan"),
    N_("发布与账号"): ("post", "hold", "account"),
    N_("舆情"): ("mention", "thread", "event"),
    N_("任务与值班"): ("duty", "notice", "on_call", "absence", "work_calendar"),
    N_("人员与组织"): ("department", "staff", "login"),
    N_("原件、导出与系统"): ("original", "redaction", "audit", "report", "step"),
}

#: Pages of subjects that have one, and what a person must be allowed to open them.
PAGES = {
    AuditSubject.ITEM: ("/items", Action.read_item),
    AuditSubject.POST: ("/posts", Action.read_post),
    AuditSubject.EVENT: ("/events", Action.read_event),
}

#: Names of the values kept with an act.
DETAILS: dict[str, str] = {
    "absence": N_("请假记录"),
    "active": N_("启用"),
    "after": N_("修改后"),
    "answer": N_("核对结果"),
    "attempt": N_("第几次"),
    "before": N_("修改前"),
    "box": N_("框的位置"),
    "calendar": N_("日历"),
    "channels": N_("平台"),
    "checker": N_("检查项"),
    "choice": N_("决定"),
    "code": N_("代号"),
    "consent": N_("同意书"),
    "count": N_("数量"),
    "decision": N_("审核记录"),
    "delegate_of": N_("代谁签署"),
    "department": N_("科室"),
    "deputy": N_("代理人编号"),
    "digest": N_("内容指纹"),
    "duty": N_("任务"),
    "encoded": N_("重新编码段数"),
    "encoding": N_("文件编码"),
    "event": N_("舆情事件"),
    "external_id": N_("平台作品编号"),
    "finding": N_("检查发现"),
    "first": N_("起"),
    "frames": N_("帧数"),
    "from": N_("从"),
    "groups": N_("总段数"),
    "head": N_("负责人编号"),
    "hit": N_("命中记录"),
    "item": N_("稿件"),
    "items": N_("稿件数"),
    "key": N_("标识"),
    "last": N_("止"),
    "level": N_("审核级别"),
    "mac": N_("签章校验值"),
    "map": N_("对照表"),
    "mask": N_("遮挡框"),
    "month": N_("月份"),
    "name": N_("名称"),
    "naming": N_("核对结果"),
    "new": N_("新增"),
    "next": N_("接班人编号"),
    "number": N_("版本号"),
    "place": N_("位置"),
    "planned_at": N_("计划时间"),
    "platform": N_("平台"),
    "playbook": N_("预案"),
    "proof": N_("截图指纹"),
    "revision": N_("版本记录"),
    "role": N_("用途"),
    "roles": N_("角色"),
    "rows": N_("行数"),
    "rule": N_("规则"),
    "rules": N_("规则"),
    "seconds": N_("起止秒"),
    "severity": N_("严重程度"),
    "sha256": N_("文件指纹"),
    "sheet": N_("审批单"),
    "signals": N_("风险信号"),
    "sound": N_("声音来源"),
    "staff": N_("人员编号"),
    "stage": N_("审核环节"),
    "state": N_("状态"),
    "status": N_("备案状态"),
    "step": N_("步骤"),
    "thread": N_("帖子"),
    "threads": N_("帖子"),
    "tier": N_("级别"),
    "title": N_("职称"),
    "to": N_("至"),
    "track": N_("人脸编号"),
    "uid": N_("编号"),
    "uses": N_("用途"),
    "version": N_("规则包版本"),
    "volume": N_("声量"),
    "whole": N_("全部评论计入"),
}  # fmt: skip


def _playbook(name: str) -> str:
    playbook = load_all().get(name)
    return playbook.title if playbook else name


def _fingerprint(digest: str) -> str:
    """Enough of a digest to compare by eye; whole it stands in the export."""
    return f"{digest[:12]}…"


def _sound(origin: str) -> str:
    return {"former": _("沿用上一份"), "source": _("由原片生成"), "none": _("没有声音")}.get(origin, origin)


#: Reports that are exported, by the name in the subject.
_REPORTS = {"exceptions": N_("例外报告")}
_VALUES: dict[str, Callable[[str], str]] = {
    "answer": ParkedAnswer.label_or_value,
    "channels": labels.platform,
    "checker": CheckerName.label_or_value,
    "digest": _fingerprint,
    "mac": _fingerprint,
    "naming": FaceNaming.label_or_value,
    "platform": labels.platform,
    "playbook": _playbook,
    "proof": _fingerprint,
    "role": AssetRole.label_or_value,
    "roles": role_name,
    "severity": Severity.label_or_value,
    "sha256": _fingerprint,
    "sound": _sound,
    "state": PostState.label_or_value,
    "status": AccountStatus.label_or_value,
    "uses": ConsentUse.label_or_value,
}


def action(value: str) -> str:
    """An act in words; one of a version that is gone stays as it was written."""
    return AuditAction.label_or_value(value)


def subject(value: str, names: Mapping[int, str] = MappingProxyType({})) -> str:
    """`item:12` as 稿件 12; a person by name where `names` has it."""
    kind, _colon, number = value.partition(":")
    known = AuditSubject.known(kind)
    if known is None:
        return value
    if known is AuditSubject.STAFF and number.isdigit():
        number = names.get(int(number), number)
    return f"{known.label} {_(_REPORTS[number]) if number in _REPORTS else number}".rstrip()


def address(value: str, staff: Staff) -> str:
    """The page of the subject; empty when it has none or the person may not open it."""
    kind, _colon, number = value.partition(":")
    known = AuditSubject.known(kind)
    if known not in PAGES or not number.isdigit():
        return ""
    path, action = PAGES[known]
    return f"{path}/{number}" if may(staff, action) else ""


def actions() -> list[tuple[str, list[AuditAction]]]:
    """Acts by group, for the filter."""
    return [
        (_(title), [member for member in AuditAction if member.partition(".")[0] in kinds])
        for title, kinds in GROUPS.items()
    ]


def actor(entry: AuditEntry) -> str:
    """Who did it."""
    return _("系统") if entry.actor == SYSTEM else entry.actor


def details(entry: AuditEntry) -> list[tuple[str, str]]:
    """The kept values as (name, value); the key of a duty is the playbook's, its number says which it was."""
    shown = {key: value for key, value in entry.detail.items() if key != "key" or "duty" not in entry.detail}
    return [(_(DETAILS[key]) if key in DETAILS else key, _value(key, value)) for key, value in shown.items()]


def summary(entry: AuditEntry) -> str:
    """The kept values in one line."""
    return "；".join(f"{name}：{value}" for name, value in details(entry))


def _value(key: str, value: Any) -> str:
    if value is None:
        return "—"
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, Mapping):
        return "，".join(
            f"{_(DETAILS[name]) if name in DETAILS else name} {_value(name, v)}" for name, v in value.items()
        )
    if isinstance(value, list):
        return "、".join(_value(key, part) for part in value) or "—"
    return _VALUES[key](value) if key in _VALUES and isinstance(value, str) else str(value)
