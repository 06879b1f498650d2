"""A partition as files: what serving needs, ready for it; what only building needs, apart.

Long arrays are files of their own, which are mapped and not read; what was learned is small and
stands in one .npz without pickle; words stand in .json.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Mapping, Sequence
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
from faq_index.dense import DenseIndex, Lists
from faq_index.directory import Directory
from faq_index.encoder import Encoder, views_of
from faq_index.entry import Entry, from_json, to_json
from faq_index.late import LateMatcher
from faq_index.lazy import Lines, Looked, Read, Register
from faq_index.lexical import Bm25, Cosines
from faq_index.matcher import Matcher, Ready, Vocabulary
from faq_index.partition import Partition
from faq_index.phrasings import Phrasings
from faq_index.raw import raw_files, raw_later
from faq_index.signals import Matchers
from faq_index.training import Model
from faq_index.version import File, Version

Arrays = dict[str, NDArray[Any]]
Words = dict[str, Any]
_COSINES = ("words", "characters")


def same_entries(partitions: Mapping[str, Partition], entries: Iterable[Entry]) -> bool:
    """Are those of the partitions these, lines and files included?"""
    places = dict.fromkeys(partitions, 0)
    for entry in entries:
        part, place = partitions[entry.language], places[entry.language]
        if place == len(part.entries) or part.entries[place] != entry:
            return False
        places[entry.language] += 1
    return places == {language: len(part.entries) for language, part in partitions.items()}


def partition_to_files(part: Partition) -> tuple[dict[str, File], dict[str, File]]:
    """Those that serving needs, and those that only building does."""
    matchers, model = part.matchers, part.model
    entries = Lines.over(_to_json(to_json(entry)) for entry in part.entries)
    learned: Arrays = {
        "weights": model.weights,
        "top": model.confidence.top,
        "choices": model.confidence.choices,
        **_example_arrays("answerable", model.taught.answerable),
        **_example_arrays("unanswerable", model.taught.unanswerable),
        **_blend_arrays(matchers.blend),
        **_late_learned(matchers.late),
    }
    arrays: Arrays = {
        **_line_arrays("entries", entries),
        **_phrasing_arrays(matchers.phrasings),
        **_directory_arrays(part.directory),
        **_dense_arrays("dense", matchers.dense),
        **_dense_arrays("passages", matchers.passages),
        **_late_arrays(matchers.late),
    }
    words: Words = {
        "shares": matchers.blend.shares,
        "kernel": asdict(model.kernel),
        "threshold": model.confidence.threshold,
        "changes": model.changes,
        "average": matchers.answer.average,
        "spelled": part.directory.words,
    }
    for name in (*_COSINES, "answer"):
        matcher: Matcher = getattr(matchers, name)
        arrays |= _matcher_arrays(name, matcher)
        vocabulary = matcher.vocabulary
        learned[f"{name}.idf"] = vocabulary.idf
        words[name] = {"terms": list(vocabulary.columns), "unknown": vocabulary.unknown}
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **learned)
    small = {"json": _to_json(words).encode(), "npz": buffer.getvalue()}
    return {**small, **_named(arrays)}, _named(raw_files(part.encoded, part.passages))


def partition_from_files(
    version: Version,
    language: str,
    encoder: Encoder,
    entries: Sequence[Entry] | None = None,
) -> Partition:
    """With `entries` instead of those stored, of which only the lines differ. Raises ValueError,
    TypeError or KeyError when the files do not belong together."""
    files = {
        name.removeprefix(f"{language}."): file
        for name, file in version.files.items()
        if name.startswith(f"{language}.")
    }
    with np.load(io.BytesIO(files["npz"].data()), allow_pickle=False) as stored:
        learned: Arrays = {name: stored[name] for name in stored.files}
    arrays: Arrays = {
        name.removesuffix(".npy"): file.array()
        for name, file in files.items()
        if name.endswith(".npy")
    }
    told: Words = json.loads(files["json"].data())
    own = entries or Read(_lines("entries", arrays), _entry)
    phrasings = Phrasings(
        _lines("phrasings", arrays),
        arrays["owners"],
        Looked(len(own), lambda at: own[at].answer),
        arrays["named"],
    )
    if len(phrasings.texts) != len(arrays["dense"]) or len(own) != len(arrays["passages"]):
        raise ValueError("vectors and texts differ in number")
    analyzer = Analyzer(language)
    words, characters = (
        Cosines(*_matcher_parts(name, arrays, learned, told), tokens, _ready(name, arrays))
        for name, tokens in zip(_COSINES, (analyzer.words, analyzer.characters), strict=True)
    )
    answer = Bm25(
        *_matcher_parts("answer", arrays, learned, told),
        analyzer.words,
        told["average"],
        _ready("answer", arrays),
    )
    blend = Blend(
        views_of(encoder), tuple(told["shares"]), learned["centre"], learned.get("rotation")
    )
    dense, passages = _dense("dense", arrays), _dense("passages", arrays)
    late = _late_from(arrays, learned)
    matchers = Matchers(phrasings, blend, dense, passages, words, answer, characters, late)
    confidence = Confidence(learned["top"], learned["choices"], told["threshold"])
    taught = Taught(_examples("answerable", learned), _examples("unanswerable", learned))
    model = Model(Kernel(**told["kernel"]), learned["weights"], taught, confidence, told["changes"])
    directory = _directory(arrays, told["spelled"])
    raw = raw_later(version, language)
    return Partition(own, analyzer, encoder, raw, matchers, model, directory)


def _named(arrays: Mapping[str, File]) -> dict[str, File]:
    return {f"{name}.npy": array for name, array in arrays.items()}


def _line_arrays(name: str, lines: Lines) -> Arrays:
    return {name: lines.letters, f"{name}.ends": lines.ends}


def _lines(name: str, arrays: Arrays) -> Lines:
    return Lines(arrays[name], arrays[f"{name}.ends"])


def _phrasing_arrays(phrasings: Phrasings) -> Arrays:
    texts = phrasings.texts
    lines = texts if isinstance(texts, Lines) else Lines.over(texts)
    return {
        **_line_arrays("phrasings", lines),
        "owners": phrasings.owners,
        "named": phrasings.named,
    }


def _directory_arrays(directory: Directory) -> Arrays:
    return {
        **_line_arrays("keys", directory.keys),
        "keys.digests": directory.by_key.digests,
        "keys.places": directory.by_key.places,
        "ids.digests": directory.by_id.digests,
        "ids.places": directory.by_id.places,
        "days": directory.days,
    }


def _directory(arrays: Arrays, words: Mapping[str, int]) -> Directory:
    by_key, by_id = (
        Register(arrays[f"{name}.digests"], arrays[f"{name}.places"]) for name in ("keys", "ids")
    )
    return Directory(_lines("keys", arrays), by_key, by_id, words, arrays["days"])


def _dense_arrays(name: str, index: DenseIndex) -> Arrays:
    lists = index.lists
    return {name: index.vectors, **({f"{name}.lists": lists.written()} if lists else {})}


def _dense(name: str, arrays: Arrays) -> DenseIndex:
    lists = arrays.get(f"{name}.lists")
    return DenseIndex(arrays[name], None if lists is None else Lists.read(lists))


def _example_arrays(name: str, examples: Examples) -> Arrays:
    return {f"{name}.{field}": getattr(examples, field) for field in Examples.__slots__}


def _examples(name: str, arrays: Arrays) -> Examples:
    return Examples(*(arrays[f"{name}.{field}"] for field in Examples.__slots__))


def _blend_arrays(blend: Blend) -> Arrays:
    arrays: Arrays = {"centre": blend.centre}
    return arrays if blend.rotation is None else {**arrays, "rotation": blend.rotation}


def _late_learned(late: LateMatcher | None) -> Arrays:
    if late is None:
        return {}
    return {
        "late.rotation": late.rotation,
        "late.ids": late.ids,
        "late.idf": late.idf,
        "late.unknown": np.array(late.unknown),
    }


def _late_arrays(late: LateMatcher | None) -> Arrays:
    if late is None:
        return {}
    return {"late": late.vectors, "late.scales": late.scales, "late.starts": late.starts}


def _late_from(arrays: Arrays, learned: Arrays) -> LateMatcher | None:
    if "late" not in arrays:
        return None
    return LateMatcher(
        arrays["late.starts"],
        arrays["late"],
        arrays["late.scales"],
        learned["late.rotation"],
        learned["late.ids"],
        learned["late.idf"],
        float(learned["late.unknown"]),
    )


def _matcher_arrays(name: str, matcher: Matcher) -> Arrays:
    matrix = matcher.matrix
    return {
        f"{name}.data": matrix.data,
        f"{name}.indices": matrix.indices,
        f"{name}.indptr": matrix.indptr,
        **{f"{name}.{field}": value for field, value in matcher.ready._asdict().items()},
    }


def _matcher_parts(
    name: str, arrays: Arrays, learned: Arrays, words: Mapping[str, Any]
) -> tuple[Vocabulary, csr_matrix]:
    terms = words[name]["terms"]
    columns = {term: i for i, term in enumerate(terms)}
    vocabulary = Vocabulary(columns, learned[f"{name}.idf"], words[name]["unknown"])
    parts = tuple(arrays[f"{name}.{part}"] for part in ("data", "indices", "indptr"))
    return vocabulary, csr_matrix(parts, shape=(len(parts[2]) - 1, len(terms)))


def _ready(name: str, arrays: Arrays) -> Ready:
    return Ready(*(arrays[f"{name}.{field}"] for field in Ready._fields))


def _entry(line: str) -> Entry:
    return from_json(json.loads(line))


def _to_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=_plain, indent=None)


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot be stored")
