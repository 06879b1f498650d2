"""The inbox, a conversation, and what an agent does there."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from faq_index import Entry
from faq_index.text import plain
from helpdesk.clock import Clock
from helpdesk.desk import RESOLUTIONS, Helpdesk
from helpdesk.errors import Conflict, NotFound
from helpdesk.types import StaffSession
from web_widget.sse import EventStream, Streams
from web_widget.staff.access import cookie_name, may, signed_in
from web_widget.staff.forms import read_form
from web_widget.staff.judging_view import judging_view
from web_widget.staff.live import Live, state_view
from web_widget.staff.packet_view import SHOWN, entry_questions, packet_view
from web_widget.staff.pages import Pages
from web_widget.staff.routing import Localised, wants_json
from web_widget.staff.views import BLANK_MESSAGE, BLANK_ROW, LONG_WAIT_MINUTES, View, queues

LONGEST_QUERY = 200
After = Annotated[int, Query(ge=0, le=10**9)]


@dataclass(frozen=True)
class Console:
    """What the routes of the inbox share."""

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

    def live(self, request: Request, session: StaffSession, entries: dict[str, str]) -> Live:
        token = request.cookies[cookie_name(self.pages.settings.https)]

        async def still_signed_in() -> bool:
            return await self.desk.session(token) is not None

        return Live(self.desk, session, lambda: self.view(request, entries), still_signed_in)


def add_inbox_routes(
    router: APIRouter, desk: Helpdesk, pages: Pages, streams: Streams, clock: Clock
) -> None:
    console = Console(desk, pages, streams, clock)

    @router.get("/inbox")
    async def inbox_page(request: Request) -> Response:
        session = signed_in(request)
        view = console.view(request)
        return pages.render(
            request,
            "inbox.html",
            section="inbox",
            queues=queues(await desk.inbox(), session, view),
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
        return EventStream(frames, streams, f"staff:{session.staff.id}")

    _add_actions(router, console)


def _add_actions(router: APIRouter, console: Console) -> None:
    desk = console.desk
    path = "/api/conversations/{conversation_id}"

    @router.post(path + "/claim")
    async def claim(request: Request, conversation_id: str) -> Response:
        try:
            await desk.claim(conversation_id, signed_in(request).staff)
        except Conflict as error:
            raise await _taken(console, request, conversation_id) from error
        return await _done(console, request, conversation_id)

    @router.post(path + "/release")
    async def release(request: Request, conversation_id: str) -> Response:
        await desk.release(conversation_id, signed_in(request).staff)
        return await _done(console, request, conversation_id)

    @router.post(path + "/close")
    async def close(request: Request, conversation_id: str) -> Response:
        resolution = (await read_form(request)).get("resolution", "")
        await desk.close(conversation_id, signed_in(request).staff, resolution)
        return await _done(console, request, conversation_id)

    @router.post(path + "/transfer")
    async def transfer(request: Request, conversation_id: str) -> Response:
        to = (await read_form(request)).get("to", "")
        await desk.team.transfer(conversation_id, signed_in(request).staff, to)
        return await _done(console, request, conversation_id)

    @router.post(path + "/notes")
    async def add_note(request: Request, conversation_id: str) -> Response:
        session = signed_in(request)
        await console.packet(session, conversation_id)  # What is not hers is not found.
        text = (await read_form(request)).get("text", "")
        await desk.team.add_note(conversation_id, session.staff, text)
        return _back_to(conversation_id)

    @router.get("/api/answers")
    async def find_answers(q: str = "", language: str = "") -> Response:
        found = await desk.judging.find(q[:LONGEST_QUERY], language)
        answers = [{"question": entry.question, "text": _as_message(entry)} for entry in found]
        return JSONResponse({"ok": True, "answers": answers})

    @router.post(path + "/messages")
    async def send_message(request: Request, conversation_id: str) -> Response:
        form = await read_form(request)
        message = await desk.agent_message(
            conversation_id,
            signed_in(request).staff,
            form.get("client_msg_id") or str(uuid.uuid4()),
            form.get("text", ""),
        )
        if wants_json(request):
            return JSONResponse({"ok": True, "message": console.view(request).message(message)})
        return _back_to(conversation_id)


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
        colleagues=await console.desk.team.colleagues(session.staff),
        longest_message=2 * console.desk.settings.max_text,
        back={"url": "/staff/inbox", "label": texts("conversation.back")},
        strings=texts.for_script("script.conversation."),
    )


async def _done(console: Console, request: Request, conversation_id: str) -> Response:
    if not wants_json(request):
        return _back_to(conversation_id)
    state = await state_view(
        console.desk, signed_in(request), console.view(request), conversation_id
    )
    return JSONResponse({"ok": True, **state})


async def _taken(console: Console, request: Request, conversation_id: str) -> Localised:
    texts = console.pages.texts_for(request)
    conversation = await console.desk.conversation(conversation_id)
    name = (await console.desk.state(conversation)).get("agent_name")
    sentence = texts("problem.taken.by", name=name) if name else texts("problem.taken")
    return Localised(sentence, 409)


def _as_message(entry: Entry) -> str:
    """An answer as an agent would send it: its links are lines of their own."""
    links = [f"{link.title}: {link.url}" for link in entry.links]
    return "\n".join([plain(entry.answer).strip(), *links])


def _back_to(conversation_id: str) -> Response:
    return RedirectResponse(f"/staff/inbox/{conversation_id}", status_code=303)


def _resume_from(request: Request, after: int) -> int:
    """A browser that lost its stream says in Last-Event-ID what it has."""
    seen = request.headers.get("last-event-id", "")
    return max(after, int(seen)) if re.fullmatch(r"[0-9]{1,9}", seen) else after
