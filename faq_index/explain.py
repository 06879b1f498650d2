"""Which signals speak for a candidate, against the others that were found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

_NAMED = 3


def speaking_for(signals: Sequence[Mapping[str, float]], place: int) -> tuple[str, ...]:
    """The names of the signals that put the candidate at `place` before the others, the clearest
    first; at most three. `signals` are those of all candidates, best candidate first.

    Signals have scales of their own, so each is measured by how far it lies apart among these
    candidates. An exact match needs no other reason.
    """
    own = signals[place]
    if own.get("exact"):
        return ("exact",)
    others = [each for at, each in enumerate(signals) if at != place]
    leads = {name: _lead(value, [o.get(name, 0.0) for o in others]) for name, value in own.items()}
    found = [name for name, lead in leads.items() if lead > 0]
    return tuple(sorted(found, key=lambda name: -leads[name])[:_NAMED])


def _lead(value: float, others: Sequence[float]) -> float:
    """How far before the best of the others, as a share of the whole range; alone: its height."""
    if not others:
        return value
    spread = max(value, *others) - min(value, *others)
    return (value - max(others)) / spread if spread else 0.0
