"""Answers judged in an episode, channels, pages of an initiative, other answers in a holdout."""

from __future__ import annotations

from dataclasses import asdict
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from alembic import op

from helpdesk.tally import tally
from helpdesk.types import Event

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_COUNTED = ("judged", "wrong", "surveyed")
_ID = sa.String(length=40)

_events = sa.table(
    "events",
    sa.column("id", sa.Integer()),
    sa.column("episode_id", _ID),
    sa.column("at", sa.DateTime(timezone=True)),
    sa.column("type", sa.String()),
    sa.column("data", sa.JSON()),
)
_labels = sa.table(
    "labels",
    *(sa.column(name, sa.String()) for name in ("conversation_id", "source", "staff_id")),
    sa.column("seq", sa.Integer()),
    sa.column("entries", sa.JSON()),
    sa.column("at", sa.DateTime(timezone=True)),
)
_messages = sa.table(
    "messages",
    *(sa.column(name, sa.String()) for name in ("conversation_id", "episode_id")),
    sa.column("seq", sa.Integer()),
)
_episodes = sa.table("episodes", sa.column("id"), *(sa.column(name) for name in _COUNTED))


def upgrade() -> None:
    for table in ("episodes", "report_counts"):
        for name in _COUNTED:
            column = sa.Column(name, sa.Integer(), nullable=False, server_default="0")
            op.add_column(table, column)
    channel = sa.Column("channel", sa.String(length=20), nullable=False, server_default="widget")
    op.add_column("conversations", channel)
    pages = sa.Column("pages", sa.JSON(), nullable=False, server_default="[]")
    op.add_column("initiatives", pages)
    op.add_column("holdouts", sa.Column("entry", sa.String(length=64)))
    op.add_column("holdouts", sa.Column("language", sa.String(length=20)))
    op.add_column("holdouts", sa.Column("answer", sa.Text()))
    with op.batch_alter_table("holdouts") as batch:
        batch.alter_column("threshold", existing_type=sa.Float(), nullable=True)
    _write_labels()
    _count()
    # Days that were counted before know nothing of it: they are counted anew.
    op.execute("DELETE FROM report_days")
    op.execute("DELETE FROM report_counts")
    op.execute("DELETE FROM report_times")
    with op.batch_alter_table("report_times") as batch:
        batch.drop_column("seconds")
        batch.drop_column("chats")
        batch.add_column(sa.Column("chats", sa.JSON(), nullable=False))


def _write_labels() -> None:
    """What the team said was kept as labels only; from now on the log of the episode has it too."""
    about = _messages.c
    query = (
        sa.select(_labels, about.episode_id)
        .join(
            _messages,
            (about.conversation_id == _labels.c.conversation_id) & (about.seq == _labels.c.seq),
        )
        .where(_labels.c.source.in_(("agent", "lead")), about.episode_id.is_not(None))
        .order_by(_labels.c.at)
    )
    rows = [
        {
            "episode_id": row.episode_id,
            "at": row.at,
            "type": "labelled",
            "data": {
                "seq": row.seq,
                "faq_id": row.entries[0] if row.entries else None,
                "agent_id": row.staff_id,
            },
        }
        for row in op.get_bind().execute(query)
    ]
    if rows:
        op.bulk_insert(_events, rows)


def _count() -> None:
    told = ("feedback", "labelled", "survey_asked", "survey")
    some = sa.select(_events.c.episode_id).where(_events.c.type.in_(told))
    query = (
        sa.select(_events)
        .where(_events.c.type.in_(("decided", *told)), _events.c.episode_id.in_(some))
        .order_by(_events.c.episode_id, _events.c.id)
    )
    found: list[dict[str, Any]] = []
    rows = op.get_bind().execute(query)
    for episode_id, log in groupby(rows, key=lambda row: row.episode_id):
        counted = tally(Event(row.at, row.type, row.data) for row in log)
        found.append({"of": episode_id, **asdict(counted)})
    if found:
        mine = sa.update(_episodes).where(_episodes.c.id == sa.bindparam("of"))
        changed = mine.values({name: sa.bindparam(name) for name in _COUNTED})
        op.get_bind().execute(changed, found)


def downgrade() -> None:
    op.execute("DELETE FROM report_days")
    op.execute("DELETE FROM report_times")
    with op.batch_alter_table("report_times") as batch:
        batch.drop_column("chats")
        batch.add_column(sa.Column("seconds", sa.Integer(), nullable=False))
        batch.add_column(sa.Column("chats", sa.Integer(), nullable=False))
    op.execute("DELETE FROM holdouts WHERE threshold IS NULL")
    with op.batch_alter_table("holdouts") as batch:
        batch.alter_column("threshold", existing_type=sa.Float(), nullable=False)
    for name in ("answer", "language", "entry"):
        op.drop_column("holdouts", name)
    op.drop_column("initiatives", "pages")
    op.drop_column("conversations", "channel")
    for table in ("report_counts", "episodes"):
        for name in _COUNTED:
            op.drop_column(table, name)
