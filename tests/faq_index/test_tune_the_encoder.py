"""A team tunes the encoder with its own FAQ."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from faq_index import CannotTune, EncoderUnavailable, Entry, build_index, load_encoder
from faq_index.bert_graph import Shape
from faq_index.contrastive import UpperLayers
from faq_index.encoder import Rehearsal, View, rehearsals_of, speaking
from faq_index.encoders import MiniLm, packaged_minilm
from faq_index.minilm import LOWER, MiniLmForward, UpperForward, load_weights
from faq_index.readings import readings
from faq_index.training import turns_of
from faq_index.tuned import FILE, Score, TunedMiniLm, Tuning, load_tuning
from faq_index.tuning import PARTS, Tuned, tune_encoder
from tests.faq_index.fakes import TrigramEncoder

ROWS = YAML(typ="safe").load(Path(__file__).parent / "trades" / "library.yml")["faqs"]


# Enough to learn from, and tuned in seconds.
FEW = 12


def library() -> list[Entry]:
    return [
        Entry(
            id=row["id"],
            language="en",
            topic="Library",
            question=row["phrasings"][0],
            also_asked=tuple(row["phrasings"][1:]),
            answer="",
        )
        for row in ROWS
    ]


def silent(stage: str, done: int, total: int) -> None:
    """Nobody watches."""


@pytest.fixture(scope="module")
def tuned() -> Tuned:
    return tune_encoder(library()[:FEW], load_encoder(), silent)


@pytest.mark.model
@pytest.mark.timeout(600)
def test_a_library_finds_no_less_than_before_and_says_how_much(tuned: Tuned) -> None:
    asked = [(text, row["id"]) for row in ROWS[:FEW] for text in row["asked"]]
    plain, better = (build_index(library()[:FEW], each) for each in (load_encoder(), tuned.encoder))
    found = [
        sum(index.decide(text, "en").candidates[0].entry.id == id for text, id in asked)
        for index in (plain, better)
    ]
    assert found[1] >= found[0] - 2
    before, after = tuned.tuning.scores
    assert 0 < before.found <= 1 and 0 < after.found <= 1
    assert tuned.is_better == (after.likely > before.likely)


@pytest.mark.model
@pytest.mark.timeout(600)
def test_phrasings_of_an_entry_come_closer_and_others_do_not(tuned: Tuned) -> None:
    taught = library()[:FEW]
    texts = [text for entry in taught for text in entry.phrasings]
    owners = np.repeat(np.arange(FEW), [len(entry.phrasings) for entry in taught])
    same = owners[:, None] == owners[None, :]

    def gap(vectors: np.ndarray) -> float:  # type: ignore[type-arg]
        alike = vectors @ vectors.T
        return float(alike[same].mean() - alike[~same].mean())

    vectors = TunedMiniLm(tuned.tuning).encode_questions(texts)
    assert gap(vectors[:, 768:]) > gap(vectors[:, :384]) + 0.1
    assert np.allclose(vectors[:, :768], MiniLm().encode_questions(texts), atol=1e-5)


@pytest.mark.model
@pytest.mark.timeout(600)
def test_what_was_tuned_is_found_again_by_the_next_start(tuned: Tuned, tmp_path: Path) -> None:
    assert load_tuning(tmp_path) is None
    tuned.tuning.save(tmp_path)
    again = load_encoder(tuned=tmp_path)
    plain = load_encoder()
    assert again.name != plain.name
    english = TunedMiniLm(tuned.tuning)
    assert np.allclose(
        speaking(again, "en").encode_query("renew a book")[:1152],
        english.encode_query("renew a book"),
        atol=1e-5,
    )
    assert speaking(again, "ja").name == speaking(plain, "ja").name
    (tmp_path / FILE).write_bytes(b"broken")
    with pytest.raises(EncoderUnavailable, match=r"cannot be read .*kotae tune --undo"):
        load_encoder(tuned=tmp_path)


@pytest.mark.model
@pytest.mark.timeout(600)
def test_every_phrasing_is_unseen_by_one_of_the_rehearsals(tuned: Tuned) -> None:
    texts = [text for entry in library()[:FEW] for text in entry.phrasings]
    found = rehearsals_of(TunedMiniLm(tuned.tuning), [*texts, "a question from next year"])
    taught = np.stack([each.taught for each in found])
    assert len(found) == PARTS and not taught[:, -1].any()
    assert not taught.all(axis=0).any()
    # And it is another encoder each time.
    vectors = np.stack([each.vectors[0] for each in found])
    assert len(np.unique(vectors.round(3), axis=0)) == PARTS


@pytest.mark.model
def test_layers_that_were_not_trained_read_as_those_that_came() -> None:
    """PyTorch trains what ONNX Runtime then runs: both must mean the same."""
    forward, weights = MiniLmForward(packaged_minilm()), load_weights(packaged_minilm())
    texts = ["May I renew a book?", "no", "How long is the waiting list for a popular novel?"]
    upper = UpperForward(weights, forward.shape, forward.sampled)
    ours = forward.through(texts, lambda _, states: [*upper.means(states)])
    lower = forward.through(
        texts, lambda _, states: [states.of(row, states.lower) for row in range(len(states.lower))]
    )
    layers = UpperLayers(weights, Shape(6, 12, 384, 1e-12), LOWER, dropout=0.0)
    theirs = layers.read(lower).detach().numpy()
    # Where they run, weights are rounded to eight bits.
    assert np.einsum("ij,ij->i", np.stack(ours), theirs).min() > 0.996
    assert np.allclose(np.stack(ours), MiniLm().encode_questions(texts)[:, :384], atol=1e-4)


@pytest.mark.model
def test_too_little_to_learn_from_is_said() -> None:
    with pytest.raises(CannotTune, match="3 English entries have more than one phrasing"):
        tune_encoder(library()[:3], load_encoder(), silent)


def test_only_the_packaged_encoder_can_be_tuned() -> None:
    with pytest.raises(CannotTune, match="only KOTAE_ENCODER=default can"):
        tune_encoder(library(), TrigramEncoder(), silent)


def test_a_tuning_that_helps_nothing_is_not_better() -> None:
    empty = Tuning(None, (), (Score(0.8, -1.0), Score(0.9, -1.0)))  # type: ignore[arg-type]
    assert not Tuned(empty, TrigramEncoder()).is_better


@given(
    sizes=st.lists(st.integers(1, 7), min_size=1, max_size=12),
    new=st.lists(st.integers(1, 3), max_size=3),
)
def test_nothing_is_held_out_by_an_encoder_that_was_taught_it(
    sizes: list[int], new: list[int]
) -> None:
    """Property: a row is alone where it is unseen and its entry is not, with its entry where that
    is unseen, and entries newer than the tuning are held out once."""
    every = [*sizes, *new]
    owners = np.repeat(np.arange(len(every)), every)
    is_new = owners >= len(sizes)
    turns = turns_of(owners)
    views = (View("sentence", 2), View("tuned", 2))
    vectors = np.zeros((len(owners), 4), dtype=np.float32)
    pairs = []
    for part in range(PARTS):
        taught = (turns % PARTS != part) & (owners % PARTS != part) & ~is_new
        own = Rehearsal("tuned", np.full((len(owners), 2), part + 1, np.float32), taught)
        passages = Rehearsal("tuned", np.zeros((len(every), 2), np.float32), taught[:0])
        pairs.append((own, passages))
    found = readings(vectors, np.zeros((len(every), 4), np.float32), owners, views, pairs)
    assert len(found) == PARTS
    for (own, _), reading in zip(pairs, found, strict=True):
        known = np.bincount(owners, own.taught, minlength=len(every))[owners] > 0
        assert not (reading.with_entry & known).any()
        assert not (reading.alone & own.taught).any()
        assert not (reading.alone & ~known & ~is_new).any()
        assert (reading.vectors[:, 2:] == own.vectors).all()
        assert (reading.vectors[:, :2] == 0).all()
    often = np.sum([reading.alone for reading in found], axis=0)
    assert (often <= 1).all() and (often[is_new] == 1).all()
