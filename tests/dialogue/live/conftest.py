"""One trained dialogue and one running Rasa for all tests in this folder."""

from __future__ import annotations

import os
import subprocess
import uuid
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.dialogue.live.dialogue_server import ActionServer, RasaServer

Said = list[dict[str, Any]]
Say = Callable[..., Said]


@pytest.fixture(scope="session")
def rasa_python(root: Path) -> Path:
    python = root / ".venv-rasa" / "bin" / "python"
    if not python.exists():
        pytest.fail("Rasa's environment .venv-rasa is not there: run `make setup`.")
    return python


@pytest.fixture(scope="session")
def rasa_environment(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """Keeps Rasa's cache away from the product's."""
    return {"RASA_CACHE_DIRECTORY": str(tmp_path_factory.mktemp("rasa-cache"))}


@pytest.fixture(scope="session")
def training(
    root: Path,
    rasa_python: Path,
    rasa_environment: Mapping[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Path, str]:
    """The trained model and what the training printed."""
    folder = tmp_path_factory.mktemp("models")
    command = [
        *(str(rasa_python), "-m", "bot.launcher", "train", "--config", "config.yml"),
        *("--domain", "bot/domain.yml", "--data", "data/dialogue", "--out", str(folder)),
        *("--fixed-model-name", "dialogue"),
    ]
    done = subprocess.run(
        command,
        cwd=root,
        env={**os.environ, **rasa_environment},
        capture_output=True,
        text=True,
        timeout=240,
    )
    printed = done.stdout + done.stderr
    assert done.returncode == 0, printed
    return folder / "dialogue.tar.gz", printed


@pytest.fixture(scope="session")
def model(training: tuple[Path, str]) -> Path:
    return training[0]


@pytest.fixture(scope="session")
def action_server() -> Iterator[ActionServer]:
    server = ActionServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def rasa(
    root: Path,
    rasa_python: Path,
    model: Path,
    action_server: ActionServer,
    rasa_environment: Mapping[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[RasaServer]:
    log = tmp_path_factory.mktemp("rasa") / "rasa.log"
    server = RasaServer(root, rasa_python, model, action_server.port, log, rasa_environment)
    server.start()
    yield server
    server.kill()


@pytest.fixture
def say(rasa: RasaServer) -> Say:
    """Say something in a conversation of this test's own."""
    conversation = uuid.uuid4().hex

    def speak(text: str, **metadata: Any) -> Said:
        return rasa.say(conversation, text, **metadata)

    return speak
