"""Whether the record still holds: the audit chain and every signed sheet; auditors and administrators get a notice."""

from notifications import notices
from review.approval import sheet
from yiyuan import audit, clock
from yiyuan.codes import NoticeKind
from yiyuan.db.session import transaction
from yiyuan.i18n import _
from yiyuan.staff.roles import Role

FAULT_RECIPIENTS = (Role.auditor, Role.administrator)
#: Faults that one notice lists; the page of the audit chain shows them all.
FAULTS_LISTED = 20


def examine() -> list[str]:
    """What is wrong with the audit chain and the sheets, in Chinese; nothing when the record holds."""
    with transaction(read_only=True) as s:
        faults = list(audit.verify(s).faults)
        for number, found in sheet.verify_all(s).items():
            faults += [_("审批单 {number}：{fault}").format(number=number, fault=fault) for fault in found]
        return faults


def tell_of_faults() -> int:
    """Post what `examine` found, once a day; returns how many faults there are. Own transaction."""
    if faults := examine():
        with transaction() as s:
            for role in FAULT_RECIPIENTS:
                key, title = f"record:{clock.today()}:{role}", _("夜检发现记录异常（{n} 处）").format(n=len(faults))
                body = "\n".join(faults[:FAULTS_LISTED])
                notices.post(
                    s, key=key, kind=NoticeKind.SYSTEM, title=title, body=body, link="/audit", role=role, urgent=True
                )
    return len(faults)
