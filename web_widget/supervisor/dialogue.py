"""The trained dialogue: whether it is current, how it is trained, where it is kept."""

import json
import os
import re
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from web_widget.supervisor.errors import CannotStart
from web_widget.supervisor.fingerprint import files_below, fingerprint, sha256_of
from web_widget.supervisor.process import Command

_OWN_MODULE = re.compile(r"\bbot\.(\w+)")
_COMPONENT = re.compile(r"^\s*-\s*name:", re.M)
_TRAINED = re.compile(r"(?:Finished training|Restored) component '(?P<name>\w+)")
_TRAINING = re.compile(r"Starting to train component '(?P<name>\w+)")


@dataclass(frozen=True, slots=True)
class Dialogue:
    root: Path  # the project's top folder
    models: Path  # where trained ones are kept
    python: Path  # of the environment that Rasa is installed in

    def require(self) -> None:
        """Raise CannotStart when training or running the dialogue cannot work at all."""
        for needed in ("config.yml", "bot/launcher.py", "data/dialogue"):
            if not (self.root / needed).exists():
                raise CannotStart(
                    f"There is no {needed} in {self.root}: "
                    "run kotae in the top folder of the project."
                )
        if not self.python.exists():
            raise CannotStart(
                f"Rasa's Python {self.python} does not exist: run `make setup` or set "
                "KOTAE_RASA_PYTHON to the Python of an environment that has Rasa."
            )
        if self._rasa_version() is None:
            raise CannotStart(
                f"Rasa is not installed in the environment of {self.python}: run `make setup` or "
                "set KOTAE_RASA_PYTHON to the Python of an environment that has Rasa."
            )

    def fingerprint(self) -> str:
        """Of all that a model depends on."""
        files = {
            self.root / "config.yml",
            *(self.root / "bot").glob("domain*.yml"),
            *files_below(self.root / "bot" / "domain", ".yml", ".yaml"),
            *files_below(self.root / "data" / "dialogue", ".yml", ".yaml", ".txt"),
            *self._own_components(),
        }
        return fingerprint(self.root, files, f"rasa {self._rasa_version()}")

    def current_model(self) -> Path | None:
        """The whole model that was trained from just what is there now."""
        note = self._note()
        return self._whole(note) if note.get("fingerprint") == self.fingerprint() else None

    def previous_model(self) -> Path | None:
        """The last whole model, whatever it was trained from."""
        return self._whole(self._note())

    def training(self, environment: Mapping[str, str], log: Path) -> Command:
        """The command that trains into a folder of its own, so that a failure spoils nothing."""
        self._clear_workshops()
        arguments = (
            "train",
            *("--config", "config.yml"),
            *("--domain", str(self._domain.relative_to(self.root))),
            *("--data", "data/dialogue"),
            *("--out", str(self._workshop)),
            *("--fixed-model-name", "dialogue"),
        )
        return Command(
            name="training the dialogue",
            argv=(str(self.python), "-m", "bot.launcher", *arguments),
            folder=self.root,
            environment=dict(environment)
            | {"RASA_CACHE_DIRECTORY": str(self.models / "cache"), "LOG_LEVEL": "INFO"},
            log=log,
            stateless=True,
        )

    def keep_trained(self, trained_from: str) -> Path | None:
        """Take over what training made; None when it made nothing.

        `trained_from` is the fingerprint from before the training: what was edited meanwhile is
        then trained the next time.
        """
        made = self._workshop / "dialogue.tar.gz"
        if not made.exists():
            return None
        kept = self.models / f"dialogue-{trained_from[:12]}.tar.gz"
        note = {"fingerprint": trained_from, "model": kept.name, "sha256": sha256_of(made)}
        made.replace(kept)
        draft = self._workshop / "note.json"
        draft.write_text(json.dumps(note), encoding="utf-8")
        draft.replace(self._note_file)
        shutil.rmtree(self._workshop, ignore_errors=True)
        self._drop_older_than(kept)
        return kept

    def stages(self) -> "TrainingStages":
        config = (self.root / "config.yml").read_text(encoding="utf-8")
        return TrainingStages(total=len(_COMPONENT.findall(config)))

    @property
    def _domain(self) -> Path:
        folder = self.root / "bot" / "domain"
        return folder if folder.is_dir() else self.root / "bot" / "domain.yml"

    @property
    def _workshop(self) -> Path:
        # Of this process: two trainings at once do not disturb each other.
        return self.models / f"training-{os.getpid()}"

    @property
    def _note_file(self) -> Path:
        return self.models / "dialogue.json"

    def _note(self) -> dict[str, str]:
        try:
            note = json.loads(self._note_file.read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return {}
        return note if isinstance(note, dict) else {}

    def _whole(self, note: Mapping[str, str]) -> Path | None:
        """Rasa starts with a damaged model too, and is mute then: better not to start it."""
        model = self.models / note.get("model", "missing")
        return model if model.is_file() and sha256_of(model) == note.get("sha256") else None

    def _own_components(self) -> set[Path]:
        """The modules of bot/ that config.yml names, and those that these name in turn."""
        found: set[Path] = set()
        unread = [self.root / "config.yml"]
        while unread:
            names = _OWN_MODULE.findall(unread.pop().read_text(encoding="utf-8"))
            modules = {self.root / "bot" / f"{name}.py" for name in names}
            unread += (new := {path for path in modules if path.exists()} - found)
            found |= new
        return found

    def _rasa_version(self) -> str | None:
        """Read off its folder: asking Rasa itself takes seconds."""
        environment = self.python.parent.parent
        found = sorted(environment.glob("lib/python3.*/site-packages/rasa-[0-9]*.dist-info"))
        return found[-1].name.removesuffix(".dist-info") if found else None

    def _clear_workshops(self) -> None:
        """This process's own, and what interrupted trainings left behind an hour ago or more."""
        for folder in self.models.glob("training-*"):
            if folder == self._workshop or time.time() - folder.stat().st_mtime > 3600:
                shutil.rmtree(folder, ignore_errors=True)

    def _drop_older_than(self, kept: Path) -> None:
        """Two are kept: a running Rasa may still have the one before."""
        others = [model for model in self.models.glob("dialogue-*.tar.gz") if model != kept]
        for old in sorted(others, key=lambda path: path.stat().st_mtime)[:-1]:
            old.unlink(missing_ok=True)


@dataclass
class TrainingStages:
    """Reads off Rasa's log which component is trained."""

    total: int
    done: int = 0

    def __call__(self, line: str) -> tuple[str, int, int] | None:
        if found := _TRAINED.search(line):
            self.done = min(self.done + 1, self.total)
            return found["name"], self.done, self.total
        if found := _TRAINING.search(line):
            return found["name"], self.done, self.total
        return None
