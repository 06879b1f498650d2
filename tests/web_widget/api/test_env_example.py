"""The operator reads .env.example to learn what can be set."""

from pathlib import Path

from web_widget.env_example import env_example
from web_widget.read_settings import load_settings, secret_fields
from web_widget.settings import Settings
from web_widget.settings_sentences import variable

FILE = Path(__file__).parents[3] / ".env.example"


def test_the_file_says_what_the_settings_are() -> None:
    text = FILE.read_text(encoding="utf-8")
    assert text == env_example(), "run: python -m web_widget.env_example > .env.example"


def test_every_setting_and_secret_file_is_named() -> None:
    text = FILE.read_text(encoding="utf-8")
    assert all(f"# {variable(field)}=" in text for field in Settings.model_fields)
    assert all(f"{variable(field)}_FILE" in text for field in secret_fields())


def test_what_it_shows_can_be_used_as_it_stands(tmp_path: Path) -> None:
    shown = FILE.read_text(encoding="utf-8").replace("# KOTAE_", "KOTAE_")
    lines = [line for line in shown.splitlines() if line.startswith("KOTAE_") and "=" in line]
    (tmp_path / "settings").write_text("\n".join(lines), encoding="utf-8")
    assert load_settings({}, tmp_path / "settings") == load_settings({})
