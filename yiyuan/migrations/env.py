"""Alembic environment: runs on the connection that `yiyuan.db.upgrade` hands over."""

from alembic import context

from yiyuan.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    transaction_per_migration=False,
)
context.run_migrations()
