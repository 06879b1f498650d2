"""Conversations found again: by what was said in them, whose they are, and how they ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, exists, or_, select

from helpdesk.store.cohort import Cohort
from helpdesk.store.reports import episode_row, episode_rows, older_than
from helpdesk.store.tables import conversations, handoffs, messages
from helpdesk.store.tables import episodes as table
from helpdesk.types import EpisodeRow


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an episode must be; empty values ask for nothing. `text` stands in one of its messages,
    `customer` is how the site or the browser calls her, `entry` was answered."""

    text: str = ""
    customer: str = ""
    entry: str = ""
    outcome: str = ""
    start: date = date.min
    end: date = date.max
    handed_off_only: bool = False


def find(
    connection: Connection, wanted: Wanted, cut: datetime, after: str | None, limit: int
) -> list[EpisodeRow]:
    """Newest first, of real customers; `after` is the last id seen. One statement, two with it."""
    cohort = Cohort(wanted.start, wanted.end, cut)
    query = episode_rows(cohort).where(
        conversations.c.traffic == "customer",
        table.c.started_on.between(wanted.start, wanted.end),
    )
    said = select(messages.c.seq).where(messages.c.episode_id == table.c.id)
    if wanted.text:
        has_words = messages.c.text.icontains(wanted.text, autoescape=True)
        query = query.where(exists(said.where(has_words)))
    if wanted.entry:
        query = query.where(exists(said.where(messages.c.faq_id == wanted.entry)))
    if wanted.customer:
        names = (conversations.c.customer, conversations.c.visitor, conversations.c.id)
        query = query.where(or_(*(name == wanted.customer for name in names)))
    if wanted.outcome:
        query = query.where(cohort.outcome() == wanted.outcome)
    if wanted.handed_off_only:
        asked = select(handoffs.c.id).where(handoffs.c.conversation_id == conversations.c.id)
        query = query.where(exists(asked))
    if after:
        query = query.where(older_than(connection, after))
    query = query.order_by(table.c.started_at.desc(), table.c.id.desc()).limit(limit)
    return [episode_row(row) for row in connection.execute(query)]
