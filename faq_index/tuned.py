"""MiniLM with upper layers that were tuned with a team's own FAQ, beside the ones it came with."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from faq_index.encoder import Encoded, Matrix, Rehearsal, Tokens, Vector, View
from faq_index.encoders import MiniLm
from faq_index.errors import EncoderUnavailable
from faq_index.minilm import Ids, States, UpperForward, pooled
from faq_index.onnx_graph import Tensor

FILE = "tuned.safetensors"
_VIEW = View("tuned", 384, (0.45, 0.0, 0.3, 0.6))
_LAYER = View("layer", 384, (0.1, 0.0), centred=True)


@dataclass(frozen=True, slots=True)
class Taught:
    """Upper layers by the names of their weights, and the texts they were trained with."""

    weights: Mapping[str, Tensor]
    texts: frozenset[str]


class Score(NamedTuple):
    """Of phrasings held out, the share whose entry came first, and the mean log likelihood of their
    entries."""

    found: float
    likely: float


@dataclass(frozen=True, slots=True)
class Tuning:
    """What was trained with all of an FAQ, and with all but a part of it, each part in turn; the
    scores before and after."""

    whole: Taught
    parts: tuple[Taught, ...]
    scores: tuple[Score, Score]

    @property
    def digest(self) -> str:
        told = hashlib.sha256()
        for name, value in sorted(self.whole.weights.items()):
            told.update(name.encode() + np.ascontiguousarray(value).tobytes())
        return told.hexdigest()[:12]

    def save(self, folder: Path) -> None:
        """Whole or not at all. Weights are kept in half precision, as `halved` makes them."""
        from safetensors.numpy import save_file

        folder.mkdir(parents=True, exist_ok=True)
        every = (self.whole, *self.parts)
        arrays = {
            f"{number}/{name}": value.astype(np.float16)
            for number, taught in enumerate(every)
            for name, value in taught.weights.items()
        }
        told = {"texts": [sorted(each.texts) for each in every], "scores": self.scores}
        new = folder / f"{FILE}.new"
        save_file(arrays, new, metadata={"kotae": json.dumps(told)})
        new.replace(folder / FILE)


def load_tuning(folder: Path) -> Tuning | None:
    """What `Tuning.save` left in a folder, if anything. Raises EncoderUnavailable."""
    from safetensors import SafetensorError, safe_open

    path = folder / FILE
    if not path.is_file():
        return None
    try:
        with safe_open(path, framework="numpy") as file:
            told = json.loads(file.metadata()["kotae"])
            weights: list[dict[str, Tensor]] = [{} for _ in told["texts"]]
            for key in file.keys():  # noqa: SIM118 - not a mapping
                number, name = key.split("/", 1)
                weights[int(number)][name] = file.get_tensor(key).astype(np.float32)
        whole, *parts = map(Taught, weights, map(frozenset, told["texts"]))
        before, after = (Score(*each) for each in told["scores"])
        return Tuning(whole, tuple(parts), (before, after))
    except (SafetensorError, OSError, KeyError, ValueError, TypeError) as error:
        raise EncoderUnavailable(
            f"The tuned encoder {path} cannot be read ({error}): run `kotae tune` again, or "
            "`kotae tune --undo` to do without it."
        ) from error


def halved(weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """As they will be after they have been saved."""
    return {name: value.astype(np.float16).astype(np.float32) for name, value in weights.items()}


def key_of(text: str) -> str:
    """What of a text is kept to know it again."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class TunedMiniLm(MiniLm):
    """Three views: MiniLM's own two, and the tuned one. What is common to them is computed once."""

    views = (View("sentence", 384), _LAYER, _VIEW)
    dim = 1152

    def __init__(self, tuning: Tuning, folder: Path | None = None) -> None:
        super().__init__(folder, f"{MiniLm.name}~{tuning.digest}")
        self._tuning = tuning
        self._upper = self._over(tuning.whole)
        self._rehearsed: dict[str, Matrix] = {}

    def read(self, texts: Sequence[str]) -> Encoded:
        if not texts:
            return Encoded(np.zeros((0, self.dim), dtype=np.float32), ())

        def finish(ids: Sequence[Ids], states: States) -> list[tuple[Vector, Tokens]]:
            own = [pooled(each, states, row) for row, each in enumerate(ids)]
            tuned = self._upper.means(states)
            return [
                (np.concatenate([vector, more]), tokens)
                for (vector, tokens), more in zip(own, tuned, strict=True)
            ]

        vectors, tokens = zip(*self._forward.through(self.cut(texts), finish), strict=True)
        return Encoded(np.stack(vectors), tokens)

    def rehearse(self, texts: Sequence[str]) -> tuple[Rehearsal, ...]:
        """As the layers read the texts that were trained without a part of the FAQ."""
        parts = self._tuning.parts
        self._read_by_parts(texts)
        keys = [key_of(text) for text in texts]
        return tuple(
            Rehearsal(
                _VIEW.name,
                np.stack([self._rehearsed[key][number] for key in keys]),
                np.array([key in part.texts for key in keys]),
            )
            for number, part in enumerate(parts)
        )

    def _over(self, taught: Taught) -> UpperForward:
        return UpperForward(taught.weights, self._forward.shape, self._forward.sampled)

    def _read_by_parts(self, texts: Iterable[str]) -> None:
        """Kept, since an FAQ that changes mostly stays the same."""
        new = {key: text for text in texts if (key := key_of(text)) not in self._rehearsed}
        if not new:
            return
        uppers = [self._over(part) for part in self._tuning.parts]

        def finish(_: Sequence[Ids], states: States) -> list[Matrix]:
            return [*np.stack([upper.means(states) for upper in uppers], axis=1)]

        found = self._forward.through(self.cut([*new.values()]), finish)
        self._rehearsed |= dict(zip(new, found, strict=True))
