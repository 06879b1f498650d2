"""The tree keeps the shape that docs and newcomers rely on."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
OURS = {"faq_index", "actions", "helpdesk", "web_widget", "bot", "tests"}
MAY_IMPORT = {
    "faq_index": {"faq_index"},
    "actions": {"actions", "faq_index"},
    "helpdesk": {"helpdesk", "faq_index"},
    "web_widget": {"web_widget", "helpdesk", "actions", "faq_index"},
    "bot": {"bot"},
}
ARTEFACTS = (
    ".faiss", ".npy", ".npz", ".pkl", ".pickle", ".db", ".sqlite", ".onnx", ".safetensors", ".pyc",
    ".tar.gz", ".whl", ".pt", ".bin",
)  # fmt: skip


def modules(package: str) -> Iterator[Path]:
    yield from sorted((ROOT / package).rglob("*.py"))


def imported(path: Path) -> set[str]:
    """Top-level packages of ours that a module imports, wherever in it the import stands."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names.add((node.module or "").split(".")[0])
    return names & OURS


@pytest.mark.parametrize("package", sorted(MAY_IMPORT))
def test_a_package_imports_only_what_lies_below_it(package: str) -> None:
    found = list(modules(package))
    assert found, f"{package} has no modules"
    wrong = {
        f"{path.relative_to(ROOT)} imports {name}"
        for path in found
        for name in imported(path) - MAY_IMPORT[package]
    }
    assert not wrong


def test_only_the_store_speaks_sql() -> None:
    allowed = {"helpdesk/store", "helpdesk/migrations", "helpdesk/database.py"}
    speakers = {
        str(path.relative_to(ROOT))
        for package in ("faq_index", "actions", "helpdesk", "web_widget")
        for path in modules(package)
        if "sqlalchemy" in path.read_text(encoding="utf-8")
    }
    assert not {s for s in speakers if not any(s.startswith(a) for a in allowed)}


def reads_environment(path: Path) -> bool:
    names = {"environ", "getenv"}
    return any(
        (isinstance(node, ast.Attribute) and node.attr in names)
        or (isinstance(node, ast.ImportFrom) and names & {alias.name for alias in node.names})
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    )


def test_the_environment_is_read_in_one_module() -> None:
    readers = {
        str(path.relative_to(ROOT))
        for package in ("faq_index", "actions", "helpdesk", "web_widget")
        for path in modules(package)
        if reads_environment(path)
    }
    # The supervisor hands its own environment on to the processes that it starts.
    assert readers == {"web_widget/read_settings.py", "web_widget/supervisor/environment.py"}


def test_modules_stay_small() -> None:
    long = {
        f"{path.relative_to(ROOT)}: {lines} lines"
        for package in MAY_IMPORT
        for path in modules(package)
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 300
    }
    assert not long


def test_nothing_built_is_in_the_repository() -> None:
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\n")
    assert not [name for name in tracked if name.endswith(ARTEFACTS)]
    heavy = [
        n for n in tracked if n and (ROOT / n).exists() and (ROOT / n).stat().st_size > 1_000_000
    ]
    assert not heavy
