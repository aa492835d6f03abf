"""Accounts, for choosing where an item goes and for their own page."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from yiyuan.errors import Missing
from yiyuan.models import Account
from yiyuan.texts import _


def active(s: Session) -> list[Account]:
    """Accounts that may be chosen, official ones first."""
    order = {"official": 0, "department": 1, "expert": 2}
    rows = s.scalars(select(Account).where(Account.active).order_by(Account.platform, Account.id))
    return sorted(rows, key=lambda account: order.get(account.tier, 9))


def everything(s: Session) -> list[Account]:
    """All accounts, those switched off last."""
    return list(s.scalars(select(Account).order_by(Account.active.desc(), Account.platform, Account.id)))


def one(s: Session, account_id: int) -> Account:
    """An account; Missing when there is none."""
    found = s.get(Account, account_id)
    if found is None:
        raise Missing(_("没有这个账号"))
    return found
