"""What Prometheus may know of a running Kotae: counts and times, nothing anybody said."""

from __future__ import annotations

import math
from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info

from faq_index import Promise
from helpdesk.figures import Report

# The index answers in some hundredths of a second, Rasa at worst in its timeout.
_SECONDS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 4.0, 8.0)


class Metrics:
    """One registry for each app, so that two apps in one process do not meet."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.turns = Counter(
            "kotae_turns",
            "Customers' messages by what became of them",
            ["path"],
            registry=self.registry,
        )
        self.turn_seconds = Histogram(
            "kotae_turn_seconds",
            "Seconds from a committed message to its answer",
            ["path"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.requests = Counter(
            "kotae_http_requests",
            "HTTP requests by method and status",
            ["method", "status"],
            registry=self.registry,
        )
        self.streams = self._gauge("kotae_streams_open", "Event streams that are open")
        self.in_flight = self._gauge("kotae_turns_in_flight", "Messages being answered now")
        self.waiting = self._gauge("kotae_handoffs_waiting", "Customers waiting for a person")
        self.with_person = self._gauge("kotae_handoffs_active", "Customers talking to a person")
        self.rasa_up = self._gauge("kotae_rasa_up", "1 when Rasa answers, else 0")
        self.entries = self._gauge("kotae_index_entries", "FAQ entries in the live index")
        self.index = Info("kotae_index", "The live index", registry=self.registry)
        self.reloads = Counter(
            "kotae_index_reloads",
            "Changed FAQ files by what became of them",
            ["result"],
            registry=self.registry,
        )

        self.threshold = self._by_language(
            "kotae_answer_threshold", "Confidence from which Kotae answers by itself"
        )
        self.judged = self._by_language(
            "kotae_promise_answers", "Answers that labels tell of, those not wrong included"
        )
        self.wrong = self._by_language("kotae_promise_wrong_answers", "Wrong ones of them")
        self.bound = self._by_language(
            "kotae_promise_wrong_bound", "Share of wrong answers at most; NaN: too few labels"
        )
        self.contradicted = self._by_language(
            "kotae_promise_contradicted", "1 when recent labels contradict the promise, else 0"
        )

        self.episodes = Gauge(
            "kotae_report_episodes",
            "Episodes of the last seven days by outcome",
            ["outcome"],
            registry=self.registry,
        )
        self.rates = Gauge(
            "kotae_report_rate",
            "Rates of the last seven days, 0 to 1; NaN: too few episodes",
            ["figure"],
            registry=self.registry,
        )

    def report(self, report: Report) -> None:
        for outcome, episodes in report.outcomes.items():
            self.episodes.labels(outcome).set(episodes)
        for figure in ("self_resolution", "confirmed", "durable", "handoff", "no_answer", "csat"):
            value = getattr(report, figure).value
            self.rates.labels(figure).set(math.nan if value is None else value)

    def promise(self, promises: Iterable[Promise]) -> None:
        for each in promises:
            self.threshold.labels(each.language).set(each.threshold)
            self.judged.labels(each.language).set(each.answers)
            self.wrong.labels(each.language).set(each.wrong)
            self.bound.labels(each.language).set(math.nan if each.bound is None else each.bound)
            self.contradicted.labels(each.language).set(each.contradicted)

    def turn(self, path: str, seconds: float) -> None:
        """Count a finished turn that took `path` (rasa, index, none, person)."""
        self.turns.labels(path).inc()
        self.turn_seconds.labels(path).observe(seconds)

    def _by_language(self, name: str, sentence: str) -> Gauge:
        return Gauge(name, sentence, ["language"], registry=self.registry)

    def _gauge(self, name: str, sentence: str) -> Gauge:
        return Gauge(name, sentence, registry=self.registry)
