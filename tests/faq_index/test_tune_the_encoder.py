"""A team tunes the encoder with its own FAQ."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML
from safetensors import safe_open
from safetensors.numpy import save_file

from faq_index import CannotTune, EncoderUnavailable, Entry, build_index, load_encoder
from faq_index.contrastive import UpperLayers
from faq_index.encoder import Matrix, Rehearsal, Vector, View, rehearsals_of, speaking, unit_rows
from faq_index.encoders import MiniLm, Packaged, packaged_minilm
from faq_index.forward import LOWER, Forward, Ids, States, UpperForward
from faq_index.granite import load_granite, packaged_granite
from faq_index.minilm import load_minilm
from faq_index.readings import readings
from faq_index.training import turns_of
from faq_index.tuned import (
    FILE,
    MINILM,
    Score,
    Taught,
    TunedGranite,
    TunedMiniLm,
    Tuning,
    load_tuning,
    tuned_encoders,
)
from faq_index.tuning import PARTS, Tuned, tune_encoder
from tests.faq_index.fakes import TrigramEncoder

ROWS = YAML(typ="safe").load(Path(__file__).parent / "trades" / "library.yml")["faqs"]


# Enough to learn from, and tuned in seconds.
FEW = 12
# The first of 384, of "How do I reset my password?".
CANONICAL_GRANITE = [-0.0352, 0.025, 0.0195, -0.0292, -0.0387]


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
    granite = TunedGranite(tuned.tuning).encode_questions(texts)
    assert gap(granite) > gap(untaught_granite(texts)) + 0.1
    assert np.allclose(vectors[:, :768], MiniLm().encode_questions(texts), atol=1e-5)


@pytest.mark.model
@pytest.mark.timeout(600)
def test_what_was_tuned_is_found_again_by_the_next_start(tuned: Tuned, tmp_path: Path) -> None:
    assert load_tuning(tmp_path) is None
    tuned.tuning.save(tmp_path)
    again = load_encoder(tuned=tmp_path)
    plain = load_encoder()
    assert again.name != plain.name
    english = [each.encode_query("renew a book") for each in tuned_encoders(tuned.tuning)]
    found = speaking(again, "en").encode_query("renew a book")
    assert np.allclose(found, np.concatenate(english), atol=1e-5)
    assert speaking(again, "ja").name == speaking(plain, "ja").name
    (tmp_path / FILE).write_bytes(b"broken")
    with pytest.raises(EncoderUnavailable, match=r"cannot be read .*kotae tune --undo"):
        load_encoder(tuned=tmp_path)


@pytest.mark.model
@pytest.mark.timeout(600)
def test_what_an_earlier_version_tuned_stays_in_use(tuned: Tuned, tmp_path: Path) -> None:
    """It trained MiniLM alone, and did not say so."""
    whole, parts, scores = tuned.tuning.whole, tuned.tuning.parts, tuned.tuning.scores
    alone = [Taught({"": each.weights[MINILM]}, each.texts) for each in (whole, *parts)]
    Tuning(alone[0], tuple(alone[1:]), scores).save(tmp_path)
    _name_no_encoder(tmp_path / FILE)
    again = load_encoder(tuned=tmp_path)
    found = speaking(again, "en").encode_query("renew a book")
    own = TunedMiniLm(tuned.tuning).encode_query("renew a book")
    untuned = speaking(load_encoder(), "en").encode_query("renew a book")
    assert np.allclose(found[:1152], own, atol=1e-5)
    assert np.allclose(found[1152:], untuned[768:], atol=1e-5)
    [rehearsed, *_] = rehearsals_of(again, ["renew a book"])
    assert list(rehearsed.views) == ["tuned"]


def _name_no_encoder(path: Path) -> None:
    with safe_open(path, framework="numpy") as file:
        told = file.metadata()
        arrays = {key.replace("//", "/"): file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
    save_file(arrays, path, metadata=told)


@pytest.mark.model
@pytest.mark.timeout(600)
def test_every_phrasing_is_unseen_by_one_of_the_rehearsals(tuned: Tuned) -> None:
    texts = [text for entry in library()[:FEW] for text in entry.phrasings]
    encoder = Packaged(tuned_encoders(tuned.tuning))
    found = rehearsals_of(encoder, [*texts, "a question from next year"])
    taught = np.stack([each.taught for each in found])
    assert len(found) == PARTS and not taught[:, -1].any()
    assert not taught.all(axis=0).any()
    # And they are other encoders each time.
    names = [view.name for view in encoder.views if view.name in found[0].views]
    assert names == ["tuned", "tuned granite"]
    for name in names:
        vectors = np.stack([each.views[name][0] for each in found])
        assert len(np.unique(vectors.round(3), axis=0)) == PARTS


@pytest.mark.model
@pytest.mark.parametrize("encoder", ["minilm", "granite"])
def test_layers_that_were_not_trained_read_as_those_that_came(encoder: str) -> None:
    """PyTorch trains what ONNX Runtime then runs: both must mean the same."""
    is_minilm = encoder == "minilm"
    bert = load_minilm(packaged_minilm()) if is_minilm else load_granite(packaged_granite())
    forward = Forward(bert)
    texts = ["May I renew a book?", "no", "How long is the waiting list for a popular novel?"]
    upper = UpperForward(bert.weights, forward)
    ours = np.stack(forward.through(texts, lambda _, states: [*upper.vectors(states)]))
    lower = forward.through(
        texts, lambda _, states: [states.of(row, states.lower) for row in range(len(states.lower))]
    )
    theirs = UpperLayers(bert, LOWER, dropout=0.0).read(lower).detach().numpy()
    # Where they run, weights are rounded to eight bits.
    assert np.einsum("ij,ij->i", ours, theirs).min() > 0.996
    assert np.allclose(ours, whole_of(forward, texts), atol=1e-4)


@pytest.mark.model
@pytest.mark.parametrize("quick", [True, False])
def test_granite_reads_as_its_weights_say(quick: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Computed from the same file by PyTorch, in 32 bits: another file, tokenizer or place would
    tell itself here."""
    if not quick:
        monkeypatch.setattr("faq_index.forward.quick_products_are_right", lambda: False)
    [vector] = untaught_granite(["How do I reset my password?"])
    assert np.allclose(vector[:5], CANONICAL_GRANITE, atol=5e-3)


def untaught_granite(texts: list[str]) -> Matrix:
    return whole_of(Forward(load_granite(packaged_granite())), texts)


def whole_of(forward: Forward, texts: list[str]) -> Matrix:
    """As all layers read them, each of unit length."""

    def finish(ids: Sequence[Ids], states: States) -> list[Vector]:
        return [forward.pooled(states.of(row, states.last)) for row in range(len(ids))]

    return unit_rows(np.stack(forward.through(texts, finish)))


@pytest.mark.model
@pytest.mark.parametrize("harm", ["cut", "longer", "another"])
def test_a_damaged_pack_is_said_to_be_one(harm: str, tmp_path: Path) -> None:
    data = packaged_granite().read_bytes()
    harmed = {"cut": data[:-4], "longer": data + b"0000", "another": b"nothing of the kind"}[harm]
    (tmp_path / "pack").write_bytes(harmed)
    with pytest.raises(ValueError, match=r"^pack is (no pack of an encoder|not whole)$"):
        load_granite(tmp_path / "pack")


@pytest.mark.model
def test_a_package_that_is_missing_is_said_before_anything_is_trained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("faq_index.tuning.packaged_granite", lambda: tmp_path / "none")
    with pytest.raises(EncoderUnavailable, match="cannot be loaded .*none.*`make setup` installs"):
        tune_encoder(library(), load_encoder(), silent)


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
        own = Rehearsal({"tuned": np.full((len(owners), 2), part + 1, np.float32)}, taught)
        passages = Rehearsal({"tuned": np.zeros((len(every), 2), np.float32)}, taught[:0])
        pairs.append((own, passages))
    found = readings(vectors, np.zeros((len(every), 4), np.float32), owners, views, pairs)
    assert len(found) == PARTS
    for (own, _), reading in zip(pairs, found, strict=True):
        known = np.bincount(owners, own.taught, minlength=len(every))[owners] > 0
        assert not (reading.with_entry & known).any()
        assert not (reading.alone & own.taught).any()
        assert not (reading.alone & ~known & ~is_new).any()
        assert (reading.vectors[:, 2:] == own.views["tuned"]).all()
        assert (reading.vectors[:, :2] == 0).all()
    often = np.sum([reading.alone for reading in found], axis=0)
    assert (often <= 1).all() and (often[is_new] == 1).all()
