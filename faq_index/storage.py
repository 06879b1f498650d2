"""A partition as files: numbers in .npz without pickle, words in .json."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from faq_index.analysis import Analyzer
from faq_index.blend import Blend
from faq_index.classifier import Kernel
from faq_index.confidence import Confidence, Examples, Taught
from faq_index.encoder import Encoded, Encoder, Tokens, views_of
from faq_index.entry import Entry, from_json, to_json
from faq_index.late import LateMatcher, in_whole_numbers
from faq_index.lexical import Bm25, Cosines
from faq_index.matcher import Matcher, Vocabulary
from faq_index.partition import Partition
from faq_index.phrasings import Phrasings, Texts
from faq_index.signals import Matchers
from faq_index.training import Model

Arrays = dict[str, NDArray[Any]]
Words = dict[str, Any]
_LEXICAL = ("words", "answer", "characters")


def entries_to_json(entries: Sequence[Entry]) -> bytes:
    return _to_json([to_json(entry) for entry in entries])


def entries_from_json(data: bytes) -> list[Entry]:
    return [from_json(each) for each in json.loads(data)]


def partition_to_files(part: Partition) -> tuple[bytes, bytes]:
    """The .npz and the .json of a partition; its entries are stored apart."""
    matchers, model = part.matchers, part.model
    arrays: Arrays = {
        "phrasings": part.encoded.vectors,
        "passages": part.passages.vectors,
        "weights": model.weights,
        "top": model.confidence.top,
        "choices": model.confidence.choices,
        **_example_arrays("answerable", model.taught.answerable),
        **_example_arrays("unanswerable", model.taught.unanswerable),
        **_blend_arrays(matchers.blend),
        **_token_arrays("tokens", part.encoded.tokens),
        **_late_arrays(matchers.late),
    }
    words: Words = {
        "shares": matchers.blend.shares,
        "kernel": asdict(model.kernel),
        "threshold": model.confidence.threshold,
        "changes": model.changes,
    }
    for name in _LEXICAL:
        matcher: Matcher = getattr(matchers, name)
        arrays |= _matcher_arrays(name, matcher)
        vocabulary = matcher.vocabulary
        words[name] = {"terms": list(vocabulary.columns), "unknown": vocabulary.unknown}
    words["average"] = matchers.answer.average
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **arrays)
    return buffer.getvalue(), _to_json(words)


def partition_from_files(
    entries: Sequence[Entry],
    phrasings: Phrasings,
    language: str,
    encoder: Encoder,
    numbers: bytes,
    words: bytes,
) -> Partition:
    """Raises ValueError or KeyError when the files do not belong together."""
    with np.load(io.BytesIO(numbers), allow_pickle=False) as stored:
        arrays: Arrays = {name: stored[name] for name in stored.files}
    told: Words = json.loads(words)
    encoded = Encoded(arrays["phrasings"], _tokens_from("tokens", arrays))
    passages = Encoded(arrays["passages"])
    if len(encoded.vectors) != len(phrasings.texts) or len(passages.vectors) != len(entries):
        raise ValueError("vectors and texts differ in number")
    analyzer = Analyzer(language)
    texts = Texts(
        Cosines(*_matcher_parts("words", arrays, told), analyzer.words),
        Bm25(*_matcher_parts("answer", arrays, told), analyzer.words, told["average"]),
        Cosines(*_matcher_parts("characters", arrays, told), analyzer.characters),
    )
    blend = Blend(
        views_of(encoder), tuple(told["shares"]), arrays["centre"], arrays.get("rotation")
    )
    late = _late_from(arrays)
    matchers = Matchers.over(phrasings, encoded, passages.vectors, blend, texts, late)
    confidence = Confidence(arrays["top"], arrays["choices"], told["threshold"])
    taught = Taught(_examples("answerable", arrays), _examples("unanswerable", arrays))
    model = Model(Kernel(**told["kernel"]), arrays["weights"], taught, confidence, told["changes"])
    return Partition(entries, analyzer, encoder, encoded, passages, matchers, model)


def _example_arrays(name: str, examples: Examples) -> Arrays:
    return {f"{name}.{field}": getattr(examples, field) for field in Examples.__slots__}


def _examples(name: str, arrays: Arrays) -> Examples:
    return Examples(*(arrays[f"{name}.{field}"] for field in Examples.__slots__))


def _blend_arrays(blend: Blend) -> Arrays:
    arrays: Arrays = {"centre": blend.centre}
    return arrays if blend.rotation is None else {**arrays, "rotation": blend.rotation}


def _token_arrays(name: str, tokens: Sequence[Tokens] | None) -> Arrays:
    if not tokens:
        return {}
    return {
        f"{name}.sizes": np.array([len(each.ids) for each in tokens], dtype=np.int32),
        f"{name}.ids": np.concatenate([each.ids for each in tokens]).astype(np.int32),
        f"{name}.vectors": np.concatenate([each.vectors for each in tokens]).astype(np.float16),
    }


def _tokens_from(name: str, arrays: Arrays) -> tuple[Tokens, ...] | None:
    if f"{name}.sizes" not in arrays:
        return None
    ends = np.cumsum(arrays[f"{name}.sizes"])[:-1]
    ids = np.split(arrays[f"{name}.ids"].astype(np.intp), ends)
    vectors = np.split(arrays[f"{name}.vectors"], ends)
    return tuple(map(Tokens, ids, vectors))


def _late_arrays(late: LateMatcher | None) -> Arrays:
    """What was learned; the tokens themselves are stored once."""
    if late is None:
        return {}
    return {
        "late.rotation": late.rotation,
        "late.ids": late.ids,
        "late.idf": late.idf,
        "late.unknown": np.array(late.unknown),
    }


def _late_from(arrays: Arrays) -> LateMatcher | None:
    if "late.rotation" not in arrays:
        return None
    rotation, ids, idf = (arrays[f"late.{name}"] for name in ("rotation", "ids", "idf"))
    nothing = in_whole_numbers(np.zeros((0, rotation.shape[1]), np.float32))
    return LateMatcher(
        np.zeros(1, dtype=np.intp), *nothing, rotation, ids, idf, float(arrays["late.unknown"])
    )


def _matcher_arrays(name: str, matcher: Matcher) -> Arrays:
    matrix = matcher.matrix
    return {
        f"{name}.idf": matcher.vocabulary.idf,
        f"{name}.data": matrix.data,
        f"{name}.indices": matrix.indices,
        f"{name}.indptr": matrix.indptr,
    }


def _matcher_parts(
    name: str, arrays: Arrays, words: Mapping[str, Any]
) -> tuple[Vocabulary, csr_matrix]:
    terms = words[name]["terms"]
    columns = {term: i for i, term in enumerate(terms)}
    vocabulary = Vocabulary(columns, arrays[f"{name}.idf"], words[name]["unknown"])
    parts = tuple(arrays[f"{name}.{part}"] for part in ("data", "indices", "indptr"))
    return vocabulary, csr_matrix(parts, shape=(len(parts[2]) - 1, len(terms)))


def _to_json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, default=_plain, indent=None).encode()


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot be stored")
