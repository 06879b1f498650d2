"""A project whose app, Rasa and training are small scripts, so that starting it takes no time."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

import faq_index
from faq_index import Answer
from tests.cli.commands import GOOD, FakeIndex, Run, candidate
from tests.cli.helpers import Recorder, free_port
from web_widget.cli.app import app
from web_widget.settings import Settings
from web_widget.supervisor.child import Child
from web_widget.supervisor.health import HttpGet, InBackground
from web_widget.supervisor.index import build_stages
from web_widget.supervisor.job import Job
from web_widget.supervisor.parts import Clock, Parts, parts_of
from web_widget.supervisor.process import Command
from web_widget.supervisor.restarts import Restarts
from web_widget.supervisor.screen import Screen

SERVER = """
import os, sys
from http.server import BaseHTTPRequestHandler, HTTPServer
class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"{}")
    def log_message(self, *_):
        pass
def serve(port):
    HTTPServer(("127.0.0.1", port), Handler).serve_forever()
"""

LAUNCHER = (
    SERVER
    + """
from pathlib import Path
def value(option):
    return sys.argv[sys.argv.index(option) + 1]
if sys.argv[1] == "run":
    assert os.environ["KOTAE_ACTIONS_URL"] and os.environ["KOTAE_RASA_TOKEN"]
    assert Path(value("--model")).read_text() == "model"
    serve(int(value("--port")))
if "fails" in Path(value("--config")).read_text():
    sys.exit("InvalidDomain: the domain is wrong")
print("Starting to train component 'ActClassifier'.", flush=True)
out = Path(value("--out"))
out.mkdir(parents=True)
(out / (value("--fixed-model-name") + ".tar.gz")).write_text("model")
"""
)


class SmallParts(Parts):
    """The real parts with a small app; each start of the index build and the demo is counted."""

    app_code = SERVER + "serve(int(sys.argv[1]))"
    index_code = (
        "from pathlib import Path; import sys, json\n"
        "print(json.dumps({'stage': 'embedding', 'done': 1, 'total': 2}), flush=True)\n"
        "folder = Path(sys.argv[1]); (folder / 'v1').mkdir(parents=True)\n"
        "(folder / 'CURRENT').write_text('v1')\n"
    )
    demo_code = "from pathlib import Path; import sys; Path(sys.argv[1]).write_text('secret')"

    def app(self, screen: Screen, clock: Clock) -> Child:
        port = self.settings.action_port
        ready = HttpGet("127.0.0.1", port, "/readyz")
        return Child(
            self.script("app", self.app_code, str(port)),
            InBackground(ready),
            InBackground(ready),
            Restarts(clock),
            screen,
            hopeless=frozenset({2}),
        )

    def build_index(self, screen: Screen) -> Job:
        folder = str(self.settings.snapshot_dir)
        return Job(self.script("index", self.index_code, folder), build_stages, screen)

    def prepare_demo(self, screen: Screen) -> Job:
        file = str(self.settings.var_dir / "demo-password")
        return Job(self.script("demo", self.demo_code, file), lambda _: None, screen)

    def script(self, name: str, code: str, *arguments: str) -> Command:
        log = self.settings.var_dir / "log" / f"{name}.log"
        return Command(name, (sys.executable, "-c", code, *arguments), self.root, self._own(), log)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The top folder of a project that only looks like one."""
    rasa = tmp_path / "rasa"
    for name, text in {
        "config.yml": "pipeline:\n  - name: ActClassifier\n",
        "bot/__init__.py": "",
        "bot/launcher.py": LAUNCHER,
        "bot/domain.yml": "intents: [greet]\n",
        "data/dialogue/rules.yml": "rules: []\n",
        "data/faq/en/orders.yml": "language: en\nfaqs: []\n",
        "rasa/lib/python3.10/site-packages/rasa-3.6.21.dist-info/METADATA": "",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    (rasa / "bin").mkdir()
    (rasa / "bin" / "python").symlink_to(sys.executable)
    return tmp_path


@pytest.fixture
def small(project: Path) -> Callable[..., SmallParts]:
    """Makes the parts of the small project; settings and scripts may be changed by name."""

    def make(scripts: dict[str, str] | None = None, **changes: object) -> SmallParts:
        settings = Settings(
            port=free_port(),
            action_port=free_port(),
            rasa_port=free_port(),
            faq_dir=project / "data" / "faq",
            var_dir=project / "var",
        ).model_copy(update={"rasa_python": project / "rasa" / "bin" / "python"} | changes)
        real = parts_of(settings, project)
        kind = type("Changed", (SmallParts,), scripts or {})
        made: SmallParts = kind(
            settings, project, real.dialogue, real.index, real.action_token, real.rasa_token
        )
        return made

    return make


@pytest.fixture
def screen() -> Recorder:
    return Recorder()


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, schema: str | None) -> Iterator[Run]:
    """Runs a command in an empty folder, with no settings but the database and the ones given."""
    for name in list(os.environ):
        if name.startswith("KOTAE_"):
            monkeypatch.delenv(name)
    if schema:
        monkeypatch.setenv("KOTAE_DATABASE_URL", schema)
    monkeypatch.chdir(tmp_path)

    def invoke(
        *words: str, input: str | None = None, settings: Mapping[str, str] | None = None
    ) -> Result:
        return CliRunner().invoke(app, list(words), input=input, env=settings or {})

    yield invoke


@pytest.fixture
def faq(tmp_path: Path) -> Path:
    folder = tmp_path / "data" / "faq"
    folder.mkdir(parents=True)
    (folder / "orders.yml").write_text(GOOD)
    return folder


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, faq: Path) -> FakeIndex:  # noqa: ARG001
    """Stands in for the library: a built index, without the encoder."""
    fake = FakeIndex(
        Answer((candidate("track-order", 0.93), candidate("cancel-order", 0.04))), {"en": 0.9}, []
    )
    snapshots = tmp_path / "var" / "index"
    (snapshots / "v1").mkdir(parents=True)
    (snapshots / "CURRENT").write_text("v1 00\n")

    def ensure(*_: object, progress: Callable[[str, int, int], None], **__: object) -> Any:
        progress("encoding", 1, 2)
        return fake

    monkeypatch.setattr(faq_index, "load_encoder", lambda *_: None)
    monkeypatch.setattr(faq_index, "ensure_index", ensure)
    return fake
