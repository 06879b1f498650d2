"""Any sentence-transformers model as the encoder: by its name on the hub, or its folder."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from faq_index.encoder import LONGEST, Matrix, Vector, unit_rows
from faq_index.errors import EncoderUnavailable

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_CHUNK = 1 << 20
_FOR_QUESTIONS, _FOR_PASSAGES = ("query",), ("passage", "document")
# Names without an owner belong to this one.
_OWNER = "sentence-transformers"


@dataclass(frozen=True, slots=True)
class Prefixes:
    """What a model was trained to see before a question and before a passage."""

    question: str = ""
    passage: str = ""


# By the names of the families, as their model cards say; a model that states its own prompts needs
# none of these. BGE's instruction is for short questions against long passages, and M3 has none.
_FAMILIES: tuple[tuple[str, Prefixes], ...] = (
    (
        r"\be5\b.*\binstruct\b",
        Prefixes(
            "Instruct: Given a customer's question, retrieve questions with the same answer\n"
            "Query: "
        ),
    ),
    (r"\be5\b", Prefixes("query: ", "passage: ")),
    (r"\bbge\b.*\bzh\b", Prefixes("为这个句子生成表示以用于检索相关文章：")),
    (
        r"\bbge\b.*\ben\b",
        Prefixes("Represent this sentence for searching relevant passages: "),
    ),
)


def prefixes_for(names: Sequence[str], prompts: Mapping[str, str | None]) -> Prefixes:
    """The model's own `prompts` where one says anything, else those of the family that one of
    `names` (as given, as its configuration has it) belongs to."""
    own = Prefixes(_first(prompts, _FOR_QUESTIONS), _first(prompts, _FOR_PASSAGES))
    if own != Prefixes():
        return own
    for pattern, prefixes in _FAMILIES:
        if any(re.search(pattern, name.lower().replace("_", "-")) for name in names):
            return prefixes
    return own


def _first(prompts: Mapping[str, str | None], names: Sequence[str]) -> str:
    return next((text for name in names if (text := prompts.get(name))), "")


class SentenceTransformerEncoder:
    """On the CPU. `name` tells the model and its version; see `load_sentence_transformer`."""

    def __init__(self, name: str, model: SentenceTransformer, prefixes: Prefixes) -> None:
        self.name = name
        self.prefixes = prefixes
        self.dim = int(model.get_embedding_dimension() or 0)
        self._model = model
        # The tokenizer inside changes its own padding settings while it works.
        self._lock = threading.Lock()

    def encode_questions(self, texts: Sequence[str]) -> Matrix:
        return self._encode(texts, self.prefixes.question)

    def encode_passages(self, texts: Sequence[str]) -> Matrix:
        """As `encode_questions`, for questions together with their answers."""
        return self._encode(texts, self.prefixes.passage)

    def encode_query(self, text: str) -> Vector:
        row: Vector = self.encode_questions([text])[0]
        return row

    def _encode(self, texts: Sequence[str], prefix: str) -> Matrix:
        if not texts:
            return np.zeros((0, self.dim), dtype=np.float32)
        with self._lock:
            # An empty prompt, or the model's own default would be put before it.
            vectors = self._model.encode(
                [text[:LONGEST] for text in texts],
                prompt=prefix,
                batch_size=32,
                show_progress_bar=False,
            )
        return unit_rows(np.asarray(vectors, dtype=np.float32))


def load_sentence_transformer(name: str) -> SentenceTransformerEncoder:
    """Nothing is fetched: a model named as on the hub must have been downloaded before.

    Raises EncoderUnavailable with what to do. The encoder's name changes with the model's files, so
    that another model of the same name, or in the same folder, makes another index.
    """
    folder, version = _folder_of(name)
    try:
        model = _load_quietly(folder)
    except Exception as error:  # damaged files make the libraries below raise anything
        raise EncoderUnavailable(
            f"The encoder `{name}` in {folder} cannot be loaded, so its files are incomplete or "
            f"damaged: download it again. ({_one_line(error)})"
        ) from error
    if not model.get_embedding_dimension():
        raise EncoderUnavailable(
            f"The encoder `{name}` in {folder} gives no sentence vectors: name a "
            "sentence-transformers model."
        )
    names = (folder.name if Path(name).is_dir() else name, _configured_name(folder))
    prefixes = prefixes_for(names, dict(model.prompts or {}))
    return SentenceTransformerEncoder(f"{name}@{version}", model, prefixes)


def _folder_of(name: str) -> tuple[Path, str]:
    """Where the model's files are, and what tells their version."""
    folder = Path(name).expanduser()
    if folder.is_dir():
        if not (folder / "config.json").is_file() and not (folder / "modules.json").is_file():
            raise EncoderUnavailable(
                f"The encoder folder {folder} holds no sentence-transformers model: neither "
                "modules.json nor config.json is in it."
            )
        return folder, _contents(folder)
    if folder.exists() or folder.is_absolute() or name.startswith((".", "~")):
        raise EncoderUnavailable(f"The encoder folder {name} does not exist.")
    found = _downloaded(name)
    return found, found.name[:12]


def _downloaded(name: str) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    repository = name if "/" in name else f"{_OWNER}/{name}"
    try:
        return Path(snapshot_download(repository, local_files_only=True))
    except HFValidationError as error:
        raise EncoderUnavailable(
            f"The encoder `{name}` is neither `default`, nor a folder, nor a model's name such as "
            "intfloat/multilingual-e5-small."
        ) from error
    except (LocalEntryNotFoundError, OSError) as error:
        raise EncoderUnavailable(
            f"The encoder `{name}` is not on this machine, and Kotae downloads nothing itself: run "
            f"`.venv/bin/hf download {repository}`, or copy the model's folder here and give its "
            "path."
        ) from error


def _contents(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
    return digest.hexdigest()[:12]


def _configured_name(folder: Path) -> str:
    try:
        config = json.loads((folder / "config.json").read_text("utf-8"))
        return str(config.get("_name_or_path", ""))
    except (OSError, ValueError, AttributeError):
        return ""


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__


def _load_quietly(folder: Path) -> SentenceTransformer:
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as untyped

    logging: Any = untyped
    was_shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        return SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    finally:
        if was_shown:
            logging.enable_progress_bar()
