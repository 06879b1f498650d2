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
from faq_index.confidence import Confidence
from faq_index.dense import DenseIndex
from faq_index.entry import Entry, Link
from faq_index.lexical import Bm25, Cosines, Vocabulary
from faq_index.partition import Partition
from faq_index.signals import Kernel, Matchers, Phrasings, Vectors
from faq_index.training import Model

Arrays = dict[str, NDArray[Any]]
Texts = dict[str, Any]
_LEXICAL = ("words", "answer", "characters")


def entries_to_json(entries: Sequence[Entry]) -> bytes:
    return _to_json([asdict(entry) for entry in entries])


def entries_from_json(data: bytes) -> list[Entry]:
    return [_entry(each) for each in json.loads(data)]


def _entry(raw: dict[str, Any]) -> Entry:
    for name in ("review_by", "valid_from", "valid_until"):
        raw[name] = date.fromisoformat(raw[name]) if raw[name] else None
    for name in ("also_asked", "tags", "related"):
        raw[name] = tuple(raw[name])
    raw["links"] = tuple(Link(**link) for link in raw["links"])
    return Entry(**raw)


def partition_to_files(part: Partition) -> tuple[bytes, bytes]:
    """The .npz and the .json of a partition; its entries are stored apart."""
    matchers, model = part.matchers, part.model
    arrays: Arrays = {
        "phrasings": part.vectors.phrasings,
        "passages": part.vectors.passages,
        "misspelt": part.vectors.misspelt,
        "rows": model.rows,
        "classifier": model.classifier,
        "weights": model.weights,
        "top": model.confidence.top,
        "choices": model.confidence.choices,
    }
    texts: Texts = {
        "blend": asdict(model.blend),
        "kernel": asdict(model.kernel),
        "threshold": model.confidence.threshold,
        "examples": model.confidence.examples,
        "wrong": model.confidence.wrong,
    }
    for name in _LEXICAL:
        matcher: Cosines | Bm25 = getattr(matchers, name)
        arrays |= _matcher_arrays(name, matcher)
        vocabulary = matcher.vocabulary
        texts[name] = {"terms": list(vocabulary.columns), "unknown": vocabulary.unknown}
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **arrays)
    return buffer.getvalue(), _to_json(texts)


def partition_from_files(
    entries: Sequence[Entry], phrasings: Phrasings, language: str, numbers: bytes, words: bytes
) -> Partition:
    """Raises ValueError or KeyError when the files do not belong together."""
    with np.load(io.BytesIO(numbers), allow_pickle=False) as stored:
        arrays: Arrays = {name: stored[name] for name in stored.files}
    texts: Texts = json.loads(words)
    vectors = Vectors(arrays["phrasings"], arrays["passages"], arrays["misspelt"])
    if len(vectors.phrasings) != len(phrasings.texts) or len(vectors.passages) != len(entries):
        raise ValueError("vectors and texts differ in number")
    blend = Blend(tuple(texts["blend"]["blocks"]), tuple(texts["blend"]["shares"]))
    analyzer = Analyzer(language)
    matchers = Matchers(
        phrasings,
        DenseIndex(blend.apply(vectors.phrasings)),
        DenseIndex(blend.apply(vectors.passages)),
        Cosines(*_matcher_parts("words", arrays, texts), analyzer.words),
        Bm25(*_matcher_parts("answer", arrays, texts), analyzer.words),
        Cosines(*_matcher_parts("characters", arrays, texts), analyzer.characters),
    )
    confidence = Confidence(
        arrays["top"], arrays["choices"], texts["threshold"], texts["examples"], texts["wrong"]
    )
    model = Model(
        blend,
        Kernel(**texts["kernel"]),
        arrays["rows"],
        arrays["classifier"],
        arrays["weights"],
        confidence,
    )
    return Partition(entries, analyzer, vectors, matchers, model)


def _matcher_arrays(name: str, matcher: Cosines | Bm25) -> Arrays:
    matrix = matcher.matrix
    return {
        f"{name}.idf": matcher.vocabulary.idf,
        f"{name}.data": matrix.data,
        f"{name}.indices": matrix.indices,
        f"{name}.indptr": matrix.indptr,
    }


def _matcher_parts(
    name: str, arrays: Arrays, texts: Mapping[str, Any]
) -> tuple[Vocabulary, csr_matrix]:
    terms = texts[name]["terms"]
    columns = {term: i for i, term in enumerate(terms)}
    vocabulary = Vocabulary(columns, arrays[f"{name}.idf"], texts[name]["unknown"])
    parts = tuple(arrays[f"{name}.{part}"] for part in ("data", "indices", "indptr"))
    return vocabulary, csr_matrix(parts, shape=(len(parts[2]) - 1, len(terms)))


def _to_json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, default=_plain, indent=None).encode()


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot be stored")
