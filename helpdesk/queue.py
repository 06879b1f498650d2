"""Joining and leaving the queue for a person, within an open sheet."""

from __future__ import annotations

from collections.abc import Mapping

from helpdesk.ids import new_id, new_reference
from helpdesk.outbox import CONFIRMATION
from helpdesk.sheet import Button, Draft, Sheet
from helpdesk.store import episodes, handoffs, messages, outbox
from helpdesk.store.staff import is_everyone_away
from helpdesk.text import clean
from helpdesk.types import Handoff, HandoffKind, Reason
from helpdesk.wording import WEEKDAYS

LONGEST_DETAIL = 2000


def join(sheet: Sheet, reason: Reason, key: str | None) -> None:
    """Hand the conversation over to people and say so. Nothing happens when it is theirs already.

    Outside opening hours the customer is told when the team is back.
    """
    if sheet.conversation.state != "bot":
        return
    sheet.begin_episode()
    _add(sheet, "chat", reason, None)
    sheet.move("waiting")
    sheet.remember(offered=None, offer_reason=None, form=None, form_reason=None)
    cancel = Button(sheet.text("choice_cancel"), {"send": "/cancel"})
    text = _handover_text(sheet, key or "handing_over")
    sheet.say(Draft("bot", "handoff", text, buttons=(cancel,)))


def leave_contact(sheet: Sheet, contact: Mapping[str, str], reason: Reason) -> None:
    """Contact details for an answer later: the bot keeps the conversation."""
    sheet.begin_episode()
    tidy = {key: clean(value)[:LONGEST_DETAIL] for key, value in contact.items()}
    handoff = _add(sheet, "message", reason, tidy)
    sheet.note("contact_left", handoff_id=handoff.id)
    sheet.tell("contact_saved", kind="handoff", reference=handoff.reference)


def withdraw(sheet: Sheet) -> bool:
    """The customer does not want to wait any more. False when she was not waiting."""
    if not leave(sheet):
        return False
    sheet.tell("handoff_cancelled", kind="handoff")
    return True


def leave(sheet: Sheet) -> bool:
    """Out of the queue and back to the bot, without a word. False when she was not waiting."""
    waiting = [h for h in handoffs.live(sheet.connection, sheet.id) if h.kind == "chat"]
    if not handoffs.cancel(sheet.connection, sheet.id, sheet.now):
        return False
    for handoff in waiting:
        sheet.note("handoff_cancelled", episode_id=handoff.episode_id, handoff_id=handoff.id)
    sheet.move("bot")
    sheet.inbox_changed(handoff.id for handoff in waiting)
    return True


def say(sheet: Sheet, key: str) -> str:
    """A text whose placeholders are known at any time (`wording.ANYTIME`)."""
    settings = sheet.settings
    values: dict[str, object] = {
        "team_name": settings.team_name,
        "minutes": settings.promised_wait_minutes,
    }
    if key == "off_hours":
        values["opens"] = opens(sheet)
    return sheet.text(key, **values)


def _add(
    sheet: Sheet, kind: HandoffKind, reason: Reason, contact: Mapping[str, str] | None
) -> Handoff:
    assert sheet.episode is not None
    question = (
        sheet.context.question
        or (contact or {}).get("message")
        or messages.last_typed(sheet.connection, sheet.episode.id)
    )
    handoff = Handoff(
        id=new_id(),
        conversation_id=sheet.id,
        episode_id=sheet.episode.id,
        kind=kind,
        state="waiting",
        reason=reason,
        question=question,
        reference=new_reference(),
        requested_at=sheet.now,
        contact=contact,
    )
    handoffs.add(sheet.connection, handoff)
    told = sheet.settings.channels
    if contact is not None and sheet.settings.confirms:
        told = (*told, CONFIRMATION)
    outbox.add(sheet.connection, told, sheet.id, handoff.id, sheet.now)
    episodes.set_handoff_reason(sheet.connection, sheet.episode.id, reason)
    sheet.note("handoff_requested", handoff_id=handoff.id, kind=kind, reason=reason)
    sheet.inbox_changed([handoff.id])
    return handoff


def _handover_text(sheet: Sheet, key: str) -> str:
    if key == "handing_over" and sheet.staffed and is_everyone_away(sheet.connection):
        return say(sheet, "handing_over_away")
    if not sheet.staffed:
        # The usual sentence promises minutes, which nobody keeps at night.
        key = "handoff_off_hours" if key == "handing_over" else key
        keys = dict.fromkeys((key, "off_hours"))
        return "\n".join(say(sheet, key) for key in keys)
    sentences = [say(sheet, key)]
    place = handoffs.position(sheet.connection, sheet.id) or 1
    if place > 1:
        sentences.append(sheet.text("waiting_position", position=place))
    return "\n".join(sentences)


def opens(sheet: Sheet) -> str:
    """When the team is back, in words."""
    hours = sheet.settings.hours_of(sheet.conversation.site)
    back = hours.opens_at(sheet.now)
    days = (back.date() - sheet.now.astimezone(hours.zone).date()).days
    clock = f"{back.hour}:{back.minute:02}"
    if days == 0:
        return sheet.text("opens_today", time=clock)
    if days == 1:
        return sheet.text("opens_tomorrow", time=clock)
    return sheet.text("opens_on", day=sheet.text(WEEKDAYS[back.weekday()]), time=clock)
