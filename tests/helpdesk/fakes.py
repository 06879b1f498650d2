"""Stand-ins for what the desk depends on, and the people who use it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any, Literal

import httpx

from faq_index import Answer, Candidate, Decision, Entry, Link, NoAnswer, Question, Suggest
from helpdesk.desk import Helpdesk
from helpdesk.types import Conversation, Message

Payload = Mapping[str, Any]
Mode = Literal["replies", "silence", "timeout", "refusal", "garbage", "unauthorised"]

MONDAY_10_TOKYO = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


class FakeClock:
    def __init__(self, now: datetime = MONDAY_10_TOKYO) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **how_far: float) -> None:
        self.now += timedelta(**how_far)


class FakeRasa:
    """A handler for httpx.MockTransport. Says what it was told to, in order, then again the last.

    `asked` holds what it was sent.
    """

    def __init__(self) -> None:
        self.mode: Mode = "replies"
        self.asked: list[dict[str, Any]] = []
        self.tokens: list[str | None] = []
        self.gate: asyncio.Event | None = None
        self._script: list[list[Payload]] = [[{"say": "greet", "record": "small_talk"}]]

    def says(self, *payloads: Payload) -> None:
        self._script = [list(payloads)]

    def then_says(self, *payloads: Payload) -> None:
        self._script.append(list(payloads))

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            return self._health()
        body = _json(request)
        self.asked.append(body)
        self.tokens.append(request.headers.get("X-Kotae-Token"))
        if self.gate is not None:
            await self.gate.wait()
        match self.mode:
            case "silence":
                return httpx.Response(200, json=[])
            case "timeout":
                await asyncio.sleep(60)
            case "refusal":
                raise httpx.ConnectError("refused", request=request)
            case "garbage":
                return httpx.Response(200, text="<html>")
            case "unauthorised":
                return httpx.Response(403)
        return httpx.Response(200, json=self._next(body["sender"]))

    def _health(self) -> httpx.Response:
        if self.mode == "refusal":
            raise httpx.ConnectError("refused")
        return httpx.Response(200, text="Hello from Rasa")

    def _next(self, sender: str) -> list[dict[str, Any]]:
        payloads = self._script.pop(0) if len(self._script) > 1 else self._script[0]
        return [{"recipient_id": sender, "custom": dict(payload)} for payload in payloads]


def _json(request: httpx.Request) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(request.content)
    return found


def make_entry(entry_id: str, **changes: Any) -> Entry:
    values: dict[str, Any] = {
        "id": entry_id,
        "language": "en",
        "topic": "Orders",
        "question": f"Question {entry_id}?",
        "answer": f"Answer *{entry_id}*.\n",
    }
    return Entry(**(values | changes))


TRACK = make_entry("track-order", links=(Link("Tracking page", "https://shop.example/track"),))
RETURN = make_entry("return-item")
CANCEL = make_entry("cancel-order", handoff="always")
PRIVACY = make_entry("privacy", handoff="never")
TRACK_JA = make_entry(
    "track-order",
    language="ja",
    question="注文はどこですか。",
    answer="「注文履歴」をご覧ください。",
)
ENTRIES = (TRACK, RETURN, CANCEL, PRIVACY, TRACK_JA)


class FakeIndex:
    """Knows a few questions by heart."""

    def __init__(self) -> None:
        self.broken = False
        self.languages = ("en", "ja")
        self.thresholds = {"en": 0.8, "ja": 0.8}
        self.asked: list[tuple[str, str, str | None, date | None]] = []
        self.asked_from: list[float | None] = []
        self._entries = {(entry.id, entry.language): entry for entry in ENTRIES}

    def forget(self, entry_id: str) -> None:
        self._entries = {k: v for k, v in self._entries.items() if k[0] != entry_id}

    def withdraw(self, entry_id: str, day: date) -> None:
        """Valid until `day`."""
        for key, entry in self._entries.items():
            if key[0] == entry_id:
                self._entries[key] = replace(entry, valid_until=day)

    def decide(
        self,
        question: str,
        language: str,
        *,
        previous: str | None = None,
        today: date | None = None,
        threshold: float | None = None,
    ) -> Decision:
        self.asked_from.append(threshold)
        self.asked.append((question, language, previous, today))
        if self.broken:
            raise RuntimeError("the encoder is gone")
        answers = {"Where is my order?": TRACK, "Cancel it": CANCEL, "My data?": PRIVACY}
        if question in answers:
            return Answer((_candidate(answers[question], 0.93), _candidate(RETURN, 0.05)))
        if question == "order":
            return Suggest((_candidate(TRACK, 0.45), _candidate(RETURN, 0.4)))
        return NoAnswer((_candidate(RETURN, 0.2), _candidate(TRACK, 0.1)))

    def suggest(self, typed: str, language: str, limit: int = 5) -> list[Entry]:
        found = [
            e for e in self._entries.values() if e.language == language and typed in e.question
        ]
        return found[:limit]

    def entry(self, entry_id: str, language: str) -> Entry | None:
        found = [e for (known, _), e in self._entries.items() if known == entry_id]
        return self._entries.get((entry_id, language)) or (found[0] if found else None)

    def entries(self, language: str | None = None) -> list[Entry]:
        return [e for e in self._entries.values() if language in (None, e.language)]


@dataclass
class FakeLive:
    current: FakeIndex = field(default_factory=FakeIndex)

    def deciding(self, question: Question) -> AbstractContextManager[None]:
        """Nothing is begun before it is asked for: tests count what the index is asked."""
        del question
        return nullcontext()


def _candidate(entry: Entry, confidence: float) -> Candidate:
    return Candidate(entry, confidence, entry.question, {"dense": confidence})


def decision(kind: str, *faq_ids: str, offered: tuple[str, ...] = ()) -> Payload:
    """What the dialogue sends for a decision: 0.9 for the first entry, less for the next."""
    candidates = [
        {"faq_id": faq_id, "confidence": 0.9 - place / 4, "phrasing": "p", "signals": {}}
        for place, faq_id in enumerate(faq_ids)
    ]
    data: dict[str, Any] = {"kind": kind, "language": "en", "candidates": candidates}
    return {"decision": data | ({"offered": list(offered)} if offered else {})}


ANSWER = decision("answer", "track-order", "return-item")
SUGGEST = decision("suggest", "track-order", "return-item", offered=("track-order", "return-item"))
NO_ANSWER = decision("no_answer", "return-item")
OFFER: Payload = {"say": "offer_person", "choices": ["person", "no_person"]}
HANDOFF: Payload = {"handoff": {"reason": "asked_for_person"}, "say": "handing_over"}


class Visitor:
    """A customer with an open widget. Each verb waits until the bot has finished."""

    def __init__(self, desk: Helpdesk, conversation: Conversation, token: str) -> None:
        self.desk = desk
        self.conversation = conversation
        self.token = token
        self._numbers = count(1)

    @property
    def id(self) -> str:
        return self.conversation.id

    async def says(self, text: str) -> list[Message]:
        """Returns what came after the message."""
        sent = await self.sends(text)
        await self.desk.idle()
        return await self.desk.messages(self.conversation, sent.seq)

    async def sends(self, text: str) -> Message:
        return await self.desk.receive(
            self.conversation, client_msg_id=f"m{next(self._numbers)}", text=text
        )

    async def presses(self, label: str) -> list[Message]:
        """Press the newest button with this label."""
        choices = [c for m in await self.sees() for c in m.choices if c.label == label]
        assert choices, f"there is no button '{label}'"
        sent = await self.desk.receive(
            self.conversation,
            client_msg_id=f"m{next(self._numbers)}",
            choice=choices[-1].id,
        )
        await self.desk.idle()
        return await self.desk.messages(self.conversation, sent.seq)

    async def sees(self) -> list[Message]:
        return await self.desk.messages(self.conversation)

    async def state(self) -> str:
        return str((await self.desk.state(self.conversation))["state"])


async def open_widget(desk: Helpdesk, **changes: Any) -> Visitor:
    started = await desk.start_conversation(**({"site": "shop", "language": "en"} | changes))
    return Visitor(desk, started.conversation, started.token)
