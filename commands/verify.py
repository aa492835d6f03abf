"""`yiyuan verify`: does the record hold: audit chain, heads kept outside the database, sheets."""

import typer

from yiyuan import audit
from yiyuan.db.session import transaction
from yiyuan.i18n import _


def verify() -> None:
    """Recompute everything; exit code 1 when something was changed, removed or cut off."""
    from review.approval import sheet

    with transaction(read_only=True) as s:
        report, sheets = audit.verify(s), sheet.verify_all(s)
    for fault in report.faults:
        typer.secho("✗ " + fault, fg="red")
    for number, faults in sheets.items():
        typer.secho("✗ " + _("审批单 {number}：{faults}").format(number=number, faults="；".join(faults)), fg="red")
    typer.echo(_("审计记录 {entries} 条，库外链头 {heads} 个").format(entries=report.entries, heads=report.heads))
    if not report.ok or sheets:
        raise typer.Exit(1)
    typer.secho(_("记录完整"), fg="green")


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("verify", help=_("校验审计链、库外链头和审批单。"))(verify)
