"""The files of the dialogue fit each other, the actions and what the app understands."""

from __future__ import annotations

import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from actions.contact import FIELDS
from actions.executor import build_executor
from helpdesk.replies import CHOICES, FORMS, RECORDS
from helpdesk.show import INTENTS
from helpdesk.wording import KEYS
from tests.dialogue.phrasings import LANGUAGES, SECTIONS, phrasings
from tests.dialogue.scripted_index import ScriptedLive

BUTTON_ONLY = {"choose_entry", "none_of_these", "not_helpful"}
NO_EXAMPLES = BUTTON_ONLY | {"nlu_fallback"}


def read(path: Path) -> Any:
    return YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def domain(root: Path) -> dict[str, Any]:
    found: dict[str, Any] = read(root / "bot" / "domain.yml")
    return found


@pytest.fixture(scope="module")
def examples(root: Path) -> list[tuple[str, str, str]]:
    """(language, intent, example) of all training examples."""
    return [
        (path.stem.split(".")[-1], block["intent"], line.removeprefix("- "))
        for path in sorted((root / "data" / "dialogue" / "nlu").glob("*.yml"))
        for block in read(path)["nlu"]
        for line in block["examples"].strip().split("\n")
    ]


def intents(domain: dict[str, Any]) -> set[str]:
    return {
        intent if isinstance(intent, str) else next(iter(intent)) for intent in domain["intents"]
    }


def test_the_domain_says_wording_keys_that_the_app_knows(domain: dict[str, Any]) -> None:
    for variants in domain["responses"].values():
        for variant in variants:
            said = variant["custom"]
            assert set(variant) == {"custom"}
            assert said["say"] in KEYS
            assert said.get("record") in RECORDS | {None}
            assert set(said.get("choices", ())) <= CHOICES


def test_the_form_asks_for_what_the_app_knows(domain: dict[str, Any]) -> None:
    assert domain["forms"]["contact_form"]["required_slots"] == list(FIELDS)
    assert set(FIELDS) == FORMS
    for field in FIELDS:
        assert {f"ask_{field}", f"bad_{field}"} <= set(KEYS)


def test_every_action_of_the_domain_exists_and_is_used(domain: dict[str, Any]) -> None:
    executor = build_executor(ScriptedLive())  # type: ignore[arg-type]
    assert set(executor.actions) == set(domain["actions"])


def test_the_buttons_of_the_app_are_intents(domain: dict[str, Any]) -> None:
    sent = {send.removeprefix("/") for _, send in INTENTS.values()}
    assert sent | BUTTON_ONLY <= intents(domain)


def test_every_act_has_examples_in_both_languages(
    domain: dict[str, Any], examples: list[tuple[str, str, str]]
) -> None:
    count = Counter((language, intent) for language, intent, _ in examples)
    for intent in intents(domain) - NO_EXAMPLES:
        assert min(count["en", intent], count["ja", intent]) >= 30, intent
    assert {intent for _, intent, _ in examples} == intents(domain) - NO_EXAMPLES


def test_no_example_stands_twice(examples: list[tuple[str, str, str]]) -> None:
    count = Counter(
        (language, unicodedata.normalize("NFKC", text).lower()) for language, _, text in examples
    )
    assert not [text for text, times in count.items() if times > 1]


def test_what_is_tested_was_not_learned_by_heart(examples: list[tuple[str, str, str]]) -> None:
    learned = {unicodedata.normalize("NFKC", text).lower() for _, _, text in examples}
    tested = [t for language in LANGUAGES for part in SECTIONS for t in phrasings(language, part)]
    assert not [t for t in tested if unicodedata.normalize("NFKC", t).lower() in learned]


def test_examples_are_plain_text(examples: list[tuple[str, str, str]]) -> None:
    marked = [text for _, _, text in examples if set(text) & set("[]{}") or text.startswith("/")]
    assert not marked


def test_secrets_come_from_the_environment(root: Path) -> None:
    credentials = read(root / "bot" / "credentials.yml")
    endpoints = read(root / "bot" / "endpoints.yml")
    assert credentials["bot.channel.TokenRestInput"]["token"] == "${KOTAE_RASA_TOKEN}"
    assert endpoints["action_endpoint"]["headers"] == {"X-Kotae-Token": "${KOTAE_ACTION_TOKEN}"}
    # Rasa 3.6 does not know the answer that rasa-sdk gives to it, and goes mute.
    assert "enable_selective_domain" not in endpoints["action_endpoint"]
