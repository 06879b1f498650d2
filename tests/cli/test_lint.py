"""`kotae lint`: what makes the FAQ worse than it could be."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

import faq_index
from tests.cli.commands import Run
from tests.faq_index.fakes import TrigramEncoder


class Page(BaseHTTPRequestHandler):
    """There is one page, which answers no HEAD."""

    def do_HEAD(self) -> None:
        self.send_error(405)

    def do_GET(self) -> None:
        self.send_error(404) if self.path != "/here" else self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Page)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def linked(faq: Path, site: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(faq_index, "load_encoder", lambda *_: TrigramEncoder())
    file = faq / "orders.yml"
    links = f"See [this]({site}/here) and [that]({site}/gone)."
    file.write_text(file.read_text().replace("Open My orders.", links))
    return file


def test_each_finding_has_its_place_and_a_way_to_the_editor(run: Run, linked: Path) -> None:
    result = run("lint")
    assert result.exit_code == 0, result.output
    (line,) = [line for line in result.stdout.splitlines() if "(no-owner)" in line]
    assert line == (
        "orders.yml:4: `track-order` has no `owner`: name who keeps it right (no-owner) "
        "/staff/faqs/en/track-order"
    )
    found = json.loads(run("lint", "--json").stdout)["findings"]
    assert {"rule", "sentence", "file", "line", "entry", "language", "editor"} == set(found[0])
    assert run("lint", "--strict").exit_code == 1
    assert linked.is_file()


def test_links_are_asked_for_only_when_told_to(run: Run, linked: Path) -> None:
    assert "dead-link" not in run("lint").stdout
    dead = [line for line in run("lint", "--links").stdout.splitlines() if "(dead-link)" in line]
    assert len(dead) == 1 and "/gone answers with 404: mend or remove the link" in dead[0]
    assert linked.is_file()
