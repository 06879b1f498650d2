"""What customers say of an answer and of the whole contact."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from helpdesk.book import Book
from helpdesk.errors import BadInput, Conflict, NotFound
from helpdesk.judging import feedback_given
from helpdesk.sheet import Button, Draft, Sheet
from helpdesk.show import INTENTS
from helpdesk.store import episodes, events, messages
from helpdesk.text import clean
from helpdesk.types import Conversation, Event, Message

if TYPE_CHECKING:
    from faq_index import FaqIndex
    from faq_index.live import LiveIndex

LONGEST_COMMENT = 2000


async def judge(
    book: Book, live: LiveIndex, conversation: Conversation, seq: int, helpful: bool
) -> None:
    await book.write(conversation.id, lambda sheet: _judge(sheet, live.current, seq, helpful))


def _judge(sheet: Sheet, index: FaqIndex, seq: int, helpful: bool) -> None:
    answer = messages.get(sheet.connection, sheet.id, seq)
    if answer is None or answer.kind != "answer" or answer.episode_id is None:
        raise NotFound("message_seq is not an answer of this conversation.")
    log = events.of_episode(sheet.connection, answer.episode_id)
    if _judged(log, answer) is helpful:
        return
    feedback_given(sheet, answer, log, helpful)
    sheet.note(
        "feedback", episode_id=answer.episode_id, seq=seq, faq_id=answer.faq_id, helpful=helpful
    )
    if sheet.context.shown != seq:
        return
    if helpful:
        sheet.remember(offered=None)
    elif sheet.conversation.state == "bot" and sheet.context.form is None:
        _follow_up(sheet, index, answer)


def _judged(log: Sequence[Event], answer: Message) -> bool | None:
    """What the customer said of this answer before."""
    said = [e for e in log if e.type == "feedback" and e.data["seq"] == answer.seq]
    return bool(said[-1].data["helpful"]) if said else None


def _follow_up(sheet: Sheet, index: FaqIndex, answer: Message) -> None:
    """Said by the desk itself, at once: it needs no understanding, so it needs no Rasa."""
    entry = index.entry(answer.faq_id or "", sheet.conversation.language)
    if entry is not None and entry.handoff == "never":
        sheet.remember(offered=None)
        sheet.say(Draft("bot", "text", sheet.text("not_helpful_rephrase")))
        return
    buttons = []
    for name in ("person", "no_person"):
        label, send = INTENTS[name]
        buttons.append(Button(sheet.text(label), {"send": send, "reason": "not_helpful"}))
    sheet.remember(offered="person", offer_reason="not_helpful")
    sheet.note("person_offered", reason="not_helpful")
    sheet.say(Draft("bot", "choices", sheet.text("not_helpful"), buttons=tuple(buttons)))


async def survey(
    book: Book, conversation: Conversation, csat: int, nps: int | None, comment: str | None
) -> None:
    if not 1 <= csat <= 5:
        raise BadInput("csat must be 1 to 5.")
    if nps is not None and not 0 <= nps <= 10:
        raise BadInput("nps must be 0 to 10.")
    words = clean(comment or "")
    if len(words) > LONGEST_COMMENT:
        raise BadInput(f"comment is too long (at most {LONGEST_COMMENT} characters).")

    def transaction(sheet: Sheet) -> None:
        if sheet.episode is None:
            raise Conflict("There is nothing to rate yet.")
        episodes.set_ratings(sheet.connection, sheet.episode.id, csat, nps)
        sheet.note("survey", csat=csat, nps=nps, comment=words or None)

    await book.write(conversation.id, transaction)
