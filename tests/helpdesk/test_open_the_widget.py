from __future__ import annotations

import pytest

from helpdesk.database import Database
from helpdesk.desk import Helpdesk
from helpdesk.errors import BadInput, NotFound
from helpdesk.store import conversations
from tests.helpdesk.fakes import FakeClock, Visitor, open_widget


async def test_it_works(desk: Helpdesk, clock: FakeClock) -> None:
    started = await desk.start_conversation(site="shop", language="en", page="https://shop/x")
    assert started.conversation.state == "bot"
    assert started.conversation.last_seq == 1
    (greeting,) = started.messages
    assert greeting.as_json() == {
        "seq": 1,
        "at": "2026-11-23T01:00:00.000Z",
        "from": "bot",
        "kind": "text",
        "text": greeting.text,
    }
    assert "Yamamichi" in greeting.text
    assert greeting.at == clock.now


@pytest.mark.parametrize(
    ("tag", "language"),
    [("ja", "ja"), ("ja-JP", "ja"), ("EN_us", "en"), ("fr", "en"), (None, "en"), ("", "en")],
)
async def test_it_speaks_the_visitors_language(
    desk: Helpdesk, tag: str | None, language: str
) -> None:
    started = await desk.start_conversation(site="shop", language=tag)
    assert started.conversation.language == language


async def test_the_visitor_comes_back_with_her_token(desk: Helpdesk, vera: Visitor) -> None:
    found = await desk.authenticate(vera.id, vera.token)
    assert found == vera.conversation


@pytest.mark.parametrize("token", ["", "x", "\ud800", "é" * 300])
async def test_it_refuses_another_token(desk: Helpdesk, vera: Visitor, token: str) -> None:
    with pytest.raises(NotFound, match="no such conversation"):
        await desk.authenticate(vera.id, token)


async def test_walt_sees_nothing_of_veras(desk: Helpdesk, vera: Visitor, walt: Visitor) -> None:
    with pytest.raises(NotFound):
        await desk.authenticate(vera.id, walt.token)
    with pytest.raises(NotFound):
        await desk.authenticate("nowhere", walt.token)


async def test_tokens_are_long_and_never_stored(vera: Visitor, walt: Visitor, db: Database) -> None:
    assert len(vera.token) == 43
    assert vera.token != walt.token
    found = await db.read(lambda c: conversations.with_token_hash(c, vera.id))
    assert found is not None
    stored = found[1]
    assert stored != vera.token
    assert len(stored) == 64


@pytest.mark.parametrize("field", ["site", "page", "visitor"])
async def test_it_refuses_what_is_too_long(desk: Helpdesk, field: str) -> None:
    with pytest.raises(BadInput, match=f"{field} is too long"):
        await open_widget(desk, **{field: "x" * 3000})


async def test_it_refuses_an_unknown_kind_of_traffic(desk: Helpdesk) -> None:
    with pytest.raises(BadInput, match="traffic must be one of customer, test"):
        await open_widget(desk, traffic="robots")


async def test_it_suggests_questions_while_typing(desk: Helpdesk) -> None:
    assert await desk.suggestions("track", "en-GB") == [
        {"faq_id": "track-order", "question": "Question track-order?"}
    ]
    assert await desk.suggestions("  ", "en") == []
