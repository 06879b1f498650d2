"""The processes of Kotae: with what command, environment and log each one is run."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from web_widget.settings import Settings
from web_widget.supervisor import environment, logs, secrets
from web_widget.supervisor.child import Child
from web_widget.supervisor.dialogue import Dialogue
from web_widget.supervisor.health import HttpGet, InBackground, reachable_host, url
from web_widget.supervisor.index import IndexState, build_stages, index_state
from web_widget.supervisor.job import Job
from web_widget.supervisor.ports import Listener
from web_widget.supervisor.process import Command
from web_widget.supervisor.restarts import Restarts
from web_widget.supervisor.screen import Screen

Clock = Callable[[], float]
LOOPBACK = "127.0.0.1"
# What the app ends with when its settings cannot be used.
WRONG_SETTINGS = 2


@dataclass(frozen=True, slots=True)
class Parts:
    settings: Settings
    root: Path  # the project's top folder, where every process runs
    dialogue: Dialogue
    index: IndexState
    action_token: str
    rasa_token: str

    @property
    def demo(self) -> bool:
        return self.settings.demo

    @property
    def url(self) -> str:
        return url(reachable_host(self.settings.host), self.settings.port)

    def listeners(self) -> list[Listener]:
        settings = self.settings
        return [
            Listener("customers and staff", settings.host, settings.port, "KOTAE_PORT"),
            Listener("Rasa's action calls", LOOPBACK, settings.action_port, "KOTAE_ACTION_PORT"),
            Listener("Rasa", LOOPBACK, settings.rasa_port, "KOTAE_RASA_PORT"),
        ]

    def app(self, screen: Screen, clock: Clock) -> Child:
        command = Command(
            name="app",
            argv=(sys.executable, "-m", "web_widget"),
            folder=self.root,
            environment=self._own(),
            log=self._fresh_log("app"),
        )
        # Asked on the loopback listener, which every name may call. Alive and not ready once it
        # runs: a database that is away for a while is no reason to kill the app.
        ready = HttpGet(LOOPBACK, self.settings.action_port, "/readyz")
        alive = HttpGet(LOOPBACK, self.settings.action_port, "/livez")
        return Child(
            command,
            InBackground(ready),
            InBackground(alive),
            Restarts(clock),
            screen,
            hopeless=frozenset({WRONG_SETTINGS}),
        )

    def rasa(self, model: Path, screen: Screen, clock: Clock) -> Child:
        arguments = (
            "run",
            *("--model", str(model)),
            *("--interface", LOOPBACK),
            *("--port", str(self.settings.rasa_port)),
            *("--endpoints", "bot/endpoints.yml"),
            *("--credentials", "bot/credentials.yml"),
        )
        command = Command(
            name="Rasa",
            argv=(str(self.settings.rasa_python), "-m", "bot.launcher", *arguments),
            folder=self.root,
            environment=self._rasas(),
            log=self._fresh_log("rasa"),
            stateless=True,  # every conversation is in the app's database
        )
        answers = HttpGet(LOOPBACK, self.settings.rasa_port, "/")
        return Child(command, InBackground(answers), InBackground(answers), Restarts(clock), screen)

    def build_index(self, screen: Screen) -> Job:
        command = self.index.building(self._own(), self.root, self._fresh_log("index"))
        return Job(command, build_stages, screen)

    def train(self, screen: Screen) -> Job:
        command = self.dialogue.training(self._rasas(), self._fresh_log("training"))
        return Job(command, self.dialogue.stages(), screen)

    def prepare_demo(self, screen: Screen) -> Job:
        command = Command(
            name="preparing the demo",
            argv=(sys.executable, "-m", "web_widget.cli", "demo", "--quiet"),
            folder=self.root,
            environment=self._own(),
            log=self._fresh_log("demo"),
        )
        return Job(command, lambda _: None, screen)

    def _fresh_log(self, name: str) -> Path:
        log = self.settings.var_dir / "log" / f"{name}.log"
        logs.rotate(log)
        return log

    def _own(self) -> dict[str, str]:
        made = {
            variable: token
            for variable, token, own in (
                ("KOTAE_ACTION_TOKEN", self.action_token, self.settings.action_token),
                ("KOTAE_RASA_TOKEN", self.rasa_token, self.settings.rasa_token),
            )
            # One that is set, perhaps in a file, the app finds itself.
            if own is None
        }
        return environment.for_app(environment.inherited(), made, demo=self.demo)

    def _rasas(self) -> dict[str, str]:
        told = {
            "KOTAE_ACTIONS_URL": f"http://{LOOPBACK}:{self.settings.action_port}/webhook",
            "KOTAE_ACTION_TOKEN": self.action_token,
            "KOTAE_RASA_TOKEN": self.rasa_token,
        }
        return environment.for_rasa(environment.inherited(), told)


def parts_of(settings: Settings, root: Path) -> Parts:
    return Parts(
        settings=settings,
        root=root,
        dialogue=Dialogue(root, settings.var_dir / "models", settings.rasa_python),
        index=index_state(settings),
        action_token=settings.action_token or secrets.token(),
        rasa_token=settings.rasa_token or secrets.token(),
    )
