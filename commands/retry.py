"""`yiyuan retry`: hand out again the steps that gave up, once their cause has been mended."""

import typer
from sqlalchemy import select

from yiyuan import audit, outbox
from yiyuan.codes import AuditAction, OutboxState
from yiyuan.db.session import transaction
from yiyuan.i18n import _
from yiyuan.models import OutboxRow


def retry() -> None:
    """Make every step that gave up ready again."""
    with transaction() as s:
        rows = list(s.scalars(select(OutboxRow).where(OutboxRow.state == OutboxState.FAILED).order_by(OutboxRow.id)))
        for row in rows:
            outbox.retry(s, row.id, row.error, 0)
            audit.append(s, None, AuditAction.STEP_RETRY, f"outbox:{row.id}", {"step": row.step, "key": row.key})
            typer.echo(
                _("重试：{step}（{key}），上次原因：{error}").format(step=row.step, key=row.key, error=row.error)
            )
    typer.echo(_("共 {n} 个步骤").format(n=len(rows)))


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("retry", help=_("重新执行多次失败后停下的步骤。"))(retry)
