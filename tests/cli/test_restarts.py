"""What died comes back, later each time, and soon again once it has been well for a while."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.cli.helpers import FakeClock
from web_widget.supervisor.restarts import FORGIVEN_AFTER, PAUSES, Restarts


def test_it_waits_longer_after_each_death_in_a_row() -> None:
    clock = FakeClock()
    life = Restarts(clock)
    pauses = []
    for _ in range(8):
        life.started()
        pauses.append(life.died())
        clock.pass_(pauses[-1])
    assert pauses == [1, 2, 4, 8, 16, 30, 30, 30]


def test_it_starts_soon_again_after_a_minute_of_health() -> None:
    clock = FakeClock()
    life = Restarts(clock)
    for _ in range(5):
        life.started()
        life.died()
    life.started()
    life.became_ready()
    clock.pass_(59.9)
    assert life.died() == 30
    life.started()
    life.became_ready()
    clock.pass_(60)
    assert life.died() == 1


def test_a_minute_of_starting_is_not_health() -> None:
    clock = FakeClock()
    life = Restarts(clock)
    life.started()
    life.died()
    life.started()
    clock.pass_(600)
    assert life.died() == 2


def test_health_that_is_interrupted_counts_anew() -> None:
    clock = FakeClock()
    life = Restarts(clock)
    life.died()
    life.started()
    life.became_ready()
    clock.pass_(40)
    life.became_unready()
    life.became_ready()
    clock.pass_(40)
    assert life.died() == 2


def test_a_stopped_process_is_never_due() -> None:
    clock = FakeClock()
    life = Restarts(clock)
    life.started()
    life.died()
    life.stopped()
    clock.pass_(1000)
    assert not life.due
    assert life.wait_left == 0


EVENTS = st.lists(
    st.tuples(st.sampled_from(["ready", "unready", "die"]), st.floats(0, 200, allow_nan=False)),
    max_size=60,
)


@given(EVENTS)
def test_whatever_happens_pauses_grow_in_a_row_and_end(events: list[tuple[str, float]]) -> None:
    clock = FakeClock()
    life = Restarts(clock)
    life.started()
    before = 0.0  # the last pause
    healthy_since: float | None = None
    healed = False  # a minute of health since the last death
    for event, seconds in events:
        clock.pass_(seconds)
        was_healthy = healthy_since is not None and clock.now - healthy_since >= FORGIVEN_AFTER
        if event == "ready" and life.state == "starting":
            life.became_ready()
            healthy_since = clock.now
        elif event == "unready" and life.state == "ready":
            life.became_unready()
            healed, healthy_since = healed or was_healthy, None
        elif event == "die":
            pause = life.died()
            healed = healed or was_healthy
            assert pause in PAUSES
            assert pause == PAUSES[0] if healed else pause >= before
            if not healed and before < PAUSES[-1]:
                assert pause > before
            assert not life.due
            clock.pass_(pause / 2)
            assert 0 < life.wait_left <= pause
            clock.pass_(pause)
            assert life.due and life.wait_left == 0
            life.started()
            before, healthy_since, healed = pause, None, False
