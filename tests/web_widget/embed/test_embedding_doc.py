"""docs/embedding.md: what a site owner copies from there works."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from playwright._impl._driver import compute_driver_executable

from tests.conftest import ROOT
from web_widget.identity import customer
from web_widget.read_settings import load_settings
from web_widget.sites_file import read_sites

DOC = (ROOT / "docs" / "embedding.md").read_text(encoding="utf-8")
KEY = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"


def block(kind: str, holds: str) -> str:
    found: list[str] = re.findall(rf"^```{kind}\n(.*?)^```", DOC, re.MULTILINE | re.DOTALL)
    return next(code for code in found if holds in code)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "shop.key").write_text(KEY + "\n", encoding="utf-8")
    (tmp_path / "sites.yml").write_text(block("yaml", "origins:"), encoding="utf-8")
    (tmp_path / "token.py").write_text(block("python", "import jwt"), encoding="utf-8")
    (tmp_path / "token.mjs").write_text(block("js", "createHmac"), encoding="utf-8")
    return tmp_path


def test_the_file_of_sites_can_be_used_as_it_stands(folder: Path) -> None:
    settings = load_settings({"KOTAE_SITES_FILE": str(folder / "sites.yml")})
    (site,) = settings.sites()
    assert site.name == "shop" and site.languages == ("ja", "en") and site.identity_key == KEY


@pytest.mark.parametrize("program", ["token.py", "token.mjs"])
def test_a_token_made_as_shown_is_taken(folder: Path, program: str) -> None:
    runner = sys.executable if program.endswith(".py") else compute_driver_executable()[0]
    made = subprocess.run(
        [runner, program], cwd=folder, capture_output=True, text=True, check=True, timeout=60
    )
    site = read_sites(folder / "sites.yml", ("en", "ja"))["shop"]
    assert customer(made.stdout.strip(), "shop", site) == "customer-42"


def test_every_field_of_a_site_is_shown() -> None:
    shown = block("yaml", "origins:")
    for field in (
        "origins", "color", "position", "languages", "title", "greeting", "opening_hours",
        "starters", "identity_key_file",
    ):  # fmt: skip
        assert f"  {field}:" in shown
