"""A contact about the same as one before corrects the past, visibly: its days are counted anew."""

from __future__ import annotations

from datetime import date

from helpdesk.database import Connection
from helpdesk.outcomes import Outcome
from helpdesk.store import repeats, report_days
from helpdesk.store.episodes import Episode
from helpdesk.types import Conversation

SUBSTANCE = frozenset({"decided", "handoff_requested", "person_asked", "bot_failed"})
"""Events that make an episode a contact about something, rather than a greeting."""


def note_repeat(
    connection: Connection,
    conversation: Conversation,
    episode: Episode,
    standing: Outcome,
    today: date,
) -> None:
    """Take back what the earlier contacts of this person seemed to have resolved."""
    if standing.name == "small_talk":
        return
    topic, started = standing.topic, episode.started_at
    for earlier in repeats.mark(connection, conversation, episode.id, started, topic):
        report_days.outdate(connection, earlier, today)
