"""A group of questions made into phrasings or a new entry, seen before it is published."""

from __future__ import annotations

import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from web_widget.cli.diff_view import as_text
from web_widget.cli.gap_desk import Chosen, GapDesk, checked_days, keys_of, with_gaps
from web_widget.cli.gap_options import As, AsJson, Days, Group, Language
from web_widget.cli.output import print_json, say
from web_widget.cli.problems import BAD_USAGE, PROBLEM_FOUND, Problem
from web_widget.cli.screen import waiting
from web_widget.cli.settings import settings

if TYPE_CHECKING:
    from helpdesk.store.faq_drafts import Draft
    from helpdesk.types import Staff
    from helpdesk.voice import Subject
    from web_widget.workshop.desk import Plan
    from web_widget.workshop.impact import Impact

Publish = Annotated[
    bool, typer.Option("--publish", help="Publish it after the report, without asking.")
]
Why = Annotated[str, typer.Option(help="Why, for the history of the entry.")]


def add(
    group: Group,
    by: As,
    entry: Annotated[
        str, typer.Argument(help="Id of the entry; the one that an agent named when left out.")
    ] = "",
    only: Annotated[
        list[str] | None, typer.Option(help="Id of a question; may be repeated.")
    ] = None,
    publish: Publish = False,
    why: Why = "",
    days: Days = 28,
    language: Language = None,
    as_json: AsJson = False,
) -> None:
    """Add a group's questions to an entry, as ways to ask it: a draft, and what it would change."""
    chosen = Chosen(group, checked_days(days), language)

    async def work(desk: GapDesk) -> None:
        staff = await desk.person(by)
        subject = await desk.subject(chosen)
        named = entry or (subject.entry_id if subject.by_team else None)
        if named is None:
            nearest = f"; the nearest is {subject.entry_id}" if subject.entry_id else ""
            raise Problem(f"No agent named an entry: name it{nearest}.", status=BAD_USAGE)
        keys = keys_of(subject, only or ())
        draft = await desk.voice.add_phrasings(days, subject.language, keys, named, staff)
        await _finish(desk, draft, staff, why, publish=publish, as_json=as_json)

    with_gaps(settings(), work)


def new(
    group: Group,
    by: As,
    id: Annotated[str, typer.Option(help="Id of the entry; from its question when left out.")] = "",
    question: Annotated[str, typer.Option(help="The group's own when left out.")] = "",
    answer: Annotated[
        str, typer.Option(help="The longest that an agent wrote when left out.")
    ] = "",
    answer_file: Annotated[Path | None, typer.Option(help="Text file with the answer.")] = None,
    file: Annotated[
        str, typer.Option(help="FAQ file to stand in; that of the nearest entry when left out.")
    ] = "",
    publish: Publish = False,
    why: Why = "",
    days: Days = 28,
    language: Language = None,
    as_json: AsJson = False,
) -> None:
    """Start an entry from a group and an agent's real reply: a draft, and what it would change."""
    chosen = Chosen(group, checked_days(days), language)
    written = _answer(answer, answer_file)

    async def work(desk: GapDesk) -> None:
        staff = await desk.person(by)
        subject = await desk.subject(chosen)
        asked = question.strip() or subject.question
        said = written or subject.reply
        if not said:
            raise Problem(f"No agent has answered {subject.id}: write --answer or --answer-file.")
        entry = await desk.voice.new_entry(
            subject.language, _id(id, asked), asked, said, await _file(desk, subject, file)
        )
        draft = await desk.voice.start_entry(entry, staff)
        await _finish(desk, draft, staff, why, publish=publish, as_json=as_json)

    with_gaps(settings(), work)


def review(
    entry: Annotated[str, typer.Argument(help="Id of an entry of which there is a draft.")],
    by: As,
    publish: Publish = False,
    why: Why = "",
    language: Language = None,
    as_json: AsJson = False,
) -> None:
    """Show what a draft would change, whoever began it, and publish it."""

    async def work(desk: GapDesk) -> None:
        staff = await desk.person(by)
        drafts = await desk.workshop.drafts.everything()
        own = [d for d in drafts if d.entry_id == entry and language in (None, d.language)]
        if not own:
            raise Problem(f"There is no draft of {entry}{f' in {language}' if language else ''}.")
        if len(own) > 1:
            codes = " and ".join(sorted(draft.language for draft in own))
            raise Problem(f"There are drafts of {entry} in {codes}: add --language.")
        await _finish(desk, own[0], staff, why, publish=publish, as_json=as_json)

    with_gaps(settings(), work)


@dataclass(frozen=True, slots=True)
class Seen:
    """A draft with what it would do; `impact` is None when the files would refuse it."""

    draft: Draft
    plan: Plan
    impact: Impact | None

    @property
    def is_good(self) -> bool:
        return self.impact is not None and not self.impact.breaks

    @property
    def place(self) -> str:
        return f"/staff/faqs/{self.draft.language}/{self.draft.entry_id}/review"


async def _finish(
    desk: GapDesk, draft: Draft, staff: Staff, why: str, *, publish: bool, as_json: bool
) -> None:
    """The report, and then what was published if that is wanted."""
    plan, impact = await desk.workshop.plan(draft), None
    if plan.can_be_published:
        with waiting("comparing") as progress:
            progress("asking past questions", 0, 0)
            impact = await desk.impacts.of(plan.entries)
    seen = Seen(draft, plan, impact)
    if not as_json:
        say(_report(seen))
    may = seen.is_good and not (desk.workshop.needs_review and draft.staff_id == staff.id)
    if not publish and may and not as_json and somebody_types():
        publish = typer.confirm("Publish this?")
    if publish:
        await _publish(desk, draft, staff, why)
    if as_json:
        print_json(_json(seen, published=publish))
    elif publish:
        say(f"{draft.entry_id} is published; where Kotae runs it is live within seconds.")
    else:
        say(f"Nothing is published: the draft is kept, see {seen.place}.")
    if not seen.is_good:
        raise typer.Exit(PROBLEM_FOUND)


def somebody_types() -> bool:
    return sys.stdin.isatty()


async def _publish(desk: GapDesk, draft: Draft, staff: Staff, why: str) -> None:
    from web_widget.workshop.publishing import GoldenBroken, publish

    try:
        await publish(desk.workshop, desk.impacts, draft, staff, why)
    except GoldenBroken as error:
        named = ", ".join(f"'{golden.asked.text}'" for golden, _ in error.breaks)
        raise Problem(f"{error.message} Nothing was published: {named}.") from error


def _report(seen: Seen) -> str:
    if seen.impact is None:
        fields = ", ".join(seen.plan.contradicting)
        both = [f"Somebody else has changed {fields} meanwhile."] if fields else []
        return "\n".join(["The files would refuse this:", *both, *seen.plan.problems])
    lines = [as_text(seen.impact.comparison, seen.impact.breaks)]
    if seen.impact.left_out:
        left_out = f"{seen.impact.left_out:,}"
        lines.append(f"{left_out} rarer past questions were not asked; see `kotae remember`.")
    if seen.impact.broken:
        lines.append(f"{len(seen.impact.broken)} golden questions are not kept now either.")
    return "\n".join(lines)


def _json(seen: Seen, *, published: bool) -> dict[str, object]:
    impact = None if seen.impact is None else asdict(seen.impact)
    return {
        "entry": seen.draft.entry_id,
        "language": seen.draft.language,
        "revision": seen.draft.revision,
        "contradicting": seen.plan.contradicting,
        "problems": seen.plan.problems,
        "impact": impact,
        "published": published,
        "review": seen.place,
    }


def _answer(answer: str, file: Path | None) -> str:
    if file is None:
        return answer.strip()
    if answer:
        raise Problem("Write --answer or --answer-file, not both.", status=BAD_USAGE)
    try:
        return file.read_text(encoding="utf-8-sig").strip()
    except UnicodeDecodeError as error:
        raise Problem(f"{file} is not UTF-8 text.") from error


def _id(id: str, question: str) -> str:
    from web_widget.customers_voice import id_for

    found = id.strip() or id_for(question)
    if not found:
        raise Problem("No id can be made from the question: write --id.", status=BAD_USAGE)
    return found


async def _file(desk: GapDesk, subject: Subject, file: str) -> str:
    files = await desk.voice.files(subject.language)
    if file and file not in files:
        known = ", ".join(files) or "none"
        raise Problem(f"{file} holds no entries in {subject.language}; these do: {known}.")
    entries = desk.voice.entries(subject.language)
    near = next((entry.file for entry in entries if entry.id == subject.entry_id), "")
    return file or (near if near in files else next(iter(files), ""))
