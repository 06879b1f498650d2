"""The protocol of the dialogue, and a client that expects the worst."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from helpdesk.errors import RasaSilent, RasaUnreachable
from helpdesk.rasa import Breaker, RasaClient
from helpdesk.replies import parse
from tests.helpdesk.fakes import ANSWER, FakeRasa, Mode

RANKED = {"faq_id": "x", "confidence": 0.5, "phrasing": "p", "signals": {"dense": 1}}


def body(custom: object) -> list[dict[str, object]]:
    return [{"recipient_id": "c", "custom": custom}]


@pytest.mark.parametrize(
    "custom",
    [
        {"say": "greet"},
        {"say": "offer_person", "choices": ["person", "no_person"], "record": "not_helpful"},
        {"decision": {"kind": "answer", "language": "en", "candidates": [RANKED]}},
        {"decision": {"kind": "no_answer", "language": "en", "candidates": []}},
        {"decision": {"kind": "chosen", "candidates": [{"faq_id": "x", "confidence": None}]}},
        {"handoff": {"reason": "complaint"}, "say": "handing_over"},
        {"handoff": {"reason": "bot_failure"}},
        {"contact": {"name": "n", "email": "e", "message": "m"}, "say": "contact_saved"},
        {"form": "contact_email", "say": "ask_contact_email", "problem": "bad_contact_email"},
    ],
)
def test_it_works(custom: object) -> None:
    (reply,) = parse(body(custom))
    assert reply


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ({"status": "failure"}, "not a list"),
        ([], "the reply is empty"),
        ([{"recipient_id": "c", "text": "Sorry"}], "the reply is empty"),
        (body("greet"), "custom is not an object"),
        (body({"record": "confirmed"}), "says nothing"),
        (body({"say": "unheard_of"}), "say is unknown"),
        (body({"say": "contact_saved"}), "say is unknown"),
        (body({"say": ["greet"]}), "say is unknown"),
        (body({"say": "greet", "choices": "person"}), "choices is not a list"),
        (body({"say": "greet", "choices": ["/restart"]}), "choices is unknown"),
        (body({"say": "greet", "record": "won"}), "record is unknown"),
        (body({"handoff": {}}), "handoff.reason is missing"),
        (body({"handoff": {"reason": "tired"}}), "handoff.reason is unknown"),
        (body({"form": "contact_phone"}), "form is unknown"),
        (body({"decision": []}), "decision is not an object"),
        (body({"decision": {"candidates": []}}), "decision.kind is missing"),
        (body({"decision": {"kind": "answer", "candidates": []}}), "names no entry"),
        (body({"decision": {"kind": "suggest", "candidates": [RANKED]}}), "offers no entry"),
        (body({"decision": {"kind": "answer", "candidates": [{}]}}), "has no faq_id"),
        (
            body({"decision": {"kind": "answer", "candidates": [RANKED | {"confidence": "a"}]}}),
            "has no faq_id or a confidence",
        ),
    ],
)
def test_what_is_not_understood_is_an_error(answer: object, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        parse(answer)


def test_texts_of_rasa_are_left_out() -> None:
    replies = parse([{"recipient_id": "c", "text": "Hi"}, *body({"say": "greet"})])
    assert [reply.say for reply in replies] == ["greet"]


class Ticks:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


@pytest.fixture
async def client(rasa: FakeRasa, ticks: Ticks) -> Any:
    async with httpx.AsyncClient(transport=httpx.MockTransport(rasa)) as http:
        breaker = Breaker(threshold=3, cooldown=2, longest=5, now=ticks)
        yield RasaClient(http, "http://rasa/", "secret", timeout=0.05, breaker=breaker)


@pytest.mark.parametrize(
    ("mode", "error", "sentence", "permanent"),
    [
        ("silence", RasaSilent, "the reply is empty", False),
        ("garbage", RasaSilent, "cannot be used", False),
        ("timeout", RasaUnreachable, r"did not answer within 0\.05 s", False),
        ("refusal", RasaUnreachable, r"cannot be reached \(ConnectError\)", False),
        ("unauthorised", RasaUnreachable, "refused with status 403", True),
    ],
)
async def test_every_failure_is_named(
    client: RasaClient,
    rasa: FakeRasa,
    mode: Mode,
    error: type[RasaSilent | RasaUnreachable],
    sentence: str,
    permanent: bool,
) -> None:
    rasa.mode = mode
    with pytest.raises(error, match=sentence) as failed:
        await client.send("c", "hello", {})
    assert failed.value.permanent is permanent


async def test_the_circuit_opens_and_probes_by_itself(
    client: RasaClient, rasa: FakeRasa, ticks: Ticks
) -> None:
    rasa.mode = "silence"
    for _ in range(5):
        with pytest.raises((RasaSilent, RasaUnreachable)):
            await client.send("c", "hello", {})
    assert client.resting
    assert len(rasa.asked) == 3
    rasa.mode = "replies"
    with pytest.raises(RasaUnreachable, match="left alone"):
        await client.send("c", "hello", {})
    ticks.now = 2.0
    assert await client.send("c", "hello", {})
    assert not client.resting


async def test_a_failed_probe_waits_longer(
    client: RasaClient, rasa: FakeRasa, ticks: Ticks
) -> None:
    rasa.mode = "refusal"
    for _ in range(3):
        with pytest.raises(RasaUnreachable):
            await client.send("c", "hello", {})
    for later, asked in ((2.0, 3), (5.9, 3), (6.0, 3), (20.0, 3)):
        ticks.now = later
        with pytest.raises(RasaUnreachable):
            await client.send("c", "hello", {})
        # The probe looks whether Rasa is there before it makes a customer wait.
        assert len(rasa.asked) == asked
    rasa.mode = "replies"
    ticks.now = 30.0
    assert await client.send("c", "hello", {})


async def test_a_probe_takes_no_longer_than_any_turn(
    client: RasaClient, rasa: FakeRasa, ticks: Ticks
) -> None:
    rasa.mode = "timeout"
    for _ in range(3):
        with pytest.raises(RasaUnreachable):
            await client.send("c", "hello", {})
    ticks.now = 2.0
    async with asyncio.timeout(1):
        with pytest.raises(RasaUnreachable, match="did not answer within"):
            await client.send("c", "hello", {})


async def test_only_one_customer_probes(client: RasaClient, rasa: FakeRasa, ticks: Ticks) -> None:
    rasa.mode = "silence"
    for _ in range(3):
        with pytest.raises(RasaSilent):
            await client.send("c", "hello", {})
    ticks.now = 2.0
    results = await asyncio.gather(
        *[client.send("c", "hello", {}) for _ in range(5)], return_exceptions=True
    )
    assert len(rasa.asked) == 4
    assert sum(isinstance(result, RasaSilent) for result in results) == 1


async def test_a_cancelled_probe_does_not_block_the_next(
    client: RasaClient, rasa: FakeRasa, ticks: Ticks
) -> None:
    rasa.mode = "silence"
    for _ in range(3):
        with pytest.raises(RasaSilent):
            await client.send("c", "hello", {})
    ticks.now = 2.0
    rasa.mode = "replies"
    rasa.gate = asyncio.Event()
    probe = asyncio.create_task(client.send("c", "hello", {}))
    await asyncio.sleep(0.01)
    probe.cancel()
    with pytest.raises(asyncio.CancelledError):
        await probe
    rasa.gate = None
    rasa.says(ANSWER)
    assert await client.send("c", "hello", {})


async def test_success_forgets_failures(client: RasaClient, rasa: FakeRasa) -> None:
    for _ in range(3):
        rasa.mode = "silence"
        for _ in range(2):
            with pytest.raises(RasaSilent):
                await client.send("c", "hello", {})
        rasa.mode = "replies"
        await client.send("c", "hello", {})


@pytest.mark.parametrize(("mode", "ready"), [("replies", True), ("refusal", False)])
async def test_it_knows_whether_rasa_is_there(
    client: RasaClient, rasa: FakeRasa, mode: Mode, ready: bool
) -> None:
    rasa.mode = mode
    assert await client.ready() is ready
