"""A share of the visitors gets another threshold, as registered; the result comes at the end."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.database import Database
from helpdesk.desk import Helpdesk
from helpdesk.errors import BadInput, Conflict, NotAllowed
from helpdesk.figures import DAILY, Rate
from helpdesk.history import Plot, Subject, contacts
from helpdesk.holdout import MEASURES, Holdout, OtherAnswer
from helpdesk.store import history
from helpdesk.store.tables import episodes
from helpdesk.types import Staff
from tests.helpdesk.fakes import (
    ANSWER,
    MONDAY_10_TOKYO,
    FakeClock,
    FakeLive,
    FakeRasa,
    decision,
    open_widget,
)

TODAY = MONDAY_10_TOKYO.date()


def holdout(share: float, holdout_id: str = "h") -> Holdout:
    return Holdout(holdout_id, "t", share, 0.5, "handoff", TODAY, TODAY, "Mia")


def test_what_can_be_registered_is_known_of_each_day() -> None:
    assert set(MEASURES) <= set(DAILY)


@given(st.text(max_size=40), st.floats(0.01, 0.5))
def test_the_same_person_is_always_in_the_same_arm(person: str, share: float) -> None:
    assert holdout(share).arm_of(person) == holdout(share).arm_of(person)


def test_the_share_is_the_one_that_was_registered() -> None:
    for share in (0.05, 0.2, 0.5):
        found = sum(holdout(share).arm_of(f"visitor-{n}") == "other" for n in range(20_000))
        assert abs(found / 20_000 - share) < 0.01
    # Another holdout draws anew.
    both = [holdout(0.5, each).arm_of("vera") for each in map(str, range(200))]
    assert 60 < both.count("other") < 140


async def test_each_arm_is_asked_by_its_threshold(
    desk: Helpdesk, rasa: FakeRasa, live: FakeLive, mia: Staff
) -> None:
    await desk.holdouts.register(mia, "Bolder", 0.5, 0.4, "handoff", TODAY + timedelta(days=13))
    (registered,) = await desk.holdouts.registered()
    assert registered.is_running and registered.result is None
    rasa.says(ANSWER)
    seen = {"usual": set[object](), "other": set[object]()}
    for number in range(16):
        visitor = await open_widget(desk, visitor=f"browser-{number}")
        await visitor.says("Where is my order?")
        arm = registered.holdout.arm_of(f"browser-{number}")
        seen[arm].add(rasa.asked[-1]["metadata"]["threshold"])
    assert seen == {"usual": {None}, "other": {0.4}}
    # The index alone goes by it too.
    rasa.mode = "refusal"
    for number in range(16):
        visitor = await open_widget(desk, visitor=f"browser-{number}")
        await visitor.says("Where is my order?")
        arm = registered.holdout.arm_of(f"browser-{number}")
        assert live.current.asked_from[-1] == (0.4 if arm == "other" else None)
    usual = await desk.reports.report(TODAY, TODAY, holdout=registered.holdout.mark("usual"))
    other = await desk.reports.report(TODAY, TODAY, holdout=registered.holdout.mark("other"))
    assert usual.engaged + other.engaged == 32 and min(usual.engaged, other.engaged) > 0


async def test_each_arm_reads_its_answer_and_only_who_reads_one_counts(
    desk: Helpdesk, rasa: FakeRasa, mia: Staff
) -> None:
    other = OtherAnswer("track-order", "en", " Look at *My orders*. ")
    ends = TODAY + timedelta(days=13)
    await desk.holdouts.register(mia, "Shorter", 0.5, other, "self_resolution", ends)
    holdout = (await desk.holdouts.registered())[0].holdout
    assert holdout.other == OtherAnswer("track-order", "en", "Look at *My orders*.")
    seen = {"usual": set[str](), "other": set[str]()}
    for number in range(16):
        visitor = await open_widget(desk, visitor=f"browser-{number}")
        rasa.says(ANSWER)
        (answer,) = await visitor.says("Where is my order?")
        seen[holdout.arm_of(f"browser-{number}")].add(answer.text)
        assert rasa.asked[-1]["metadata"]["threshold"] is None
    assert seen == {"usual": {"Answer *track-order*.\n"}, "other": {"Look at *My orders*."}}
    for number in range(16, 20):
        visitor = await open_widget(desk, visitor=f"browser-{number}")
        rasa.says(decision("answer", "return-item"))
        (answer,) = await visitor.says("Can I send it back?")
        assert answer.text == "Answer *return-item*.\n"
        japanese = await open_widget(desk, visitor=f"browser-{number}", language="ja")
        rasa.says(ANSWER)
        (answer,) = await japanese.says("注文はどこ")
        assert answer.text == "「注文履歴」をご覧ください。"
    usual = await desk.reports.report(TODAY, TODAY, holdout=holdout.mark("usual"))
    tried = await desk.reports.report(TODAY, TODAY, holdout=holdout.mark("other"))
    assert usual.engaged + tried.engaged == 16 and min(usual.engaged, tried.engaged) > 0


@pytest.mark.parametrize(
    ("other", "named"),
    [
        (OtherAnswer("kayaks", "en", "Yes."), "entry must be one that the FAQ has"),
        (OtherAnswer("return-item", "ja", "はい。"), "in the language ja"),
        (OtherAnswer("return-item", "en", "  "), "answer"),
        (OtherAnswer("return-item", "en", "x" * 10_001), "answer"),
    ],
)
async def test_another_answer_must_be_one_of_an_entry(
    desk: Helpdesk, mia: Staff, other: OtherAnswer, named: str
) -> None:
    with pytest.raises(BadInput, match=named):
        ends = TODAY + timedelta(days=13)
        await desk.holdouts.register(mia, "Shorter", 0.5, other, "self_resolution", ends)


async def test_without_a_holdout_nobody_is_in_an_arm(desk: Helpdesk, rasa: FakeRasa) -> None:
    rasa.says(ANSWER)
    visitor = await open_widget(desk)
    await visitor.says("Where is my order?")
    assert rasa.asked[-1]["metadata"]["threshold"] is None


async def test_the_result_comes_when_the_last_day_is_over(
    desk: Helpdesk, db: Database, clock: FakeClock, mia: Staff, ana: Staff
) -> None:
    ends = TODAY + timedelta(days=27)
    await desk.holdouts.register(mia, "Bolder", 0.5, 0.4, "self_resolution", ends)
    (registered,) = await desk.holdouts.registered()
    zone = ZoneInfo("Asia/Tokyo")
    good = Subject("en", ("where is it",), "track-order", "Orders", "There.", 1.0, 0.95)
    bad = Subject("en", ("where is it",), "track-order", "Orders", "There.", 1.0, 0.5)
    for arm, subject, seed in (("other", good, 1), ("usual", bad, 2)):
        made = list(contacts(Plot(ends, 28, zone, (subject,), (ana,), per_day=8, seed=seed)))
        mark = registered.holdout.mark(arm)  # type: ignore[arg-type]
        await db.write(lambda c, made=made: history.store(c, made, {}, zone))  # type: ignore[misc]
        ids = [each.episode_id for each in made]
        stamped = episodes.update().where(episodes.c.id.in_(ids)).values(holdout=mark)
        await db.write(lambda c, stamped=stamped: c.execute(stamped))  # type: ignore[misc]
    clock.now = datetime.combine(ends, datetime.min.time(), zone) + timedelta(hours=23)
    assert (await desk.holdouts.registered())[0].result is None
    clock.forward(hours=2)
    (over,) = await desk.holdouts.registered()
    assert not over.is_running and over.result is not None
    assert over.result.low is not None and over.result.low > 0
    assert isinstance(over.result.usual, Rate) and over.result.usual.n > 100


async def test_one_that_was_stopped_has_no_result(
    desk: Helpdesk, clock: FakeClock, mia: Staff, ana: Staff
) -> None:
    ends = TODAY + timedelta(days=6)
    await desk.holdouts.register(mia, "Bolder", 0.2, 0.4, "handoff", ends)
    with pytest.raises(Conflict, match="'Bolder' runs until 2026-11-29"):
        await desk.holdouts.register(mia, "Another", 0.2, 0.4, "handoff", ends)
    (registered,) = await desk.holdouts.registered()
    with pytest.raises(NotAllowed):
        await desk.holdouts.stop(ana, registered.holdout.id)
    await desk.holdouts.stop(mia, registered.holdout.id)
    clock.forward(days=10)
    (stopped,) = await desk.holdouts.registered()
    assert (stopped.is_running, stopped.result) == (False, None)


@pytest.mark.parametrize(
    ("title", "share", "threshold", "figure", "days", "named"),
    [
        ("", 0.2, 0.4, "handoff", 13, "title"),
        ("T", 0.6, 0.4, "handoff", 13, "share"),
        ("T", 0.2, 1.0, "handoff", 13, "threshold"),
        ("T", 0.2, float("nan"), "handoff", 13, "threshold"),
        ("T", 0.2, 0.4, "profit", 13, "figure"),
        ("T", 0.2, 0.4, "handoff", 5, "ends"),
        ("T", 0.2, 0.4, "handoff", 400, "ends"),
    ],
)
async def test_what_makes_no_proof_is_refused(
    desk: Helpdesk, mia: Staff, title: str, share: float, threshold: float, figure: str,
    days: int, named: str,
) -> None:  # fmt: skip
    ends: date = TODAY + timedelta(days=days)
    with pytest.raises(BadInput, match=named):
        await desk.holdouts.register(mia, title, share, threshold, figure, ends)
