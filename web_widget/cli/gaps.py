"""`kotae gaps`"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from web_widget.cli import gap_acts, gap_drafts
from web_widget.cli.gap_desk import LONGEST_DAYS, Chosen, checked_days, with_gaps
from web_widget.cli.gap_options import AsJson, Days, Group, Language
from web_widget.cli.output import print_json, say
from web_widget.cli.problems import BAD_USAGE, Problem
from web_widget.cli.settings import settings

if TYPE_CHECKING:
    from helpdesk.voice import Subject, Voice

_KINDS = {"question": "Questions", "complaint": "Complaints", "wish": "Wishes"}
# A file of customers' words is nobody's but its owner's.
_PRIVATE = 0o600

gaps = typer.Typer(
    help="What customers asked in vain, grouped by meaning; and what to make of it.",
    invoke_without_command=True,
)


@gaps.callback()
def list_gaps(
    context: typer.Context, days: Days = 28, language: Language = None, as_json: AsJson = False
) -> None:
    """What customers asked in vain, grouped by meaning: what rises first, then what costs most."""
    if context.invoked_subcommand is not None:
        if days != 28 or language or as_json:
            command = f"kotae gaps {context.invoked_subcommand}"
            raise Problem(f"Write options after `{command}`.", status=BAD_USAGE)
        return
    heard = _heard(days, language)
    if as_json:
        from web_widget.staff.gap_file import gaps_json

        print_json(gaps_json(heard))
        return
    if not heard.subjects:
        say(f"Nothing was asked in vain in the last {days} days.")
    kinds = [kind for kind in _KINDS if any(each.kind == kind for each in heard.subjects)]
    for kind in kinds:
        if len(kinds) > 1 or kind != "question":
            say(f"\n{_KINDS[kind]}")
        for subject in heard.subjects:
            if subject.kind == kind:
                _show(subject)
    if heard.quiet:
        say(
            f"\nNot asked again since the {days} days before, and not dealt with: "
            f"{len(heard.quiet)}; `kotae gaps --days {min(2 * days, LONGEST_DAYS)}` shows them."
        )
    if heard.dismissed:
        say("\nLeft unanswered on purpose")
    for subject in heard.dismissed:
        _show(subject)


@gaps.command()
def show(group: Group, days: Days = 28, language: Language = None, as_json: AsJson = False) -> None:
    """Show a group with all its questions, and the longest reply that an agent wrote."""
    chosen = Chosen(group, checked_days(days), language)
    subject = with_gaps(settings(), lambda desk: desk.subject(chosen))
    if as_json:
        from web_widget.staff.gap_file import subject_json

        print_json(subject_json(subject))
        return
    _show(subject, whole=True)


@gaps.command()
def export(
    file: Annotated[Path, typer.Argument(help="Where to write them: .csv or .json.")],
    days: Days = 28,
    language: Language = None,
) -> None:
    """Write all groups to a file; no cell of the CSV is a formula."""
    from web_widget.staff.gap_file import gaps_csv, gaps_json

    if file.suffix not in (".csv", ".json"):
        raise Problem(f"{file} must end with .csv or .json.", status=BAD_USAGE)
    if not file.absolute().parent.is_dir():
        raise Problem(f"The folder {file.parent} does not exist.", status=BAD_USAGE)
    heard = _heard(days, language)
    every = (*heard.subjects, *heard.dismissed)
    text = (
        gaps_csv(every)
        if file.suffix == ".csv"
        else json.dumps(gaps_json(heard), ensure_ascii=False, indent=1) + "\n"
    )
    file.touch(_PRIVATE)
    # As it is: CSV has line ends of its own.
    file.write_bytes(text.encode("utf-8"))
    say(f"{len(every)} group{'' if len(every) == 1 else 's'} written to {file}.")


gaps.command()(gap_drafts.add)
gaps.command()(gap_drafts.new)
gaps.command()(gap_drafts.review)
gaps.command()(gap_acts.dismiss)
gaps.command()(gap_acts.reopen)
gaps.command()(gap_acts.merge)
gaps.command()(gap_acts.split)


def _heard(days: int, language: str | None) -> Voice:
    checked_days(days)
    heard = with_gaps(settings(), lambda desk: desk.voice.heard(days))
    return heard.of_language(language) if language else heard


def _show(subject: Subject, *, whole: bool = False) -> None:
    say(f"\n{subject.id}  {subject.question}  [{subject.language}]")
    say(f"  {_cost(subject)}")
    for wording in subject.wordings if whole else subject.wordings[1:4]:
        times = f" ×{wording.times}" if wording.times > 1 else ""
        say(f"  - {wording.key[:8] + '  ' if whole else ''}{wording.text}{times}")
    if whole:
        why = ", ".join(f"{n} {reason.replace('_', ' ')}" for reason, n in subject.reasons.items())
        say(f"  {subject.kind}: {why}; last on {subject.last_at:%Y-%m-%d %H:%M} UTC")
    if subject.entry_id:
        source = "says an agent" if subject.by_team else "is nearest"
        say(f"  entry: {subject.entry_id} ({source})")
    if subject.dismissed:
        say(f"  left unanswered: {subject.dismissed}")
    if whole and subject.reply:
        say("  an agent wrote:")
        for line in subject.reply.splitlines():
            say(f"    {line}".rstrip())


def _cost(subject: Subject) -> str:
    people = "customer" if subject.customers == 1 else "customers"
    parts = [
        f"{subject.customers} {people} ({'rising, ' * subject.is_rising}{subject.before} before)"
    ]
    if subject.agent_minutes >= 1:
        parts.append(f"{subject.agent_minutes:.0f} min of agents")
    if subject.complaints:
        parts.append(f"{subject.complaints} complaint{'' if subject.complaints == 1 else 's'}")
    return ", ".join(parts)
