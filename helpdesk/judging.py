"""What customers and the team say of an answer, kept as labels to learn from."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from helpdesk.access import must_answer_customers
from helpdesk.book import Book
from helpdesk.database import Connection
from helpdesk.errors import BadInput, NotFound
from helpdesk.sheet import Sheet
from helpdesk.store import events, handoffs, messages
from helpdesk.store import labels as store
from helpdesk.store.labels import StoredLabel, Verdict
from helpdesk.types import Event, Message, Staff

if TYPE_CHECKING:
    from faq_index import Entry
    from faq_index.live import LiveIndex

_TEAM = ("agent", "lead")


class Judging:
    """The team's own word on what a customer asked."""

    def __init__(self, book: Book, live: LiveIndex) -> None:
        self._book = book
        self._live = live

    def entries(self, language: str) -> list[Entry]:
        """All that may be the answer today, as the FAQ orders them; of another language where it
        has none in this one."""
        index = self._live.current
        day = self._book.clock().astimezone(self._book.settings.time_zone).date()
        own = language if language in index.languages else None
        return [entry for entry in index.entries(own) if entry.is_valid(day)]

    async def find(self, words: str, language: str, limit: int = 6) -> list[Entry]:
        """Entries for what an agent types, best first: those that mean it, then those whose words
        begin so."""
        index = self._live.current
        own = {entry.id: entry for entry in self.entries(language)}

        def work() -> list[str]:
            decision = index.decide(words, language)
            typed = [entry.id for entry in index.suggest(words, language, limit)]
            return [each.entry.id for each in decision.candidates] + typed

        ids = await asyncio.to_thread(work) if words.strip() else []
        return [own[each] for each in dict.fromkeys(ids) if each in own][:limit]

    async def judge(
        self, conversation_id: str, staff: Staff, seq: int, entry_id: str | None
    ) -> None:
        """Say which entry answers the question of message `seq`; None: no entry does.

        BadInput for what is no entry, NotFound for what is no question of a handed-over chat.
        """
        must_answer_customers(staff)
        index = self._live.current

        def transaction(sheet: Sheet) -> None:
            if not handoffs.of_conversation(sheet.connection, sheet.id):
                raise NotFound("There is no such handoff.")
            if entry_id is not None and index.entry(entry_id, sheet.conversation.language) is None:
                raise BadInput("entry is not an entry of the FAQ.")
            message = messages.get(sheet.connection, sheet.id, seq)
            asked = last_question(_log_until(sheet, message))
            if message is None or asked is None or asked.seq != seq:
                raise NotFound("seq is not a question of this conversation.")
            source = "agent" if staff.role == "agent" else "lead"
            verdict: Verdict = "none" if entry_id is None else "right"
            entries = () if entry_id is None else (entry_id,)
            _put(sheet, asked, source, verdict, entries, staff_id=staff.id)
            sheet.note(
                "labelled",
                episode_id=message.episode_id,
                seq=seq,
                faq_id=entry_id,
                agent_id=staff.id,
            )

        await self._book.write(conversation_id, transaction)


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question as it was asked: seq of the customer's message, the entry answered before it."""

    seq: int
    previous: str | None


def question_behind(log: Sequence[Event], shown: int) -> AskedQuestion | None:
    """The question that the answer with seq `shown` is for, typed before it was chosen from a list.

    None when the answer was not searched for.
    """
    asked: AskedQuestion | None = None
    previous: str | None = None
    for event in log:
        if event.type != "decided":
            continue
        if event.data["kind"] != "chosen":
            asked = AskedQuestion(event.data["seq"], previous)
        if event.data.get("shown") == shown:
            return asked
        previous = event.data.get("faq_id") or previous
    return None


def last_question(log: Sequence[Event]) -> AskedQuestion | None:
    """The last question that was searched for."""
    asked: AskedQuestion | None = None
    previous: str | None = None
    for event in log:
        if event.type == "decided":
            if event.data["kind"] != "chosen":
                asked = AskedQuestion(event.data["seq"], previous)
            previous = event.data.get("faq_id") or previous
    return asked


def feedback_given(sheet: Sheet, answer: Message, log: Sequence[Event], helpful: bool) -> None:
    """In the transaction of the feedback itself."""
    asked = question_behind(log, answer.seq)
    if asked is not None and answer.faq_id is not None:
        verdict: Verdict = "right" if helpful else "wrong"
        _put(sheet, asked, "feedback", verdict, (answer.faq_id,), shown=answer.faq_id)


def said_by_team(connection: Connection, conversation_id: str, seq: int) -> StoredLabel | None:
    return store.of_message(connection, _about(conversation_id, seq), _TEAM)


def _log_until(sheet: Sheet, message: Message | None) -> list[Event]:
    """The log of the message's episode up to its decision."""
    if message is None or message.episode_id is None:
        return []
    log = events.of_episode(sheet.connection, message.episode_id)
    return [e for e in log if e.type != "decided" or e.data["seq"] <= message.seq]


def _put(
    sheet: Sheet,
    asked: AskedQuestion,
    source: str,
    verdict: Verdict,
    entries: tuple[str, ...],
    **more: Any,
) -> None:
    """Tests, health checks and crawlers teach nothing."""
    message = messages.get(sheet.connection, sheet.id, asked.seq)
    if message is None or sheet.conversation.traffic != "customer":
        return
    label = StoredLabel(
        about=_about(sheet.id, asked.seq),
        source=source,
        question=message.text,
        language=sheet.conversation.language,
        verdict=verdict,
        entries=entries,
        at=sheet.now,
        previous=asked.previous,
        conversation_id=sheet.id,
        seq=asked.seq,
        **more,
    )
    store.put(sheet.connection, label, sheet.now)


def _about(conversation_id: str, seq: int) -> str:
    return f"{conversation_id}:{seq}"
