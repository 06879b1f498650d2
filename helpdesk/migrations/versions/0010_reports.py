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
    op.add_column("episodes", sa.Column("holdout", sa.String(length=50)))
    op.create_table(
        "holdouts",
        sa.Column("id", _ID, nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("share", sa.Float(), nullable=False),
        sa.Column("threshold", sa.Float(), nullable=False),
        sa.Column("figure", sa.String(length=40), nullable=False),
        sa.Column("begins", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True)),
        *_said("holdouts"),
        sa.PrimaryKeyConstraint("id", name="pk_holdouts"),
    )
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
        "report_times",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column("site", sa.String(length=100), nullable=False),
        sa.Column("measure", sa.String(length=20), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("chats", sa.Integer(), nullable=False),
    )
    op.create_index("ix_report_times_day", "report_times", ["day"], unique=False)
    # Days that were counted before have no times: they are counted anew.
    op.execute("DELETE FROM report_days")
    op.execute("DELETE FROM report_counts")
    op.create_table(
        "purchases",
        sa.Column("site", sa.String(length=100), nullable=False),
        sa.Column("customer", sa.String(length=100), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("amount", sa.Numeric(precision=16, scale=4), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.PrimaryKeyConstraint(
            "site", "customer", "at", "amount", "currency", name="pk_purchases"
        ),
    )
    op.create_index("ix_purchases_at", "purchases", ["at"], unique=False)
    op.create_table(
        "report_mails",
        sa.Column("monday", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("monday", name="pk_report_mails"),
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
    op.drop_table("report_mails")
    op.drop_index("ix_report_times_day", table_name="report_times")
    op.drop_table("report_times")
    op.drop_index("ix_purchases_at", table_name="purchases")
    op.drop_table("purchases")
    for table in ("report_counts", "episodes"):
        op.drop_column(table, "repeat_within")
    op.drop_table("holdouts")
    op.drop_column("episodes", "holdout")
    op.drop_column("episodes", "started_hour")
    op.drop_column("episodes", "topic")
    op.drop_column("episodes", "entry")
