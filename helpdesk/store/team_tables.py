"""Tables of those who answer customers, among themselves."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, String, Table, Text, UniqueConstraint

from helpdesk.store.tables import UtcDateTime, metadata

_ID = String(40)

# What agents write beside a conversation for each other.
conversation_notes = Table(
    "conversation_notes",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("conversation_id", _ID, ForeignKey("conversations.id"), nullable=False, index=True),
    Column("staff_id", _ID, ForeignKey("staff.id"), nullable=False),
    Column("text", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

# What agents write again and again, with {names} that are filled in.
ready_replies = Table(
    "ready_replies",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("language", String(35), nullable=False),
    Column("title", String(100), nullable=False),
    Column("text", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("staff_id", _ID, ForeignKey("staff.id"), nullable=False),
    UniqueConstraint("language", "title"),
)
