"""One entry of many is changed: it is found at once, with what was learned before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faq_index import Answer, Entry, FaqIndex, InvalidFaq, Label, build_index, load_faq, loader
from faq_index import faq_file as yaml_file
from faq_index.loader import FaqReader
from faq_index.updating import updated
from tests.faq_index.fakes import GOOD, TrigramEncoder, shop, shop_ja, write_faq

QUESTIONS = [("where's my ordr", "en"), ("money back", "en"), ("返金されていない", "ja")]


@pytest.fixture(scope="module")
def twice() -> list[Entry]:
    """Enough of them that one is little."""
    more = [
        replace(entry, id=f"{entry.id}-{n}", question=f"{entry.question} {n}",
                also_asked=tuple(f"{text} {n}" for text in entry.also_asked))
        for entry in shop() for n in range(1, 4)
    ]  # fmt: skip
    return [*shop(), *more, *shop_ja()]


@pytest.fixture(scope="module")
def before(twice: list[Entry]) -> FaqIndex:
    return build_index(twice, TrigramEncoder())


def change(entries: list[Entry], **changes: object) -> list[Entry]:
    return [replace(entries[0], **changes), *entries[1:]]  # type: ignore[arg-type]


def test_a_new_phrasing_and_answer_are_found_and_nothing_is_learned(
    before: FaqIndex, twice: list[Entry]
) -> None:
    said = (*twice[0].also_asked, "quo vadis xylophone")
    after = updated(before, change(twice, also_asked=said, answer="There."), max_wrong=0.1)
    assert after is not None and after.version != before.version
    found = after.decide("quo vadis xylophone", "en")
    assert isinstance(found, Answer) and found.entry.answer == "There."
    for language in ("en", "ja"):
        old, new = before.partitions[language].model, after.partitions[language].model
        assert new.weights is old.weights
    assert after.partitions["ja"].matchers is before.partitions["ja"].matchers
    assert dict(after.thresholds) == dict(before.thresholds)


def test_what_labels_taught_stays(before: FaqIndex, twice: list[Entry]) -> None:
    no = frozenset({"track-order"})
    wrong = [Label(f"where is it {n}", rejected=no, language="en") for n in range(40)]
    taught = before.recalibrated(wrong)
    after = updated(taught, change(twice, answer="There."), max_wrong=0.1)
    assert after is not None and after.promises == taught.promises
    assert dict(after.thresholds) == dict(taught.thresholds)


def test_a_language_that_nobody_changed_is_not_learned_again(
    before: FaqIndex, twice: list[Entry]
) -> None:
    encoder = TrigramEncoder()
    after = build_index(change(twice, answer="There."), encoder, before=before)
    assert after.partitions["ja"].model.weights is before.partitions["ja"].model.weights
    assert after.partitions["en"].model.weights is not before.partitions["en"].model.weights
    fresh = build_index(change(twice, answer="There."), TrigramEncoder())
    for question in QUESTIONS:
        assert after.decide(*question) == fresh.decide(*question)


def test_files_that_say_the_same_are_the_same_version(before: FaqIndex, twice: list[Entry]) -> None:
    moved = [replace(entry, line=entry.line + 3, file="other.yml") for entry in twice]
    after = updated(before, moved, max_wrong=0.1)
    assert after is not None and after.version == before.version
    assert after.entries("en")[0].file == "other.yml"


@pytest.mark.parametrize(
    "make",
    [
        lambda entries: entries[:12],
        lambda entries: [entry for entry in entries if entry.language == "en"],
        lambda entries: [*entries, replace(entries[0], language="de")],
    ],
)
def test_too_much_is_learned_anew(
    before: FaqIndex, twice: list[Entry], make: Callable[[list[Entry]], list[Entry]]
) -> None:
    assert updated(before, make(twice), max_wrong=0.1) is None


def test_only_the_files_that_changed_are_parsed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed: list[str] = []

    def read(text: str, relative: Path, notes: object) -> list[yaml_file.Found]:
        parsed.append(relative.name)
        return yaml_file.read_faq_file(text, relative, notes)  # type: ignore[arg-type]

    monkeypatch.setattr(loader, "read_faq_file", read)
    write_faq(tmp_path, GOOD, "a.yml")
    write_faq(tmp_path, GOOD.replace("order", "tent").replace("track my", "see my"), "b.yml")
    reader = FaqReader(tmp_path)
    first = reader.load()
    assert reader.load() == first and parsed == ["a.yml", "b.yml"]
    write_faq(tmp_path, GOOD.replace("*Cancel*", "*Stop*"), "a.yml")
    assert "Choose *Stop*." in [entry.answer for entry in reader.load()]
    assert parsed == ["a.yml", "b.yml", "a.yml"]


TEXTS = st.sampled_from(
    [GOOD, GOOD.replace("order", "parcel"), GOOD.replace("order", "tent"), "faqs: [1", "", None]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abc"), TEXTS), min_size=1, max_size=8))
def test_reading_again_is_reading_for_the_first_time(
    tmp_path_factory: pytest.TempPathFactory, saves: list[tuple[str, str | None]]
) -> None:
    folder = tmp_path_factory.mktemp("faq")
    reader = FaqReader(folder)
    for name, text in saves:
        path = folder / f"{name}.yml"
        if text is None:
            path.unlink(missing_ok=True)
        else:
            path.write_text(text, encoding="utf-8")
        assert said(reader.load) == said(lambda: load_faq(folder))


def said(load: Callable[[], list[Entry]]) -> object:
    try:
        return load()
    except InvalidFaq as error:
        return [str(problem) for problem in error.problems]
