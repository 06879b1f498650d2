"""What customers ask without being helped is found again, with what it cost."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faq_index import FaqIndex, build_index
from helpdesk.desk import Helpdesk
from helpdesk.errors import BadInput
from helpdesk.gaps import Vain
from helpdesk.masking import masked
from helpdesk.store.gaps import Dismissal
from helpdesk.types import Staff
from helpdesk.voice import key_of, voice
from tests.faq_index.fakes import TrigramEncoder, shop, shop_ja
from tests.helpdesk.fakes import (
    ANSWER,
    HANDOFF,
    NO_ANSWER,
    SUGGEST,
    FakeClock,
    FakeRasa,
    Visitor,
    open_widget,
)

NOW = datetime(2026, 11, 1, tzinfo=UTC)


async def vain(desk: Helpdesk, clock: FakeClock) -> list[Vain]:
    return await desk.gaps.asked_in_vain(clock.now - timedelta(days=1), clock.now + timedelta(1))


async def test_a_question_without_an_answer(
    desk: Helpdesk, vera: Visitor, rasa: FakeRasa, clock: FakeClock
) -> None:
    rasa.says(NO_ANSWER)
    await vera.says("do you sell kites? write to vera@example.com")
    (found,) = await vain(desk, clock)
    assert (found.question, found.reason) == (
        "do you sell kites? write to [e-mail]",
        "unanswered",
    )
    assert (found.conversation_id, found.language, found.customer) == (
        vera.id,
        "en",
        "browser-vera",
    )


async def test_an_answer_that_did_not_help_and_one_that_did(
    desk: Helpdesk, vera: Visitor, walt: Visitor, rasa: FakeRasa, clock: FakeClock
) -> None:
    for customer, helpful in ((vera, False), (walt, True)):
        rasa.says(ANSWER)
        (answer,) = await customer.says("where is it")
        await desk.feedback(customer.conversation, answer.seq, helpful)
    (found,) = await vain(desk, clock)
    assert (found.reason, found.conversation_id) == ("rejected", vera.id)


async def test_choices_are_in_vain_only_when_none_is_taken(
    desk: Helpdesk, vera: Visitor, walt: Visitor, rasa: FakeRasa, clock: FakeClock
) -> None:
    for customer, label in ((vera, "None of these"), (walt, "How do I return an item?")):
        rasa.says(SUGGEST)
        said = await customer.says("the thing with the parcel")
        labels = [choice.label for message in said for choice in message.choices]
        rasa.says({"record": "rejected"} if label == "None of these" else ANSWER)
        await customer.presses(label if label in labels else labels[0])
    assert [(one.reason, one.conversation_id) for one in await vain(desk, clock)] == [
        ("rejected", vera.id)
    ]


async def test_a_person_took_it_and_said_which_entry_should_have_answered(
    desk: Helpdesk, vera: Visitor, rasa: FakeRasa, clock: FakeClock, ana: Staff
) -> None:
    rasa.says(NO_ANSWER)
    asked = await vera.sends("is my order YO-48213 lost?")
    await desk.idle()
    rasa.says(HANDOFF)
    await vera.says("a person please")
    await desk.claim(vera.id, ana)
    await desk.agent_message(vera.id, ana, "r1", "Hello!")
    await desk.agent_message(vera.id, ana, "r2", "It is on its way; call 090-1234-5678 if not.")
    await desk.judging.judge(vera.id, ana, asked.seq, "track-order")
    clock.forward(minutes=12)
    await desk.close(vera.id, ana)
    (found,) = await vain(desk, clock)
    assert (found.question, found.reason, found.entry_id, found.agent_minutes) == (
        "is my order [code] lost?",
        "handed_off",
        "track-order",
        12.0,
    )
    assert found.reply == "It is on its way; call [number] if not."


async def test_tests_and_crawlers_ask_nothing(
    desk: Helpdesk, rasa: FakeRasa, clock: FakeClock
) -> None:
    robot = await open_widget(desk, traffic="test")
    rasa.says(NO_ANSWER)
    await robot.says("ping")
    assert await vain(desk, clock) == []


async def test_a_subject_is_left_unanswered_with_a_reason_and_taken_up_again(
    desk: Helpdesk, lea: Staff
) -> None:
    key = key_of("do you sell kites")
    with pytest.raises(BadInput, match="reason must have 1 to 200 characters"):
        await desk.gaps.dismiss("en", [(key, "do you sell kites")], "  ", lea)
    await desk.gaps.dismiss("en", [(key, "do you sell kites")], "We sell none.", lea)
    await desk.gaps.dismiss("en", [(key, "do you sell kites")], "Not our trade.", lea)
    (left,) = await desk.gaps.dismissals()
    assert (left.reason, left.key, left.staff_id) == ("Not our trade.", key, lea.id)
    await desk.gaps.reopen("en", [key])
    assert await desk.gaps.dismissals() == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("write to a.b+c@example.co.jp now", "write to [e-mail] now"),
        ("my card 4111 1111 1111 1111", "my card [number]"),
        ("電話は０９０－１２３４－５６７８です", "電話は[number]です"),
        ("see https://shop.example/o?id=7", "see [link]"),
        ("order YO-48213 and AB123456", "order [code] and [code]"),
        ("a tent for 4 people, 2000 yen, in 2026", "a tent for 4 people, 2000 yen, in 2026"),
    ],
)
def test_personal_data_is_masked_and_prices_are_not(text: str, shown: str) -> None:
    assert masked(text) == shown


# Grouped by meaning


@pytest.fixture(scope="module")
def index() -> FaqIndex:
    return build_index([*shop(), *shop_ja()], TrigramEncoder())


def asked(text: str, customer: str, days_ago: float = 1, **more: object) -> Vain:
    at = NOW - timedelta(days=days_ago)
    facts = {"reason": "unanswered", "conversation_id": customer, "seq": 2} | more
    return Vain(text, "en", at, customer=customer, **facts)  # type: ignore[arg-type]


KITES = [
    asked("do you sell kites", "a"),
    asked("do you sell kites?", "b"),
    asked("do you sell a kite", "c"),
    asked("opening hours on sunday", "d", reason="handed_off", agent_minutes=9.0, reply="Ten."),
    asked("opening hours sunday", "e", days_ago=10),
]


def test_subjects_have_their_most_typical_question_and_what_they_cost(index: FaqIndex) -> None:
    kites, hours = voice(KITES, (), index, NOW - timedelta(days=7)).subjects
    assert kites.question.startswith("do you sell kite") and kites.customers == 3
    assert kites.is_rising and not hours.is_rising
    assert {wording.times for wording in kites.wordings} == {1, 2}
    assert (hours.customers, hours.before, hours.agent_minutes) == (1, 1, 9.0)
    assert (hours.reply, dict(hours.reasons)) == ("Ten.", {"handed_off": 1})


def test_what_most_of_a_subject_was_left_for_stays_left(index: FaqIndex) -> None:
    keys = {key_of(one.question) for one in KITES[:3]}
    left = [Dismissal("en", key, "kites", "None here.", NOW, None) for key in keys]
    found = voice(KITES, left, index, NOW - timedelta(days=7))
    assert [subject.dismissed for subject in found.dismissed] == ["None here."]
    assert [subject.customers for subject in found.subjects] == [1]


def test_what_was_not_asked_again_is_counted_until_somebody_deals_with_it(
    index: FaqIndex,
) -> None:
    before = [asked("is there parking nearby", "f", days_ago=9)]
    found = voice([*KITES, *before], (), index, NOW - timedelta(days=7))
    assert found.quiet == ("en",) and found.of_language("ja").quiet == ()
    answered = [asked("forgot my password", "g", days_ago=9)]
    assert voice([*KITES, *answered], (), index, NOW - timedelta(days=7)).quiet == ()
    left = [Dismissal("en", key_of(before[0].question), "parking", "None here.", NOW, None)]
    assert voice([*KITES, *before], left, index, NOW - timedelta(days=7)).quiet == ()


@settings(max_examples=20, deadline=None)
@given(order=st.permutations(KITES))
def test_the_order_in_which_they_came_makes_no_difference(
    index: FaqIndex, order: list[Vain]
) -> None:
    def shape(found: Sequence[Vain]) -> list[tuple[str, int, frozenset[str]]]:
        subjects = voice(found, (), index, NOW - timedelta(days=7)).subjects
        return [
            (s.language, s.customers, frozenset(key_of(w.text) for w in s.wordings))
            for s in subjects
        ]

    assert shape(order) == shape(KITES)
