"""A believable quarter of history for a new demo: customers, handoffs, audits and a plan."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import TYPE_CHECKING

from web_widget.cli.database import with_database
from web_widget.settings import Settings

if TYPE_CHECKING:
    from faq_index import Entry
    from helpdesk.database import Connection, Database
    from helpdesk.history import MadeContact, Plot, Subject
    from helpdesk.types import Staff

BATCH = 400
REWRITTEN = "return-item"
REWRITTEN_DAYS_AGO = 35
# How often an answer helps, by how hard its subject is: most are fine, some are not.
_HELPS = (0.93, 0.9, 0.88, 0.88, 0.85, 0.7)
_AUDITED = 42


def add_history(settings: Settings) -> None:
    """Nothing happens where somebody wrote before today: invented and real never mix; nor without
    an FAQ, since there is nothing to ask about."""
    if not any(settings.faq_dir.rglob("*.y*ml")):
        return
    with_database(settings, partial(_add, settings=settings))


async def _add(database: Database, settings: Settings) -> None:
    from faq_index import load_faq
    from helpdesk.clock import utc_now
    from helpdesk.history import contacts, shopping
    from helpdesk.store import history, purchases, staff

    now = utc_now()
    if not await database.read(lambda c: history.is_empty(c, now - timedelta(days=1))):
        return
    team = {each.login: each for each in await database.read(staff.everyone)}
    plot = _plot(settings, load_faq(settings.faq_dir), team, now)
    made = list(contacts(plot))
    repeated = history.find_repeats(made)
    for start in range(0, len(made), BATCH):
        some = made[start : start + BATCH]
        zone = settings.time_zone
        await database.write(partial(history.store, made=some, repeated=repeated, zone=zone))
    bought = list(shopping.purchases(made, now))
    await database.write(lambda c: purchases.add(c, bought))
    await database.write(lambda c: _plan(c, made, team, now, plot))


def _plot(settings: Settings, faq: Sequence[Entry], team: dict[str, Staff], now: datetime) -> Plot:
    from helpdesk.history import Plot
    from helpdesk.history.words import NOT_IN_THE_FAQ, WORDS

    random = Random(7)
    subjects = [_subject(entry, random) for entry in faq if entry.language in WORDS]
    total = sum(subject.weight for subject in subjects)
    subjects += [_scaled(each, total / 150) for each in NOT_IN_THE_FAQ]
    yesterday = now.astimezone(settings.time_zone).date() - timedelta(days=1)
    return Plot(
        last=yesterday,
        days=settings.demo_history_days,
        zone=settings.time_zone,
        subjects=[each for each in subjects if each.language in settings.languages],
        agents=[team[login] for login in ("demo-agent", "demo-agent2") if login in team],
        better=frozenset({REWRITTEN}),
        better_from=yesterday - timedelta(days=REWRITTEN_DAYS_AGO),
    )


def _subject(entry: Entry, random: Random) -> Subject:
    from helpdesk.history import Subject

    # A few questions are most of what is asked, as everywhere.
    weight = random.paretovariate(1.3)
    hard = entry.id == REWRITTEN
    return Subject(
        language=entry.language,
        questions=(entry.question, *entry.also_asked),
        entry=entry.id,
        topic=entry.topic,
        answer=entry.answer,
        weight=16.0 if hard else min(weight, 12.0),
        helps=0.55 if hard else random.choice(_HELPS),
    )


def _scaled(subject: Subject, factor: float) -> Subject:
    from dataclasses import replace

    return replace(subject, weight=subject.weight * factor)


def _plan(
    connection: Connection,
    made: Sequence[MadeContact],
    team: dict[str, Staff],
    now: datetime,
    plot: Plot,
) -> None:
    """What the demo's manager has assumed, aimed at and tried, and what her lead has judged."""
    from helpdesk.ids import new_id
    from helpdesk.store import audits, plans
    from helpdesk.store.plans import Initiative, Target

    manager, lead = team.get("demo-manager"), team.get("demo-lead")
    if manager is None or lead is None or plot.better_from is None:
        return
    for name, value in (("would_contact", 0.6), ("cost", 650), ("currency", "JPY")):
        plans.assume(connection, name, value, manager.id, now)
    due = plot.last + timedelta(days=40)
    aim = Target(new_id(), "self_resolution", 0.8, due, manager.name)
    plans.aim(connection, aim, manager.id, now)
    title = "Rewrote how to return an item, with a picture of the label"
    rewrote = Initiative(new_id(), title, plot.better_from, (REWRITTEN,), (), manager.name)
    plans.begin(connection, rewrote, manager.id, now)
    since = now - timedelta(days=30)
    silent = [each for each in made if each.outcome.name == "assumed" and each.started_at >= since]
    random = Random(11)
    for each in sorted(silent, key=lambda contact: contact.episode_id)[:_AUDITED]:
        verdict = random.choices(("helped", "not_helped", "cannot_tell"), (80, 12, 8))[0]
        audits.put(connection, each.episode_id, verdict, lead.id, now)
