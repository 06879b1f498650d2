"""Tables of those who write the FAQ."""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, Integer, PrimaryKeyConstraint, String, Table

from helpdesk.store.tables import UtcDateTime, metadata

_ID = String(40)

# How an entry stood after each change; without content it was removed. `staff_id` is who published
# it in the browser; none when the file was changed.
faq_versions = Table(
    "faq_versions",
    metadata,
    Column("entry_id", String(64), nullable=False),
    Column("language", String(35), nullable=False),
    Column("number", Integer, nullable=False),
    Column("content", JSON(none_as_null=True)),
    Column("at", UtcDateTime, nullable=False),
    Column("staff_id", _ID, ForeignKey("staff.id")),
    Column("why", String(300), nullable=False),
    PrimaryKeyConstraint("entry_id", "language", "number"),
)

# Entries as they are being written: one draft an entry and language. `base` is what the draft was
# made from, none for a new entry; `revision` grows with every saving.
faq_drafts = Table(
    "faq_drafts",
    metadata,
    Column("entry_id", String(64), nullable=False),
    Column("language", String(35), nullable=False),
    Column("base", JSON(none_as_null=True)),
    Column("content", JSON, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("state", String(10), nullable=False),
    Column("note", String(300), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("staff_id", _ID, ForeignKey("staff.id"), nullable=False),
    PrimaryKeyConstraint("entry_id", "language"),
)

# Where the team puts a question in vain: with those of the same place, whatever they look like.
gap_places = Table(
    "gap_places",
    metadata,
    Column("language", String(20), nullable=False),
    Column("key", String(64), nullable=False),
    Column("place", String(64), nullable=False),
    PrimaryKeyConstraint("language", "key"),
)

# What is said first while something is wrong: `texts` by language, for questions with one of
# `words` or whose likeliest entries have one of `topics`.
banners = Table(
    "banners",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("texts", JSON, nullable=False),
    Column("words", JSON, nullable=False),
    Column("topics", JSON, nullable=False),
    Column("starts_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False, index=True),
    Column("staff_id", _ID, ForeignKey("staff.id"), nullable=False),
)
