"""${message}"""

from alembic import op
from sqlalchemy import Text
import sqlalchemy as sa
${imports if imports else ""}
import yiyuan.models.base

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
