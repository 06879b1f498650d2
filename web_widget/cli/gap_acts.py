"""Groups of questions left unanswered, taken up again, put together and taken apart."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated

import typer

from web_widget.cli.gap_desk import Chosen, GapDesk, checked_days, keys_of, one_wording, with_gaps
from web_widget.cli.gap_options import As, AsJson, Days, Group, Language
from web_widget.cli.output import print_json, say
from web_widget.cli.problems import Problem
from web_widget.cli.settings import settings

if TYPE_CHECKING:
    from helpdesk.types import Staff
    from helpdesk.voice import Subject


def dismiss(
    group: Group,
    reason: Annotated[str, typer.Option(help="Why; it is shown wherever the group is.")],
    by: As,
    days: Days = 28,
    language: Language = None,
    as_json: AsJson = False,
) -> None:
    """Leave a group unanswered on purpose. It stays listed, and can be taken up again."""
    chosen = Chosen(group, days, language)

    async def work(desk: GapDesk, subject: Subject, staff: Staff) -> None:
        keys = keys_of(subject)
        await desk.voice.dismiss(days, subject.language, keys, reason, staff)

    _tell(_act(chosen, by, work), "is left unanswered", as_json)


def reopen(
    group: Group,
    by: As,
    days: Days = 28,
    language: Language = None,
    as_json: AsJson = False,
) -> None:
    """Look again at a group that was left unanswered."""

    async def work(desk: GapDesk, subject: Subject, _staff: Staff) -> None:
        if subject.dismissed is None:
            raise Problem(f"{subject.id} was not left unanswered.")
        await desk.voice.reopen(subject.language, keys_of(subject))

    _tell(_act(Chosen(group, days, language), by, work), "is looked at again", as_json)


def merge(
    group: Group,
    other: Annotated[str, typer.Argument(help="Id of the group that it belongs to.")],
    by: As,
    days: Days = 28,
    language: Language = None,
    as_json: AsJson = False,
) -> None:
    """Make two groups one from now on, whatever their words look like."""

    async def work(desk: GapDesk, subject: Subject, _staff: Staff) -> None:
        second = await desk.subject(Chosen(other, days, subject.language))
        if second == subject:
            raise Problem(f"{group} and {other} are one group already.")
        await desk.voice.merge(subject.language, keys_of(subject), keys_of(second))

    _tell(_act(Chosen(group, days, language), by, work), f"is one group with {other}", as_json)


def split(
    group: Group,
    question: Annotated[str, typer.Argument(help="Its id as `kotae gaps show` shows it.")],
    by: As,
    days: Days = 28,
    language: Language = None,
    as_json: AsJson = False,
) -> None:
    """Make one question of a group a group of its own."""

    async def work(desk: GapDesk, subject: Subject, _staff: Staff) -> None:
        if len(subject.wordings) == 1:
            raise Problem(f"{subject.id} has one question only.")
        key = one_wording(subject, question).key
        await desk.voice.split(subject.language, keys_of(subject), key)

    _tell(_act(Chosen(group, days, language), by, work), f"is without {question} now", as_json)


def _act(
    chosen: Chosen, login: str, work: Callable[[GapDesk, Subject, Staff], Awaitable[None]]
) -> Subject:
    checked_days(chosen.days)

    async def all_of_it(desk: GapDesk) -> Subject:
        staff = await desk.person(login)
        subject = await desk.subject(chosen)
        await work(desk, subject, staff)
        return subject

    return with_gaps(settings(), all_of_it)


def _tell(subject: Subject, done: str, as_json: bool) -> None:
    if as_json:
        print_json({"id": subject.id, "language": subject.language, "done": done})
    else:
        say(f"{subject.id} {done}: {subject.question}")
