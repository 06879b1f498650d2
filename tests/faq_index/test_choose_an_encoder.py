"""An operator names another sentence-transformers model: small real ones, made here."""

from __future__ import annotations

import ctypes
import json
import shutil
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from faq_index import (
    Encoder,
    EncoderUnavailable,
    SnapshotDamaged,
    build_snapshot,
    ensure_index,
    load_encoder,
    load_snapshot,
)
from faq_index.memory import give_back
from tests.faq_index.fakes import GOOD, shop, write_faq

MakeModel = Callable[..., Path]
WORDS = "query passage : represent this sentence for searching relevant passages where is my order"


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="module")
def make_model(models: Path) -> MakeModel:
    """A BERT of two small layers with random weights, saved as sentence-transformers does."""

    def make(name: str, width: int = 32, **told: object) -> Path:
        from sentence_transformers import SentenceTransformer
        from sentence_transformers.sentence_transformer import modules
        from tokenizers import BertWordPieceTokenizer
        from transformers import BertConfig, BertModel, BertTokenizerFast

        letters = [f"{mark}{c}" for c in "abcdefghijklmnopqrstuvwxyz" for mark in ("", "##")]
        vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS.split(), *letters]
        words = {word: number for number, word in enumerate(dict.fromkeys(vocabulary))}
        raw, folder = models / f"raw-{name}-{width}", models / f"{width}" / name
        config = BertConfig(
            vocab_size=len(words), hidden_size=width, num_hidden_layers=2, num_attention_heads=2,
            intermediate_size=2 * width,
        )  # fmt: skip
        BertModel(config).save_pretrained(raw)
        tokenizer = BertWordPieceTokenizer(words)._tokenizer
        BertTokenizerFast(tokenizer_object=tokenizer).save_pretrained(raw)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            transformer = modules.Transformer(str(raw), max_seq_length=64)
            pooling = modules.Pooling(width)
            SentenceTransformer(modules=[transformer, pooling], device="cpu", **told).save(
                str(folder)
            )
        return folder

    return make


def as_the_library_encodes(folder: Path, text: str) -> np.ndarray:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(folder), device="cpu")
    return np.asarray(model.encode(text, prompt="", normalize_embeddings=True))


def passage(encoder: Encoder, text: str) -> np.ndarray:
    return encoder.encode_passages([text])[0]  # type: ignore[attr-defined, no-any-return]


@pytest.mark.parametrize(
    ("name", "before_question", "before_passage"),
    [
        ("multilingual-e5-small", "query: ", "passage: "),
        ("e5_base_v2", "query: ", "passage: "),
        ("bge-small-en-v1.5", "Represent this sentence for searching relevant passages: ", ""),
        ("bge-m3", "", ""),
        ("our-own-model", "", ""),
    ],
)
def test_the_prefixes_of_a_models_family_are_known(
    make_model: MakeModel, name: str, before_question: str, before_passage: str
) -> None:
    folder = make_model(name)
    encoder = load_encoder(str(folder))
    asked = "where is my order"
    expected = as_the_library_encodes(folder, before_question + asked)
    assert np.allclose(encoder.encode_query(asked), expected, atol=1e-5)
    assert np.allclose(encoder.encode_questions([asked])[0], expected, atol=1e-5)
    expected = as_the_library_encodes(folder, before_passage + asked)
    assert np.allclose(passage(encoder, asked), expected, atol=1e-5)


def test_prompts_that_a_model_states_itself_come_first(make_model: MakeModel) -> None:
    folder = make_model("e5-of-a-team", prompts={"query": "ask: ", "document": "told: "})
    encoder = load_encoder(str(folder))
    expected = as_the_library_encodes(folder, "ask: where is my order")
    assert np.allclose(encoder.encode_query("where is my order"), expected, atol=1e-5)
    expected = as_the_library_encodes(folder, "told: where is my order")
    assert np.allclose(passage(encoder, "where is my order"), expected, atol=1e-5)


def test_a_renamed_model_is_known_by_its_configuration(make_model: MakeModel) -> None:
    folder = make_model("production")
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, "_name_or_path": "org/e5-small"}))
    expected = as_the_library_encodes(folder, "query: refund")
    assert np.allclose(load_encoder(str(folder)).encode_query("refund"), expected, atol=1e-5)


def test_answers_are_indexed_as_passages(make_model: MakeModel, tmp_path: Path) -> None:
    folder = make_model("e5-small")
    encoder = load_encoder(str(folder))
    build_snapshot(shop(), encoder, tmp_path)
    part = load_snapshot(tmp_path, encoder).partitions["en"]
    entry = part.entries[0]
    text = f"{entry.question}\n{entry.answer}"
    expected = as_the_library_encodes(folder, f"passage: {text}")
    assert np.allclose(part.passages.vectors[0], expected, atol=1e-5)
    expected = as_the_library_encodes(folder, f"query: {entry.question}")
    assert np.allclose(part.encoded.vectors[0], expected, atol=1e-5)


def test_another_model_in_the_same_place_rebuilds_the_index(
    make_model: MakeModel, tmp_path: Path
) -> None:
    write_faq(tmp_path / "faq", GOOD)
    model, snapshots = tmp_path / "model", tmp_path / "index"
    shutil.copytree(make_model("some", width=32), model)
    before = ensure_index(tmp_path / "faq", snapshots, load_encoder(str(model)))
    again = ensure_index(tmp_path / "faq", snapshots, load_encoder(str(model)))
    assert again.version == before.version
    shutil.rmtree(model)
    shutil.copytree(make_model("some", width=48), model)
    other = load_encoder(str(model))
    with pytest.raises(SnapshotDamaged, match=r"built with the encoder .*, not .*model@"):
        load_snapshot(snapshots, other)
    after = ensure_index(tmp_path / "faq", snapshots, other)
    assert after.version != before.version
    assert after.partitions["en"].encoded.vectors.shape[1] == other.dim == 48


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("/no/such/folder", "The encoder folder /no/such/folder does not exist."),
        ("./models/e5", "The encoder folder ./models/e5 does not exist."),
        (
            "intfloat/multilingual-e5-small",
            "bin/hf download intfloat/multilingual-e5-small`",
        ),
        ("all-mpnet-base-v2", "hf download sentence-transformers/all-mpnet-base-v2`"),
        ("not a/model/name", "neither `default`, nor a folder, nor a model's name"),
        ("multilingual", "is not on this machine"),
    ],
)
def test_a_model_that_is_not_there_is_one_sentence_with_the_way_out(
    name: str, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(EncoderUnavailable) as caught:
        load_encoder(name)
    assert sentence in str(caught.value) and "\n" not in str(caught.value)


def test_a_folder_without_a_model_says_what_is_missing(tmp_path: Path) -> None:
    (tmp_path / "readme.txt").write_text("nothing")
    with pytest.raises(EncoderUnavailable, match=r"neither modules\.json nor config\.json"):
        load_encoder(str(tmp_path))


@pytest.mark.parametrize("missing", ["model.safetensors", "tokenizer.json", "config.json"])
def test_an_interrupted_download_is_told(
    make_model: MakeModel, tmp_path: Path, missing: str
) -> None:
    folder = tmp_path / "e5"
    shutil.copytree(make_model("e5-small"), folder)
    (folder / missing).write_bytes(b"{")
    with pytest.raises(EncoderUnavailable, match="incomplete or damaged: download it again") as it:
        load_encoder(str(folder))
    assert "\n" not in str(it.value)


def test_a_c_library_that_gives_nothing_back_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise OSError(f"{name}: cannot open shared object file")

    monkeypatch.setattr(ctypes, "CDLL", missing)
    give_back()
