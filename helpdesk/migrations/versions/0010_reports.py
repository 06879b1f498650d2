"""What an episode was about and whether its person came again; audits, assumptions and plans."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_ID = sa.String(length=40)
_TABLES = ("audits", "assumptions", "targets", "initiatives")


def upgrade() -> None:
    op.add_column("episodes", sa.Column("entry", sa.String(length=64)))
    op.add_column("episodes", sa.Column("topic", sa.String(length=200)))
    op.add_column("episodes", sa.Column("started_hour", sa.Integer()))
    for table in ("episodes", "report_counts"):
        op.add_column(table, sa.Column("repeat_within", sa.Integer()))
    op.create_table(
        "audits",
        sa.Column("episode_id", _ID, nullable=False),
        sa.Column("verdict", sa.String(length=20), nullable=False),
        *_said("audits"),
        sa.ForeignKeyConstraint(["episode_id"], ["episodes.id"], name="fk_audits_episode_id"),
        sa.PrimaryKeyConstraint("episode_id", name="pk_audits"),
    )
    op.create_table(
        "assumptions",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        *_said("assumptions"),
        sa.PrimaryKeyConstraint("name", name="pk_assumptions"),
    )
    op.create_table(
        "targets",
        sa.Column("id", _ID, nullable=False),
        sa.Column("figure", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        *_said("targets"),
        sa.PrimaryKeyConstraint("id", name="pk_targets"),
    )
    op.create_table(
        "initiatives",
        sa.Column("id", _ID, nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("entries", sa.JSON(), nullable=False),
        *_said("initiatives"),
        sa.PrimaryKeyConstraint("id", name="pk_initiatives"),
    )


def _said(table: str) -> list[Any]:
    """Who said so, and when."""
    return [
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=f"fk_{table}_staff_id"),
    ]


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.drop_table(table)
    for table in ("report_counts", "episodes"):
        op.drop_column(table, "repeat_within")
    op.drop_column("episodes", "started_hour")
    op.drop_column("episodes", "topic")
    op.drop_column("episodes", "entry")
