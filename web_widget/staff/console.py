"""What the pages and actions of the console share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from helpdesk.clock import Clock
from helpdesk.desk import Helpdesk
from helpdesk.errors import NotFound
from helpdesk.types import Staff, StaffSession
from web_widget.sse import Streams
from web_widget.staff.access import cookie_name, may, signed_in
from web_widget.staff.live import Live
from web_widget.staff.pages import Pages
from web_widget.staff.views import View


@dataclass(frozen=True)
class Console:
    """`packet` is also the check of what an agent may read."""

    desk: Helpdesk
    pages: Pages
    streams: Streams
    clock: Clock

    def view(self, request: Request, entries: dict[str, str] | None = None) -> View:
        return View(self.pages.texts_for(request), self.clock(), entries or {})

    async def packet(self, session: StaffSession, conversation_id: str) -> dict[str, Any] | None:
        """None when nobody was asked for and this person may read all transcripts all the same.

        Raises NotFound for what is not hers.
        """
        try:
            return await self.desk.handoff_packet(conversation_id)
        except NotFound:
            if not may(session, "transcripts"):
                raise
            return None

    async def must_see(self, request: Request, conversation_id: str) -> StaffSession:
        """Who acts on a conversation that is hers to see. Raises NotFound for any other."""
        session = signed_in(request)
        if may(session, "transcripts"):
            await self.desk.conversation(conversation_id)
        elif not await self.desk.team.was_handed_over(conversation_id):
            raise NotFound("There is no such conversation.")
        return session

    async def acting(self, request: Request, conversation_id: str) -> Staff:
        return (await self.must_see(request, conversation_id)).staff

    def live(self, request: Request, session: StaffSession, entries: dict[str, str]) -> Live:
        token = request.cookies[cookie_name(self.pages.settings.https)]

        async def still_signed_in() -> bool:
            return await self.desk.session(token) is not None

        return Live(self.desk, session, lambda: self.view(request, entries), still_signed_in)
