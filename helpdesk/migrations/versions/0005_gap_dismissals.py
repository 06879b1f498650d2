"""Questions in vain that the team leaves unanswered on purpose."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "gap_dismissals",
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_id", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_gap_dismissals_staff_id"),
        sa.PrimaryKeyConstraint("language", "key", name="pk_gap_dismissals"),
    )


def downgrade() -> None:
    op.drop_table("gap_dismissals")
