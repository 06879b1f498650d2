"""Answers without Rasa: straight from the index, in the same terms the dialogue would use.

There is no understanding of greetings or of a typed "yes" here, so every text is a question, a
person is offered beside each answer, and buttons keep their meaning.
"""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

from helpdesk.asked import Asked
from helpdesk.replies import BotReply, Decided, Ranked
from helpdesk.text import neutralise

if TYPE_CHECKING:
    from faq_index import Candidate, Decision, Entry, FaqIndex

_OFFER = BotReply(say="offer_person", choices=("person", "no_person"))


def answer(asked: Asked, index: FaqIndex, today: date) -> list[BotReply]:
    """Never empty. Takes as long as the encoder: call it in a worker thread."""
    if asked.intent is not None:
        return _pressed(asked, index, today)
    if asked.context.form is not None:
        # Only Rasa knows what was filled in so far; a person takes it from here.
        return [BotReply(handoff="bot_failure", say="bot_trouble")]
    decision = index.decide(
        neutralise(asked.message.text),
        asked.language,
        previous=asked.context.previous,
        today=today,
        threshold=asked.threshold,
    )
    return _decided(decision, asked.language)


def _decided(decision: Decision, language: str) -> list[BotReply]:
    candidates = tuple(_ranked(candidate) for candidate in decision.candidates)
    if decision.kind == "answer":
        best = decision.candidates[0].entry
        return _answer(Decided("answer", language, candidates), best.handoff)
    if decision.kind == "suggest":
        offered = tuple(entry.id for entry in decision.entries)
        suggested = Decided("suggest", language, candidates, offered)
        return [BotReply(decision=suggested, choices=("person",))]
    return [BotReply(decision=Decided("no_answer", language, candidates)), _OFFER]


def _answer(decided: Decided, handoff: str) -> list[BotReply]:
    if handoff == "always":
        return [
            BotReply(decision=decided),
            BotReply(handoff="entry_requires_person", say="handoff_after_answer"),
        ]
    return [BotReply(decision=decided, choices=() if handoff == "never" else ("person",))]


def _pressed(asked: Asked, index: FaqIndex, today: date) -> list[BotReply]:
    name, _, rest = (asked.intent or "").partition("{")
    offered = asked.context.offered
    match name:
        case "/choose_entry":
            entry = index.entry(json.loads("{" + rest)["entry"], asked.language)
            # It may have been withdrawn since it was offered.
            return _chosen(entry, asked.language) if entry and entry.is_valid(today) else [_OFFER]
        case "/ask_for_person" if asked.leaves_details:
            # Only Rasa can ask for her details: she waits again, and no minutes are promised.
            return [BotReply(handoff="bot_failure", say="bot_trouble")]
        case "/ask_for_person":
            return [BotReply(handoff="asked_for_person", say="handing_over")]
        case "/affirm" if offered == "person":
            return [BotReply(handoff="asked_for_person", say="handing_over")]
        case "/affirm" if offered == "helped":
            return [BotReply(say="glad_it_helped", record="confirmed")]
        case "/deny" if offered == "person":
            return [BotReply(say="no_person_ok")]
        case "/not_helpful" | "/deny" if offered == "helped" or name == "/not_helpful":
            choices = ("person", "no_person")
            return [BotReply(say="not_helpful", choices=choices, record="not_helpful")]
        case "/cancel" if asked.context.form is not None:
            return [BotReply(say="contact_cancelled", record="cancelled")]
        case "/cancel":
            return [BotReply(say="nothing_to_cancel")]
        case "/none_of_these":
            return [_OFFER]
    return [BotReply(say="anything_else")]


def _chosen(entry: Entry, language: str) -> list[BotReply]:
    return _answer(Decided("chosen", language, (Ranked(entry.id, None),)), entry.handoff)


def _ranked(candidate: Candidate) -> Ranked:
    return Ranked(
        candidate.entry.id, candidate.confidence, candidate.phrasing, dict(candidate.signals)
    )
