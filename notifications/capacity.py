"""What an installation runs out of: days of the holiday table, and disk. Pages, doctor and notices read it here."""

import shutil
from datetime import timedelta

from notifications import notices
from yiyuan import clock
from yiyuan.codes import NoticeKind
from yiyuan.db.session import transaction
from yiyuan.i18n import _
from yiyuan.settings import settings
from yiyuan.staff.roles import Role

#: The table of the next year has to be there so many days before this one ends.
HOLIDAY_DAYS = 60
#: Share of the disk that should stay free.
DISK_SHARE = 0.1


def holiday_days_left() -> int | None:
    """Days until the holiday table ends when that is too soon, else None. BadInput for a broken table."""
    until = clock.covered_until()
    return (until - clock.today()).days if until < clock.today() + timedelta(days=HOLIDAY_DAYS) else None


def disk_is_short() -> bool:
    """Whether less than `DISK_SHARE` of the disk with the data folder is free."""
    usage = shutil.disk_usage(settings().home)
    return usage.free < usage.total * DISK_SHARE


def tell_of_shortages() -> int:
    """Post that the holiday table or the disk runs out, once per table end and once a week; returns how many of both.

    Own transaction.
    """
    ending, short = holiday_days_left() is not None, disk_is_short()
    with transaction() as s:
        if ending:
            until = clock.covered_until()
            title = _("节假日表只到 {day}，请在此之前补充下一年的表").format(day=until)
            notices.post(s, key=f"holidays:{until}", kind=NoticeKind.SYSTEM, title=title, role=Role.administrator)
        if short:
            week = clock.today().isocalendar()
            title = _("磁盘剩余空间不足 {share:.0%}").format(share=DISK_SHARE)
            notices.post(
                s, key=f"disk:{week.year}-{week.week}", kind=NoticeKind.SYSTEM, title=title, role=Role.administrator
            )
    return ending + short
