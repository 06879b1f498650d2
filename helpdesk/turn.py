"""The turn: a committed message finds its answer.

The database is the queue. A conversation with unanswered messages has one worker, which takes them
in order; a message counts as answered in the transaction that stores what was shown for it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from helpdesk import index_answer
from helpdesk.asked import Asked, read_next
from helpdesk.book import Book
from helpdesk.errors import Busy, Outside, StoreUnavailable
from helpdesk.push import Push, conversation_topic
from helpdesk.rasa import RasaClient
from helpdesk.replies import BotReply
from helpdesk.sheet import Sheet
from helpdesk.show import show
from helpdesk.store import conversations
from helpdesk.text import neutralise
from helpdesk.types import Conversation, Message

if TYPE_CHECKING:
    from faq_index import FaqIndex
    from faq_index.live import LiveIndex

logger = logging.getLogger(__name__)

RETRY_AFTER = 2
STORE_RETRIES = (0.5, 2.0, 8.0)
# Rasa answers one after the other. More than keep it busy would only wait inside its timeout, and a
# crowd would look like a Rasa that hangs.
AT_ONCE = 16

# (path, seconds); path: rasa | index (Rasa failed) | none (the index too) | person (pushed to one).
OnTurn = Callable[[str, float], None]


def nobody_counts(path: str, seconds: float) -> None:
    """Where nobody is interested in metrics."""


@dataclass(frozen=True, slots=True)
class Thought:
    """`path` is who answered: rasa, index or none; `cause` why it was not Rasa."""

    path: str
    replies: list[BotReply]
    index: FaqIndex
    cause: str | None = None


class Slot:
    """A place among the turns in flight: given back when its block ends, unless a turn was
    scheduled on it, which then keeps it to its end."""

    def __init__(self, turns: Turns) -> None:
        self._turns: Turns | None = turns
        self.taken = False
        self.asked: Asked | None = None
        turns.in_flight += 1

    def release(self) -> None:
        if self._turns is not None:
            self._turns.in_flight -= 1
            self._turns = None

    def __enter__(self) -> Slot:
        return self

    def __exit__(self, *_: object) -> None:
        if not self.taken:
            self.release()


class Turns:
    def __init__(
        self, book: Book, rasa: RasaClient, live: LiveIndex, on_turn: OnTurn = nobody_counts
    ) -> None:
        self.in_flight = 0
        self._on_turn = on_turn
        self._book = book
        self._rasa = rasa
        self._live = live
        self._slots: dict[str, list[Slot]] = {}
        self._workers: dict[str, asyncio.Task[None]] = {}
        self._at_once = asyncio.Semaphore(AT_ONCE)

    def reserve(self, conversation: Conversation) -> Slot:
        """Raise Busy when too many wait for an answer already: nothing is stored then.

        What a person will answer needs no thought, so it is never turned away.
        """
        if conversation.state in ("waiting", "agent"):
            return Slot(self)
        if self.in_flight >= self._book.settings.max_turns_in_flight:
            raise Busy("Too many people are asking at this moment, please try again.", RETRY_AFTER)
        return Slot(self)

    def schedule(self, conversation_id: str, slot: Slot, asked: Asked | None = None) -> None:
        """`asked` is known where the message has just been written and none waits before it."""
        slot.taken, slot.asked = True, asked
        self._slots.setdefault(conversation_id, []).append(slot)
        if conversation_id not in self._workers:
            task = asyncio.create_task(self._work(conversation_id))
            self._workers[conversation_id] = task

    async def resume(self) -> int:
        found = await self._book.read(conversations.unanswered)
        for conversation_id in found:
            self.schedule(conversation_id, Slot(self))
        return len(found)

    async def idle(self) -> None:
        while self._workers:
            await asyncio.wait(list(self._workers.values()))

    async def stop(self) -> None:
        workers = list(self._workers.values())
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
        # A worker cancelled before its first step had no chance to clean up.
        for conversation_id in list(self._workers):
            self._retire(conversation_id, [])

    def finished(self, path: str, message: Message) -> None:
        """Tell whoever counts turns how long the customer waited."""
        self._on_turn(path, (self._book.clock() - message.at).total_seconds())

    async def _work(self, conversation_id: str) -> None:
        slots: list[Slot] = []
        try:
            while slots := self._slots.pop(conversation_id, []):
                await self._answer_all(conversation_id, slots)
                self._release(slots)
        except Exception:
            # The message stays unanswered in the book, so the next start takes it up again.
            logger.exception("turn failed", extra={"conversation_id": conversation_id})
        finally:
            # Without an await since the last look at the slots: nobody is left behind.
            self._retire(conversation_id, slots)

    def _retire(self, conversation_id: str, slots: list[Slot]) -> None:
        self._release(slots + self._slots.pop(conversation_id, []))
        self._workers.pop(conversation_id, None)

    def _release(self, slots: list[Slot]) -> None:
        for slot in slots:
            slot.release()

    async def _answer_all(self, conversation_id: str, slots: list[Slot]) -> None:
        failures = iter(STORE_RETRIES)
        while True:
            try:
                async with self._at_once:
                    if not await self._answer_next(conversation_id, slots):
                        return
            except StoreUnavailable:
                pause = next(failures, None)
                if pause is None:
                    raise
                await asyncio.sleep(pause)

    async def _answer_next(self, conversation_id: str, slots: list[Slot]) -> bool:
        """Deal with the oldest unanswered message; False when none is left.

        Its place is free before the customer has the answer: she may ask again at once.
        """

        def answered() -> None:
            self._release(slots[:1])
            del slots[:1]

        asked = await self._next(conversation_id, slots)
        if asked is None:
            return False

        async def record(thought: Thought | None) -> bool:
            return await self._book.write(
                conversation_id, lambda sheet: _record(sheet, asked, thought), answered
            )

        if asked.state in ("waiting", "agent"):
            return await record(None)
        self._book.publish(conversation_topic(conversation_id), Push("typing", {"from": "bot"}))
        thought = await self._think(asked)
        try:
            more = await record(thought)
        except Outside:
            raise
        except Exception as error:
            # A reply that cannot be shown must not become silence.
            logger.exception("reply failed", extra={"conversation_id": conversation_id})
            thought = _trouble(thought.index, type(error).__name__)
            more = await record(thought)
        self.finished(thought.path, asked.message)
        return more

    async def _next(self, conversation_id: str, slots: Sequence[Slot]) -> Asked | None:
        known = slots[0].asked if slots else None
        if known is None:
            today = self._today()
            return await self._book.read(lambda c: read_next(c, conversation_id, today))
        # Should it fail, the next attempt looks again.
        slots[0].asked = None
        return known

    async def _think(self, asked: Asked) -> Thought:
        index = self._live.current
        text = asked.intent or neutralise(asked.message.text)
        try:
            with self._ahead(asked, text):
                replies = await self._rasa.send(asked.conversation_id, text, self._metadata(asked))
        except Outside as error:
            cause = type(error).__name__
        else:
            if _can_show(replies, asked, index):
                return Thought("rasa", replies, index)
            cause = "EntryGone"
        return await self._think_alone(asked, index, cause)

    def _ahead(self, asked: Asked, text: str) -> AbstractContextManager[None]:
        """Most messages are questions: one is decided while Rasa reads it."""
        if asked.intent is not None or asked.context.form is not None or self._rasa.resting:
            return nullcontext()
        from faq_index.live import Question

        return self._live.deciding(
            Question(text, asked.language, self._today(), asked.context.previous, asked.threshold)
        )

    async def _think_alone(self, asked: Asked, index: FaqIndex, cause: str) -> Thought:
        try:
            replies = await asyncio.to_thread(index_answer.answer, asked, index, self._today())
        except Exception as error:
            # Whatever broke in there, the customer gets a person instead of silence.
            logger.exception("index failed", extra={"conversation_id": asked.conversation_id})
            return _trouble(index, f"{cause}, {type(error).__name__}")
        return Thought("index", replies, index, cause)

    def _today(self) -> date:
        return self._book.clock().astimezone(self._book.settings.time_zone).date()

    def _metadata(self, asked: Asked) -> Mapping[str, Any]:
        now = self._book.clock()
        return {
            "language": asked.language,
            "previous": asked.context.previous,
            "failures": asked.context.failures,
            "staffed": self._book.settings.hours_of(asked.site).is_open(now),
            "leaves_details": asked.leaves_details,
            "offered": asked.context.offered,
            "form": asked.context.form,
            "threshold": asked.threshold,
            "page": asked.page,
        }


def _trouble(index: FaqIndex, cause: str) -> Thought:
    reply = BotReply(handoff="bot_failure", say="bot_trouble")
    return Thought("none", [reply], index, cause)


def _can_show(replies: list[BotReply], asked: Asked, index: FaqIndex) -> bool:
    shown = [faq_id for r in replies if r.decision for faq_id in r.decision.shown]
    return all(index.entry(faq_id, asked.language) is not None for faq_id in shown)


def _record(sheet: Sheet, asked: Asked, thought: Thought | None) -> bool:
    """`thought` None: a person will answer. Returns whether more of the customer's messages wait
    for an answer."""
    seq = asked.message.seq
    if not conversations.set_answered(sheet.connection, sheet.id, seq):
        return True
    if thought is not None:
        _say(sheet, asked, thought)
    return sheet.conversation.customer_seq > seq


def _say(sheet: Sheet, asked: Asked, thought: Thought) -> None:
    seq = asked.message.seq
    sheet.answer_late()
    if sheet.conversation.state not in ("bot", "closed"):
        # The bot never talks over a person who came while it was thinking.
        sheet.note("reply_dropped", seq=seq)
        return
    if thought.path == "none":
        sheet.note("bot_failed", seq=seq, cause=thought.cause)
    said = show(sheet, asked, thought.replies, thought.index)
    sheet.note("replied", seq=seq, bot_path=thought.path, says=said, cause=thought.cause)
