"""What people say of answers is kept to learn from."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from faq_index import Label
from helpdesk.desk import Helpdesk
from helpdesk.errors import BadInput, NotAllowed, NotFound
from helpdesk.types import Message, Staff
from tests.helpdesk.fakes import (
    ANSWER,
    NO_ANSWER,
    OFFER,
    SUGGEST,
    FakeClock,
    FakeRasa,
    Visitor,
    decision,
    open_widget,
)

TRACK = frozenset({"track-order"})


async def asked(vera: Visitor, rasa: FakeRasa, text: str = "where is it") -> Message:
    rasa.says(ANSWER)
    (answer,) = await vera.says(text)
    return answer


async def test_it_works(desk: Helpdesk, vera: Visitor, rasa: FakeRasa, clock: FakeClock) -> None:
    answer = await asked(vera, rasa)
    await desk.feedback(vera.conversation, answer.seq, True)
    (label,) = await desk.labels.everything()
    assert label == Label(
        "where is it", relevant=TRACK, language="en", at=clock.now, source="feedback"
    )
    assert await desk.labels.counts() == [("en", "feedback", 1)]


async def test_a_changed_mind_replaces_the_first(
    desk: Helpdesk, vera: Visitor, rasa: FakeRasa, clock: FakeClock
) -> None:
    answer = await asked(vera, rasa)
    await desk.feedback(vera.conversation, answer.seq, True)
    before = await desk.labels.stamp()
    clock.forward(seconds=1)
    await desk.feedback(vera.conversation, answer.seq, False)
    (label,) = await desk.labels.everything()
    assert (label.relevant, label.rejected) == (frozenset(), TRACK)
    assert await desk.labels.stamp() != before


async def test_a_chosen_answer_is_for_what_was_typed(
    desk: Helpdesk, vera: Visitor, rasa: FakeRasa
) -> None:
    rasa.says(SUGGEST)
    await vera.says("order")
    rasa.says(decision("chosen", "track-order"))
    answer = (await vera.presses("Question track-order?"))[0]
    await desk.feedback(vera.conversation, answer.seq, True)
    (label,) = await desk.labels.everything()
    assert (label.question, label.relevant) == ("order", TRACK)


async def test_a_follow_up_keeps_what_it_follows(
    desk: Helpdesk, vera: Visitor, rasa: FakeRasa
) -> None:
    await asked(vera, rasa)
    rasa.says(decision("answer", "return-item"))
    (answer,) = await vera.says("and how do I send it back?")
    await desk.feedback(vera.conversation, answer.seq, True)
    (label,) = await desk.labels.everything()
    assert (label.previous, label.relevant) == ("track-order", frozenset({"return-item"}))


async def test_tests_and_crawlers_teach_nothing(desk: Helpdesk, rasa: FakeRasa) -> None:
    crawler = await open_widget(desk, traffic="test")
    answer = await asked(crawler, rasa)
    await desk.feedback(crawler.conversation, answer.seq, False)
    assert await desk.labels.everything() == []


async def handed_over(desk: Helpdesk, vera: Visitor, rasa: FakeRasa) -> int:
    rasa.says(NO_ANSWER, OFFER)
    sent = await vera.sends("do you sell kayaks")
    await desk.idle()
    await desk.ask_for_person(vera.conversation)
    return sent.seq


async def test_an_agent_says_which_entry_should_have_answered(
    desk: Helpdesk, vera: Visitor, rasa: FakeRasa, ana: Staff
) -> None:
    seq = await handed_over(desk, vera, rasa)
    packet = await desk.handoff_packet(vera.id)
    assert packet["threshold"] == 0.8
    assert packet["judged"] == {
        "seq": seq,
        "question": "do you sell kayaks",
        "verdict": None,
        "faq_id": None,
    }
    await desk.judging.judge(vera.id, ana, seq, "return-item")
    packet = await desk.handoff_packet(vera.id)
    assert (packet["judged"]["verdict"], packet["judged"]["faq_id"]) == ("right", "return-item")
    await desk.judging.judge(vera.id, ana, seq, None)
    (label,) = await desk.labels.everything()
    assert (label.relevant, label.rejected, label.source) == (frozenset(), frozenset(), "agent")


async def test_the_team_counts_for_more_than_the_customer(
    desk: Helpdesk, vera: Visitor, rasa: FakeRasa, ana: Staff, lea: Staff
) -> None:
    answer = await asked(vera, rasa)
    await desk.ask_for_person(vera.conversation)
    await desk.judging.judge(vera.id, lea, answer.seq - 1, "return-item")
    await desk.judging.judge(vera.id, ana, answer.seq - 1, None)
    await desk.feedback(vera.conversation, answer.seq, True)
    (label,) = await desk.labels.everything()
    assert (label.source, label.relevant) == ("lead", frozenset({"return-item"}))
    assert len(await desk.labels.counts()) == 3


async def test_what_cannot_be_judged_is_refused(
    desk: Helpdesk, vera: Visitor, walt: Visitor, rasa: FakeRasa, ana: Staff, mia: Staff
) -> None:
    seq = await handed_over(desk, vera, rasa)
    with pytest.raises(BadInput, match="entry is not an entry of the FAQ"):
        await desk.judging.judge(vera.id, ana, seq, "kayaks")
    for number in (seq + 1, seq - 1, 999):
        with pytest.raises(NotFound):
            await desk.judging.judge(vera.id, ana, number, None)
    with pytest.raises(NotAllowed):
        await desk.judging.judge(vera.id, mia, seq, None)
    answer = await asked(walt, rasa)
    with pytest.raises(NotFound, match="no such handoff"):
        await desk.judging.judge(walt.id, ana, answer.seq - 1, None)
    assert await desk.labels.everything() == []


async def test_a_file_is_taken_whole_and_again(desk: Helpdesk, clock: FakeClock) -> None:
    dated = datetime(2026, 1, 1, tzinfo=UTC)
    first = [Label("a?", TRACK, language="en", at=dated), Label("b?")]
    assert await desk.labels.import_all(first) == 2
    before = await desk.labels.stamp()
    clock.forward(seconds=1)
    changed = [Label("a?", rejected=TRACK, language="en", at=dated), Label("a?", language="ja")]
    assert await desk.labels.import_all(changed) == 2
    assert await desk.labels.stamp() != before
    found = {(label.question, label.language): label for label in await desk.labels.everything()}
    assert len(found) == 3 and found["a?", "en"].rejected == TRACK
    assert found["a?", "en"].at == dated
    assert await desk.labels.counts() == [(None, "file", 1), ("en", "file", 1), ("ja", "file", 1)]


async def test_the_entries_to_choose_from_are_those_of_the_language(
    desk: Helpdesk,
) -> None:
    assert [entry.id for entry in desk.judging.entries("ja")] == ["track-order"]
    assert len(desk.judging.entries("en")) == 4
    assert len(desk.judging.entries("fr")) == 5
