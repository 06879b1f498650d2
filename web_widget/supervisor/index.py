"""Whether the built index is that of the FAQ files, told without loading anything heavy."""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from web_widget.settings import Settings
from web_widget.supervisor.fingerprint import files_below, fingerprint
from web_widget.supervisor.process import Command


@dataclass(frozen=True, slots=True)
class IndexState:
    faq_folder: Path
    snapshots: Path
    encoder: str
    max_wrong: float
    tuned: Path

    def exists(self) -> bool:
        return bool(self._pointer())

    def is_current(self) -> bool:
        """False means: ask the library, which looks closer and builds only what is missing.

        A wrong True does no harm: the app asks the library once more when it starts.
        """
        try:
            note = json.loads(self._note_file.read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return False
        return self.exists() and note == self._facts()

    def note_built(self) -> None:
        """To be called when what CURRENT names was built from the FAQ files as they are."""
        self._note_file.write_text(json.dumps(self._facts()), encoding="utf-8")

    def building(self, environment: Mapping[str, str], folder: Path, log: Path) -> Command:
        return Command(
            name="building the index",
            argv=(sys.executable, "-m", "web_widget.cli", "index", "build", "--json"),
            folder=folder,
            environment=environment,
            log=log,
        )

    @property
    def _note_file(self) -> Path:
        return self.snapshots / "built-from.json"

    def _facts(self) -> dict[str, str]:
        library = _library()
        return {
            "snapshot": self._pointer(),
            "faq": fingerprint(self.faq_folder, files_below(self.faq_folder, ".yml", ".yaml")),
            "library": fingerprint(library, files_below(library, ".py")),
            "settings": f"{self.encoder} {self.max_wrong}",
            "tuned": self._tuned_when(),
        }

    def _tuned_when(self) -> str:
        """Changes with what `kotae tune` left: megabytes, so by its date."""
        files = sorted(self.tuned.glob("*.safetensors"))
        return " ".join(f"{file.name} {file.stat().st_mtime_ns}" for file in files)

    def _pointer(self) -> str:
        """The version CURRENT names, "" when there is none that exists."""
        try:
            version, *_ = (self.snapshots / "CURRENT").read_text(encoding="utf-8").split()
        except (FileNotFoundError, ValueError):
            return ""
        return version if (self.snapshots / version).is_dir() else ""


def index_state(settings: Settings) -> IndexState:
    return IndexState(
        settings.faq_dir,
        settings.snapshot_dir,
        settings.encoder,
        settings.max_wrong,
        settings.tuned_dir,
    )


def _library() -> Path:
    """The folder of faq_index, whose import would take longer than all the rest."""
    spec = find_spec("faq_index")
    assert spec and spec.origin
    return Path(spec.origin).parent


def build_stages(line: str) -> tuple[str, int, int] | None:
    """Reads the lines `kotae index build --json` writes while it works."""
    try:
        told = json.loads(line)
        return str(told["stage"]), int(told["done"]), int(told["total"])
    except (ValueError, KeyError, TypeError):
        return None
