"""A request for a person becomes a conversation in Chatwoot and a ticket in Zendesk.

Both by the shapes of their public documentation; neither service itself was tried.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import timedelta

import pytest

from helpdesk import outbox
from tests.web_widget.conftest import MakeApp, MakeSettings
from tests.web_widget.deliveries.help_desks import ChatwootDesk, ZendeskDesk, serving
from tests.web_widget.deliveries.test_tell_other_systems import asks_for_a_person
from web_widget.app import App
from web_widget.settings_sentences import WrongSettings

QUESTION = "my parcel <b>never</b> came"


@pytest.fixture
def chatwoot() -> Iterator[ChatwootDesk]:
    desk = ChatwootDesk()
    with serving(desk):
        yield desk


@pytest.fixture
def zendesk() -> Iterator[ZendeskDesk]:
    desk = ZendeskDesk()
    with serving(desk):
        yield desk


@pytest.fixture
def with_chatwoot(make_app: MakeApp, chatwoot: ChatwootDesk) -> App:
    return make_app(
        chatwoot_url=chatwoot.url, chatwoot_inbox="the-inbox", webhook_allow_private="true"
    )


@pytest.fixture
def with_zendesk(make_app: MakeApp, zendesk: ZendeskDesk) -> App:
    return make_app(
        zendesk_url=zendesk.url,
        zendesk_user="ana@shop.example",
        zendesk_token="t0ken",
        webhook_allow_private="true",
        public_url="https://help.shop.example",
    )


async def test_chatwoot_gets_a_conversation(with_chatwoot: App, chatwoot: ChatwootDesk) -> None:
    conversation = await asks_for_a_person(with_chatwoot, QUESTION)
    await with_chatwoot.courier.round()
    (contact,) = chatwoot.contacts.values()
    assert contact["identifier"] == f"kotae:{conversation}"
    (talk,) = chatwoot.conversations
    (message,) = talk["messages"]
    packet = await with_chatwoot.desk.handoff_packet(conversation)
    assert QUESTION in message["content"] and packet["handoff"]["reference"] in message["content"]
    assert talk["custom_attributes"]["kotae_reference"] == packet["handoff"]["reference"]
    assert await with_chatwoot.desk.outbox.counts() == {"done": 1}


async def test_chatwoot_gets_no_second_conversation_when_it_is_tried_again(
    with_chatwoot: App, chatwoot: ChatwootDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "PAUSES", (timedelta(0),) * 3)
    await asks_for_a_person(with_chatwoot)
    answer = chatwoot.answer

    def lose_the_message(method: str, path: str, headers: dict[str, str], body: object) -> object:
        if path.endswith("/messages") and len(chatwoot.requests) < 6:
            return 502, None
        return answer(method, path, headers, body)

    monkeypatch.setattr(chatwoot, "answer", lose_the_message)
    for _ in range(3):
        await with_chatwoot.courier.round()
    (talk,) = chatwoot.conversations
    assert len(talk["messages"]) == 1 and len(chatwoot.contacts) == 1
    assert await with_chatwoot.desk.outbox.counts() == {"done": 1}


async def test_zendesk_gets_a_ticket(with_zendesk: App, zendesk: ZendeskDesk) -> None:
    conversation = await asks_for_a_person(with_zendesk, QUESTION)
    await with_zendesk.courier.round()
    (ticket,) = zendesk.tickets.values()
    packet = await with_zendesk.desk.handoff_packet(conversation)
    reference = packet["handoff"]["reference"]
    assert ticket["subject"] == f"[{reference}] {QUESTION}"
    assert ticket["external_id"] == reference and "kotae" in ticket["tags"]
    assert ticket["comment"]["public"] is False and QUESTION in ticket["comment"]["body"]
    assert f"https://help.shop.example/staff/inbox/{conversation}" in ticket["comment"]["body"]
    assert "requester" not in ticket
    ((_, _, headers, _),) = zendesk.requests
    secret = base64.b64encode(b"ana@shop.example/token:t0ken").decode()
    assert headers["authorization"] == f"Basic {secret}"


async def test_zendesk_is_asked_again_under_the_same_key(
    with_zendesk: App, zendesk: ZendeskDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "PAUSES", (timedelta(0),) * 3)
    zendesk.failures = [429, 503]
    await asks_for_a_person(with_zendesk)
    for _ in range(4):
        await with_zendesk.courier.round()
    assert len({headers["idempotency-key"] for _, _, headers, _ in zendesk.requests}) == 1
    assert len(zendesk.tickets) == 1 and len(zendesk.requests) == 3


async def test_a_refusal_is_given_up_and_seen(
    with_chatwoot: App, chatwoot: ChatwootDesk, with_zendesk: App, zendesk: ZendeskDesk
) -> None:
    for app, desk, name in (
        (with_chatwoot, chatwoot, "Chatwoot"),
        (with_zendesk, zendesk, "Zendesk"),
    ):
        desk.failures = [401]
        await asks_for_a_person(app)
        await app.courier.round()
        why = {each.error for each in await app.desk.outbox.listed(("dead",))}
        assert f"{name} answered 401." in why


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({"chatwoot_url": "https://a.example"}, "KOTAE_CHATWOOT_INBOX is missing"),
        ({"zendesk_url": "https://a.example"}, "KOTAE_ZENDESK_USER is missing"),
        (
            {"chatwoot_url": "http://a.example", "chatwoot_inbox": "x"},
            "KOTAE_CHATWOOT_URL is 'http://a.example', must be an https:// address",
        ),
    ],
)
def test_what_is_missing_stops_the_start(
    make_settings: MakeSettings, settings: dict[str, str], why: str
) -> None:
    with pytest.raises(WrongSettings, match=why):
        make_settings(**settings)
