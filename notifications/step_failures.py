"""What follows when a step has failed: it is handed out again, or the administrators hear that it was given up."""

import structlog

from notifications import notices
from yiyuan import outbox
from yiyuan.codes import NoticeKind
from yiyuan.db.session import transaction
from yiyuan.i18n import _
from yiyuan.staff.roles import Role

log = structlog.get_logger()


def again(row_id: int, attempt: int, error: str) -> str:
    """Hand a row out once more, or give up after the last delay and tell the administrators; returns its new state.

    One transaction of its own. Nothing happens when the row has moved on since that attempt: two may have seen the
    same failure. `error` is kept and shown, so it must quote no text of a patient.
    """
    with transaction() as s:
        row, changed = outbox.fail(s, row_id, attempt, error)
        if changed and outbox.given_up(row):
            title = _("步骤 {step} 连续失败，需要人工处理").format(step=row.step)
            body = _("编号 {key}，已尝试 {n} 次，最后一次原因：{error}").format(key=row.key, n=row.attempt, error=error)
            key = f"outbox:{row.id}:failed"
            notices.post(
                s, key=key, kind=NoticeKind.SYSTEM, title=title, body=body, role=Role.administrator, urgent=True
            )
        if changed:
            if outbox.given_up(row):
                log.error("step.gave_up", step=row.step, key=row.key, attempt=row.attempt)
            else:
                log.warning("step.again", step=row.step, key=row.key, attempt=row.attempt)
        return row.state
