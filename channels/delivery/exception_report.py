"""The monthly exception report (例外报告): what had to be gone and was not, and what went late."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from notifications import notices
from yiyuan import clock
from yiyuan.codes import NoticeKind, PostState
from yiyuan.db.session import transaction
from yiyuan.i18n import _
from yiyuan.models import Account, Item, Post
from yiyuan.settings import settings
from yiyuan.staff.roles import Role

#: A take-down within this time is no exception.
IN_TIME = timedelta(hours=24)


@dataclass(frozen=True)
class Exceptional:
    """A post that was out longer than it might. since: when it had to be gone; gone_at None: not proved so far."""

    post: Post
    account: Account
    item: Item
    since: datetime
    gone_at: datetime | None
    reason: str

    @property
    def days(self) -> int:
        """Whole days between the two, so far."""
        return ((self.gone_at or clock.now()) - self.since).days


def first_day(month: str) -> date | None:
    """The first day of a month written YYYY-MM; None when it is none."""
    try:
        return date.fromisoformat(f"{month}-01")
    except ValueError:
        return None


def of_month(s: Session, first: date) -> tuple[list[Exceptional], list[Exceptional]]:
    """Posts that were still up, or not proved to be gone, at the end of the month; and those that went late in it."""
    # The month in the hospital's zone; it ends now while it lasts.
    zone = ZoneInfo(settings().timezone)
    after = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
    start = datetime(first.year, first.month, 1, tzinfo=zone)
    end = min(datetime(after.year, after.month, 1, tzinfo=zone), clock.now())
    expired = and_(Post.recalled_at.is_(None), Post.state == PostState.LIVE, Post.expires_at < end)
    query = select(Post, Account, Item).join(Account, Account.id == Post.account_id).join(Item, Item.id == Post.item_id)
    query = query.where(
        Post.state != PostState.REFUSED, Post.live_at.is_not(None), or_(Post.recalled_at < end, expired)
    )
    found = [_row(*each) for each in s.execute(query.order_by(Post.id)).tuples()]
    still = [each for each in found if each.gone_at is None or each.gone_at >= end]
    late = [e for e in found if e.gone_at and start <= e.gone_at < end and e.gone_at - e.since > IN_TIME]
    return sorted(still, key=lambda e: e.since), sorted(late, key=lambda e: e.since)


def _row(post: Post, account: Account, item: Item) -> Exceptional:
    since = post.recalled_at or post.expires_at
    assert since is not None, "the query asks for one of them"
    reason = post.withdraw_reason or _("已到保存期限，尚未下架")
    return Exceptional(post, account, item, since, post.gone_at, reason)


def announce() -> int:
    """Tell publicity once about the month that has ended; returns how many posts were still up."""
    last = clock.today().replace(day=1) - timedelta(days=1)
    month = f"{last:%Y-%m}"
    with transaction() as s:
        still, late = of_month(s, last.replace(day=1))
        title = _("{month} 例外报告：{still} 条未证实下架，{late} 条逾期下架").format(
            month=month, still=len(still), late=len(late)
        )
        link = f"/reports/exceptions?month={month}"
        notices.post(s, key=f"exceptions:{month}", kind=NoticeKind.SYSTEM, title=title, link=link, role=Role.publicity)
        return len(still)
