"""While something is wrong, customers are told before they are answered."""

from __future__ import annotations

from datetime import timedelta

import pytest

from helpdesk.desk import Helpdesk
from helpdesk.errors import BadInput, NotFound
from helpdesk.types import Staff
from tests.helpdesk.fakes import ANSWER, NO_ANSWER, SUGGEST, FakeClock, FakeRasa, Visitor

DOWN = {
    "en": "Payments are down. We are on it.",
    "ja": "\u652f\u6255\u3044\u304c\u505c\u6b62\u4e2d\u3067\u3059\u3002",
}


async def announce(
    desk: Helpdesk, clock: FakeClock, ana: Staff, *, words: tuple[str, ...] = (), **more: object
) -> str:
    times = {"starts_at": clock.now, "ends_at": clock.now + timedelta(hours=1)}
    facts = {"texts": DOWN, "words": words, "topics": (), **times, **more}
    return (await desk.faq.banners.add(ana, **facts)).id  # type: ignore[arg-type]


async def test_the_banner_comes_before_the_answer_once(
    desk: Helpdesk, vera: Visitor, rasa: FakeRasa, clock: FakeClock, ana: Staff
) -> None:
    await announce(desk, clock, ana, words=("ＰＡＹ",))
    rasa.says(ANSWER)
    said = [m.text for m in await vera.says("how do I pay?") if m.sender == "bot"]
    assert said[0] == DOWN["en"] and len(said) == 2
    rasa.says(ANSWER)
    assert DOWN["en"] not in [m.text for m in await vera.says("pay by card?")]
    clock.now += timedelta(minutes=31)
    rasa.says(ANSWER)
    assert DOWN["en"] in [m.text for m in await vera.says("may I pay now?")]


@pytest.mark.parametrize("reply", [ANSWER, SUGGEST, NO_ANSWER])
async def test_it_is_for_matching_questions_only(
    desk: Helpdesk, vera: Visitor, rasa: FakeRasa, clock: FakeClock, ana: Staff, reply: object
) -> None:
    await announce(desk, clock, ana, words=("refund",))
    rasa.says(reply)  # type: ignore[arg-type]
    assert DOWN["en"] not in [m.text for m in await vera.says("where is my order?")]


async def test_it_is_for_questions_about_a_topic(
    desk: Helpdesk, vera: Visitor, rasa: FakeRasa, clock: FakeClock, ana: Staff
) -> None:
    await announce(desk, clock, ana, topics=("No such topic",))
    rasa.says(ANSWER)
    assert DOWN["en"] not in [m.text for m in await vera.says("where is my order?")]
    (topic,) = {e.topic for e in desk._live.current.entries("en") if e.id == "track-order"}
    await announce(desk, clock, ana, topics=(topic,))
    rasa.says(ANSWER)
    assert DOWN["en"] in [m.text for m in await vera.says("where is it now?")]


async def test_it_begins_and_ends(
    desk: Helpdesk, vera: Visitor, walt: Visitor, rasa: FakeRasa, clock: FakeClock, ana: Staff
) -> None:
    soon = {"starts_at": clock.now + timedelta(hours=1), "ends_at": clock.now + timedelta(hours=2)}
    first = await announce(desk, clock, ana, **soon)
    rasa.says(ANSWER)
    assert DOWN["en"] not in [m.text for m in await vera.says("where is my order?")]
    clock.now += timedelta(minutes=61)
    await desk.faq.banners.end(first)
    rasa.says(ANSWER)
    assert DOWN["en"] not in [m.text for m in await walt.says("where is my order?")]
    with pytest.raises(NotFound):
        await desk.faq.banners.end(first)
    assert [banner.by for banner in await desk.faq.banners.listed()] == [ana.name]


async def test_what_cannot_be_is_refused(desk: Helpdesk, clock: FakeClock, ana: Staff) -> None:
    with pytest.raises(BadInput, match="text must have"):
        await announce(desk, clock, ana, texts={"en": " "})
    with pytest.raises(BadInput, match="end must be after start"):
        await announce(desk, clock, ana, ends_at=clock.now)
    with pytest.raises(BadInput, match="words must be at most"):
        await announce(desk, clock, ana, words=("x" * 101,))
