"""Encoders whose upper layers were tuned with a team's own FAQ."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from faq_index.encoder import Encoded, Encoder, Matrix, Rehearsal, Tokens, Vector, View, unit_rows
from faq_index.encoders import MiniLm, cut
from faq_index.errors import EncoderUnavailable
from faq_index.forward import Forward, Ids, States, UpperForward
from faq_index.granite import load_granite, packaged_granite
from faq_index.minilm import told
from faq_index.onnx_graph import Tensor

Half = NDArray[np.float16]
FILE = "tuned.safetensors"
MINILM, GRANITE = "minilm", "granite"
_LAYER = View("layer", 384, (0.0, 0.1), centred=True)
_TUNED = View("tuned", 384, (0.4, 0.2, 0.3, 0.5))
_TUNED_GRANITE = View("tuned granite", 384, (0.4, 0.2, 0.3))


@dataclass(frozen=True, slots=True)
class Taught:
    """By the encoder its upper layers by the names of their weights, and the texts that all of them
    were trained with. Weights are kept in half precision, as `halved` makes them."""

    weights: Mapping[str, Mapping[str, Half]]
    texts: frozenset[str]

    def layers(self, encoder: str) -> dict[str, Tensor]:
        return {name: own.astype(np.float32) for name, own in self.weights[encoder].items()}


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

    def digest(self, encoder: str) -> str:
        found = hashlib.sha256()
        for name, value in sorted(self.whole.weights[encoder].items()):
            found.update(name.encode() + np.ascontiguousarray(value).tobytes())
        return found.hexdigest()[:12]

    def save(self, folder: Path) -> None:
        """Whole or not at all."""
        from safetensors.numpy import save_file

        folder.mkdir(parents=True, exist_ok=True)
        every = (self.whole, *self.parts)
        arrays = {
            f"{number}/{encoder}/{name}": value
            for number, taught in enumerate(every)
            for encoder, layers in taught.weights.items()
            for name, value in layers.items()
        }
        also = {"texts": [sorted(each.texts) for each in every], "scores": self.scores}
        new = folder / f"{FILE}.new"
        save_file(arrays, new, metadata={"kotae": json.dumps(also)})
        new.replace(folder / FILE)


def load_tuning(folder: Path) -> Tuning | None:
    """What `Tuning.save` left in a folder, if anything. Raises EncoderUnavailable."""
    from safetensors import SafetensorError, safe_open

    path = folder / FILE
    if not path.is_file():
        return None
    try:
        with safe_open(path, framework="numpy") as file:
            also = json.loads(file.metadata()["kotae"])
            weights: list[dict[str, dict[str, Half]]] = [{} for _ in also["texts"]]
            for key in file.keys():  # noqa: SIM118 - not a mapping
                number, *encoder, name = key.split("/")
                # Once MiniLM was the only one, and not named.
                layers = weights[int(number)].setdefault("".join(encoder) or MINILM, {})
                layers[name] = file.get_tensor(key)
        whole, *parts = map(Taught, weights, map(frozenset, also["texts"]))
        before, after = (Score(*each) for each in also["scores"])
        return Tuning(whole, tuple(parts), (before, after))
    except (SafetensorError, OSError, KeyError, ValueError, TypeError) as error:
        raise EncoderUnavailable(
            f"The tuned encoder {path} cannot be read ({error}): run `kotae tune` again, or "
            "`kotae tune --undo` to do without it."
        ) from error


def halved(weights: Mapping[str, Tensor]) -> dict[str, Half]:
    return {name: value.astype(np.float16) for name, value in weights.items()}


def key_of(text: str) -> str:
    """What of a text is kept to know it again."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def tuned_encoders(tuning: Tuning) -> list[Encoder]:
    """Those that it holds layers for. Raises ImportError, OSError and ValueError."""
    every: dict[str, Callable[[Tuning], Encoder]] = {MINILM: TunedMiniLm, GRANITE: TunedGranite}
    return [encoder(tuning) for name, encoder in every.items() if name in tuning.whole.weights]


class TunedMiniLm(MiniLm):
    """Three views: MiniLM's own two, and the tuned one. What is common to them is computed once."""

    views = (View("sentence", 384), _LAYER, _TUNED)
    dim = 1152

    def __init__(self, tuning: Tuning) -> None:
        super().__init__(name=f"{MiniLm.name}~{tuning.digest(MINILM)}")
        self._upper = UpperForward(tuning.whole.layers(MINILM), self._forward)
        self._rehearsals = _Rehearsals(tuning, MINILM, _TUNED, self._forward)

    def read(self, texts: Sequence[str]) -> Encoded:
        if not texts:
            return Encoded(np.zeros((0, self.dim), dtype=np.float32), ())

        def finish(ids: Sequence[Ids], states: States) -> list[tuple[Vector, Tokens]]:
            own = [told(each, states, row) for row, each in enumerate(ids)]
            tuned = self._upper.vectors(states)
            return [
                (np.concatenate([vector, more]), tokens)
                for (vector, tokens), more in zip(own, tuned, strict=True)
            ]

        vectors, tokens = zip(*self._forward.through(cut(texts), finish), strict=True)
        return Encoded(np.stack(vectors), tokens)

    def rehearse(self, texts: Sequence[str]) -> tuple[Rehearsal, ...]:
        return self._rehearsals.of(texts)


class TunedGranite:
    """A single view, the tuned one: untuned it adds little beside it."""

    views = (_TUNED_GRANITE,)
    dim = 384

    def __init__(self, tuning: Tuning) -> None:
        self.name = f"granite-embedding-30m-english~{tuning.digest(GRANITE)}"
        bert, upper = load_granite(packaged_granite()), tuning.whole.layers(GRANITE)
        self._forward = Forward(bert._replace(weights={**bert.weights, **upper}))
        self._rehearsals = _Rehearsals(tuning, GRANITE, _TUNED_GRANITE, self._forward)

    def encode_query(self, text: str) -> Vector:
        row: Vector = self.encode_questions([text])[0]
        return row

    def encode_questions(self, texts: Sequence[str]) -> Matrix:
        if not texts:
            return np.zeros((0, self.dim), dtype=np.float32)

        def finish(ids: Sequence[Ids], states: States) -> list[Vector]:
            own = [states.of(row, states.last) for row in range(len(ids))]
            return [self._forward.pooled(each) for each in own]

        return unit_rows(np.stack(self._forward.through(cut(texts), finish)))

    def rehearse(self, texts: Sequence[str]) -> tuple[Rehearsal, ...]:
        return self._rehearsals.of(texts)


class _Rehearsals:
    """As an encoder's layers read texts that were trained without a part of the FAQ."""

    def __init__(self, tuning: Tuning, encoder: str, view: View, below: Forward) -> None:
        self._parts, self._encoder = tuning.parts, encoder
        self._view, self._below = view.name, below
        self._read: dict[str, Matrix] = {}

    def of(self, texts: Sequence[str]) -> tuple[Rehearsal, ...]:
        self._read_all(texts)
        keys = [key_of(text) for text in texts]
        return tuple(
            Rehearsal(
                {self._view: np.stack([self._read[key][number] for key in keys])},
                np.array([key in part.texts for key in keys]),
            )
            for number, part in enumerate(self._parts)
        )

    def _read_all(self, texts: Iterable[str]) -> None:
        """Kept, since an FAQ that changes mostly stays the same."""
        new = {key: text for text in texts if (key := key_of(text)) not in self._read}
        if not new:
            return
        uppers = [UpperForward(part.layers(self._encoder), self._below) for part in self._parts]

        def finish(_: Sequence[Ids], states: States) -> list[Matrix]:
            return [*np.stack([upper.vectors(states) for upper in uppers], axis=1)]

        found = self._below.through(cut([*new.values()]), finish)
        self._read |= dict(zip(new, found, strict=True))
