"""What the staff pages are told while they are open: server-sent events, gapless after a break."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from helpdesk.desk import Helpdesk
from helpdesk.errors import NotFound
from helpdesk.push import INBOX, Push, conversation_topic
from helpdesk.types import Conversation, StaffSession
from web_widget.sse import HEARTBEAT_SECONDS, beating, frame
from web_widget.staff.views import View, queues, team_view

_HEARTBEAT = b": still here\n\n"
_RETRY = b"retry: 2000\n\n"
_PAGE = 500


@dataclass(frozen=True)
class Live:
    """`still_signed_in` is asked at each heartbeat: signing out ends the streams of a session."""

    desk: Helpdesk
    session: StaffSession
    view: Callable[[], View]
    still_signed_in: Callable[[], Awaitable[bool]]
    heartbeat: float = HEARTBEAT_SECONDS

    async def inbox(self) -> AsyncGenerator[bytes]:
        """The whole inbox at once and after each change, so that a break leaves nothing stale."""
        async with self.desk.hub.subscribe(INBOX) as subscription:
            yield _RETRY
            known = await self._presence()
            yield await self._inbox_frame()
            async with aclosing(beating(subscription.get, self.heartbeat)) as pushes:
                async for push in pushes:
                    if push is None and not await self.still_signed_in():
                        return
                    # Nobody tells when a colleague opens a page or closes her last one.
                    before, known = known, await self._presence() if push is None else known
                    yield await self._inbox_push(push, has_changed=before != known)

    async def conversation(self, conversation: Conversation, after: int) -> AsyncGenerator[bytes]:
        """Messages after number `after`, each once and in order, and every change of its state."""
        topic = conversation_topic(conversation.id)
        async with self.desk.hub.subscribe(topic) as subscription:
            yield _RETRY
            yield await self._state_frame(conversation.id)
            async for seq, found in self._messages(conversation, after):
                after = seq
                yield found
            async with aclosing(beating(subscription.get, self.heartbeat)) as pushes:
                async for push in pushes:
                    if push is None and not await self.still_signed_in():
                        return
                    if push is None and await self._is_with_another(conversation.id):
                        # Nobody tells when a colleague's page is cut off.
                        yield await self._state_frame(conversation.id)
                    elif push is not None and push.kind == "message":
                        # Read again rather than trust the push: pushes may overtake each other.
                        async for seq, found in self._messages(conversation, after):
                            after = seq
                            yield found
                    else:
                        yield await self._conversation_push(conversation.id, push)

    async def _inbox_push(self, push: Push | None, *, has_changed: bool) -> bytes:
        if push is None and not has_changed and not await self._is_any_unattended():
            return _HEARTBEAT
        if push is not None and push.kind == "message":
            return frame("written", {"conversation_id": push.data["conversation_id"]})
        return await self._inbox_frame()

    async def _presence(self) -> list[tuple[str, bool]]:
        return [(each.staff.id, each.available) for each in await self.desk.team.team()]

    async def _is_any_unattended(self) -> bool:
        now = self.view().now
        return any(row.is_unattended(now) for row in await self.desk.inbox(("agent",)))

    async def _is_with_another(self, conversation_id: str) -> bool:
        conversation = await self.desk.conversation(conversation_id)
        return conversation.state == "agent" and conversation.agent_id != self.session.staff.id

    async def _inbox_frame(self) -> bytes:
        found = queues(await self.desk.inbox(), self.session, self.view())
        team = team_view(await self.desk.team.team(), self.session, self.view().texts)
        return frame("inbox", {"queues": found, "team": team})

    async def _conversation_push(self, conversation_id: str, push: Push | None) -> bytes:
        if push is None:
            return _HEARTBEAT
        if push.kind == "state":
            return await self._state_frame(conversation_id)
        return frame(push.kind, push.data)

    async def _state_frame(self, conversation_id: str) -> bytes:
        return frame(
            "state", await state_view(self.desk, self.session, self.view(), conversation_id)
        )

    async def _messages(
        self, conversation: Conversation, after: int
    ) -> AsyncGenerator[tuple[int, bytes]]:
        while page := await self.desk.messages(conversation, after=after, limit=_PAGE):
            view = self.view()
            for message in page:
                yield message.seq, frame("message", view.message(message), message.seq)
            after = page[-1].seq
            if len(page) < _PAGE:
                return


async def state_view(
    desk: Helpdesk, session: StaffSession, view: View, conversation_id: str
) -> dict[str, Any]:
    """{"state", "label", "agent_name", "mine", "unattended"}, read anew.

    `state` is "left" when the bot has the conversation and contact details wait for an answer.
    """
    conversation = await desk.conversation(conversation_id)
    name = (await desk.state(conversation)).get("agent_name") or ""
    state: str = conversation.state
    if state == "bot" and await _contact_waits(desk, conversation_id):
        state = "left"
    rows = await desk.inbox(("agent",)) if state == "agent" else []
    gone = any(r.conversation_id == conversation_id and r.is_unattended(view.now) for r in rows)
    return {
        "state": state,
        "label": view.texts("state.unattended" if gone else f"state.{state}", name=name),
        "unattended": gone,
        "agent_name": name,
        "mine": conversation.state == "agent" and conversation.agent_id == session.staff.id,
    }


async def _contact_waits(desk: Helpdesk, conversation_id: str) -> bool:
    try:
        packet = await desk.handoff_packet(conversation_id)
    except NotFound:
        return False
    return bool(packet["handoff"]["state"] == "waiting")
