"""The inbox, and the page of a conversation."""

from __future__ import annotations

import re
import uuid
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from helpdesk.desk import RESOLUTIONS
from web_widget.sse import EventStream
from web_widget.staff.access import may, signed_in
from web_widget.staff.console import Console
from web_widget.staff.judging_view import judging_view
from web_widget.staff.live import state_view
from web_widget.staff.packet_view import SHOWN, entry_questions, packet_view
from web_widget.staff.views import BLANK_MESSAGE, BLANK_ROW, LONG_WAIT_MINUTES, queues, team_view

After = Annotated[int, Query(ge=0, le=10**9)]


def add_inbox_routes(router: APIRouter, console: Console) -> None:
    desk, pages = console.desk, console.pages

    @router.get("/inbox")
    async def inbox_page(request: Request) -> Response:
        session = signed_in(request)
        view = console.view(request)
        return pages.render(
            request,
            "inbox.html",
            section="inbox",
            queues=queues(await desk.inbox(), session, view),
            team=team_view(await desk.team.team(), session, view.texts),
            away=session.staff.away,
            blank_row=BLANK_ROW,
            long_minutes=LONG_WAIT_MINUTES,
            strings=view.texts.for_script("script.inbox.", "duration.", "inbox.no_question"),
        )

    @router.get("/inbox/{conversation_id}")
    async def conversation_page(request: Request, conversation_id: str) -> Response:
        return await _conversation_page(console, request, conversation_id)

    @router.get("/events")
    async def events(
        request: Request, conversation: str | None = None, after: After = 0
    ) -> Response:
        session = signed_in(request)
        if conversation is None:
            frames = console.live(request, session, {}).inbox()
        else:
            entries = entry_questions(await console.packet(session, conversation))
            live = console.live(request, session, entries)
            frames = live.conversation(
                await desk.conversation(conversation), _resume_from(request, after)
            )
        return EventStream(frames, console.streams, f"staff:{session.staff.id}")


async def _conversation_page(console: Console, request: Request, conversation_id: str) -> Response:
    session = signed_in(request)
    packet = await console.packet(session, conversation_id)
    conversation = await console.desk.conversation(conversation_id)
    view = console.view(request, entry_questions(packet))
    messages = await console.desk.transcript(conversation_id)
    shown = packet_view(packet, view, may(session, "reports")) if packet else None
    state = await state_view(console.desk, session, view, conversation_id)
    texts = view.texts
    entries = console.desk.judging.entries(conversation.language) if packet else []
    return console.pages.render(
        request,
        "conversation.html",
        section="inbox",
        conversation_id=conversation_id,
        heading=(shown or {}).get("question") or texts("conversation.title"),
        language=conversation.language,
        state=state["state"],
        state_label=state["label"],
        mine=state["mine"],
        agent_name=state["agent_name"],
        unattended=state["unattended"],
        packet=shown,
        judge=judging_view(packet, entries, texts, SHOWN) if packet else None,
        messages=view.rendered(messages),
        last_seq=messages[-1].seq if messages else 0,
        blank_message=BLANK_MESSAGE,
        new_client_msg_id=str(uuid.uuid4()),
        resolutions=tuple(RESOLUTIONS),
        notes=[
            {"by": note.by, "when": texts.moment(note.at, console.clock()), "text": note.text}
            for note in await console.desk.team.notes(conversation_id)
        ],
        colleagues=team_view(await console.desk.team.colleagues(session.staff), session, texts),
        longest_message=2 * console.desk.settings.max_text,
        back={"url": "/staff/inbox", "label": texts("conversation.back")},
        strings=texts.for_script("script.conversation."),
    )


def _resume_from(request: Request, after: int) -> int:
    """A browser that lost its stream says in Last-Event-ID what it has."""
    seen = request.headers.get("last-event-id", "")
    return max(after, int(seen)) if re.fullmatch(r"[0-9]{1,9}", seen) else after
