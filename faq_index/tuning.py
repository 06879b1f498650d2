"""Adapts packaged encoders to a team's own FAQ, and says whether that helps.

The upper layers of each are trained six times: with all phrasings, and five times without a part of
them, so that the tuned encoders can be judged, and confidence be learned, by phrasings they have
never seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_softmax

from faq_index.building import Progress, build_partitions, passage_of, phrasings_of
from faq_index.encoder import Encoder, Rehearsal, installed, rehearsals_of
from faq_index.encoders import MiniLm, Packaged, cut, packaged_minilm
from faq_index.entry import Entry
from faq_index.errors import CannotTune
from faq_index.forward import LOWER, Bert, Forward, Ids, States
from faq_index.granite import load_granite, packaged_granite
from faq_index.minilm import load_minilm
from faq_index.onnx_graph import Tensor
from faq_index.phrasings import Phrasings
from faq_index.readings import Rows, readings
from faq_index.training import hold_out, turns_of
from faq_index.tuned import (
    GRANITE,
    MINILM,
    Half,
    Score,
    Taught,
    Tuning,
    halved,
    key_of,
    tuned_encoders,
)

PARTS = 5
# Entries with several phrasings from which there is something to learn.
_FEWEST = 10
# The log likelihood of an entry that was not even looked at.
_NEVER = -10.0


@dataclass(frozen=True, slots=True)
class Tuned:
    """`encoder` is the better one: the tuned one only if it makes the entries of held-out phrasings
    likelier (`tuning.scores`, before and after)."""

    tuning: Tuning
    encoder: Encoder

    @property
    def is_better(self) -> bool:
        before, after = self.tuning.scores
        return after.likely > before.likely


def tune_encoder(
    entries: Sequence[Entry], encoder: Encoder, progress: Progress, max_wrong: float = 0.10
) -> Tuned:
    """Train with the entries in English. The same entries give the same encoder on one machine.

    Raises CannotTune for an encoder that did not come with Kotae, or too few entries, and
    EncoderUnavailable.
    """
    if not isinstance(encoder, Packaged):
        raise CannotTune(
            f"The encoder {encoder.name} cannot be tuned: only KOTAE_ENCODER=default can."
        )
    own = [entry for entry in entries if encoder.speaking(entry.language) is encoder]
    several = sum(len(entry.phrasings) > 1 for entry in own)
    if several < _FEWEST:
        raise CannotTune(
            f"{several} English entries have more than one phrasing, tuning takes at least "
            f"{_FEWEST}: add `also_asked` to more of them."
        )
    tuning = _train(own, progress)
    progress("comparing", 0, 2)
    before = _score(own, Packaged([_Untaught(tuning)], encoder.universal), max_wrong)
    progress("comparing", 1, 2)
    better = Packaged(tuned_encoders(tuning), encoder.universal)
    after = _score(own, better, max_wrong)
    progress("comparing", 2, 2)
    tuned = Tuned(Tuning(tuning.whole, tuning.parts, (before, after)), better)
    return tuned if tuned.is_better else Tuned(tuned.tuning, encoder)


def _train(entries: Sequence[Entry], progress: Progress) -> Tuning:
    phrasings = phrasings_of(entries)
    every = np.ones(len(phrasings.texts), dtype=bool)
    chosen = [np.flatnonzero(each) for each in (every, *_without_parts(phrasings))]
    with installed():
        minilm, granite = load_minilm(packaged_minilm()), load_granite(packaged_granite())
    encoders = {MINILM: minilm, GRANITE: granite}
    found: list[dict[str, dict[str, Half]]] = [{} for _ in chosen]
    for place, (name, bert) in enumerate(encoders.items()):

        def tell(done: float, place: int = place) -> None:
            progress("tuning", round(100 * (place + done)), 100 * len(encoders))

        for layers, of_part in zip(_taught(bert, phrasings, chosen, tell), found, strict=True):
            of_part[name] = layers
    texts = (frozenset(key_of(phrasings.texts[row]) for row in rows.tolist()) for rows in chosen)
    whole, *parts = map(Taught, found, texts)
    return Tuning(whole, tuple(parts), (Score(0.0, 0.0), Score(0.0, 0.0)))


def _taught(
    bert: Bert, phrasings: Phrasings, chosen: Sequence[Rows], tell: Callable[[float], None]
) -> Iterator[dict[str, Half]]:
    """Upper layers after training with each of the `chosen` rows; tells the share that is done."""
    # PyTorch takes seconds to load, and nothing else needs it.
    from faq_index.contrastive import Lesson, tune

    lower = Forward(bert).through(cut(phrasings.texts), _lower)
    for number, rows in enumerate(chosen):

        def on_step(step: int, steps: int, number: int = number) -> None:
            tell((number + step / max(1, steps)) / len(chosen))

        lesson = Lesson([lower[row] for row in rows], phrasings.owners[rows])
        yield halved(tune(bert, LOWER, lesson, on_step))


def _lower(ids: Sequence[Ids], states: States) -> list[Tensor]:
    return [states.of(row, states.lower).copy() for row in range(len(ids))]


def _without_parts(phrasings: Phrasings) -> list[NDArray[np.bool_]]:
    """Rows (rows,) to train with: each time without some entries, to see what a question without an
    answer looks like, without some phrasings of all others, and the names of some."""
    owners = phrasings.owners
    turns = np.where(phrasings.named, owners + 1, turns_of(owners))
    return [(turns % PARTS != part) & (owners % PARTS != part) for part in range(PARTS)]


def _score(entries: Sequence[Entry], encoder: Encoder, max_wrong: float) -> Score:
    """How held-out phrasings find their entry, over all languages of the entries."""
    right, likely = [], []
    for part in build_partitions(entries, encoder, max_wrong=max_wrong).values():
        views, owners = part.matchers.blend.views, part.matchers.phrasings.owners
        texts = part.matchers.phrasings.texts, [passage_of(entry) for entry in part.entries]
        rehearsals = [rehearsals_of(part.encoder, each) for each in texts]
        pairs = list(zip(*rehearsals, strict=True))
        found = readings(part.encoded.vectors, part.passages.vectors, owners, views, pairs)
        held_out = hold_out(part.matchers, part.model.kernel, part.encoded.tokens, found)
        for look, owner in zip(held_out.alone, held_out.owners, strict=True):
            scores = log_softmax(look.table @ part.model.weights)
            own = scores[look.entries == owner]
            likely.append(float(own[0]) if len(own) else _NEVER)
            right.append(len(own) > 0 and own[0] == scores.max())
    return Score(float(np.mean(right)), float(np.mean(likely))) if right else Score(0.0, 0.0)


class _Untaught(MiniLm):
    """MiniLM as it came, judged by the same phrasings as the tuned one."""

    def __init__(self, tuning: Tuning, folder: Path | None = None) -> None:
        super().__init__(folder)
        self._tuning = tuning

    def rehearse(self, texts: Sequence[str]) -> tuple[Rehearsal, ...]:
        view = self.views[0]
        vectors = self.encode_questions(texts)[:, : view.dim]
        keys = [key_of(text) for text in texts]
        return tuple(
            Rehearsal({view.name: vectors}, np.array([key in part.texts for key in keys]))
            for part in self._tuning.parts
        )
