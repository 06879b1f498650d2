"""Tables of what managers read and set."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Integer,
    Numeric,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
)

from helpdesk.store.tables import UtcDateTime, metadata

_ID = String(40)

# Past days of the reports: see helpdesk.store.report_days.
report_days = Table(
    "report_days",
    metadata,
    Column("day", Date, primary_key=True),
    Column("counted", Boolean, nullable=False),
)

report_counts = Table(
    "report_counts",
    metadata,
    Column("day", Date, nullable=False, index=True),
    Column("language", String(20), nullable=False),
    Column("site", String(100), nullable=False),
    Column("traffic", String(20), nullable=False),
    Column("outcome", String(20), nullable=False),
    Column("part", String(20)),
    Column("rule_version", Integer, nullable=False),
    Column("handoff_reason", String(40)),
    Column("csat", Integer),
    Column("nps", Integer),
    Column("repeat_within", Integer),
    Column("episodes", Integer, nullable=False),
    Column("questions", Integer, nullable=False),
    Column("unanswered", Integer, nullable=False),
    Column("judged", Integer, nullable=False, server_default="0"),
    Column("wrong", Integer, nullable=False, server_default="0"),
    Column("surveyed", Integer, nullable=False, server_default="0"),
)

# What a person says of an episode that is only assumed to have helped, one word for each.
audits = Table(
    "audits",
    metadata,
    Column("episode_id", _ID, ForeignKey("episodes.id"), primary_key=True),
    Column("verdict", String(20), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("staff_id", _ID, ForeignKey("staff.id"), nullable=False),
)

# How long people took, of the chats of a kept day. `chats`: how many took so many seconds, these as
# `peoples_times.rounded` has them. Thousands of values of a year are read from few rows.
report_times = Table(
    "report_times",
    metadata,
    Column("day", Date, nullable=False, index=True),
    Column("language", String(20), nullable=False),
    Column("site", String(100), nullable=False),
    Column("measure", String(20), nullable=False),
    Column("chats", JSON, nullable=False),
)

# What known customers bought, by the word of their website.
purchases = Table(
    "purchases",
    metadata,
    Column("site", String(100), nullable=False),
    Column("customer", String(100), nullable=False),
    Column("at", UtcDateTime, nullable=False, index=True),
    Column("amount", Numeric(16, 4), nullable=False),
    Column("currency", String(3), nullable=False),
    PrimaryKeyConstraint("site", "customer", "at", "amount", "currency"),
)

# Weeks, by their Monday, of which the managers have been mailed.
report_mails = Table(
    "report_mails",
    metadata,
    Column("monday", Date, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
)

# What the team assumes and a figure rests on, such as what a contact costs.
assumptions = Table(
    "assumptions",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", JSON, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("staff_id", _ID, ForeignKey("staff.id"), nullable=False),
)

# What a figure is to be, and by when.
targets = Table(
    "targets",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("figure", String(40), nullable=False),
    Column("value", Float, nullable=False),
    Column("due", Date, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("staff_id", _ID, ForeignKey("staff.id"), nullable=False),
)

# Registered before they begin, and never changed: see helpdesk.holdout.
holdouts = Table(
    "holdouts",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("title", String(200), nullable=False),
    Column("share", Float, nullable=False),
    Column("threshold", Float),
    Column("entry", String(64)),
    Column("language", String(20)),
    Column("answer", Text),
    Column("figure", String(40), nullable=False),
    Column("begins", Date, nullable=False),
    Column("ends", Date, nullable=False),
    Column("stopped_at", UtcDateTime),
    Column("at", UtcDateTime, nullable=False),
    Column("staff_id", _ID, ForeignKey("staff.id"), nullable=False),
)

# What the team changed, since when, and for which entries and pages; for all when there are none.
initiatives = Table(
    "initiatives",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("title", String(200), nullable=False),
    Column("started_on", Date, nullable=False),
    Column("entries", JSON, nullable=False),
    Column("pages", JSON, nullable=False, server_default="[]"),
    Column("at", UtcDateTime, nullable=False),
    Column("staff_id", _ID, ForeignKey("staff.id"), nullable=False),
)
