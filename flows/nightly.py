"""Nightly (夜检): does the record still hold, and what will run out. Administrators and auditors are told."""

import asyncio
import shutil
from datetime import timedelta

from prefect import flow

from channels.delivery import exception_report
from flows.runtime.lateness import missed
from flows.runtime.outbox_runs import carried
from notifications import notices
from review.approval import sheet
from yiyuan import audit, clock, outbox
from yiyuan.codes import NoticeKind
from yiyuan.db.session import transaction
from yiyuan.i18n import _
from yiyuan.settings import settings
from yiyuan.staff.roles import Role

INTERVAL_SECONDS = 6 * 3600.0
HOLIDAY_DAYS, DISK_SHARE = 60, 0.1
KEPT_DAYS = 7


def examine() -> list[str]:
    """What is wrong with the audit chain and the sheets, in Chinese; nothing when the record holds."""
    with transaction(read_only=True) as s:
        faults = list(audit.verify(s).faults)
        for number, found in sheet.verify_all(s).items():
            faults += [_("审批单 {number}：{fault}").format(number=number, fault=fault) for fault in found]
        return faults


def tell_of_faults() -> None:
    """Post what `examine` found, once a day."""
    if faults := examine():
        with transaction() as s:
            for role in (Role.auditor, Role.administrator):
                key, title = f"record:{clock.today()}:{role}", _("夜检发现记录异常（{n} 处）").format(n=len(faults))
                body = "\n".join(faults[:20])
                notices.post(
                    s, key=key, kind=NoticeKind.SYSTEM, title=title, body=body, link="/audit", role=role, urgent=True
                )


def tell_of_shortages() -> None:
    """Post that the holiday table or the disk runs out, once per table end and once a week."""
    until, usage = clock.covered_until(), shutil.disk_usage(settings().home)
    with transaction() as s:
        if until < clock.today() + timedelta(days=HOLIDAY_DAYS):
            title = _("节假日表只到 {day}，请在此之前补充下一年的表").format(day=until)
            notices.post(s, key=f"holidays:{until}", kind=NoticeKind.SYSTEM, title=title, role=Role.administrator)
        if usage.free < usage.total * DISK_SHARE:
            week = clock.today().isocalendar()
            title = _("磁盘剩余空间不足 {share:.0%}").format(share=DISK_SHARE)
            notices.post(
                s, key=f"disk:{week.year}-{week.week}", kind=NoticeKind.SYSTEM, title=title, role=Role.administrator
            )


def tidy() -> None:
    """Forget the answered respond steps: one comes per event and watch tick, and none comes again."""
    with transaction() as s:
        outbox.forget(s, "respond", clock.now() - timedelta(days=KEPT_DAYS))


@flow(name="nightly", flow_run_name="house nightly")
async def nightly(attempt: int = 1, subject: str = "", row: int = 0) -> None:
    """Verify the record and look ahead."""
    if missed(INTERVAL_SECONDS):
        return
    async with carried("nightly", row):
        await asyncio.to_thread(tell_of_faults)
        await asyncio.to_thread(tell_of_shortages)
        await asyncio.to_thread(exception_report.announce)
        await asyncio.to_thread(tidy)
