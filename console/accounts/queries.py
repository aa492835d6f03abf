"""Accounts, for choosing where an item goes and for their own page."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from channels.accounts import register
from yiyuan.errors import Missing
from yiyuan.i18n import _
from yiyuan.models import Account, Staff


def active(s: Session) -> list[Account]:
    """Accounts that may be chosen, official ones first."""
    rows = s.scalars(select(Account).where(Account.active).order_by(Account.platform, Account.id))
    return sorted(rows, key=lambda account: account.tier.rank)


def faults(s: Session, rows: Sequence[Account]) -> dict[int, str]:
    """Why some of the accounts may not speak today, in Chinese, by id."""
    found = {row.id: register.fault(s, row) for row in rows}
    return {number: register.reason(code) for number, code in found.items() if code is not None}


def everything(s: Session) -> list[Account]:
    """All accounts, those switched off last."""
    return list(s.scalars(select(Account).order_by(Account.active.desc(), Account.platform, Account.id)))


def holders(s: Session) -> list[tuple[str, str]]:
    """Members of staff an account may belong to, as options of a list."""
    people = s.scalars(select(Staff).where(Staff.active).order_by(Staff.department, Staff.name))
    return [("", ""), *((str(p.id), f"{p.name} {p.department}".strip()) for p in people)]


def account(s: Session, account_id: int) -> Account:
    """An account; Missing when there is none."""
    found = s.get(Account, account_id)
    if found is None:
        raise Missing(_("没有这个账号"))
    return found
