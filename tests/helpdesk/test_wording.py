from __future__ import annotations

from pathlib import Path

import pytest

from helpdesk.wording import KEYS, InvalidWording, Wording, load_wording


def test_both_languages_are_complete(root: Path) -> None:
    wording = load_wording(root / "data" / "wording", ("en", "ja"))
    assert wording.languages == ("en", "ja")
    for language in wording.languages:
        for key, names in KEYS.items():
            text = wording.text(language, key, **dict.fromkeys(names, "VALUE"))
            assert text == text.strip()
            assert "{" not in text


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_placeholder_is_used(wording: Wording, language: str) -> None:
    for key, names in KEYS.items():
        values = {name: f"<{name}>" for name in names}
        text = wording.text(language, key, **values)
        assert [name for name in names if f"<{name}>" not in text] == [], key


def test_japanese_is_polite(wording: Wording) -> None:
    buttons = {key for key in KEYS if key.startswith(("choice_", "opens_")) or key.endswith("day")}
    polite = (
        "ます。",
        "です。",
        "ません。",
        "か。",
        "ました。",
        "ください。",
        "ございます。",
        "たします。",
    )
    for key in KEYS.keys() - buttons - {"opens_on"}:
        text = wording.text("ja", key, **dict.fromkeys(KEYS[key], "X"))
        assert text.endswith(polite), f"{key}: {text}"


def write(folder: Path, change: tuple[str, str], root: Path) -> Path:
    text = (root / "data" / "wording" / "en.yml").read_text(encoding="utf-8")
    assert change[0] in text
    (folder / "en.yml").write_text(text.replace(*change), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (('greet: "Hello!', 'great: "Hello!'), "en.yml: the key 'greet' is missing"),
        (('greet: "Hello!', 'extra: "x"\ngreet: "Hello!'), "en.yml: the key 'extra' is unknown"),
        (
            ("{position}", "{place}"),
            "the key 'waiting_position' has an unknown placeholder {place}",
        ),
        (("{position}", "{0}"), "the key 'waiting_position' has an unknown placeholder {0}"),
        (("{position}", "{position"), "the key 'waiting_position' has a brace without its partner"),
        (('choice_yes: "Yes"', "choice_yes: true"), "the key 'choice_yes' must have a text"),
        (('choice_yes: "Yes"', 'choice_yes: " "'), "the key 'choice_yes' must have a text"),
        (('choice_yes: "Yes"', 'choice_yes: "Yes'), "en.yml:"),
        (('choice_yes: "Yes"', 'choice_yes: "a"\nchoice_yes: "b"'), "duplicate key"),
    ],
)
def test_it_names_file_and_key(
    tmp_path: Path, root: Path, change: tuple[str, str], sentence: str
) -> None:
    with pytest.raises(InvalidWording) as refused:
        load_wording(write(tmp_path, change, root), ("en",))
    assert sentence in str(refused.value)
    assert "\n" not in str(refused.value)


def test_it_handles_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(InvalidWording, match=r"fr\.yml: the file is missing"):
        load_wording(tmp_path, ("fr",))


@pytest.mark.parametrize("content", [b"- a\n", b"", b"\xff\xfe"])
def test_it_handles_a_file_of_something_else(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "en.yml").write_bytes(content)
    with pytest.raises(InvalidWording, match=r"en\.yml"):
        load_wording(tmp_path, ("en",))


def test_braces_in_values_are_harmless(wording: Wording) -> None:
    assert "{x}" in wording.text("en", "agent_joined", name="{x}")
