"""What the bot says besides answers: data/wording/<language>.yml, one `key: text` a line.

Loaded strictly: a text that is missing, or a placeholder nobody fills, stops the start.
"""

from __future__ import annotations

import string
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_PLAIN = (
    "greet",
    "goodbye",
    "thanks",
    "are_you_bot",
    "chitchat",
    "repeat_nothing",
    "glad_it_helped",
    "not_helpful",
    "not_helpful_rephrase",
    "rephrase",
    "offer_person",
    "did_you_mean",
    "choose_or_rephrase",
    "handoff_after_answer",
    "already_waiting",
    "handoff_cancelled",
    "nothing_to_cancel",
    "complaint_sorry",
    "no_person_ok",
    "ask_contact_name",
    "ask_contact_email",
    "ask_contact_message",
    "bad_contact_email",
    "bad_contact_name",
    "bad_contact_message",
    "contact_cancelled",
    "bot_trouble",
    "agent_released",
    "chat_closed",
    "chat_ended",
    "back_to_bot",
    "same_answer_again",
    "handing_over_away",
    "nobody_came",
    "handoff_off_hours",
    "choice_none",
    "choice_person",
    "choice_no_person",
    "choice_yes",
    "choice_no",
    "choice_cancel",
    "choice_leave_details",
    "ask_a_question",
    "anything_else",
)

KEYS: Mapping[str, frozenset[str]] = dict.fromkeys((*_PLAIN, *WEEKDAYS), frozenset()) | {
    "greeting": frozenset({"team_name"}),
    "handing_over": frozenset({"minutes"}),
    "nobody_yet": frozenset({"minutes"}),
    "waiting_position": frozenset({"position"}),
    "off_hours": frozenset({"opens"}),
    "opens_today": frozenset({"time"}),
    "opens_tomorrow": frozenset({"time"}),
    "opens_on": frozenset({"day", "time"}),
    "contact_saved": frozenset({"reference"}),
    "confirm_subject": frozenset({"reference", "team_name"}),
    "confirm_text": frozenset({"reference", "team_name"}),
    "agent_joined": frozenset({"name"}),
}
"""Every key, with the placeholders its text may use."""

ANYTIME = frozenset(
    key for key, names in KEYS.items() if names <= {"team_name", "minutes", "opens"}
)
"""The keys the dialogue may say by itself: what their placeholders stand for is always known."""


class InvalidWording(ValueError):
    """One sentence with the file and the key."""


class Wording:
    def __init__(self, texts: Mapping[str, Mapping[str, str]]) -> None:
        """`texts` by language, complete: see `load_wording`."""
        self._texts = texts

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(self._texts)

    def text(self, language: str, key: str, **values: object) -> str:
        return self._texts[language][key].format_map(values)


def load_wording(folder: Path, languages: Sequence[str]) -> Wording:
    """Read `<language>.yml` of each language; raise InvalidWording for the first mistake."""
    return Wording({language: _load(folder / f"{language}.yml") for language in languages})


def _load(path: Path) -> Mapping[str, str]:
    texts = _read(path)
    for key in KEYS:
        if key not in texts:
            raise InvalidWording(f"{path}: the key '{key}' is missing")
    for key, text in texts.items():
        _check(path, key, text)
    return texts


def _read(path: Path) -> dict[str, Any]:
    try:
        data = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InvalidWording(f"{path}: the file is missing") from None
    except (YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark is not None else ""
        problem = getattr(error, "problem", None) or "is not UTF-8 text"
        raise InvalidWording(f"{path}{line}: {problem}") from None
    if not isinstance(data, dict):
        raise InvalidWording(f"{path}: must be lines of 'key: text'")
    return data


def _check(path: Path, key: object, text: object) -> None:
    if key not in KEYS:
        raise InvalidWording(f"{path}: the key '{key}' is unknown")
    if not isinstance(text, str) or not text.strip():
        raise InvalidWording(f"{path}: the key '{key}' must have a text")
    allowed = KEYS[str(key)]
    for name in _placeholders(path, str(key), text):
        if name not in allowed:
            known = ", ".join(f"{{{one}}}" for one in sorted(allowed)) or "none"
            raise InvalidWording(
                f"{path}: the key '{key}' has an unknown placeholder {{{name}}} (known: {known})"
            )


def _placeholders(path: Path, key: str, text: str) -> list[str]:
    try:
        parts = list(string.Formatter().parse(text))
    except ValueError:
        raise InvalidWording(
            f"{path}: the key '{key}' has a brace without its partner (write {{{{ for a brace)"
        ) from None
    return [name for _, name, _, _ in parts if name is not None]
