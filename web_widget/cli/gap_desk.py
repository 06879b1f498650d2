"""What the commands of `kotae gaps` work on: the page's own objects, built for one command."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from web_widget.cli.database import with_database
from web_widget.cli.library import open_index
from web_widget.cli.problems import BAD_USAGE, Problem
from web_widget.cli.screen import waiting
from web_widget.settings import Settings

if TYPE_CHECKING:
    from faq_index import FaqIndex
    from helpdesk.database import Database
    from helpdesk.types import Staff
    from helpdesk.voice import Subject, Voice, Wording
    from web_widget.customers_voice import CustomersVoice
    from web_widget.workshop.desk import Workshop
    from web_widget.workshop.impact import Impacts

T = TypeVar("T")
LONGEST_DAYS = 366
_ID = re.compile(r"[0-9a-f]{4,32}")


@dataclass(frozen=True, slots=True)
class Chosen:
    """The group that a command names, and the time in which its questions were asked."""

    id: str
    days: int
    language: str | None


class GapDesk:
    def __init__(self, db: Database, index: FaqIndex, settings: Settings) -> None:
        self._db = db
        self._index = index
        self._settings = settings

    @cached_property
    def workshop(self) -> Workshop:
        from helpdesk.clock import utc_now
        from helpdesk.drafts import Drafts
        from helpdesk.versions import Versions
        from web_widget.workshop.desk import Workshop
        from web_widget.workshop.files import FaqFiles

        files = FaqFiles(self._settings.faq_dir, lambda: self._index)
        drafts, versions = Drafts(self._db, utc_now), Versions(self._db, utc_now)
        return Workshop(files, drafts, versions, needs_review=self._settings.faq_review)

    @cached_property
    def voice(self) -> CustomersVoice:
        from helpdesk.clock import utc_now
        from helpdesk.gaps import Gaps
        from web_widget.customers_voice import CustomersVoice

        return CustomersVoice(Gaps(self._db, utc_now), lambda: self._index, self.workshop)

    @cached_property
    def impacts(self) -> Impacts:
        from faq_index import load_encoder
        from helpdesk.clock import utc_now
        from helpdesk.faq_book import FaqBook
        from helpdesk.labels import Labels
        from web_widget.workshop.impact import Impacts

        of = self._settings
        return Impacts(
            lambda: self._index,
            load_encoder(of.encoder, of.tuned_dir),
            of.snapshot_dir,
            of.sightings_dir,
            of.golden,
            FaqBook(self._db, utc_now).past_questions,
            Labels(self._db, utc_now).everything,
            of.max_wrong,
        )

    async def person(self, login: str) -> Staff:
        """Who acts. She must be let in, and have a role that may open the page."""
        from helpdesk.store import staff
        from web_widget.staff.access import ROLES

        known = await self._db.read(staff.everyone)
        found = next((each for each in known if each.login == login.strip().lower()), None)
        if found is None:
            raise Problem(f"There is nobody with the login '{login}'.")
        if not found.active:
            raise Problem(f"{found.login} is locked out; `kotae user enable` lets her in again.")
        if not {"gaps", "faqs"} <= ROLES[found.role]:
            raise Problem(f"{found.login} is {found.role}; only a lead or an admin may do this.")
        return found

    async def subject(self, chosen: Chosen) -> Subject:
        """Also one that was left unanswered. Problem when no one group has the id."""
        heard = await self.voice.heard(chosen.days)
        return one_subject(_everything(heard), chosen)


def with_gaps(settings: Settings, work: Callable[[GapDesk], Awaitable[T]]) -> T:
    with waiting("listening") as progress:
        index = open_index(settings, progress)
    return with_database(settings, lambda db: work(GapDesk(db, index, settings)))


def checked_days(days: int) -> int:
    if not 1 <= days <= LONGEST_DAYS:
        raise Problem(f"--days is {days}, must be from 1 to {LONGEST_DAYS}.", status=BAD_USAGE)
    return days


def _everything(heard: Voice) -> list[Subject]:
    return [*heard.subjects, *heard.dismissed]


def one_subject(subjects: Iterable[Subject], chosen: Chosen) -> Subject:
    start = _start(chosen.id)
    found = [
        each
        for each in subjects
        if chosen.language in (None, each.language)
        and any(wording.key.startswith(start) for wording in each.wordings)
    ]
    if not found:
        raise Problem(
            f"No group has the id {chosen.id} in the last {chosen.days} days; "
            f"`kotae gaps --days {chosen.days}` lists them."
        )
    if len({each.language for each in found}) < len(found):
        raise Problem(f"{chosen.id} is the beginning of several ids: write more of it.")
    if len(found) > 1:
        codes = " and ".join(each.language for each in found)
        raise Problem(f"{chosen.id} is a group in {codes}: add --language.")
    return found[0]


def one_wording(subject: Subject, id: str) -> Wording:
    found = [each for each in subject.wordings if each.key.startswith(_start(id))]
    if len(found) == 1:
        return found[0]
    if found:
        raise Problem(f"{id} is the beginning of several ids: write more of it.")
    raise Problem(f"{subject.id} has no question {id}; `kotae gaps show {subject.id}` lists them.")


def keys_of(subject: Subject, only: Sequence[str] = ()) -> list[str]:
    """Of the questions with these ids; of all without any."""
    wordings = [one_wording(subject, id) for id in only] if only else subject.wordings
    return [wording.key for wording in wordings]


def _start(id: str) -> str:
    if not _ID.fullmatch(id.lower()):
        raise Problem(f"'{id}' is no id; `kotae gaps` shows them.", status=BAD_USAGE)
    return id.lower()
