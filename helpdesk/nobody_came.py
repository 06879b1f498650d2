"""Chats that nobody takes: told honestly when the promised time is over, closed in the end."""

from __future__ import annotations

from datetime import timedelta

from helpdesk.book import Book
from helpdesk.handoffs import end
from helpdesk.queue import say
from helpdesk.sheet import Button, Draft, Sheet
from helpdesk.store import handoffs
from helpdesk.types import Handoff


async def tell_late(book: Book) -> int:
    """Tell those to whom nobody came in `promised_wait_minutes` since the team was there; they
    keep their place, and may leave their details instead. Returns how many were told."""
    promised = timedelta(minutes=book.settings.promised_wait_minutes)
    before = book.clock() - promised
    waiting = await book.read(lambda c: handoffs.waiting_chats(c, before, untold=True))
    return sum([await book.write(each, lambda sheet: _tell(sheet, promised)) for each in waiting])


async def close_unattended(book: Book) -> int:
    """Close those nobody took in `give_up_waiting_after`. Returns how many were closed."""
    before = book.clock() - book.settings.give_up_waiting_after
    waiting = await book.read(lambda c: handoffs.waiting_chats(c, before))
    return sum([await book.write(conversation_id, _give_up) for conversation_id in waiting])


def _tell(sheet: Sheet, promised: timedelta) -> bool:
    overdue = _overdue(sheet, promised)
    # At night the customer was told when the team is back: nothing else was promised.
    if not overdue or not sheet.staffed:
        return False
    for handoff in overdue:
        handoffs.set_late_told(sheet.connection, handoff.id, sheet.now)
        sheet.note("late_told", episode_id=handoff.episode_id, handoff_id=handoff.id)
    # Contact details are taken though the team is there, for the reason a person was asked for.
    leave = {"send": "/ask_for_person", "later": True, "reason": overdue[0].reason}
    buttons = (
        Button(sheet.text("choice_leave_details"), leave),
        Button(sheet.text("choice_cancel"), {"send": "/cancel"}),
    )
    sheet.say(Draft("system", "handoff", say(sheet, "nobody_yet"), buttons=buttons))
    return True


def _give_up(sheet: Sheet) -> bool:
    """False when somebody came at the last moment, or is not late yet: what was asked for on
    Friday night is waiting since Monday morning."""
    overdue = _overdue(sheet, sheet.settings.give_up_waiting_after)
    if overdue:
        end(sheet, overdue, "unattended", None)
    return bool(overdue)


def _overdue(sheet: Sheet, wait: timedelta) -> list[Handoff]:
    hours = sheet.settings.hours_of(sheet.conversation.site)
    return [
        handoff
        for handoff in handoffs.live(sheet.connection, sheet.id)
        if handoff.kind == "chat"
        and handoff.state == "waiting"
        and hours.opens_at(handoff.requested_at) + wait <= sheet.now
    ]
