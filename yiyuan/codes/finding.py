"""Codes of findings (检查发现) and of the checkers' verdicts."""

from yiyuan.codes.base import Code
from yiyuan.i18n import N_


class Severity(Code):
    """How bad a finding is, worst first."""

    BLOCK = "block", N_("禁止发布"), "red"
    ALERT = "alert", N_("须人工接手"), "red"
    MUST_FIX = "must_fix", N_("必须修改"), "red"
    WARN = "warn", N_("需留意"), "amber"
    INFO = "info", N_("建议")

    @property
    def stops(self) -> bool:
        """Whether an open finding of this severity stops a signature: somebody has to mend it, or to answer for it."""
        return self in STOPPING


#: Severities whose open findings stop every signature. An alert asks for a person, so it is never passed over.
STOPPING = (Severity.BLOCK, Severity.ALERT, Severity.MUST_FIX)


class Disposition(Code):
    """What became of a finding: open ones first, then by who settled it."""

    OPEN = "open", N_("待处理"), "red"
    REDACTED = "redacted", N_("已脱敏"), "blue"
    FIXED = "fixed", N_("已修改"), "blue"
    ACCEPTED = "accepted", N_("作者已认可"), "green"
    WAIVED = "waived", N_("宣传部已豁免"), "green"
    FALSE_ALARM = "false_alarm", N_("误报"), "green"


#: Dispositions by which a person has answered a finding for good.
KEPT = (Disposition.WAIVED, Disposition.FALSE_ALARM)
#: Dispositions by which a person has answered a finding at all.
ANSWERED = (*KEPT, Disposition.ACCEPTED)


class VerdictKind(Code):
    """What a checker says of a revision, worst first. A failed check is not a pass."""

    FAILED = "failed", N_("检查失败"), "red"
    FOUND = "found", N_("有发现"), "red"
    NOT_CHECKED = "not_checked", N_("未核验"), "amber"
    CLEAN = "clean", N_("未发现问题"), "green"


class CheckerName(Code):
    """The checkers, in the order in which they are shown."""

    PRIVACY = "privacy", N_("患者隐私")
    SCENES = "scenes", N_("隐私部位")
    SPEECH = "speech", N_("语音内容")
    ADVERTISING = "advertising", N_("医疗广告红线")
    COMPLETENESS = "completeness", N_("要素完整")
    CONSENT = "consent", N_("知情同意")
    LIMITS = "limits", N_("平台限制")
    DRIFT = "drift", N_("与原稿一致")


class BasisStatus(Code):
    """Whether the law a finding cites was read in the original."""

    VERIFIED = "verified", N_("已核对原文"), "green"
    UNVERIFIED = "unverified", N_("待核"), "amber"
