"""From what was found to a decision."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from faq_index.confidence import CHOICES
from faq_index.decision import Answer, Candidate, Decision, NoAnswer, Suggest
from faq_index.entry import Entry
from faq_index.partition import MAX_CANDIDATES, Found, Hit
from faq_index.signals import NAMES

# Someone who types a phrasing of the FAQ means its entry.
EXACT = 0.99
# A list with the right entry in it spares a contact, one without it costs a glance: it pays when
# it is as likely to hold it as not.
_WORTH_OFFERING = 0.5
# Of nonsense, too, something is the likeliest.
_LEAST_LIKELY = 0.25
# A choice much less likely than the first only makes the customer read.
_WORTH_READING = 0.05


def choose(found: Sequence[Found], threshold: float | None = None) -> Decision:
    """Answer when sure, offer choices when one of them is likely, else admit it.

    `threshold` takes the place of the learned one.
    """
    hits = _merge(found)
    candidates = tuple(_candidate(hit) for hit in hits)
    if not hits:
        return NoAnswer(())
    best = max((each for each in found if each.hits), key=lambda each: each.hits[0].confidence)
    if hits[0].confidence >= (best.threshold if threshold is None else threshold):
        return Answer(candidates)
    offered = sum(hit.confidence >= _WORTH_READING * hits[0].confidence for hit in hits[:CHOICES])
    is_likely = hits[0].confidence >= _LEAST_LIKELY
    if is_likely and offered >= 2 and max(each.choices for each in found) >= _WORTH_OFFERING:
        return Suggest(candidates, offered)
    return NoAnswer(candidates)


def choose_exact(entry: Entry, phrasing: str, found: Sequence[Found]) -> Answer:
    """The answer to a question that is a phrasing of an entry."""
    hits = _merge(found)
    own = next((hit for hit in hits if hit.entry == entry), None)
    signals = own.signals if own is not None else dict.fromkeys(NAMES, 1.0)
    others = (hit for hit in hits if hit.entry.id != entry.id)
    first = Candidate(entry, EXACT, phrasing, {**signals, "exact": 1.0})
    rest = (
        Candidate(hit.entry, min(hit.confidence, 1.0 - EXACT), hit.phrasing, hit.signals)
        for hit in others
    )
    return Answer((first, *rest)[:MAX_CANDIDATES])


def _merge(found: Iterable[Found]) -> list[Hit]:
    """Hits of all languages searched, best first; of translations of one entry the best."""
    best: dict[str, Hit] = {}
    for hit in (hit for each in found for hit in each.hits):
        if hit.entry.id not in best or hit.confidence > best[hit.entry.id].confidence:
            best[hit.entry.id] = hit
    return sorted(best.values(), key=lambda hit: -hit.confidence)[:MAX_CANDIDATES]


def _candidate(hit: Hit) -> Candidate:
    return Candidate(hit.entry, hit.confidence, hit.phrasing, hit.signals)
