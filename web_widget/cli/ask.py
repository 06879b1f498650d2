"""`kotae ask`"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from web_widget.cli.database import known_labels
from web_widget.cli.library import open_index
from web_widget.cli.output import print_json, say
from web_widget.cli.problems import BAD_USAGE, Problem
from web_widget.cli.screen import waiting
from web_widget.cli.settings import settings

if TYPE_CHECKING:
    from faq_index import Candidate, Decision

SHOWN = 5
_SAID = {
    "answer": "Answers",
    "suggest": "Offers a choice",
    "no_answer": "Does not answer",
}


def ask(
    question: Annotated[str, typer.Argument(help="What a customer would type.")],
    language: Annotated[
        str | None, typer.Option(help="Language of the question; KOTAE_DEFAULT_LANGUAGE.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON for a program.")] = False,
) -> None:
    """Show what Kotae would decide on a question, and why."""
    if not question.strip():
        raise Problem("The question is empty.", status=BAD_USAGE)
    chosen = settings()
    language = language or chosen.default_language
    with waiting("the index") as progress:
        index = open_index(chosen, progress)
        if labels := known_labels(chosen):
            progress("asking the labelled questions", 0, 0)
            index = index.recalibrated(labels, max_wrong=chosen.max_wrong)
    decision = index.decide(question, language)
    threshold = index.thresholds.get(language)
    if as_json:
        print_json(_as_json(question, language, threshold, decision))
    else:
        for line in _as_lines(threshold, decision):
            say(line)


def _as_json(
    question: str, language: str, threshold: float | None, decision: "Decision"
) -> dict[str, object]:
    return {
        "question": question,
        "language": language,
        "decision": decision.kind,
        "confidence": decision.candidates[0].confidence if decision.candidates else None,
        "threshold": threshold,
        "offered": _offered(decision),
        "candidates": _candidates(decision.candidates),
    }


def _candidates(candidates: Sequence["Candidate"]) -> list[dict[str, object]]:
    spoke = _speaking(candidates)
    return [_candidate(each, why) for each, why in zip(candidates, spoke, strict=True)]


def _speaking(candidates: Sequence["Candidate"]) -> list[tuple[str, ...]]:
    from faq_index.explain import speaking_for

    signals = [candidate.signals for candidate in candidates]
    return [speaking_for(signals, place) for place in range(len(signals))]


def _candidate(candidate: "Candidate", why: tuple[str, ...]) -> dict[str, object]:
    return {
        "faq_id": candidate.entry.id,
        "language": candidate.entry.language,
        "question": candidate.entry.question,
        "confidence": round(candidate.confidence, 4),
        "phrasing": candidate.phrasing,
        "because": why,
        "signals": {name: round(value, 4) for name, value in candidate.signals.items()},
    }


def _as_lines(threshold: float | None, decision: "Decision") -> list[str]:
    said = _SAID[decision.kind]
    needed = f" (answers from {threshold:.0%})" if threshold is not None else ""
    if not decision.candidates:
        return [f"{said}: no entry is like this question."]
    best, *others = decision.candidates[:SHOWN]
    offered = _offered(decision)
    reasons = [_in_words(why) for why in _speaking(decision.candidates)[:SHOWN]]
    return [
        f"{said}: {best.confidence:.0%} sure of the best entry{needed}.",
        f"  {best.entry.id}: {best.entry.question}",
        f"  phrasing matched: {best.phrasing}",
        *([f"  speaks for it: {reasons[0]}"] if reasons[0] else []),
        f"  signals: {_signals(best.signals)}",
        *(["Next candidates:"] if others else []),
        *(_next(other, why) for other, why in zip(others, reasons[1:], strict=True)),
        *([f"Offered to the customer: {', '.join(offered)}"] if offered else []),
    ]


def _next(candidate: "Candidate", why: str) -> str:
    line = f"  {candidate.confidence:4.0%}  {candidate.entry.id}: {candidate.phrasing}"
    return f"{line} ({why})" if why else line


def _in_words(why: tuple[str, ...]) -> str:
    from web_widget.staff.packet_view import in_words
    from web_widget.staff.texts import load_texts

    return in_words(why, load_texts(ZoneInfo("UTC"))["en"])


def _offered(decision: "Decision") -> list[str]:
    """The entries a customer may choose from; none unless a choice is offered."""
    return [entry.id for entry in decision.entries] if decision.kind == "suggest" else []


def _signals(signals: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {value:.2f}" for name, value in signals.items())
