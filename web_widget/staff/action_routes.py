"""What an agent does with a conversation."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from faq_index import Entry
from faq_index.text import plain
from helpdesk.errors import Conflict, Full
from helpdesk.other_language import is_in_another_language
from helpdesk.types import Staff
from web_widget.staff.access import signed_in
from web_widget.staff.console import Console
from web_widget.staff.forms import read_form
from web_widget.staff.live import state_view
from web_widget.staff.routing import Localised, wants_json

LONGEST_QUERY = 200
MOST_FOUND = 12


def add_action_routes(router: APIRouter, console: Console) -> None:
    desk = console.desk
    path = "/api/conversations/{conversation_id}"
    acting = Depends(console.acting)

    @router.post(path + "/claim")
    async def claim(request: Request, conversation_id: str, staff: Staff = acting) -> Response:
        try:
            await desk.claim(conversation_id, staff)
        except Full:
            raise
        except Conflict as error:
            raise await _taken(console, request, conversation_id) from error
        return await _done(console, request, conversation_id)

    @router.post("/api/presence")
    async def set_presence(request: Request) -> Response:
        away = (await read_form(request)).get("away") == "1"
        await desk.team.set_away(signed_in(request).staff, away)
        return RedirectResponse("/staff/inbox", status_code=303)

    @router.post(path + "/release")
    async def release(request: Request, conversation_id: str, staff: Staff = acting) -> Response:
        await desk.release(conversation_id, staff)
        return await _done(console, request, conversation_id)

    @router.post(path + "/give_back")
    async def give_back(request: Request, conversation_id: str, staff: Staff = acting) -> Response:
        await desk.give_back(conversation_id, staff)
        return await _done(console, request, conversation_id)

    @router.post(path + "/typing")
    async def agent_types(conversation_id: str, staff: Staff = acting) -> Response:
        await desk.team.typing(conversation_id, staff)
        return JSONResponse({"ok": True})

    @router.post(path + "/close")
    async def close(request: Request, conversation_id: str, staff: Staff = acting) -> Response:
        resolution = (await read_form(request)).get("resolution", "")
        await desk.close(conversation_id, staff, resolution)
        return await _done(console, request, conversation_id)

    @router.post(path + "/transfer")
    async def transfer(request: Request, conversation_id: str, staff: Staff = acting) -> Response:
        to = (await read_form(request)).get("to", "")
        await desk.team.transfer(conversation_id, staff, to)
        return await _done(console, request, conversation_id)

    @router.post(path + "/notes")
    async def add_note(request: Request, conversation_id: str, staff: Staff = acting) -> Response:
        text = (await read_form(request)).get("text", "")
        await desk.team.add_note(conversation_id, staff, text)
        return _back_to(conversation_id)

    @router.get("/api/answers")
    async def find_answers(
        request: Request, q: str = "", language: str = "", conversation: str = ""
    ) -> Response:
        # The number of its request is filled in.
        session, words = await console.must_see(request, conversation), q[:LONGEST_QUERY]
        ready = await desk.ready_replies.find(words, language, conversation, session.staff)
        found = await desk.judging.find(words, language)
        answers = [{"question": title, "text": text, "ready": True} for title, text in ready]
        answers += [
            {"question": entry.question, "text": _as_message(entry), "ready": False}
            for entry in found
        ]
        return JSONResponse({"ok": True, "answers": answers[:MOST_FOUND]})

    @router.post(path + "/messages")
    async def send_message(
        request: Request, conversation_id: str, staff: Staff = acting
    ) -> Response:
        form = await read_form(request)
        if form.get("check") and (asks := await _asks(console, request, conversation_id, form)):
            return JSONResponse({"ok": True, "message": None, "ask": asks})
        message = await desk.agent_message(
            conversation_id,
            staff,
            form.get("client_msg_id") or str(uuid.uuid4()),
            form.get("text", ""),
        )
        if wants_json(request):
            return JSONResponse({"ok": True, "message": console.view(request).message(message)})
        return _back_to(conversation_id)


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


async def _asks(
    console: Console, request: Request, conversation_id: str, form: Mapping[str, str]
) -> str:
    """A question before a reply in another language than the customer's goes out; mostly empty."""
    language = (await console.desk.conversation(conversation_id)).language
    if not is_in_another_language(form.get("text", ""), language):
        return ""
    texts = console.pages.texts_for(request)
    return texts("composer.other_language", language=texts.language_name(language))


def _as_message(entry: Entry) -> str:
    """An answer as an agent would send it: its links are lines of their own."""
    links = [f"{link.title}: {link.url}" for link in entry.links]
    return "\n".join([plain(entry.answer).strip(), *links])


def _back_to(conversation_id: str) -> Response:
    return RedirectResponse(f"/staff/inbox/{conversation_id}", status_code=303)
