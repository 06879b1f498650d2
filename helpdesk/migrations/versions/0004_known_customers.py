"""Known customers: whose a conversation is, and keys of it for her other devices."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("conversations", sa.Column("customer", sa.String(length=100), nullable=True))
    op.create_index(
        "ix_conversations_site_customer", "conversations", ["site", "customer"], unique=False
    )
    op.create_table(
        "conversation_tokens",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("conversation_id", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name="fk_conversation_tokens_conversation_id",
        ),
        sa.PrimaryKeyConstraint("token_hash", name="pk_conversation_tokens"),
    )
    op.create_index(
        "ix_conversation_tokens_conversation_id",
        "conversation_tokens",
        ["conversation_id"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_table("conversation_tokens")
    op.drop_index("ix_conversations_site_customer", table_name="conversations")
    op.drop_column("conversations", "customer")
