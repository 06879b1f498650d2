"""Outcomes judged again from the events, after the rule has changed."""

from __future__ import annotations

from datetime import date

from helpdesk.book import Book
from helpdesk.outcomes import RULE_VERSION, RULES
from helpdesk.repeated import note_repeat
from helpdesk.sheet import Sheet
from helpdesk.store import episodes, events, report_days
from helpdesk.tally import tally


async def recompute(book: Book, start: date, end: date, rule: int = RULE_VERSION) -> int:
    """By one of `outcomes.RULES`. Returns how many outcomes changed."""
    found = await book.read(lambda c: episodes.started_between(c, start, end))
    return sum([await _one(book, episode_id, rule) for episode_id in found])


async def _one(book: Book, episode_id: str, rule: int) -> bool:
    episode = await book.read(lambda c: episodes.get(c, episode_id))
    if episode is None:
        return False

    # On the locked conversation, so that no event is written in between.
    def transaction(sheet: Sheet) -> bool:
        stored = episodes.standing(sheet.connection, episode_id)
        log = events.standing(sheet.connection, episode_id)
        judged, counted = RULES[rule](log), tally(log)
        changed = (judged, counted) != stored
        if changed:
            episodes.set_standing(sheet.connection, episode_id, judged, counted, None)
            report_days.outdate(sheet.connection, episode_id, sheet.today)
        note_repeat(sheet.connection, sheet.conversation, episode, judged, sheet.today)
        return changed

    return await book.write(episode.conversation_id, transaction)
