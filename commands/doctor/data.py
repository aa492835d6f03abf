"""Checks of the data folder: rights, keys, database, holiday table, and what waits for a person."""

import os
import time

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from commands.doctor.result import Trouble
from commands.runtime.process import ready_file
from compliance.advertising import active_pack
from notifications import capacity
from playbooks import schema as schema_of_playbooks
from review.policies import policies
from yiyuan import clock
from yiyuan.codes import OutboxState, OutsideState
from yiyuan.crypto import keyring
from yiyuan.db import stored_codes, upgrade
from yiyuan.db.session import engine, transaction
from yiyuan.errors import YiyuanError
from yiyuan.i18n import _
from yiyuan.models import Account, Notice, OutboxRow, Staff
from yiyuan.settings import Settings

SILENT_SECONDS = 60.0


def folder(own: Settings) -> list[Trouble]:
    """The data folder exists, can be written, and is closed to others."""
    home = own.home.resolve()
    if not home.exists():
        return [Trouble(_("数据目录 {path} 还不存在").format(path=home), _("运行 yiyuan up 会建立它"), "warning")]
    if not os.access(home, os.W_OK):
        return [Trouble(_("数据目录 {path} 不可写").format(path=home), _("改正目录属主，或换一个 YIYUAN_HOME"))]
    if home.stat().st_mode & 0o077:
        return [Trouble(_("数据目录 {path} 对本机其他用户开放").format(path=home), f"chmod 700 {home}", "warning")]
    return []


def key_files(own: Settings) -> list[Trouble]:
    """The keys are there, intact and closed to others. Without them no original opens."""
    path = keyring.key_path()
    if not path.exists():
        if own.key_file or (own.home / "yiyuan.db").exists():
            what = _("找不到密钥文件 {path}").format(path=path)
            return [Trouble(what, _("从备份恢复该文件；没有它，原始素材无法打开"))]
        return []
    found = []
    if path.stat().st_mode & 0o077:
        found.append(Trouble(_("密钥文件 {path} 对其他用户可读").format(path=path), f"chmod 600 {path}"))
    try:
        keyring.keyring()
    except YiyuanError as error:
        found.append(Trouble(error.message, _("从备份恢复密钥文件")))
    return found


def database(own: Settings) -> list[Trouble]:
    """The database answers and is of this version."""
    if not own.database_url and not (own.home / "yiyuan.db").exists():
        return []
    try:
        seen = upgrade.check()
    except YiyuanError as error:
        return [Trouble(error.message, _("升级程序，或恢复对应版本的备份"))]
    except SQLAlchemyError as error:
        what = _("无法打开数据库（{kind}）").format(kind=type(error).__name__)
        return [Trouble(what, _("检查 YIYUAN_DATABASE_URL、网络和账号；SQLite 则检查文件是否损坏"))]
    if seen == upgrade.newest():
        with engine(own.sqlalchemy_url).connect() as connection:
            unreadable = stored_codes.unknown(connection)
        return [Trouble(str(fault), _("请联系维护人员改正这些行，或恢复备份")) for fault in unreadable]
    return [Trouble(_("数据库是旧版本的（{seen}）").format(seen=seen or _("空")), _("运行 yiyuan migrate"))]


def holidays(own: Settings) -> list[Trouble]:
    """The holiday table reaches far enough ahead."""
    try:
        until = clock.covered_until()
    except YiyuanError as error:
        return [Trouble(error.message, _("改正该文件"))]
    if capacity.holiday_days_left() is None:
        return []
    path = (own.holidays_dir or own.home / "holidays") / f"{until.year + 1}.yaml"
    what = _("节假日表只到 {day}，之后按周一至周五计算并标为待核").format(day=until)
    remedy = _("升级 chinesecalendar，或写 {path}（holidays、workdays 两个日期列表）").format(path=path)
    return [Trouble(what, remedy, "warning")]


def playbooks(own: Settings) -> list[Trouble]:
    """The playbooks, policies and rules can be read and prove themselves; playbooks that settings name exist."""
    found = []
    for check, remedy in (
        (schema_of_playbooks.check_settings, _("改正该文件或 YIYUAN_EVENT_PLAYBOOKS")),
        (policies.check, _("改正该文件，或从数据目录的 policies 里移走")),
        (active_pack.check, _("改正该文件，或从数据目录的 rules 里移走")),
    ):
        try:
            check()
        except YiyuanError as error:
            found.append(Trouble(error.message, remedy))
    return found


def worker(own: Settings) -> list[Trouble]:
    """A worker that has started is still beating."""
    path = ready_file(own.home, "worker")
    if not path.exists() or time.time() - path.stat().st_mtime < SILENT_SECONDS:
        return []
    what = _("工作进程已 {n} 秒没有动静").format(n=int(time.time() - path.stat().st_mtime))
    return [Trouble(what, _("若一源应在运行，请看 logs/worker.log 并重启 yiyuan up"), "warning")]


def waiting(own: Settings) -> list[Trouble]:
    """What the machine gave up on, could not send or was refused: a person must look."""
    if database(own) or not (own.database_url or (own.home / "yiyuan.db").exists()):
        return []
    with transaction(read_only=True) as s:
        failed = s.scalar(select(func.count()).where(OutboxRow.state == OutboxState.FAILED)) or 0
        unsent = s.scalar(select(func.count()).where(Notice.outside == OutsideState.PENDING, Notice.attempts >= 5)) or 0
        accounts = list(s.scalars(select(Account).where(Account.active, Account.check_message != "")))
        people = s.scalar(select(func.count()).select_from(Staff)) or 0
    found = (
        [Trouble(_("还没有任何人员"), _("运行 yiyuan up，它会给出首个管理员的密码"), "warning")] if not people else []
    )
    if failed:
        found.append(
            Trouble(_("{n} 个步骤多次失败后停下").format(n=failed), _("原因见通知页；修好后运行 yiyuan retry"))
        )
    if unsent:
        found.append(
            Trouble(_("{n} 条通知一直发不出去").format(n=unsent), _("检查 YIYUAN_NOTICE_URLS 和人员的通知地址"))
        )
    for account in accounts:
        what = _("账号 {number}（{platform}）不可用：{message}")
        what = what.format(number=account.id, platform=account.platform, message=account.check_message)
        found.append(Trouble(what, _("在“账号”页重新连接")))
    return found
