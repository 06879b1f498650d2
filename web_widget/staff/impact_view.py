"""What a change would do, in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from typing import Any

from faq_index.changes import KINDS, Change, Golden, Said
from web_widget.staff.texts import Texts
from web_widget.workshop.impact import Impact

Questions = Mapping[tuple[str, str], str]
_EXAMPLES = 8


def impact_view(impact: Impact, questions: Questions, texts: Texts) -> dict[str, Any]:
    """`questions` name entries by what they answer."""
    comparison = impact.comparison
    groups = []
    for kind in KINDS:
        own = [change for change in comparison.changes if change.kind == kind]
        if own:
            groups.append(
                {
                    "title": texts(f"faqs.impact.{kind}"),
                    "count": texts.number(len(own)),
                    "rows": [_row(each, questions, texts) for each in own[:_EXAMPLES]],
                    "more": max(0, len(own) - _EXAMPLES),
                }
            )
    verdicts = [change.verdict for change in comparison.changes]
    return {
        "asked": texts("faqs.impact.asked", n=texts.number(comparison.questions)),
        "left_out": _left_out(impact, texts),
        "groups": groups,
        "labels": texts(
            "faqs.impact.labels", better=verdicts.count("better"), worse=verdicts.count("worse")
        )
        if any(verdicts)
        else "",
        "expected": _expected(impact, texts),
        "breaks": [_golden(pair, questions, texts) for pair in impact.breaks],
        "broken": [_golden(pair, questions, texts) for pair in impact.broken],
    }


def said_in_words(said: Said, questions: Questions, texts: Texts, language: str = "") -> str:
    names = [questions.get((entry, language), entry) for entry in said.entries]
    if said.kind == "answer":
        return texts("faqs.says.answer", entry=names[0], percent=texts.percent(said.confidence))
    if said.kind == "suggest":
        return texts("faqs.says.suggest", entries=texts("format.comma").join(names))
    return texts("faqs.says.no_answer")


def _row(change: Change, questions: Questions, texts: Texts) -> dict[str, Any]:
    asked = change.asked
    return {
        "question": asked.text,
        "language": asked.language,
        "times": texts.count("faqs.impact.times", asked.times) if asked.times else "",
        "before": said_in_words(change.before, questions, texts, asked.language),
        "after": said_in_words(change.after, questions, texts, asked.language),
        "verdict": texts(f"faqs.impact.{change.verdict}") if change.verdict else "",
        "is_worse": change.verdict == "worse",
    }


def _left_out(impact: Impact, texts: Texts) -> str:
    if not impact.left_out:
        return ""
    number = texts.number(impact.left_out)
    if impact.known_in is None:
        return texts("faqs.impact.left_out", n=number)
    minutes = texts.count("faqs.impact.minutes", ceil(impact.known_in / 60))
    return texts("faqs.impact.remembering", n=number, minutes=minutes)


def _expected(impact: Impact, texts: Texts) -> str:
    found = impact.comparison.expected
    if found is None:
        return texts("faqs.impact.no_past")
    points = [f"{100 * each:+.1f}" for each in (found.change, found.low, found.high)]
    return texts(
        "faqs.impact.expected",
        change=points[0],
        low=points[1],
        high=points[2],
        unknown=texts.percent(found.unknown),
    )


def _golden(pair: tuple[Golden, Said], questions: Questions, texts: Texts) -> str:
    golden, said = pair
    language = golden.asked.language
    key = "faqs.golden.must" if golden.entry else "faqs.golden.must_not"
    wanted = questions.get((golden.entry or "", language), golden.entry)
    return texts(
        key,
        question=golden.asked.text,
        entry=wanted,
        said=said_in_words(said, questions, texts, language),
    )
