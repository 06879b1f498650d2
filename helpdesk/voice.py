"""The customers' voice: questions in vain, grouped by meaning, the costliest first."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Literal

from scipy.special import pdtrc

from faq_index.grouping import group_questions
from faq_index.text import phrasing_key
from helpdesk.gaps import REASONS, Reason, Vain
from helpdesk.wishes import is_wish

if TYPE_CHECKING:
    from faq_index import FaqIndex
    from helpdesk.store.gaps import Dismissal

# A subject rises when so many customers would come by chance this seldom, and are not just a few.
_BY_CHANCE = 0.05
_FEWEST_RISING = 3
SHORT = 8
"""Characters of a key that people see and type."""
Kind = Literal["question", "complaint", "wish"]
Places = Mapping[tuple[str, str], str]


@dataclass(frozen=True, slots=True)
class Wording:
    """One way in which a question was asked, its personal data masked, and how often."""

    key: str
    text: str
    times: int


@dataclass(frozen=True, slots=True)
class Subject:
    """Questions in vain that mean the same; `question` is the most typical one.

    `customers` were lost in the period and `before` in the one of the same length before it;
    `entry_id` should have answered, by the word of the `team` or as the index believes; `reply` is
    the longest that an agent wrote; `kind` is what most of them are.
    """

    language: str
    question: str
    wordings: tuple[Wording, ...]
    customers: int
    before: int
    is_rising: bool
    reasons: Mapping[Reason, int]
    complaints: int
    agent_minutes: float
    last_at: datetime
    entry_id: str | None
    by_team: bool
    reply: str | None
    dismissed: str | None = None
    kind: Kind = "question"

    @property
    def id(self) -> str:
        """Short, for people to type. So is the beginning of the key of any other of its wordings,
        so that an id stays good when another question becomes the most typical one."""
        return self.wordings[0].key[:SHORT]


@dataclass(frozen=True, slots=True)
class Voice:
    """`subjects` in the order in which they should be looked at; `dismissed` ones apart. `quiet`
    holds the language of each subject of the time before that was not asked since, is not answered
    by now and was not left on purpose: it only went out of sight."""

    subjects: tuple[Subject, ...]
    dismissed: tuple[Subject, ...]
    quiet: tuple[str, ...] = ()

    def of_language(self, language: str) -> Voice:
        return Voice(
            tuple(each for each in self.subjects if each.language == language),
            tuple(each for each in self.dismissed if each.language == language),
            tuple(each for each in self.quiet if each == language),
        )


def voice(
    found: Sequence[Vain],
    dismissals: Iterable[Dismissal],
    index: FaqIndex,
    since: datetime,
    places: Places | None = None,
) -> Voice:
    """Subjects of the questions since then, with those before for comparison. Slow: in a thread.

    Questions stand together by their meaning, but for those that the team put into `places`.
    """
    reasons = {(each.language, each.key): each.reason for each in dismissals}
    by_language: dict[str, list[Vain]] = defaultdict(list)
    for vain in found:
        by_language[vain.language].append(vain)
    subjects: list[Subject] = []
    quiet: list[str] = []
    for language, own in sorted(by_language.items()):
        recent, before = _subjects(own, language, reasons, index, since, places or {})
        subjects += recent
        quiet += [language] * before
    subjects.sort(
        key=lambda s: (not s.is_rising, -s.customers, -s.agent_minutes, s.language, s.question)
    )
    return Voice(
        tuple(s for s in subjects if s.dismissed is None),
        tuple(s for s in subjects if s.dismissed is not None),
        tuple(quiet),
    )


def key_of(question: str) -> str:
    """The same for spellings that differ in case, width and punctuation only."""
    return sha256(phrasing_key(question).encode()).hexdigest()[:32]


def _subjects(
    found: Sequence[Vain],
    language: str,
    dismissals: Mapping[tuple[str, str], str],
    index: FaqIndex,
    since: datetime,
    places: Places,
) -> tuple[list[Subject], int]:
    """And how many of the time before were not asked since, without those left on purpose and those
    that the FAQ answers by now."""
    asked: dict[str, list[Vain]] = defaultdict(list)
    for vain in found:
        if phrasing_key(vain.question):
            asked[key_of(vain.question)].append(vain)
    keys = list(asked)
    texts = [asked[key][0].question for key in keys]
    groups = group_questions(index, texts, [len(asked[key]) for key in keys], language)
    subjects, quiet = [], 0
    for own in _regrouped(
        [[keys[at] for at in group.members] for group in groups], language, places
    ):
        recent = {key: [v for v in asked[key] if v.at >= since] for key in own}
        earlier = {v.customer for key in own for v in asked[key] if v.at < since}
        if any(recent.values()):
            subjects.append(_subject(recent, len(earlier), language, dismissals, index))
        elif not (
            _is_dismissed([dismissals.get((language, key)) for key in own])
            or index.decide(asked[own[0]][0].question, language).kind == "answer"
        ):
            quiet += 1
    return subjects, quiet


def _is_dismissed(reasons: Sequence[str | None]) -> bool:
    return 2 * sum(each is not None for each in reasons) > len(reasons)


def _regrouped(groups: Iterable[list[str]], language: str, places: Places) -> list[list[str]]:
    """A question that the team has not placed goes where most of its group were put."""
    found: dict[str, list[str]] = {}
    for group in groups:
        put = Counter(places[language, key] for key in group if (language, key) in places)
        usual = put.most_common(1)[0][0] if put else group[0]
        for key in group:
            found.setdefault(places.get((language, key), usual), []).append(key)
    return list(found.values())


def _subject(
    asked: Mapping[str, Sequence[Vain]],
    before: int,
    language: str,
    dismissals: Mapping[tuple[str, str], str],
    index: FaqIndex,
) -> Subject:
    every = [vain for own in asked.values() for vain in own]
    wordings = tuple(Wording(key, own[0].question, len(own)) for key, own in asked.items() if own)
    customers = len({vain.customer for vain in every})
    named = Counter(vain.entry_id for vain in every if vain.entry_id)
    entry_id = named.most_common(1)[0][0] if named else _nearest(index, wordings[0].text, language)
    why = [dismissals.get((language, wording.key)) for wording in wordings]
    reasons = Counter(vain.reason for vain in every)
    return Subject(
        language=language,
        question=wordings[0].text,
        wordings=wordings,
        customers=customers,
        before=before,
        is_rising=_is_rising(customers, before),
        reasons={reason: reasons[reason] for reason in REASONS if reasons[reason]},
        complaints=sum(vain.is_complaint for vain in every),
        agent_minutes=sum(vain.agent_minutes for vain in every),
        last_at=max(vain.at for vain in every),
        entry_id=entry_id,
        by_team=bool(named),
        reply=max((vain.reply for vain in every if vain.reply), key=len, default=None),
        dismissed=next(filter(None, why), None) if _is_dismissed(why) else None,
        kind=_kind(every),
    )


def _kind(every: Sequence[Vain]) -> Kind:
    if 2 * sum(vain.is_complaint for vain in every) > len(every):
        return "complaint"
    return "wish" if 2 * sum(is_wish(vain.question) for vain in every) > len(every) else "question"


def _is_rising(now: int, before: int) -> bool:
    """More than chance makes of as many as before (one-sided Poisson test; none counts as a half,
    since what never happened may happen)."""
    if now < _FEWEST_RISING:
        return False
    return bool(pdtrc(now - 1, max(before, 0.5)) < _BY_CHANCE)


def _nearest(index: FaqIndex, question: str, language: str) -> str | None:
    candidates = index.decide(question, language).candidates
    return candidates[0].entry.id if candidates else None
