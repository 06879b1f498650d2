"""Drafts and versions of FAQ entries, groups of questions in vain, banners."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "faq_versions",
        sa.Column("entry_id", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_id", sa.String(length=40), nullable=True),
        sa.Column("why", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_faq_versions_staff_id"),
        sa.PrimaryKeyConstraint("entry_id", "language", "number", name="pk_faq_versions"),
    )
    op.create_table(
        "faq_drafts",
        sa.Column("entry_id", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("base", sa.JSON(), nullable=True),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_faq_drafts_staff_id"),
        sa.PrimaryKeyConstraint("entry_id", "language", name="pk_faq_drafts"),
    )
    op.create_table(
        "gap_places",
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("place", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("language", "key", name="pk_gap_places"),
    )
    op.create_table(
        "banners",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_banners_staff_id"),
        sa.PrimaryKeyConstraint("id", name="pk_banners"),
    )
    op.create_index("ix_banners_ends_at", "banners", ["ends_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_banners_ends_at", table_name="banners")
    op.drop_table("banners")
    op.drop_table("gap_places")
    op.drop_table("faq_drafts")
    op.drop_table("faq_versions")
