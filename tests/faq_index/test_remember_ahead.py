"""Past questions are looked up before anybody asks what a change would do to them."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import psutil
import pytest

from faq_index import FaqIndex, Label, build_index, remembering
from faq_index.changes import Asked, compare, with_phrasings
from faq_index.confidence import Flags
from faq_index.errors import LookerLost
from faq_index.lookers import Alone, Looking, looking_up
from faq_index.partition import Partition, Sight
from faq_index.remembering import Remembered, remember
from faq_index.sightings import Sightings
from faq_index.sightings_file import load_sightings, save_sightings
from tests.faq_index.test_decide_many_at_once import Words
from tests.faq_index.test_remember_what_questions_met import (
    FAQ,
    after_edits,
    as_large,
    asked_again,
    questions,
    quiet,
    remembered,
    same,
)


@pytest.fixture(scope="module")
def live() -> Iterator[FaqIndex]:
    yield from as_large()


@pytest.fixture
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Saved after every forty, ten at a time."""
    monkeypatch.setattr(remembering, "_BATCH", 10)
    monkeypatch.setattr(remembering, "_SAVED_AFTER", 40)


def ahead(
    index: FaqIndex,
    asked: Sequence[Asked],
    folder: Path,
    look: Looking | None = None,
    goes_on: Callable[[], bool] = lambda: True,
) -> Remembered:
    """Remember as the command does."""
    met = load_sightings(folder, look)
    return remember(
        index, asked, met, lambda: save_sightings(met, folder), tell=quiet, goes_on=goes_on
    )


def unknown(index: FaqIndex, asked: Sequence[Asked], folder: Path) -> int:
    """How many a comparison would have to look up in the live FAQ."""
    met = load_sightings(folder)
    assert same(remembered(index, asked, met.of_live), asked_again(index, asked))
    return met.asked_of_live


class KilledAfter(Alone):
    """Ends while it looks up more than so many."""

    def __init__(self, count: int) -> None:
        self.left = count

    def sights(self, part: Partition, texts: Sequence[str], allowed: Flags) -> Iterable[Sight]:
        self.left -= len(texts)
        if self.left < 0:
            raise KeyboardInterrupt
        return super().sights(part, texts, allowed)


def test_a_comparison_looks_up_nothing_that_was_remembered(live: FaqIndex, tmp_path: Path) -> None:
    asked = questions(1, 200)
    new = build_index(after_edits([(20, 1)]), Words(), before=live)
    done = ahead(live, with_phrasings(asked, live), tmp_path)
    assert done.is_whole and done.looked_up == done.texts > 150
    met = load_sightings(tmp_path)
    found = compare(live, new, with_phrasings(asked, new, live), [], quiet, met)
    # The new phrasing alone.
    assert met.asked_of_live == 1
    assert found == compare(live, new, with_phrasings(asked, new, live), [], quiet)


def test_what_was_remembered_before_labels_taught_serves_after(
    live: FaqIndex, tmp_path: Path
) -> None:
    asked = questions(2, 100)
    ahead(live, asked, tmp_path)
    labels = [Label(each.text, frozenset({FAQ[0].id}), language="en") for each in asked[10:60]]
    taught = live.recalibrated(labels)
    assert unknown(taught, asked, tmp_path) == 0


def test_of_two_languages_each_is_remembered(live: FaqIndex, tmp_path: Path) -> None:
    asked = [
        Asked("返金はまだですか", "ja", 3),
        Asked("refund 返金", "en"),
        Asked("wo ist es", "de"),
    ]
    ahead(live, asked, tmp_path)
    assert {file.name for file in tmp_path.iterdir()} == {"en.npz", "ja.npz"}
    assert unknown(live, asked, tmp_path) == 0


def test_what_is_remembered_is_not_looked_up_again(live: FaqIndex, tmp_path: Path) -> None:
    asked = questions(3, 100)
    first = ahead(live, asked[:60], tmp_path)
    again = ahead(live, asked, tmp_path)
    assert again.texts > first.texts and again.looked_up == again.texts - first.texts
    assert ahead(live, asked, tmp_path).looked_up == 0


def test_a_small_publish_is_looked_up_where_it_touches(live: FaqIndex, tmp_path: Path) -> None:
    asked = questions(4, 200)
    ahead(live, asked, tmp_path)
    new = build_index(after_edits([(20, 1)]), Words(), before=live)
    assert 0 < ahead(new, asked, tmp_path).looked_up < 0.9 * len(asked)
    assert unknown(new, asked, tmp_path) == 0


@pytest.mark.usefixtures("small_steps")
def test_a_kill_loses_no_more_than_was_not_saved(live: FaqIndex, tmp_path: Path) -> None:
    asked = questions(5, 200)
    with pytest.raises(KeyboardInterrupt):
        ahead(live, asked, tmp_path, KilledAfter(95))
    whole = ahead(live, asked, tmp_path)
    assert whole.texts - whole.looked_up == 80
    new = build_index(after_edits([(20, 1)]), Words(), before=live)
    with pytest.raises(KeyboardInterrupt):
        ahead(new, asked, tmp_path, KilledAfter(0))
    assert unknown(live, asked, tmp_path) == 0


@pytest.mark.usefixtures("small_steps")
def test_what_is_asked_most_is_known_first(live: FaqIndex, tmp_path: Path) -> None:
    asked = questions(6, 200)
    with pytest.raises(KeyboardInterrupt):
        ahead(live, asked, tmp_path, KilledAfter(80))
    assert unknown(live, asked[:60], tmp_path) == 0 < unknown(live, asked[150:], tmp_path)


@pytest.mark.usefixtures("small_steps")
def test_it_ends_when_another_state_is_published(live: FaqIndex, tmp_path: Path) -> None:
    asked = questions(7, 200)
    told = iter([True])
    done = ahead(live, asked, tmp_path, goes_on=lambda: next(told, False))
    assert (done.looked_up, done.is_whole) == (40, False)
    assert ahead(live, asked, tmp_path).looked_up == done.texts - 40


def test_two_who_remember_at_a_time_lose_nothing_of_each_other(
    live: FaqIndex, tmp_path: Path
) -> None:
    asked = questions(8, 120)
    ahead(live, asked[:20], tmp_path)
    one, other = load_sightings(tmp_path), load_sightings(tmp_path)
    remembered(live, asked[20:80], one.of_live)
    remembered(live, asked[60:], other.of_live)
    save_sightings(one, tmp_path)
    save_sightings(other, tmp_path)
    assert unknown(live, asked[20:], tmp_path) == 0
    # Nobody asked for these any more.
    assert unknown(live, asked[:20], tmp_path) > 0


def test_what_is_not_live_any_more_takes_nothings_place(live: FaqIndex, tmp_path: Path) -> None:
    asked = questions(9, 60)
    slow = load_sightings(tmp_path)
    remembered(live, asked, slow.of_live)
    new = build_index(after_edits([(20, 2)]), Words(), before=live)
    ahead(new, asked, tmp_path)
    stored = (tmp_path / "en.npz").read_bytes()
    save_sightings(slow, tmp_path, is_live=lambda: False)
    assert (tmp_path / "en.npz").read_bytes() == stored
    save_sightings(slow, tmp_path)
    assert unknown(live, asked, tmp_path) == 0


def _save_for_ever(live: FaqIndex, asked: Sequence[Asked], folder: Path) -> None:
    met = load_sightings(folder)
    remembered(live, asked, met.of_live)
    while True:
        save_sightings(met, folder)


def test_killed_while_saving_the_file_is_whole(live: FaqIndex, tmp_path: Path) -> None:
    asked = questions(10, 150)
    ahead(live, asked, tmp_path)
    for tried in range(8):
        saving = multiprocessing.get_context("fork").Process(
            target=_save_for_ever, args=(live, asked, tmp_path)
        )
        saving.start()
        while not list(tmp_path.glob("*.new")):
            assert saving.is_alive()
        time.sleep(0.0005 * tried)
        saving.kill()
        saving.join()
        saving.close()
        assert unknown(live, asked, tmp_path) == 0
    # What was left half-written is gone with the next one who saves.
    ahead(live, asked, tmp_path)
    assert [file.suffix for file in tmp_path.iterdir()] == [".npz"] * 2


# In several processes


def children() -> set[int]:
    """Ids of this process's children, of which other tests may have left some."""
    return {each.pid for each in psutil.Process().children()}


def test_two_processes_find_what_one_finds(live: FaqIndex) -> None:
    asked = with_phrasings(questions(11, 300), live)
    new = build_index(after_edits([(20, 1), (30, 0), (40, 4)]), Words(), before=live)
    alone = compare(live, new, asked, [], quiet)
    told: list[tuple[int, int]] = []
    others = children()
    with looking_up([live, new], 2) as look:
        met = Sightings(look=look)
        found = compare(live, new, asked, [], lambda *each: told.append(each), met)
        assert len(children() - others) == 2
    assert not children() - others
    assert met.asked > 200 and told == sorted(told) and told[-1] == (len(asked), len(asked))
    assert found == alone and alone.changes


def test_questions_in_two_languages_are_handed_over_together(
    live: FaqIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each once, and what was found for one language is not lost over the other."""
    english, japanese = live.partitions["en"], live.partitions["ja"]
    texts = [f"where is parcel {number}" for number in range(40)]
    others = [f"荷物{number}はどこですか" for number in range(30)]
    times: list[int] = []
    with looking_up([live], 2) as look:
        hand_over = look._handed_over  # type: ignore[attr-defined]
        count = lambda jobs: times.append(len(jobs)) or hand_over(jobs)  # noqa: E731
        monkeypatch.setattr(look, "_handed_over", count)
        look.begin([(english, texts), (japanese, others)])
        for part, own in ((japanese, others), (english, texts)):
            alone = list(part.glances(own))
            for one, two in zip(look.glances(part, own), alone, strict=True):
                assert np.array_equal(one.entries, two.entries)
                assert one.least == pytest.approx(two.least, abs=1e-5)
    assert times == [2]


def test_what_two_processes_looked_up_is_remembered(live: FaqIndex, tmp_path: Path) -> None:
    asked = questions(12, 150)
    with looking_up([live], 2) as look:
        assert ahead(live, asked, tmp_path, look).looked_up > 100
    assert unknown(live, asked, tmp_path) == 0


def test_a_process_that_was_killed_is_one_sentence(live: FaqIndex) -> None:
    asked, others = questions(13, 150), children()
    with pytest.raises(LookerLost, match="was ended from outside"), looking_up([live], 2) as look:
        os.kill(min(children() - others), signal.SIGKILL)
        remembered(live, asked, Sightings(look=look).of_live)
    assert not children() - others


def test_who_is_interrupted_leaves_no_process(live: FaqIndex) -> None:
    others = children()
    with pytest.raises(KeyboardInterrupt), looking_up([live], 2):
        assert len(children() - others) == 2
        raise KeyboardInterrupt
    assert not children() - others


def test_what_fails_in_a_process_fails_where_it_was_asked(
    live: FaqIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise ZeroDivisionError("in the child")

    monkeypatch.setattr(Partition, "sights", fails)
    with pytest.raises(ZeroDivisionError, match="in the child"), looking_up([live], 2) as look:
        remembered(live, questions(14, 100), Sightings(look=look).of_live)
