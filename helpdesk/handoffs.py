"""From the bot to a person and back: asked by the customer, taken and ended by staff."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from helpdesk import queue
from helpdesk.access import must_answer_customers, must_own, must_own_or_lead
from helpdesk.book import Book
from helpdesk.conversations import check_client_id
from helpdesk.database import Connection
from helpdesk.durations import handle_seconds
from helpdesk.errors import BadInput, Conflict, Full
from helpdesk.settings import DeskSettings
from helpdesk.sheet import Sheet
from helpdesk.store import conversations, events, handoffs, messages
from helpdesk.store import staff as staff_store
from helpdesk.store import state as store_state
from helpdesk.text import clean
from helpdesk.types import Conversation, Event, Handoff, InboxRow, Message, Staff, is_away

if TYPE_CHECKING:
    from helpdesk.turn import Turns

RESOLUTIONS = ("solved", "answered_elsewhere", "unattended", "spam")
BACK_TO_BOT = "back_to_bot"
RATED = frozenset({"solved", "answered_elsewhere"})
"""How a chat ended that a customer is asked to rate."""


async def ask_for_person(book: Book, turns: Turns, conversation: Conversation) -> dict[str, Any]:
    if book.settings.hours_of(conversation.site).is_open(book.clock()):
        return await book.write(conversation.id, _join)
    with turns.reserve(conversation) as slot:
        scheduled, state = await book.write(conversation.id, _ask_dialogue)
        if scheduled:
            turns.schedule(conversation.id, slot)
    return state


def _join(sheet: Sheet) -> dict[str, Any]:
    if sheet.conversation.state == "closed":
        sheet.move("bot")
    sheet.begin_episode()
    reason = sheet.context.offer_reason or "asked_for_person"
    queue.join(sheet, reason, "handing_over")  # type: ignore[arg-type]
    return store_state.state_of(sheet.connection, sheet.conversation, sheet.now)


def _ask_dialogue(sheet: Sheet) -> tuple[bool, dict[str, Any]]:
    """Nobody is there: as if the customer had pressed the bot's own button, which asks for
    contact details. The second press of an impatient customer is not a second message."""
    if sheet.conversation.state == "closed":
        sheet.move("bot")
    state = store_state.state_of(sheet.connection, sheet.conversation, sheet.now)
    now = sheet.conversation
    asking = now.customer_seq > now.answered_seq or sheet.context.form is not None
    if now.state != "bot" or (asking and _asked_already(sheet)):
        return False, state
    pressed = {"send": "/ask_for_person", "reason": sheet.context.offer_reason}
    sheet.customer_says(sheet.text("choice_person"), None, pressed)
    return True, state


def _asked_already(sheet: Sheet) -> bool:
    seq = sheet.conversation.customer_seq
    pressed = messages.pressed(sheet.connection, sheet.id, seq) or {}
    return sheet.context.form is not None or pressed.get("send") == "/ask_for_person"


async def cancel(book: Book, conversation: Conversation) -> dict[str, Any]:
    def transaction(sheet: Sheet) -> dict[str, Any]:
        if sheet.conversation.state == "agent":
            raise Conflict("A person has joined already.")
        queue.withdraw(sheet)
        return store_state.state_of(sheet.connection, sheet.conversation, sheet.now)

    return await book.write(conversation.id, transaction)


async def claim(book: Book, conversation_id: str, staff: Staff) -> InboxRow:
    must_answer_customers(staff)

    def transaction(sheet: Sheet) -> InboxRow:
        waiting = handoffs.live(sheet.connection, sheet.id)
        if any(handoff.kind == "chat" for handoff in waiting):
            must_have_room(sheet.connection, sheet.settings, staff)
        if not handoffs.claim(sheet.connection, sheet.id, staff.id, sheet.now):
            if not _is_unattended(sheet, staff):
                raise Conflict(_why_not(sheet))
            return _changed(sheet, pass_on(sheet, sheet.conversation.agent_id, staff))
        for handoff in waiting:
            handoffs.set_time(sheet.connection, handoff, "time_to_person", sheet.now)
            _note(sheet, handoff, "handoff_claimed", agent_id=staff.id)
        sheet.move("agent", staff.id)
        sheet.remember(offered=None, offer_reason=None, form=None, form_reason=None)
        sheet.tell("agent_joined", kind="handoff", name=staff.name)
        return _changed(sheet, waiting)

    return await book.write(conversation_id, transaction)


async def release(book: Book, conversation_id: str, staff: Staff) -> InboxRow:
    must_answer_customers(staff)

    def transaction(sheet: Sheet) -> InboxRow:
        owned = _owned(sheet)
        must_own_or_lead(staff, sheet.conversation.agent_id)
        handoffs.release(sheet.connection, sheet.id)
        for handoff in owned:
            _note(sheet, handoff, "handoff_released", agent_id=staff.id)
        if any(handoff.kind == "chat" for handoff in owned):
            sheet.move("waiting")
            sheet.tell("agent_released", kind="handoff")
        else:
            sheet.move("bot")
        return _changed(sheet, owned)

    return await book.write(conversation_id, transaction)


async def agent_message(
    book: Book, conversation_id: str, staff: Staff, client_msg_id: str, text: str
) -> Message:
    must_answer_customers(staff)
    check_client_id(client_msg_id)
    words = clean(text)
    if not words:
        raise BadInput("text is empty.")
    if len(words) > 2 * book.settings.max_text:
        raise BadInput(f"text is too long (at most {2 * book.settings.max_text} characters).")

    def transaction(sheet: Sheet) -> Message:
        repeated = messages.by_client_id(sheet.connection, sheet.id, client_msg_id)
        if repeated is not None:
            return repeated
        owned = _owned(sheet)
        must_own(staff, sheet.conversation.agent_id)
        for handoff in owned:
            handoffs.set_time(sheet.connection, handoff, "first_response", sheet.now)
        return sheet.agent_says(staff, words, client_msg_id)

    return await book.write(conversation_id, transaction)


async def close(book: Book, conversation_id: str, staff: Staff, resolution: str) -> InboxRow:
    must_answer_customers(staff)
    if resolution not in RESOLUTIONS:
        raise BadInput(f"resolution must be one of {', '.join(RESOLUTIONS)}.")

    def transaction(sheet: Sheet) -> InboxRow:
        if sheet.conversation.state == "agent":
            must_own_or_lead(staff, sheet.conversation.agent_id)
        live = handoffs.live(sheet.connection, sheet.id)
        return end(sheet, live, resolution, staff.id)

    return await book.write(conversation_id, transaction)


async def give_back(book: Book, conversation_id: str, staff: Staff) -> InboxRow:
    must_answer_customers(staff)

    def transaction(sheet: Sheet) -> InboxRow:
        owned = _owned(sheet)
        must_own_or_lead(staff, sheet.conversation.agent_id)
        _end_requests(sheet, owned, BACK_TO_BOT, staff.id)
        sheet.move("bot")
        sheet.remember(failures=0, answered=())
        sheet.tell("back_to_bot", kind="handoff")
        return _changed(sheet, owned)

    return await book.write(conversation_id, transaction)


def end(sheet: Sheet, which: list[Handoff], resolution: str, agent_id: str | None) -> InboxRow:
    """Close these requests and say so. Raises Conflict when there is none."""
    if not which:
        raise Conflict("This request is closed already.")
    with_person = sheet.conversation.state == "agent"
    asks = with_person and resolution in RATED and _is_unrated(sheet)
    _end_requests(sheet, which, resolution, agent_id)
    if sheet.conversation.state != "bot":
        sheet.move("closed")
        if asks:
            sheet.note("survey_asked")
            sheet.tell("chat_closed", kind="survey")
        else:
            sheet.tell("chat_ended" if with_person else "nobody_came", kind="handoff")
    return _changed(sheet, which)


def _is_unrated(sheet: Sheet) -> bool:
    """A person has written in this contact, and it was not asked about before."""
    log = sheet.connection, sheet.episode.id if sheet.episode else ""
    wrote, asked, rated = (
        events.count(*log, each) for each in ("agent_message", "survey_asked", "survey")
    )
    return wrote > 0 and asked == rated == 0


def _end_requests(
    sheet: Sheet, which: list[Handoff], resolution: str, agent_id: str | None
) -> None:
    closing = Event(sheet.now, "handoff_closed")
    for handoff in which:
        work = events.of_people(sheet.connection, sheet.id, handoff.requested_at)
        took = handle_seconds((*work, closing))
        handoffs.close(sheet.connection, handoff.id, resolution, sheet.now, took)
        _note(sheet, handoff, "handoff_closed", agent_id=agent_id, resolution=resolution)


def must_have_room(connection: Connection, settings: DeskSettings, staff: Staff) -> None:
    """Raises Conflict when this person has as many chats as one may have."""
    staff_store.lock(connection, staff.id)
    if handoffs.chats_by_agent(connection).get(staff.id, 0) >= settings.chats_per_agent:
        raise Full(staff.name, settings.chats_per_agent)


def pass_on(sheet: Sheet, by: str | None, to: Staff) -> list[Handoff]:
    """From one agent to another, who is named to the customer. Returns what was passed on."""
    owned = [each for each in handoffs.live(sheet.connection, sheet.id) if each.state == "agent"]
    handoffs.transfer(sheet.connection, sheet.id, to.id)
    for handoff in owned:
        _note(sheet, handoff, "handoff_transferred", agent_id=by, to=to.id)
    sheet.move("agent", to.id)
    sheet.tell("agent_joined", kind="handoff", name=to.name)
    sheet.inbox_changed(handoff.id for handoff in owned)
    return owned


def _is_unattended(sheet: Sheet, staff: Staff) -> bool:
    """Its agent has gone without a word: whoever comes may take it."""
    owner = sheet.conversation.agent_id
    if sheet.conversation.state != "agent" or owner is None or owner == staff.id:
        return False
    return is_away(staff_store.seen_at(sheet.connection, owner), sheet.now)


def _owned(sheet: Sheet) -> list[Handoff]:
    if sheet.conversation.state != "agent":
        raise Conflict("Nobody has taken this conversation.")
    live = handoffs.live(sheet.connection, sheet.id)
    return [handoff for handoff in live if handoff.state == "agent"]


def _why_not(sheet: Sheet) -> str:
    if sheet.conversation.state == "agent":
        name = conversations.agent_name(sheet.connection, sheet.id)
        return f"{name} has taken this conversation already."
    return "This conversation is not waiting any more."


def _note(sheet: Sheet, handoff: Handoff, event_type: str, **data: Any) -> None:
    sheet.note(event_type, episode_id=handoff.episode_id, handoff_id=handoff.id, **data)


def _changed(sheet: Sheet, which: list[Handoff]) -> InboxRow:
    """Publish how they stand now, and return the newest."""
    ids = {handoff.id for handoff in which}
    sheet.inbox_changed(ids)
    rows = handoffs.rows(sheet.connection, conversation_id=sheet.id)
    return [row for row in rows if row.handoff_id in ids][-1]
