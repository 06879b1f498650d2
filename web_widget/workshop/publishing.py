"""The one way in which a draft goes live, from the browser and from the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpdesk.errors import Conflict
from helpdesk.versions import LONGEST_WHY

if TYPE_CHECKING:
    from faq_index.changes import Golden, Said
    from faq_index.entry import Entry
    from helpdesk.store.faq_drafts import Draft
    from helpdesk.types import Staff
    from web_widget.workshop.desk import Workshop
    from web_widget.workshop.impact import Impacts


class GoldenBroken(Conflict):
    """`breaks` are golden questions that the live FAQ keeps and the new one would not."""

    def __init__(self, breaks: tuple[tuple[Golden, Said], ...]) -> None:
        super().__init__("Golden questions would no longer be kept.")
        self.breaks = breaks


async def publish(
    workshop: Workshop, impacts: Impacts, draft: Draft, staff: Staff, why: str
) -> Entry:
    """Write a draft into the files unless that breaks a golden question, whatever was looked at
    before. Raises GoldenBroken, FaqIndexError and what `Workshop.publish` raises."""
    plan = await workshop.plan(draft)
    if plan.can_be_published:  # Otherwise publishing says what is wrong.
        breaks = (await impacts.of(plan.entries, may_be_partial=True)).breaks
        if breaks:
            raise GoldenBroken(breaks)
    return await workshop.publish(draft, staff, " ".join(why.split())[:LONGEST_WHY])
