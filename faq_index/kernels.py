"""Inner loops of a search, compiled on first use and kept beside this file.

NumPy would go through the memory once for each step of them. A score does not depend on what else
is computed with it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numba
import numpy as np
from numpy.typing import NDArray

F = TypeVar("F", bound=Callable[..., Any])
Scores = NDArray[np.float32]
Shorts = NDArray[np.int16]
Numbers = NDArray[np.int32]
Rows = NDArray[np.intp]
Flags = NDArray[np.bool_]
# Above what rounding may change in a score.
ROUNDING = np.float32(1e-5)
# Documents whose scores are compared at once.
_BLOCK = 1 << 12


def compiled(loop: F) -> F:
    """To machine code, which is read from a file when an earlier process has compiled it."""
    return _compiled(loop)


def compiled_for_sums(loop: F) -> F:
    """The same, and sums may be taken in several parts side by side, always the same ones."""
    return _compiled(loop, fastmath={"reassoc", "contract"})


def _compiled(loop: F, **more: Any) -> F:
    try:
        made: F = numba.njit(cache=True, error_model="numpy", **more)(loop)
    except RuntimeError:  # nowhere to keep it: each process compiles for itself
        made = numba.njit(error_model="numpy", **more)(loop)
    return made


@compiled
def _place(number: int) -> int:
    """That a place is none counted from the end, so that this need not be looked at each time."""
    return np.uint32(number)  # type: ignore[return-value]


@compiled
def highest(scores: Scores, count: int) -> Rows:
    """Places of the highest scores above 0, best first; of a tie the first."""
    found = np.empty(count, dtype=np.intp)
    kept, least = 0, np.float32(0.0)
    for place in range(len(scores)):
        score = scores[place]
        if score <= least:
            continue
        # By insertion, since few of many come this far.
        at = kept if kept < count else count - 1
        while at > 0 and scores[found[at - 1]] < score:
            found[at] = found[at - 1]
            at -= 1
        found[at] = place
        kept = min(kept + 1, count)
        if kept == count:
            least = scores[found[count - 1]]
    return found[:kept]


@compiled
def keep_highest(scores: Scores, first: int, best: Scores, places: Rows) -> None:
    """Of each row of scores (rows, some columns, from `first` on) put those that are higher into
    the `best` so far (rows, count), highest first, and their columns into `places`."""
    rows, count = best.shape
    for row in range(rows):
        own, columns = best[row], places[row]
        least = own[count - 1]
        for column in range(scores.shape[1]):
            score = scores[row, column]
            if score > least:
                at = count - 1
                while at > 0 and own[at - 1] < score:
                    own[at], columns[at] = own[at - 1], columns[at - 1]
                    at -= 1
                own[at], columns[at] = score, first + column
                least = own[count - 1]


@compiled
def put_in(best: Scores, score: float) -> None:
    """Into the best so far, highest first, if it is higher than the last of them."""
    if score > best[-1]:
        at = len(best) - 1
        while at > 0 and best[at - 1] < score:
            best[at] = best[at - 1]
            at -= 1
        best[at] = score


@compiled
def nth_highest(scores: Scores, count: int) -> float:
    """The `count`-th highest; minus infinity when there are fewer."""
    best = np.full(count, -np.inf, dtype=np.float32)
    for score in scores:
        put_in(best, score)
    return float(best[-1])


@compiled
def added_up(
    starts: Rows, documents: Numbers, values: Scores, columns: Rows, weights: Scores, sums: Scores
) -> None:
    """Onto `sums` (documents,) the weighted values of these terms (columns,), whose lists of
    documents begin at `starts` (terms + 1,)."""
    for place in range(len(columns)):
        column, weight = columns[place], weights[place]
        own = documents[starts[column] : starts[column + 1]]
        of_own = values[starts[column] : starts[column + 1]]
        for cell in range(len(own)):
            sums[_place(own[cell])] += weight * of_own[cell]


@compiled
def reaching(sums: Scores, more: Scores, norm: float, most: float, count: int) -> Rows:
    """Documents that may be among the `count` with the highest scores above 0, when each score is
    its sum and up to `more` times the norm (documents,), but no more than `most`."""
    scale, limit, least = np.float32(norm), np.float32(most), ROUNDING
    best = np.full(count, -np.inf, dtype=np.float32)
    found, bounds, kept = np.empty(count, dtype=np.intp), np.empty(count, dtype=np.float32), 0
    # Some at a time, which stay near the processor. Of most nobody comes near, which is seen by
    # counting: that is done for several at once.
    for first in range(0, len(sums), _BLOCK):
        own, rest = sums[first : first + _BLOCK], more[first : first + _BLOCK]
        higher, nth = np.int32(0), best[count - 1]
        for at in range(len(own)):
            higher += np.int32(1) if own[at] > nth else np.int32(0)
        if higher:
            for at in range(len(own)):
                put_in(best, own[at])
            least = max(best[count - 1] - ROUNDING, ROUNDING)
        near = np.int32(0)
        for at in range(len(own)):
            near += np.int32(1) if own[at] + min(rest[at] * scale, limit) >= least else np.int32(0)
        if not near:
            continue
        if kept + near > len(found):
            longer = np.empty(2 * (kept + near), dtype=np.intp)
            wider = np.empty(2 * (kept + near), dtype=np.float32)
            longer[:kept], wider[:kept] = found[:kept], bounds[:kept]
            found, bounds = longer, wider
        for at in range(len(own)):
            bound = own[at] + min(rest[at] * scale, limit)
            if bound >= least:
                found[kept], bounds[kept] = first + at, bound
                kept += 1
    # The bar was lower for those that came first.
    return found[:kept][bounds[:kept] >= least]


@compiled
def weighed(
    begins: Rows, columns: Numbers, values: Scores, weights: Scores, documents: Rows
) -> Scores:
    """The weighted sum of the values of each of these documents, whose terms (columns) begin at
    `begins` (all documents + 1,); `weights` has one value a term."""
    sums = np.empty(len(documents), dtype=np.float32)
    for place in range(len(documents)):
        document, total = documents[place], np.float32(0.0)
        for cell in range(begins[document], begins[document + 1]):
            total += values[cell] * weights[_place(columns[cell])]
        sums[place] = total
    return sums


@compiled
def side_by_side(
    begins: Rows, columns: Numbers, values: Scores, documents: Rows, terms: int
) -> Scores:
    """These documents (rows) by the terms that more than one of them has, in any order."""
    times = np.zeros(terms, dtype=np.int32)
    for document in documents:
        for cell in range(begins[document], begins[document + 1]):
            times[columns[cell]] += 1
    width = 0
    place_of = np.empty(terms, dtype=np.int32)
    for document in documents:
        for cell in range(begins[document], begins[document + 1]):
            column = columns[cell]
            if times[column] > 1:
                place_of[column], times[column] = width, -1
                width += 1
    table = np.zeros((len(documents), width), dtype=np.float32)
    for row in range(len(documents)):
        for cell in range(begins[documents[row]], begins[documents[row] + 1]):
            if times[columns[cell]] < 0:
                table[row, place_of[columns[cell]]] = values[cell]
    return table


@compiled_for_sums
def nearest_tokens(
    vectors: Shorts, scales: Scores, starts: Rows, edges: Rows, hidden: Flags, asked: Scores
) -> Scores:
    """Of each span of texts (first, behind the last) in `edges` (spans, 2) the highest product of
    their tokens with each token asked (asked, width): (spans, asked), 0 of a span without any. The
    texts' tokens begin at `starts` (texts + 1,) and are `vectors` (tokens, width) times `scales`
    (tokens,). Those of a hidden text have -1 with everything; `hidden` is (texts,) or, when none
    is, empty."""
    count, width = asked.shape
    # Four at a time, so that a token is fetched once for all of them.
    whole = (count + 3) // 4 * 4
    padded = np.zeros((whole, width), dtype=np.float32)
    padded[:count] = asked
    best = np.zeros((len(edges), whole), dtype=np.float32)
    for span in range(len(edges)):
        if starts[edges[span, 0]] < starts[edges[span, 1]]:
            best[span] = -1.0
        for text in range(edges[span, 0], edges[span, 1]):
            if len(hidden) and hidden[text]:
                continue
            for token in range(starts[text], starts[text + 1]):
                vector, scale = vectors[token], scales[token]
                for one in range(0, whole, 4):
                    a = b = c = d = np.float32(0.0)
                    for part in range(width):
                        value = np.float32(vector[part])
                        a += value * padded[one, part]
                        b += value * padded[one + 1, part]
                        c += value * padded[one + 2, part]
                        d += value * padded[one + 3, part]
                    best[span, one] = max(best[span, one], a * scale)
                    best[span, one + 1] = max(best[span, one + 1], b * scale)
                    best[span, one + 2] = max(best[span, one + 2], c * scale)
                    best[span, one + 3] = max(best[span, one + 3], d * scale)
    return best[:, :count]
