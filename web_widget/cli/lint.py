"""`kotae lint`"""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from web_widget.cli.database import with_database
from web_widget.cli.library import open_index
from web_widget.cli.output import print_json, say
from web_widget.cli.problems import PROBLEM_FOUND
from web_widget.cli.screen import waiting
from web_widget.cli.settings import settings
from web_widget.settings import Settings

if TYPE_CHECKING:
    from faq_index import FaqIndex
    from faq_index.quality import Finding

_AT_ONCE = 8
_SECONDS = 10.0


def lint(
    links: Annotated[
        bool, typer.Option("--links", help="Also ask for every link whether it is there.")
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="End with status 1 when there is a finding.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON for a program.")] = False,
) -> None:
    """What makes the FAQ worse than it could be, entry by entry, and what to do about it."""
    chosen = settings()
    with waiting("reading the FAQ") as progress:
        found = _findings(chosen, links, progress)
    if as_json:
        print_json({"findings": [_json(each) for each in found]})
    else:
        for each in found:
            say(f"{each} {_editor(each)}")
        counts = Counter(each.rule for each in found)
        listed = ", ".join(f"{n} {rule}" for rule, n in counts.most_common())
        say(f"{len(found)} findings: {listed}." if found else "Nothing to improve was found.")
    if strict and found:
        raise typer.Exit(PROBLEM_FOUND)


def _json(finding: "Finding") -> dict[str, str | int]:
    facts = asdict(finding)
    del facts["facts"]
    return facts | {"editor": _editor(finding)}


def _editor(finding: "Finding") -> str:
    """Where the entry is edited in the browser."""
    return f"/staff/faqs/{finding.language}/{finding.entry}"


def _findings(
    chosen: Settings, links: bool, progress: Callable[[str, int, int], None]
) -> "list[Finding]":
    index = open_index(chosen, progress)
    from faq_index.quality import findings

    found = findings(
        index,
        today=datetime.now(chosen.time_zone).date(),
        languages=chosen.languages,
        shown=_shown(chosen),
        tell=lambda done, total: progress("hiding each phrasing", done, total),
    )
    if links:
        progress("asking for the links", 0, 0)
        found = sorted([*found, *asyncio.run(_dead_links(index))])
    return found


def _shown(chosen: Settings) -> set[tuple[str, str]] | None:
    """Entries that were shown of late; None without a database, or before there is enough past."""
    from helpdesk.clock import utc_now
    from helpdesk.faq_book import FaqBook

    path = chosen.database.removeprefix("sqlite:///")
    if path != chosen.database and not Path(path).exists():
        return None
    return with_database(chosen, lambda db: FaqBook(db, utc_now).shown())


async def _dead_links(index: "FaqIndex") -> "list[Finding]":
    import httpx

    from faq_index.quality import dead_link, links_of

    room = asyncio.Semaphore(_AT_ONCE)
    links = links_of(index.entries())

    async def ask(http: httpx.AsyncClient, url: str) -> str | None:
        async with room:
            try:
                response = await http.head(url)
                if response.status_code in (403, 405, 501):
                    response = await http.get(url)
            except httpx.HTTPError as error:
                return f"cannot be reached ({type(error).__name__})"
        return f"answers with {response.status_code}" if response.is_error else None

    async with httpx.AsyncClient(timeout=_SECONDS, follow_redirects=True) as http:
        whys = await asyncio.gather(*(ask(http, url) for url in links))
    return [
        dead_link(entry, url, why)
        for (url, entries), why in zip(links.items(), whys, strict=True)
        if why
        for entry in entries
    ]
