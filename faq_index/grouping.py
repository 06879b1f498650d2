"""Questions grouped by what they mean, without anybody naming groups beforehand.

Agglomerative clustering with average linkage (Sokal and Michener, 1958) on the cosines of the
index's own encoder. The same questions make the same groups, in whatever order they come.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from faq_index.encoder import Matrix, read
from faq_index.index import FaqIndex

# Cosine at which two phrasings of the demo shop are as likely to be of one entry as of two:
# `python -m tests.benchmarks.grouping` prints it.
ALIKE = 0.5
# The matrix of all distances must fit: of more questions, the rarest are each a group of their own.
MOST = 4000


@dataclass(frozen=True, slots=True)
class Group:
    """Places of questions in the list that was given, the most typical one first."""

    members: tuple[int, ...]


def group_questions(
    index: FaqIndex, questions: Sequence[str], counts: Sequence[int], language: str
) -> list[Group]:
    """Groups of different questions, each asked so often (`counts`), largest first."""
    if not questions:
        return []
    order = sorted(range(len(questions)), key=lambda i: (-counts[i], questions[i]))
    near, rare = order[:MOST], order[MOST:]
    vectors = vectors_of(index, [questions[i] for i in near], language)
    weights = np.array([counts[i] for i in near], dtype=np.float64)
    groups = [_typical_first(own, vectors, weights) for own in _clusters(vectors)]
    found = [Group(tuple(near[i] for i in own)) for own in groups]
    found += [Group((i,)) for i in rare]
    return sorted(
        found,
        key=lambda group: (-sum(counts[i] for i in group.members), questions[group.members[0]]),
    )


def vectors_of(index: FaqIndex, texts: Sequence[str], language: str) -> Matrix:
    """(texts, dim), of unit length, as the language's own entries are compared."""
    known = language if language in index.partitions else index.languages[0]
    part = index.partitions[known]
    return part.matchers.blend.apply(read(part.encoder, texts).vectors)


def _clusters(vectors: Matrix) -> list[list[int]]:
    if len(vectors) == 1:
        return [[0]]
    # Rounded, so that what a batch is encoded with moves no question to another group.
    distances = np.round(np.clip(1.0 - vectors @ vectors.T, 0.0, 2.0), 4)
    np.fill_diagonal(distances, 0.0)
    tree = linkage(squareform(distances, checks=False), method="average")
    labels = fcluster(tree, 1.0 - ALIKE, criterion="distance")
    return [list(np.flatnonzero(labels == label)) for label in np.unique(labels)]


def _typical_first(members: list[int], vectors: Matrix, weights: np.ndarray) -> list[int]:
    """The one nearest to all others, as often as each was asked; the rest by how near to it."""
    own = vectors[members]
    alike = own @ own.T
    first = int(np.argmax(np.round(alike @ weights[members], 4)))
    order = np.argsort(-np.round(alike[first], 4), kind="stable")
    rest = [members[i] for i in order if i != first]
    return [members[first], *rest]
