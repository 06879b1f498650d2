"""The tables. A migration in helpdesk/migrations goes with every change here."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
    text,
)


class UtcDateTime(TypeDecorator[datetime]):
    """Aware times in and out. SQLite forgets the zone, so everything is stored in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored time must have a time zone")
        return value.astimezone(UTC)  # type: ignore[no-any-return]

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        aware = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        return aware  # type: ignore[no-any-return]


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_ID = String(40)

staff = Table(
    "staff",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("login", String(100), nullable=False, unique=True),
    Column("name", String(100), nullable=False),
    Column("role", String(20), nullable=False),
    Column("password_hash", String(200), nullable=False),
    Column("active", Boolean, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("last_seen_at", UtcDateTime),
    # Not to be offered chats just now, by her own word.
    Column("away", Boolean, nullable=False, server_default=false()),
)

staff_sessions = Table(
    "staff_sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("staff_id", _ID, ForeignKey("staff.id"), nullable=False, index=True),
    Column("csrf", String(64), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
)

conversations = Table(
    "conversations",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("token_hash", String(64), nullable=False),
    Column("site", String(100), nullable=False),
    Column("language", String(20), nullable=False),
    Column("page", Text),
    Column("visitor", String(100), index=True),
    # Who it is by the signed word of the site's server; `visitor` is only what the browser says.
    Column("customer", String(100)),
    Column("traffic", String(20), nullable=False),
    Column("channel", String(20), nullable=False, server_default="widget"),
    Column("state", String(20), nullable=False),
    Column("agent_id", _ID, ForeignKey("staff.id")),
    Column("created_at", UtcDateTime, nullable=False),
    # Numbers of messages: the newest, the customer's newest, and the last one dealt with.
    Column("last_seq", Integer, nullable=False),
    Column("customer_seq", Integer, nullable=False),
    Column("answered_seq", Integer, nullable=False),
    Index("ix_conversations_site_customer", "site", "customer"),
)

# Further keys of a conversation, for the other devices of a customer who is known.
conversation_tokens = Table(
    "conversation_tokens",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("conversation_id", _ID, ForeignKey("conversations.id"), nullable=False, index=True),
    Column("created_at", UtcDateTime, nullable=False),
)

episodes = Table(
    "episodes",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("conversation_id", _ID, ForeignKey("conversations.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    # The day in the team's time zone when it started: a later change of the zone moves nothing.
    Column("started_on", Date, nullable=False, index=True),
    # The hour of that day, 0 to 23.
    Column("started_hour", Integer),
    Column("last_at", UtcDateTime, nullable=False),
    Column("first_question", Text),
    # What the bot must know at the next message: see helpdesk.context.
    Column("context", JSON, nullable=False),
    # The outcome as it will stand once the episode is over.
    Column("outcome", String(20), nullable=False),
    Column("part", String(20)),
    Column("rule_version", Integer, nullable=False),
    Column("questions", Integer, nullable=False),
    Column("unanswered", Integer, nullable=False),
    # Answers that somebody judged, the wrong ones of them, and whether a rating was asked for.
    Column("judged", Integer, nullable=False, server_default="0"),
    Column("wrong", Integer, nullable=False, server_default="0"),
    Column("surveyed", Integer, nullable=False, server_default="0"),
    Column("handoff_reason", String(40)),
    Column("csat", Integer),
    Column("nps", Integer),
    # What its last question was answered with, and that entry's topic at the time.
    Column("entry", String(64)),
    Column("topic", String(200)),
    # Which arm of which holdout: see helpdesk.holdout.
    Column("holdout", String(50)),
    # The same person came again about it within so many hours: see helpdesk.store.repeats.
    Column("repeat_within", Integer),
    UniqueConstraint("conversation_id", "number"),
)

messages = Table(
    "messages",
    metadata,
    Column("conversation_id", _ID, ForeignKey("conversations.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("episode_id", _ID, ForeignKey("episodes.id"), index=True),
    Column("at", UtcDateTime, nullable=False),
    Column("sender", String(20), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("text", Text, nullable=False),
    Column("faq_id", String(64)),
    Column("confidence", Float),
    # Choices with what they stand for, links, and what a pressed button stood for.
    Column("payload", JSON(none_as_null=True)),
    Column("agent_id", _ID, ForeignKey("staff.id")),
    Column("agent_name", String(100)),
    Column("client_msg_id", String(64)),
    PrimaryKeyConstraint("conversation_id", "seq"),
    UniqueConstraint("conversation_id", "client_msg_id"),
)

events = Table(
    "events",
    metadata,
    Column(
        "id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    ),
    Column("episode_id", _ID, ForeignKey("episodes.id"), nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
    Column("type", String(40), nullable=False),
    Column("data", JSON, nullable=False),
)

handoffs = Table(
    "handoffs",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("conversation_id", _ID, ForeignKey("conversations.id"), nullable=False, index=True),
    Column("episode_id", _ID, ForeignKey("episodes.id"), index=True),
    Column("kind", String(20), nullable=False),
    Column("state", String(20), nullable=False),
    Column("reason", String(40), nullable=False),
    Column("question", Text),
    Column("reference", String(20), nullable=False, unique=True),
    Column("requested_at", UtcDateTime, nullable=False),
    Column("claimed_at", UtcDateTime),
    Column("closed_at", UtcDateTime),
    Column("agent_id", _ID, ForeignKey("staff.id")),
    Column("resolution", String(40)),
    Column("contact", JSON(none_as_null=True)),
    # When she was told that nobody came in the promised time; then seconds: see helpdesk.durations.
    Column("late_told_at", UtcDateTime),
    Column("time_to_person", Float),
    Column("first_response", Float),
    Column("handle_time", Float),
    Index("ix_handoffs_state_requested_at", "state", "requested_at"),
)
# However requests race, a conversation is never twice in the queue.
Index(
    "uq_handoffs_live_chat",
    handoffs.c.conversation_id,
    unique=True,
    sqlite_where=text("kind = 'chat' AND state IN ('waiting', 'agent')"),
    postgresql_where=text("kind = 'chat' AND state IN ('waiting', 'agent')"),
)

# What people said of an answer. The words are the customer's: as protected as her messages.
labels = Table(
    "labels",
    metadata,
    Column("id", _ID, primary_key=True),
    # The customer's message it is about, or the words themselves for one from a file.
    Column("about", String(80), nullable=False),
    Column("source", String(20), nullable=False),
    Column("question", Text, nullable=False),
    Column("language", String(20)),
    # The entry answered before the question, and the one that was shown for it.
    Column("previous", String(64)),
    Column("shown", String(64)),
    # right: `entries` answer it. wrong: they do not, the right one is unknown. none: nothing does.
    Column("verdict", String(10), nullable=False),
    Column("entries", JSON, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("stored_at", UtcDateTime, nullable=False, index=True),
    Column("conversation_id", _ID, ForeignKey("conversations.id"), index=True),
    Column("seq", Integer),
    Column("staff_id", _ID, ForeignKey("staff.id")),
    UniqueConstraint("about", "source"),
)

# Questions in vain that the team leaves so, by language and the key of their masked words.
gap_dismissals = Table(
    "gap_dismissals",
    metadata,
    Column("language", String(20), nullable=False),
    Column("key", String(64), nullable=False),
    Column("question", Text, nullable=False),
    Column("reason", String(200), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("staff_id", _ID, ForeignKey("staff.id")),
    PrimaryKeyConstraint("language", "key"),
)

# Handoffs to be told to other systems: see helpdesk.outbox.
outbox = Table(
    "outbox",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("channel", String(20), nullable=False),
    Column("conversation_id", _ID, ForeignKey("conversations.id"), nullable=False),
    Column("handoff_id", _ID, ForeignKey("handoffs.id"), nullable=False),
    Column("state", String(10), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("done_at", UtcDateTime),
    Column("error", String(300)),
    Index("ix_outbox_state_due_at", "state", "due_at"),
)
