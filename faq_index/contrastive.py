"""Teaches the upper layers of an encoder which phrasings of a team's own FAQ mean the same.

Supervised contrastive learning (Khosla et al., 2020) with a proxy for each entry (Movshovitz-Attias
et al., 2017). The lower layers stay as they are, so that their states are computed once; that makes
minutes of it on two cores. PyTorch is imported here, and by nothing that answers questions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from faq_index.forward import Bert
from faq_index.onnx_graph import Tensor

# (step, steps)
OnStep = Callable[[int, int], None]
Owners = NDArray[np.intp]
_PAIRS = 32
# So often is each phrasing seen, but at least so many steps are taken, and at most so many
# phrasings are seen in all.
_ROUNDS = 7
_FEWEST_STEPS = 10
_MOST_SEEN = 9000
_RATE = 2e-4
_PROXY_RATE = 2e-3
_TEMPERATURE = 0.07
_DROPOUT = 0.1
_WARM_UP = 0.1


@dataclass(frozen=True, slots=True)
class Lesson:
    """Texts as the lower layers read them, (tokens, width) each, and the entry of each."""

    states: Sequence[Tensor]
    owners: Owners


@dataclass(frozen=True, slots=True)
class _Place:
    """Tokens of several texts one after the other (tokens, width), since texts padded to the
    longest of them are mostly padding: the text of each and its place there (tokens,)."""

    text: torch.Tensor
    token: torch.Tensor
    mask: torch.Tensor

    @classmethod
    def of(cls, lengths: torch.Tensor) -> _Place:
        steps = torch.arange(int(lengths.max()))
        within = steps[None, :] < lengths[:, None]
        text, token = within.nonzero(as_tuple=True)
        return cls(text, token, within[:, None, None, :])

    def padded(self, tokens: torch.Tensor) -> torch.Tensor:
        """(texts, longest, width), zeros where a text is over."""
        empty = torch.zeros(self.mask.shape[0], self.mask.shape[3], tokens.shape[1])
        return empty.index_put((self.text, self.token), tokens)


class UpperLayers:
    """The trainable layers of a BERT, from its own weights by their own names."""

    def __init__(self, bert: Bert, first: int, dropout: float = _DROPOUT) -> None:
        self._shape, self._by_first = bert.shape, bert.by_first
        self._dropout = dropout
        self._layers = [f"encoder.layer.{number}" for number in range(first, bert.shape.layers)]
        self.weights = {
            name: torch.tensor(value, requires_grad=True)
            for name, value in bert.weights.items()
            if any(name.startswith(f"{layer}.") for layer in self._layers)
        }

    def read(self, states: Sequence[Tensor]) -> torch.Tensor:
        """Texts to vectors of unit length: (texts, width)."""
        lengths = torch.tensor([len(state) for state in states])
        place = _Place.of(lengths)
        state = torch.from_numpy(np.concatenate(states))
        for layer in self._layers:
            state = self._through(layer, state, place)
        if self._by_first:
            return functional.normalize(state[lengths.cumsum(0) - lengths], dim=1)
        sums = torch.zeros(len(states), self._shape.width).index_add(0, place.text, state)
        return functional.normalize(sums / lengths[:, None], dim=1)

    def _through(self, layer: str, state: torch.Tensor, place: _Place) -> torch.Tensor:
        heads = self._shape.heads
        parts = [
            place.padded(self._product(state, f"{layer}.attention.self.{part}"))
            .reshape(*place.mask.shape[::3], heads, -1)
            .transpose(1, 2)
            for part in ("query", "key", "value")
        ]
        query, key, value = parts
        mixed = functional.scaled_dot_product_attention(query, key, value, place.mask)
        mixed = mixed.transpose(1, 2).flatten(2)[place.text, place.token]
        mixed = self._product(mixed, f"{layer}.attention.output.dense")
        state = self._added(state, mixed, f"{layer}.attention.output.LayerNorm")
        inner = functional.gelu(self._product(state, f"{layer}.intermediate.dense"))
        inner = self._product(inner, f"{layer}.output.dense")
        return self._added(state, inner, f"{layer}.output.LayerNorm")

    def _product(self, state: torch.Tensor, name: str) -> torch.Tensor:
        return functional.linear(
            state, self.weights[f"{name}.weight"], self.weights[f"{name}.bias"]
        )

    def _added(self, state: torch.Tensor, new: torch.Tensor, name: str) -> torch.Tensor:
        new = functional.dropout(new, self._dropout)
        scale, shift = self.weights[f"{name}.weight"], self.weights[f"{name}.bias"]
        return functional.layer_norm(
            state + new, (self._shape.width,), scale, shift, self._shape.epsilon
        )


def tune(
    bert: Bert, first: int, lesson: Lesson, on_step: OnStep, seed: int = 0
) -> dict[str, Tensor]:
    """The weights of the layers from `first` on after training; the same for the same lesson."""
    generator = np.random.default_rng(seed)
    torch.manual_seed(seed)
    owners = np.unique(lesson.owners, return_inverse=True)[1]
    upper = UpperLayers(bert, first)
    proxies = _centres(upper, lesson.states, owners).requires_grad_()
    optimizer = torch.optim.AdamW(
        [
            {"params": [*upper.weights.values()], "lr": _RATE},
            {"params": [proxies], "lr": _PROXY_RATE, "weight_decay": 0.0},
        ]
    )
    batches = [batch for _ in range(_rounds(len(owners))) for batch in _batches(owners, generator)]
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, _pace(len(batches)))
    for step, batch in enumerate(batches):
        on_step(step, len(batches))
        vectors = upper.read([lesson.states[row] for row in batch])
        own = torch.from_numpy(owners[batch])
        loss = _contrast(vectors, own) + _to_proxies(vectors, proxies, own)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        schedule.step()
    on_step(len(batches), len(batches))
    return {name: value.detach().numpy() for name, value in upper.weights.items()}


def _rounds(phrasings: int) -> int:
    steps = 1 + phrasings // (2 * _PAIRS)
    return max(1, min(max(_ROUNDS, _FEWEST_STEPS // steps), _MOST_SEEN // max(1, phrasings)))


def _batches(owners: Owners, generator: np.random.Generator) -> list[Owners]:
    """Every row in a pair with another of its entry, or with itself where there is none: the
    dropout makes the two differ (Gao et al., 2021)."""
    pairs = []
    for owner in range(int(owners.max()) + 1):
        rows = generator.permutation(np.flatnonzero(owners == owner))
        if len(rows) % 2:
            rows = np.append(rows, rows[0])
        pairs += list(rows.reshape(-1, 2))
    order = generator.permutation(len(pairs))
    return [
        np.concatenate([pairs[place] for place in order[start : start + _PAIRS]])
        for start in range(0, len(order), _PAIRS)
    ]


def _pace(steps: int) -> Callable[[int], float]:
    """Up quickly, then slowly down."""
    warm = max(1, int(steps * _WARM_UP))
    return lambda step: min((step + 1) / warm, max(0.0, (steps - step) / max(1, steps - warm)))


def _centres(upper: UpperLayers, states: Sequence[Tensor], owners: Owners) -> torch.Tensor:
    with torch.no_grad():
        parts = [upper.read(states[start : start + 64]) for start in range(0, len(states), 64)]
    centres = torch.zeros(int(owners.max()) + 1, parts[0].shape[1])
    centres.index_add_(0, torch.from_numpy(owners), torch.cat(parts))
    return functional.normalize(centres, dim=1)


def _contrast(vectors: torch.Tensor, owners: torch.Tensor) -> torch.Tensor:
    alike = vectors @ vectors.T / _TEMPERATURE
    itself = torch.eye(len(vectors), dtype=torch.bool)
    likely = alike - torch.logsumexp(alike.masked_fill(itself, -torch.inf), 1, keepdim=True)
    same = (owners[:, None] == owners[None, :]) & ~itself
    return -(likely * same).sum(1).div(same.sum(1).clamp(min=1)).mean()


def _to_proxies(vectors: torch.Tensor, proxies: torch.Tensor, owners: torch.Tensor) -> torch.Tensor:
    scores = vectors @ functional.normalize(proxies, dim=1).T / _TEMPERATURE
    return functional.cross_entropy(scores, owners)
