"""Codes of the audit chain (审计记录): what was done, and to what."""

from yiyuan.codes.base import Code
from yiyuan.i18n import N_


class AuditAction(Code):
    """Every act that leaves an entry, grouped by what it is done to; the value is `subject.verb`."""

    ITEM_CREATE = "item.create", N_("新建稿件")
    ITEM_EDIT = "item.edit", N_("修改稿件")
    ITEM_SUBMIT = "item.submit", N_("提交稿件"), "blue"
    ITEM_ACCEPT = "item.accept", N_("作者确认脱敏结果"), "blue"
    ITEM_RECHECK = "item.recheck", N_("重新检查稿件"), "blue"
    ITEM_RESCHEDULE = "item.reschedule", N_("修改计划发布时间")
    ITEM_WITHDRAW = "item.withdraw", N_("撤回稿件"), "amber"
    ITEM_DELETE = "item.delete", N_("删除稿件"), "red"
    REVISION_NEW = "revision.new", N_("新建版本")
    REVISION_FREEZE = "revision.freeze", N_("锁定送审版本")
    ASSET_ATTACH = "asset.attach", N_("上传素材")
    ASSET_DETACH = "asset.detach", N_("移除素材")
    ASSET_ERASE = "asset.erase", N_("销毁素材"), "amber"
    CONSENT_RECORD = "consent.record", N_("登记知情同意书")
    CONSENT_SCAN = "consent.scan", N_("上传同意书扫描件")
    CONSENT_WITHDRAW = "consent.withdraw", N_("撤回知情同意"), "red"
    INTAKE_DONE = "intake.done", N_("脱敏与检查完成"), "green"
    INTAKE_FAILED = "intake.failed", N_("脱敏与检查失败"), "red"
    FILM_MAKE = "film.make", N_("生成脱敏视频")
    TRACK_NAME = "track.name", N_("核对人脸")
    MASK_DRAW = "mask.draw", N_("手工加遮挡框")
    MASK_REMOVE = "mask.remove", N_("删除遮挡框")
    HIT_CHOOSE = "hit.choose", N_("决定身份信息是否遮盖")
    VOICE_CHANGE = "voice.change", N_("设置变声")
    VOICE_RESTORE = "voice.restore", N_("取消变声")
    FINDING_ASK = "finding.ask", N_("申请豁免"), "amber"
    FINDING_WAIVED = "finding.waived", N_("同意豁免"), "amber"
    FINDING_FALSE_ALARM = "finding.false_alarm", N_("判为误报"), "amber"
    FINDING_KEEP = "finding.keep", N_("沿用上一版的处理")
    VERDICT_TICK = "verdict.tick", N_("人工核验勾选")
    DECISION_APPROVE = "decision.approve", N_("审核同意"), "green"
    DECISION_RETURN = "decision.return", N_("审核退回"), "red"
    DECISION_REJECT = "decision.reject", N_("审核否决"), "red"
    STAGE_OVERDUE = "stage.overdue", N_("审核超时"), "amber"
    SHEET_MAKE = "sheet.make", N_("生成审批单"), "green"
    RULEPACK_RESCAN = "rulepack.rescan", N_("新规则复查已发布内容")
    RESCAN_TAKEN_DOWN = "rescan.taken_down", N_("复查后下架"), "red"
    RESCAN_KEPT = "rescan.kept", N_("复查后保留"), "green"
    POST_PLAN = "post.plan", N_("建立发布单")
    POST_RESCHEDULE = "post.reschedule", N_("修改发布时间")
    POST_UNSURE = "post.unsure", N_("发布结果待查"), "amber"
    POST_ACCEPTED = "post.accepted", N_("平台已受理"), "blue"
    POST_AWAITING_PERSON = "post.awaiting_person", N_("转为人工发布"), "amber"
    POST_LIVE = "post.live", N_("已发布"), "green"
    POST_REFUSED = "post.refused", N_("平台拒绝发布"), "red"
    POST_PARKED = "post.parked", N_("发布转人工核对"), "red"
    POST_WITHDRAWN = "post.withdrawn", N_("已从平台撤下")
    POST_WITHDRAW = "post.withdraw", N_("要求撤下"), "amber"
    POST_RESOLVE = "post.resolve", N_("人工核对发布结果")
    POST_PROVE = "post.prove", N_("登记人工发布凭证")
    POST_PROVE_REMOVAL = "post.prove_removal", N_("登记人工删除凭证")
    HOLD_SET = "hold.set", N_("暂停全部发布"), "red"
    HOLD_LIFT = "hold.lift", N_("恢复发布"), "green"
    ACCOUNT_CONNECT = "account.connect", N_("接入平台账号")
    ACCOUNT_DISCONNECT = "account.disconnect", N_("停用平台账号"), "amber"
    ACCOUNT_REGISTER = "account.register", N_("更新账号备案")
    MENTION_INGEST = "mention.ingest", N_("导入监测数据")
    THREAD_TURNED = "thread.turned", N_("帖子转为负面"), "amber"
    EVENT_OPEN = "event.open", N_("建立舆情事件"), "red"
    EVENT_TIER = "event.tier", N_("达到级别"), "red"
    EVENT_PROPOSE = "event.propose", N_("建议升级"), "amber"
    EVENT_RAISE = "event.raise", N_("人工升级"), "red"
    EVENT_CLOSE = "event.close", N_("关闭舆情事件"), "green"
    DUTY_ACKNOWLEDGED = "duty.acknowledged", N_("签收任务"), "blue"
    DUTY_HANDED_OVER = "duty.handed_over", N_("移交任务")
    DUTY_HANDED_ON = "duty.handed_on", N_("任务转交代理人"), "amber"
    DUTY_OVERDUE = "duty.overdue", N_("任务超时"), "red"
    DUTY_RECOMPUTED = "duty.recomputed", N_("重算任务时限"), "amber"
    DUTY_REPLACED = "duty.replaced", N_("任务由上级任务替代")
    DUTY_DONE = "duty.done", N_("完成任务"), "green"
    DUTY_CANCELLED = "duty.cancelled", N_("取消任务")
    NOTICE_ACKNOWLEDGE = "notice.acknowledge", N_("签收通知")
    ON_CALL_ADD = "on_call.add", N_("排班")
    ON_CALL_HAND_OVER = "on_call.hand_over", N_("交接值班")
    ON_CALL_END = "on_call.end", N_("结束值班")
    ABSENCE_ADD = "absence.add", N_("登记请假")
    ABSENCE_CANCEL = "absence.cancel", N_("取消请假")
    WORK_CALENDAR_CREATE = "work_calendar.create", N_("新建工作日历")
    WORK_CALENDAR_CHANGE = "work_calendar.change", N_("修改工作日历")
    DEPARTMENT_CREATE = "department.create", N_("新建科室")
    DEPARTMENT_CHANGE = "department.change", N_("修改科室")
    STAFF_CREATE = "staff.create", N_("新建人员")
    STAFF_CHANGE = "staff.change", N_("修改人员信息")
    STAFF_ROLES = "staff.roles", N_("修改角色"), "amber"
    STAFF_DEPUTY = "staff.deputy", N_("设置代理人")
    STAFF_PASSWORD = "staff.password", N_("修改密码")
    STAFF_NOTICE_URLS = "staff.notice_urls", N_("修改通知地址")
    STAFF_ENABLE = "staff.enable", N_("启用人员")
    STAFF_DISABLE = "staff.disable", N_("停用人员"), "amber"
    LOGIN_OPEN = "login.open", N_("登录")
    LOGIN_REFUSED = "login.refused", N_("登录被拒绝"), "red"
    ORIGINAL_OPEN = "original.open", N_("查看加密原件"), "amber"
    ORIGINAL_REFUSED = "original.refused", N_("查看原件被拒绝"), "red"
    REDACTION_REVEAL = "redaction.reveal", N_("还原脱敏文本"), "amber"
    AUDIT_EXPORT = "audit.export", N_("导出审计记录")
    REPORT_EXPORT = "report.export", N_("导出报表")
    STEP_RETRY = "step.retry", N_("重新执行步骤")


class AuditSubject(Code):
    """What an entry is about: the part before the colon of `AuditEntry.subject`."""

    ITEM = "item", N_("稿件")
    POST = "post", N_("发布单")
    EVENT = "event", N_("舆情事件")
    ASSET = "asset", N_("素材")
    ACCOUNT = "account", N_("平台账号")
    HOLD = "hold", N_("发布暂停")
    NOTICE = "notice", N_("通知")
    STAFF = "staff", N_("人员")
    DEPARTMENT = "department", N_("科室")
    ON_CALL = "on_call", N_("值班")
    WORK_CALENDAR = "work_calendar", N_("工作日历")
    MENTION = "mention", N_("监测数据")
    RULEPACK = "rulepack", N_("规则包")
    REPORT = "report", N_("报表")
    AUDIT = "audit", N_("审计记录")
    OUTBOX = "outbox", N_("系统步骤")
    MAP = "map", N_("脱敏对照表")
