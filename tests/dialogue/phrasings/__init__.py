"""The phrasings in this folder, by language and by what they must be heard as."""

from __future__ import annotations

from pathlib import Path

from ruamel.yaml import YAML

LANGUAGES = ("en", "ja")
SECTIONS = ("ask_for_person", "complain", "question")


def phrasings(language: str, section: str) -> list[str]:
    path = Path(__file__).with_name(f"{language}.yml")
    found: list[str] = YAML(typ="safe", pure=True).load(path.read_text("utf-8"))[section]
    return found
