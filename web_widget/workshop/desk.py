"""What a support lead does with the FAQ in the browser; the files are what counts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from faq_index import editing
from faq_index.editing import changed_fields, content, merge, tidied
from faq_index.entry import Entry, from_json
from faq_index.errors import CannotWrite, InvalidFaq
from helpdesk.drafts import Drafts
from helpdesk.errors import BadInput, Conflict, NotAllowed, NotFound
from helpdesk.store.faq_drafts import Draft
from helpdesk.types import Staff
from helpdesk.versions import Versions
from web_widget.workshop.files import Faq, FaqFiles

if TYPE_CHECKING:
    from helpdesk.store.faq_versions import Version

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Plan:
    """What publishing a draft would make of the files.

    `wanted` is the entry as it would stand, None when it is removed; `theirs` as it stands now;
    `meanwhile` are the fields changed since the draft was begun, `contradicting` those of them that
    the draft changes too; `problems` say why the files would refuse it.
    """

    draft: Draft
    base: Entry | None
    mine: Entry
    theirs: Entry | None
    wanted: Entry | None
    meanwhile: tuple[str, ...] = ()
    contradicting: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    entries: tuple[Entry, ...] = ()

    @property
    def can_be_published(self) -> bool:
        return not (self.contradicting or self.problems)


class Workshop:
    """`needs_review`: a draft is published by somebody else than the one who saved it last."""

    def __init__(
        self, files: FaqFiles, drafts: Drafts, versions: Versions, *, needs_review: bool
    ) -> None:
        self.files = files
        self.drafts = drafts
        self.versions = versions
        self.needs_review = needs_review
        # One who writes and one who notes what was written must not meet half-way.
        self._writing = asyncio.Lock()

    async def faq(self) -> Faq:
        return await self.files.read()

    async def note(self) -> None:
        """Remember in the history what was changed in the files."""
        async with self._writing:
            await self._note()

    async def _note(self) -> None:
        faq = await self.files.read()
        if not faq.problems:
            await self.versions.note(faq.entries)

    async def draft(self, entry_id: str, language: str) -> Draft:
        found = await self.drafts.get(entry_id, language)
        if found is None:
            raise NotFound("There is no such draft.")
        return found

    async def base(self, entry_id: str, language: str, number: int | None) -> Entry | None:
        """The entry as it stood when a person opened it; None for a new one."""
        if number is None:
            return None
        for version in await self.versions.of(entry_id, language):
            if version.number == number and version.content is not None:
                return from_json(version.content)
        raise NotFound("There is no such version.")

    async def save(self, entry: Entry, staff: Staff, *, base: Entry | None, revision: int) -> Draft:
        """Raises BadInput with all that the files would refuse of it, Conflict when somebody else
        has saved it."""
        tidy = tidied(entry)
        before = await self.drafts.get(entry.id, entry.language) if revision else None
        known = base
        if before is not None:
            known = None if before.base is None else from_json(before.base)
        return await self.drafts.save(tidy, staff, base=known, revision=revision)

    async def plan(self, draft: Draft) -> Plan:
        return await asyncio.to_thread(self._plan, draft, await self.faq())

    def _plan(self, draft: Draft, faq: Faq) -> Plan:
        base = None if draft.base is None else from_json(draft.base)
        mine = from_json(draft.content)
        theirs = faq.find(mine.id, mine.language)
        plan = Plan(draft, base, mine, theirs, mine)
        if faq.problems:
            return replace(plan, problems=tuple(map(str, faq.problems)))
        if base is not None and theirs is not None:
            wanted, contradicting = merge(base, mine, theirs)
            meanwhile = changed_fields(base, theirs)
            plan = replace(plan, wanted=wanted, meanwhile=meanwhile, contradicting=contradicting)
        elif base is not None and draft.state != "removal":
            plan = replace(plan, contradicting=("id",))
        if draft.state == "removal":
            plan = replace(plan, wanted=None, contradicting=plan.meanwhile)
        try:
            entries = self._write(plan, only_try=True)
        except InvalidFaq as error:
            problems = [self.files.below(problem).message for problem in error.problems]
            return replace(plan, problems=tuple(problems))
        except editing.Conflict:
            return plan
        except (CannotWrite, OSError) as error:
            return replace(plan, problems=(str(error),))
        return replace(plan, entries=tuple(entries))

    def _write(self, plan: Plan, *, only_try: bool = False) -> Sequence[Entry]:
        folder = self.files.folder
        if plan.wanted is None:
            before = plan.base or plan.mine
            return editing.remove_entry(folder, before, only_try=only_try)
        if plan.base is None:
            return editing.add_entry(folder, plan.mine, only_try=only_try)
        return editing.change_entry(folder, plan.base, plan.mine, only_try=only_try)

    async def publish(self, draft: Draft, staff: Staff, why: str) -> Entry:
        """Write a draft into the files; it is live when the index has been built anew.

        Raises NotAllowed when another person must do it, Conflict when it contradicts what stands
        there, BadInput when the files would refuse it.
        """
        if self.needs_review and draft.staff_id == staff.id:
            raise NotAllowed("Another person must look at this draft and publish it.")
        async with self._writing:
            await self._note()
            plan = await self.plan(draft)
            if plan.problems:
                raise BadInput(" ".join(plan.problems))
            entry = plan.wanted or plan.mine
            await _translated(lambda: self._write(plan))
            await self.versions.add(entry, staff, why, removed=plan.wanted is None)
            await self.drafts.drop(entry.id, entry.language, draft.revision)
        return entry

    async def settle(self, draft: Draft, staff: Staff, keep: Sequence[str]) -> Draft:
        """Go on from how the entry stands now: of the fields that both changed, those in `keep`
        stay as the draft has them, the others become as they stand."""
        plan = await self.plan(draft)
        if plan.theirs is None:
            return await self.drafts.save(plan.mine, staff, base=None, revision=draft.revision)
        mine = replace(plan.wanted or plan.mine, file=plan.mine.file)
        taken = {
            name: getattr(plan.theirs, name) for name in plan.contradicting if name not in keep
        }
        return await self.drafts.save(
            replace(mine, **taken), staff, base=plan.theirs, revision=draft.revision
        )

    async def restore(self, version: Version, staff: Staff) -> Draft:
        """A draft of how an entry once stood. Raises Conflict while another draft is there."""
        if version.content is None:
            raise BadInput("There is nothing to restore: the entry was removed then.")
        faq = await self.faq()
        theirs = faq.find(version.entry_id, version.language)
        entry = from_json(version.content)
        if theirs is None:
            entry = replace(entry, file=_likeliest_file(faq, entry))
        else:
            entry = replace(entry, file=theirs.file, topic=theirs.topic)
        return await self.drafts.save(entry, staff, base=theirs, revision=0)

    async def remove(self, entry: Entry, staff: Staff, revision: int) -> Draft:
        """A draft that, when it is published, removes the entry."""
        return await self.drafts.save(entry, staff, base=entry, revision=revision, state="removal")


async def _translated(work: Callable[[], T]) -> T:
    try:
        return await asyncio.to_thread(work)
    except InvalidFaq as error:
        raise BadInput(str(error)) from error
    except CannotWrite as error:
        raise Conflict(str(error)) from error
    except OSError as error:
        raise Conflict(f"{error.filename} cannot be written: {error.strerror}.") from error


def _likeliest_file(faq: Faq, entry: Entry) -> str:
    """That of the entry's language; the last one, as a removed entry's own is not known."""
    files = [each.file for each in faq.entries if each.language == entry.language]
    return files[-1] if files else f"{entry.language}/faq.yml"


def is_changed(before: Entry, after: Entry) -> bool:
    return content(before) != content(after)
