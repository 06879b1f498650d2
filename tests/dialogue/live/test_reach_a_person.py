"""Customers who want a person, or complain, in words of their own; and near misses."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.dialogue.live.rasa_process import acts_of
from tests.dialogue.phrasings import LANGUAGES, SECTIONS, phrasings

pytestmark = pytest.mark.live


@pytest.fixture(scope="module")
def heard(
    root: Path, rasa_python: Path, rasa_environment: Mapping[str, str], model: Path
) -> dict[str, str]:
    """What each phrasing is heard as. Rasa is loaded once for all of them."""
    texts = [t for language in LANGUAGES for part in SECTIONS for t in phrasings(language, part)]
    return dict(zip(texts, acts_of(root, rasa_python, rasa_environment, model, texts), strict=True))


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_asks_for_a_person_is_heard(heard: dict[str, str], language: str) -> None:
    wanted = phrasings(language, "ask_for_person")
    assert [(text, heard[text]) for text in wanted if heard[text] != "ask_for_person"] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_complains_is_heard(heard: dict[str, str], language: str) -> None:
    wanted = phrasings(language, "complain")
    assert [(text, heard[text]) for text in wanted if heard[text] != "complain"] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_asks_about_people_or_complaints_gets_an_answer(
    heard: dict[str, str], language: str
) -> None:
    wanted = phrasings(language, "question")
    assert [(text, heard[text]) for text in wanted if heard[text] != "question"] == []
