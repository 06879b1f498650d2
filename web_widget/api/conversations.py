"""Routes of the widget's API. They translate; the desk decides."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Request, Response

from helpdesk.desk import Helpdesk
from helpdesk.push import conversation_topic
from helpdesk.types import Conversation, Message
from web_widget.api.models import (
    AskForPerson,
    Feedback,
    Identify,
    SendMessage,
    StartConversation,
    Survey,
    Typing,
)
from web_widget.api.visitor import Door, must_be_shown_on, preferred_language, traffic
from web_widget.identity import customer
from web_widget.limits import Limits
from web_widget.sites import Sites
from web_widget.sse import HEARTBEAT_SECONDS, EventStream, Streams, conversation_frames

# Numbers of messages; what does not fit is answered with a sentence before the desk is asked.
Number = Annotated[int, Query(ge=0, le=2**31)]


def conversation_routes(
    desk: Helpdesk,
    door: Door,
    limits: Limits,
    streams: Streams,
    sites: Sites,
    *,
    heartbeat: float = HEARTBEAT_SECONDS,
) -> APIRouter:
    router = APIRouter(prefix="/api")

    async def own_conversation(request: Request, conversation_id: str) -> Conversation:
        return await door.conversation(request, conversation_id)

    own = Depends(own_conversation)

    @router.post("/conversations", status_code=201)
    async def start(request: Request, body: StartConversation) -> dict[str, Any]:
        limits.conversations.take(door.address(request))
        name = body.site or request.url.hostname or "unknown"
        site = sites.get(name)
        must_be_shown_on(request, site)
        token = body.identity_token
        started = await desk.start_conversation(
            site=name,
            language=body.language
            or preferred_language(request.headers.get("accept-language", "")),
            page=body.page,
            visitor=body.identity,
            customer=customer(token, name, site) if token else None,
            resume=body.resume,
            traffic=traffic(request),
            channel=body.channel,
        )
        return {
            "conversation_id": started.conversation.id,
            "token": started.token,
            "language": started.conversation.language,
            "greeting": [message.as_json() for message in started.messages],
            "identified": started.conversation.customer is not None,
            "resumed": started.resumed,
        }

    @router.post("/conversations/{conversation_id}/identity")
    async def identify(body: Identify, conversation: Conversation = own) -> dict[str, Any]:
        limits.messages.take(conversation.id)
        name = conversation.site
        known = customer(body.identity_token, name, sites.get(name))
        earlier = await desk.identify(conversation, known)
        if earlier is None:
            return {"conversation_id": conversation.id}
        return {"conversation_id": earlier.conversation.id, "token": earlier.token}

    @router.post("/conversations/{conversation_id}/messages", status_code=202)
    async def send(
        request: Request, body: SendMessage, conversation: Conversation = own
    ) -> dict[str, Any]:
        limits.messages.take(conversation.id)
        limits.messages_of_address.take(door.address(request))
        message = await desk.receive(
            conversation, client_msg_id=body.client_msg_id, text=body.text, choice=body.choice
        )
        return {"message": message.as_json()}

    @router.get("/conversations/{conversation_id}/messages")
    async def read(after: Number = 0, conversation: Conversation = own) -> dict[str, Any]:
        messages = await desk.messages(conversation, after)
        return {"messages": [m.as_json() for m in messages], **await desk.state(conversation)}

    @router.get("/conversations/{conversation_id}/events")
    async def events(
        after: Number = 0,
        last_event_id: Annotated[str, Header()] = "",
        conversation: Conversation = own,
    ) -> EventStream:
        async def read_on(seq: int) -> list[Message]:
            return await desk.messages(conversation, seq)

        async def state() -> dict[str, Any]:
            return await desk.state(conversation)

        topic = conversation_topic(conversation.id)
        frames = conversation_frames(
            desk.hub,
            topic,
            read_on,
            state,
            # A number that was never given out would hide the messages up to it.
            after=min(_resume_after(last_event_id, after), conversation.last_seq),
            heartbeat=heartbeat,
        )
        return EventStream(frames, streams, topic)

    @router.post("/conversations/{conversation_id}/handoff")
    async def ask_for_person(
        body: AskForPerson | None = None,  # noqa: ARG001 - checked to be empty
        conversation: Conversation = own,
    ) -> dict[str, Any]:
        limits.messages.take(conversation.id)
        return await desk.ask_for_person(conversation)

    @router.delete("/conversations/{conversation_id}/handoff")
    async def cancel_handoff(conversation: Conversation = own) -> dict[str, Any]:
        limits.messages.take(conversation.id)
        return await desk.cancel_handoff(conversation)

    @router.post("/conversations/{conversation_id}/typing", status_code=204)
    async def typing(
        body: Typing | None = None,  # noqa: ARG001 - checked to be empty
        conversation: Conversation = own,
    ) -> Response:
        limits.typing.take(conversation.id)
        await desk.typing(conversation)
        return Response(status_code=204)

    @router.post("/conversations/{conversation_id}/feedback", status_code=204)
    async def feedback(body: Feedback, conversation: Conversation = own) -> Response:
        limits.messages.take(conversation.id)
        await desk.feedback(conversation, body.message_seq, body.helpful)
        return Response(status_code=204)

    @router.post("/conversations/{conversation_id}/survey", status_code=204)
    async def survey(body: Survey, conversation: Conversation = own) -> Response:
        limits.messages.take(conversation.id)
        await desk.survey(conversation, body.csat, body.nps, body.comment)
        return Response(status_code=204)

    @router.get("/suggestions")
    async def suggestions(
        request: Request,
        q: Annotated[str, Query(max_length=200)] = "",
        site: Annotated[str, Query(max_length=100)] = "",
        language: Annotated[str | None, Query(max_length=35)] = None,
    ) -> dict[str, Any]:
        limits.suggestions.take(door.address(request))
        found = desk.suggestions(q, language) if q else desk.starters(site, language)
        return {"suggestions": await found}

    return router


def _resume_after(last_event_id: str, after: int) -> int:
    """Where the stream goes on. A browser may send back an id that was never ours."""
    if last_event_id.isascii() and last_event_id.isdigit() and len(last_event_id) <= 10:
        return max(int(last_event_id), after)
    return after
