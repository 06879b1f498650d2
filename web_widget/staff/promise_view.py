"""A promise in plain words."""

from __future__ import annotations

import math
from typing import Any

from faq_index import Promise
from web_widget.staff.texts import Texts


def promise_view(promise: Promise, texts: Texts) -> dict[str, Any]:
    """`warning` is empty unless recent labels contradict the promise."""
    return {
        "language": promise.language,
        "statement": _statement(promise, texts),
        "facts": _facts(promise, texts),
        "kept": promise.kept,
        "verdict": _verdict(promise, texts),
        "threshold": texts("promise.threshold", threshold=texts.percent(promise.threshold)),
        "sure": _sure(promise, texts),
        "warning": _warning(promise, texts),
        "advice": texts("promise.contradicted.do"),
    }


def promise_lines(promise: Promise, texts: Texts) -> list[str]:
    """The same for a terminal."""
    view = promise_view(promise, texts)
    lines = [view["statement"], view["facts"], view["verdict"], view["threshold"], view["sure"]]
    if view["warning"]:
        lines += [view["warning"], view["advice"]]
    return [line for line in lines if line]


def _statement(promise: Promise, texts: Texts) -> str:
    language = texts.language_name(promise.language)
    if promise.bound is None:
        answers, needed = texts.number(promise.answers), texts.number(promise.needed)
        return texts("promise.refused", language=language, answers=answers, needed=needed)
    # Rounded up: "at most" must stay true.
    bound = math.ceil(promise.bound * 1000 - 1e-9) / 1000
    return texts("promise.given", language=language, bound=texts.tenths(bound))


def _facts(promise: Promise, texts: Texts) -> str:
    if not promise.labels:
        return texts("promise.refused.none")
    newest = promise.newest.isoformat() if promise.newest else texts("promise.undated")
    labels = texts.number(promise.labels)
    if promise.rate is None:
        return texts("promise.refused.facts", labels=labels, newest=newest)
    return texts(
        "promise.given.facts",
        confidence=texts.percent(promise.confidence),
        wrong=texts.number(promise.wrong),
        answers=texts.number(promise.answers),
        rate=texts.tenths(promise.rate),
        labels=labels,
        newest=newest,
    )


def _verdict(promise: Promise, texts: Texts) -> str:
    if promise.bound is None:
        return ""
    key = "promise.kept" if promise.kept else "promise.not_shown"
    return texts(key, accepted=_accepted(promise))


def _sure(promise: Promise, texts: Texts) -> str:
    """Only where it tells more than that the promise is kept."""
    if promise.sure_from is None or promise.kept:
        return ""
    return texts(
        "promise.sure",
        sure=texts.percent(promise.sure_from),
        accepted=_accepted(promise),
        confidence=texts.percent(promise.confidence),
    )


def _warning(promise: Promise, texts: Texts) -> str:
    if not promise.contradicted:
        return ""
    return texts(
        "promise.contradicted",
        wrong=texts.number(promise.recent_wrong),
        answers=texts.number(promise.recent_answers),
        accepted=_accepted(promise),
    )


def _accepted(promise: Promise) -> str:
    """As it was set: 10%, 7.5%."""
    return f"{promise.max_wrong * 100:.4g}%"
