"""What happens in an invented quarter: who asks what, when, and how it ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from helpdesk.history.made import MadeContact, Subject, random_id
from helpdesk.history.people import to_person
from helpdesk.history.words import WORDS
from helpdesk.outcomes import RESOLVED
from helpdesk.types import Staff

# Monday to Sunday, and midnight to midnight: a shop that is busiest on Monday evenings.
WEEK = (1.25, 1.1, 1.0, 1.0, 1.05, 0.85, 0.75)
HOURS = (1, 1, 0, 0, 0, 1, 2, 4, 7, 10, 12, 11, 12, 11, 10, 10, 9, 9, 10, 12, 13, 12, 8, 4)
RETURNS_WITHIN = timedelta(days=6)


@dataclass(frozen=True)
class Plot:
    """`last`: the newest day. `better_from`: since then the answers of `better` help more often,
    as after somebody has rewritten them."""

    last: date
    days: int
    zone: ZoneInfo
    subjects: Sequence[Subject]
    agents: Sequence[Staff] = ()
    per_day: float = 45.0
    site: str = "demo"
    better: frozenset[str] = frozenset()
    better_from: date | None = None
    seed: int = 1
    # Probability that a customer who had an answer comes again about the same.
    comes_again: float = field(default=0.07)


def contacts(plot: Plot) -> Iterator[MadeContact]:
    """In order of days; the same for the same plot, but for reference numbers."""
    random = Random(plot.seed)
    again: list[tuple[datetime, str, Subject]] = []
    for back in range(plot.days - 1, -1, -1):
        day = plot.last - timedelta(days=back)
        growth = 1 + 0.3 * (1 - back / max(1, plot.days))
        wanted = plot.per_day * growth * WEEK[day.weekday()] * random.uniform(0.85, 1.15)
        for moment in sorted(_moment(random, day, plot.zone) for _ in range(round(wanted))):
            due = [each for each in again if each[0] <= moment]
            if due and random.random() < 0.5:
                again.remove(due[0])
                _, visitor, subject = due[0]
            else:
                visitor = f"visitor-{random.getrandbits(48):012x}"
                subject = random.choices(plot.subjects, [s.weight for s in plot.subjects])[0]
            contact = _contact(random, plot, subject, visitor, moment)
            yield contact
            resolved = contact.outcome.name in RESOLVED
            if resolved and random.random() < plot.comes_again:
                later = moment + RETURNS_WITHIN * random.random()
                again.append((later, visitor, subject))
                again.sort(key=lambda each: each[0])


def _moment(random: Random, day: date, zone: ZoneInfo) -> datetime:
    hour = random.choices(range(24), HOURS)[0]
    local = datetime.combine(day, time(hour, random.randrange(60), random.randrange(60)), zone)
    return local.astimezone(zone)


def _contact(
    random: Random, plot: Plot, subject: Subject, visitor: str, at: datetime
) -> MadeContact:
    made = MadeContact(
        random=random,
        id=random_id(random),
        episode_id=random_id(random),
        site=plot.site,
        language=subject.language,
        page=random.choice(("/", "/cart", "/orders", "/returns", "/products/tent")),
        visitor=visitor,
        customer=_known(visitor),
        started_at=at,
        now=at,
    )
    words = WORDS[subject.language]
    made.say("bot", "text", words.greeting)
    made.wait(4, 40)
    if random.random() < 0.04:
        _only_greet(made)
        return made
    seq = made.say("customer", "text", random.choice(subject.questions))
    made.note("received", seq=seq)
    if subject.entry is None:
        _in_vain(made, plot, subject, seq)
    elif random.random() < 0.03:
        made.note("complaint", seq=seq)
        to_person(made, plot.zone, plot.agents, "complaint")
    elif random.random() < 0.05:
        _answer(made, subject, seq)
        to_person(made, plot.zone, plot.agents, "asked_for_person")
    else:
        _answered(made, plot, subject, seq)
    return made


def _known(visitor: str) -> str | None:
    """A quarter of the customers are signed in at the site."""
    return f"customer-{visitor[-8:]}" if int(visitor[-1], 16) < 4 else None


def _only_greet(made: MadeContact) -> None:
    words = WORDS[made.language]
    seq = made.say("customer", "text", words.hello)
    made.note("received", seq=seq)
    made.note("small_talk", seq=seq)
    _reply(made, "greet", words.greet, seq)


def _answered(made: MadeContact, plot: Plot, subject: Subject, seq: int) -> None:
    random = made.random
    if random.random() < 0.14:
        _suggest(made, subject, seq)
        if random.random() < 0.2:
            return  # Nobody took a choice: left unanswered.
        made.wait(3, 25)
        seq = made.say("customer", "text", subject.questions[0])
        made.note("received", seq=seq)
        _answer(made, subject, seq, kind="chosen")
    else:
        _answer(made, subject, seq)
    shown = len(made.messages)
    if random.random() < _helps(plot, subject, made.started_at):
        if random.random() < 0.32:
            made.wait(8, 90)
            made.note("feedback", seq=shown, faq_id=subject.entry, helpful=True)
        elif random.random() < 0.15:
            _ask_on(made, plot, subject)
        return
    # It did not help: some say so, most just go.
    if random.random() < 0.45:
        made.wait(8, 120)
        made.note("feedback", seq=shown, faq_id=subject.entry, helpful=False)
        made.note("person_offered", reason="not_helpful")
        if random.random() < 0.7:
            to_person(made, plot.zone, plot.agents, "not_helpful")


def _helps(plot: Plot, subject: Subject, at: datetime) -> float:
    rewritten = plot.better_from is not None and at.date() >= plot.better_from
    if subject.entry in plot.better:
        return min(0.95, subject.helps + (0.3 if rewritten else 0.0))
    return subject.helps


def _ask_on(made: MadeContact, plot: Plot, subject: Subject) -> None:
    """Another question of the same contact, about what lies near."""
    near = [
        each
        for each in plot.subjects
        if each.language == subject.language and each.topic == subject.topic and each.entry
    ]
    other = made.random.choice(near)
    made.wait(10, 90)
    seq = made.say("customer", "text", made.random.choice(other.questions))
    made.note("received", seq=seq)
    _answer(made, other, seq)


def _in_vain(made: MadeContact, plot: Plot, subject: Subject, seq: int) -> None:
    words = WORDS[made.language]
    _decide(made, subject, seq, "no_answer")
    _reply(made, "rephrase", words.rephrase, seq)
    if made.random.random() < 0.35:
        return
    made.wait(8, 60)
    seq = made.say("customer", "text", made.random.choice(subject.questions))
    made.note("received", seq=seq)
    _decide(made, subject, seq, "no_answer")
    made.note("person_offered", reason="low_confidence")
    _reply(made, "offer_person", words.offer_person, seq)
    if made.random.random() < 0.75:
        to_person(made, plot.zone, plot.agents, "low_confidence")


def _answer(made: MadeContact, subject: Subject, seq: int, kind: str = "answer") -> None:
    made.wait(0.05, 0.4)
    confidence = None if kind == "chosen" else round(made.random.uniform(0.7, 0.99), 3)
    shown = made.say("bot", "answer", subject.answer, faq_id=subject.entry, confidence=confidence)
    _decide(made, subject, seq, kind, shown, confidence)
    made.note("replied", seq=seq, bot_path="rasa", says=[f"decision:{kind}"], cause=None)


def _suggest(made: MadeContact, subject: Subject, seq: int) -> None:
    _decide(made, subject, seq, "suggest")
    _reply(made, "did_you_mean", WORDS[made.language].did_you_mean, seq, "choices")


def _decide(
    made: MadeContact,
    subject: Subject,
    seq: int,
    kind: str,
    shown: int | None = None,
    confidence: float | None = None,
) -> None:
    sure = made.random.uniform(0.05, 0.4) if confidence is None else confidence
    ranked: dict[str, object] = {
        "faq_id": subject.entry,
        "confidence": sure,
        "signals": {},
    }
    made.note(
        "decided",
        seq=seq,
        kind=kind,
        language=made.language,
        candidates=[ranked] if subject.entry else [],
        offered=[subject.entry] if kind == "suggest" else [],
        faq_id=subject.entry if shown else None,
        topic=subject.topic if shown else None,
        shown=shown,
    )


def _reply(made: MadeContact, name: str, text: str, seq: int, kind: str = "text") -> None:
    made.wait(0.05, 0.4)
    made.say("bot", kind, text)  # type: ignore[arg-type]
    made.note("replied", seq=seq, bot_path="rasa", says=[name], cause=None)
