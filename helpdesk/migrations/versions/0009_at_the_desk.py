"""Who is at the desk, the team's ready replies, and how long people took."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "staff", sa.Column("away", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("handoffs", sa.Column("late_told_at", sa.DateTime(timezone=True)))
    for name in ("time_to_person", "first_response", "handle_time"):
        op.add_column("handoffs", sa.Column(name, sa.Float()))
    op.create_table(
        "ready_replies",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_ready_replies_staff_id"),
        sa.PrimaryKeyConstraint("id", name="pk_ready_replies"),
        sa.UniqueConstraint("language", "title", name="uq_ready_replies_language_title"),
    )


def downgrade() -> None:
    op.drop_table("ready_replies")
    for name in ("handle_time", "first_response", "time_to_person", "late_told_at"):
        op.drop_column("handoffs", name)
    op.drop_column("staff", "away")
