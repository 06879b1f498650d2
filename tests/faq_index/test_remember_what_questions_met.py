"""What past questions met is remembered, and never tells another story than asking them again."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faq_index import Entry, FaqIndex, Label, build_index, building
from faq_index.changes import Asked, Comparison, Said, compare
from faq_index.sightings import Sightings
from faq_index.sightings_file import load_sightings, save_sightings
from tests.faq_index.fakes import TrigramEncoder, make_entry, shop, shop_ja
from tests.faq_index.test_decide_many_at_once import Words

SYLLABLES = ["ka", "lo", "mi", "ter", "ban", "sor", "vel", "quin", "dra", "pho", "nex", "wul"]


def word(number: int) -> str:
    return "".join(SYLLABLES[(number // 12**place) % 12] for place in range(3))


def invented(number: int) -> Entry:
    own = word(7 * number + 5)
    phrasings = f"how do I use the {own}", f"{own} is {word(11 * number)}", f"my {own} broke"
    return make_entry(f"n{number}", *phrasings, answer=f"Turn the {word(13 * number)} of {own}.")


FAQ = [*shop(), *shop_ja(), *map(invented, range(220))]


def as_large() -> Iterator[FaqIndex]:
    """Of which small changes teach nothing new, as of a large FAQ."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(building, "_MANY", 20)
        patch.setattr(building, "_LITTLE", 0.5)
        yield build_index(FAQ, Words())


@pytest.fixture(scope="module")
def live() -> Iterator[FaqIndex]:
    yield from as_large()


def questions(seed: int, count: int = 24) -> list[Asked]:
    draw = random.Random(seed)
    found = [Asked(text, "en") for text in ("", "?", "Where is my order?", "where is my ordr")]
    found += [
        Asked("返金はまだですか", "ja", 3),
        Asked("refund 返金", "en"),
        Asked("wo ist es", "de"),
    ]
    while len(found) < count:
        own = draw.choice(FAQ).phrasings
        words = draw.choice(own).split() + [word(draw.randrange(1700))]
        draw.shuffle(words)
        found.append(Asked(" ".join(words[: draw.randrange(1, 7)]), "en", draw.randrange(1, 9)))
    return list(dict.fromkeys(found))


def edited(entry: Entry, how: int) -> list[Entry]:
    if how == 0:
        return []
    if how == 1:
        return [replace(entry, also_asked=(*entry.also_asked, f"what is {word(len(entry.id))}"))]
    if how == 2:
        return [replace(entry, answer="The refund of your order is on its way.")]
    if how == 3:
        return [replace(entry, valid_until=date(2001, 1, 1))]
    return [entry, replace(entry, id=f"{entry.id}-more", question=f"when does {entry.id} open")]


def after_edits(edits: Sequence[tuple[int, int]]) -> list[Entry]:
    hows = dict(edits)
    changed = (
        edited(entry, hows[place]) if place in hows else [entry] for place, entry in enumerate(FAQ)
    )
    return [entry for each in changed for entry in each]


def asked_again(index: FaqIndex, asked: Sequence[Asked]) -> list[Said]:
    return [Said.of(index.decide(each.text, each.language)) for each in asked]


def remembered(index: FaqIndex, asked: Sequence[Asked], sights: object) -> list[Said]:
    pairs = [(each.text, each.language) for each in asked]
    return [Said.of(each) for each in index.decide_all(pairs, sights=sights)]  # type: ignore[arg-type]


def same(ones: Sequence[Said], others: Sequence[Said]) -> bool:
    return len(ones) == len(others) and all(
        (one.kind, one.entries) == (other.kind, other.entries)
        and abs(one.confidence - other.confidence) < 1e-6
        for one, other in zip(ones, others, strict=True)
    )


def quiet(done: int, total: int) -> None:
    pass


EDITS = st.lists(st.tuples(st.integers(0, len(FAQ) - 1), st.integers(0, 4)), min_size=1, max_size=4)


@settings(max_examples=12, deadline=None)
@given(edits=EDITS, later=EDITS, seed=st.integers(0, 50))
def test_what_is_remembered_is_what_would_be_found(
    live: FaqIndex,
    edits: list[tuple[int, int]],
    later: list[tuple[int, int]],
    seed: int,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Property: whatever is edited, published, and edited again."""
    folder = tmp_path_factory.mktemp("asked")
    asked = questions(seed)
    new = build_index(after_edits(edits), live.partitions["en"].encoder, before=live)
    met = Sightings()
    assert same(remembered(live, asked, met.of_live), asked_again(live, asked))
    assert same(remembered(new, asked, met.of_changed), asked_again(new, asked))
    save_sightings(met, folder)
    # What was changed is live now, and is changed again.
    newer = build_index(after_edits(later), live.partitions["en"].encoder, before=new)
    met = load_sightings(folder)
    assert same(remembered(new, asked, met.of_live), asked_again(new, asked))
    assert same(remembered(newer, asked, met.of_changed), asked_again(newer, asked))


@settings(max_examples=12, deadline=None)
@given(edits=EDITS, later=EDITS, seed=st.integers(0, 50))
def test_what_is_not_looked_at_is_said_the_same(
    live: FaqIndex,
    edits: list[tuple[int, int]],
    later: list[tuple[int, int]],
    seed: int,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Property: whatever is edited, published, and edited again."""
    folder = tmp_path_factory.mktemp("asked")
    asked = questions(seed, 60)
    pairs = [(each.text, each.language) for each in asked]
    new = build_index(after_edits(edits), live.partitions["en"].encoder, before=live)
    newer = build_index(after_edits(later), live.partitions["en"].encoder, before=new)
    for before, after in ((live, new), (new, newer)):
        met = load_sightings(folder)
        alike = [
            same for batch in met.alike(before, after, [pairs[:40], pairs[40:]]) for same in batch
        ]
        said = zip(asked_again(before, asked), asked_again(after, asked), strict=True)
        for is_alike, (was, now) in zip(alike, said, strict=True):
            assert not is_alike or (was.kind, was.entries) == (now.kind, now.entries)
        save_sightings(met, folder)


def test_of_a_small_change_most_questions_are_only_glanced_at(live: FaqIndex) -> None:
    asked = [Asked(f"how do I use the {word(7 * n + 5)} please", "en") for n in range(100)]
    new = build_index(after_edits([(0, 1)]), Words(), before=live)
    met = Sightings()
    found = compare(live, new, asked, [], quiet, met)
    assert found == _one_by_one(live, new, asked)
    assert met.asked < 1.3 * len(asked)


def test_where_labels_taught_another_confidence_all_are_looked_up(live: FaqIndex) -> None:
    asked = questions(6, 100)
    labels = [Label(each.text, frozenset({FAQ[0].id}), language="en") for each in asked[10:60]]
    taught = live.recalibrated(labels)
    assert not live.judges_as(taught) and taught.judges_as(taught)
    assert compare(live, taught, asked, [], quiet) == _one_by_one(live, taught, asked)


def _one_by_one(before: FaqIndex, after: FaqIndex, asked: Sequence[Asked]) -> Comparison:
    """With nothing known beforehand that could be the same."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(FaqIndex, "judges_as", lambda *_: False)
        patch.setattr(Sightings, "_carried_over", lambda *_: {})
        return compare(before, after, asked, [], quiet)


def test_little_is_asked_again(live: FaqIndex, tmp_path: Path) -> None:
    asked = questions(1, 200)
    new = build_index(after_edits([(20, 1)]), Words(), before=live)
    first = Sightings()
    found = compare(live, new, asked, [], quiet, first)
    save_sightings(first, tmp_path)
    second = load_sightings(tmp_path)
    assert compare(live, new, asked, [], quiet, second) == found
    assert second.asked_of_live == 0
    assert second.asked < 0.9 * len(asked) < first.asked


def test_no_word_of_a_customer_is_kept(live: FaqIndex, tmp_path: Path) -> None:
    met = Sightings()
    remembered(live, [Asked("my secret kalomi question", "en")], met.of_live)
    save_sightings(met, tmp_path)
    [file] = tmp_path.iterdir()
    assert b"secret" not in file.read_bytes() and file.stat().st_mode & 0o077 == 0


def test_a_question_that_is_not_asked_any_more_is_forgotten(live: FaqIndex, tmp_path: Path) -> None:
    asked = questions(2)
    met = Sightings()
    remembered(live, asked, met.of_live)
    save_sightings(met, tmp_path)
    for with_others, again in ((True, 0), (False, len(asked) - 10)):
        met = load_sightings(tmp_path)
        remembered(live, asked[:10], met.of_live)
        save_sightings(met, tmp_path, with_others=with_others)
        met = load_sightings(tmp_path)
        remembered(live, asked, met.of_live)
        assert (met.asked > 0) == (again > 0)


@pytest.mark.parametrize("damage", [b"", b"PK nonsense", None])
def test_a_damaged_file_costs_time_only(
    live: FaqIndex, tmp_path: Path, damage: bytes | None
) -> None:
    asked = questions(3)
    met = Sightings()
    remembered(live, asked, met.of_live)
    save_sightings(met, tmp_path)
    for file in tmp_path.iterdir():
        file.write_bytes(file.read_bytes()[:-500] if damage is None else damage)
    met = load_sightings(tmp_path)
    assert same(remembered(live, asked, met.of_live), asked_again(live, asked))
    assert met.asked > 0


def test_another_encoder_is_asked_itself(live: FaqIndex, tmp_path: Path) -> None:
    asked = questions(4)
    met = Sightings()
    remembered(live, asked, met.of_live)
    save_sightings(met, tmp_path)
    other = build_index([*shop(), *shop_ja()], TrigramEncoder("others"))
    met = load_sightings(tmp_path)
    assert same(remembered(other, asked, met.of_live), asked_again(other, asked))


def test_one_who_waits_is_told_how_many_were_left_out(live: FaqIndex) -> None:
    asked = questions(5, 2500)
    new = build_index(after_edits([(20, 1)]), Words(), before=live)
    met = Sightings()
    found = compare(live, new, asked, [], quiet, met, 10)
    assert found.questions == 2048 < len(asked)
