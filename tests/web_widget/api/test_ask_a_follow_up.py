"""A customer reads an answer and asks on, in words that mean little without it."""

from typing import Any

import httpx
import pytest

from tests.web_widget.support import Customer, FakeRasa
from web_widget.app import App

IN_BOTH_LANGUAGES = pytest.mark.parametrize(
    ("language", "first", "then"),
    [
        ("en", "How much does shipping cost?", "and is that ever free?"),
        ("ja", "送料はいくらですか", "それは無料になりますか"),
    ],
)


async def answers(app: App, customer: Customer, text: str) -> list[str]:
    """Ids of the entries that the customer is shown for `text`."""
    sent = (await customer.send(text)).json()["message"]
    await app.desk.idle()
    said = await customer.messages(sent["seq"])
    return [message["faq_id"] for message in said if message.get("faq_id")]


@IN_BOTH_LANGUAGES
async def test_a_follow_up_is_answered_while_rasa_is_gone(
    app: App, http: httpx.AsyncClient, language: str, first: str, then: str
) -> None:
    vera = await Customer.start(http, language=language)
    assert await answers(app, vera, first) == ["delivery-cost"]
    assert await answers(app, vera, then) == ["delivery-cost"]


@IN_BOTH_LANGUAGES
async def test_the_same_words_are_not_answered_when_nothing_was_said_before(
    app: App, http: httpx.AsyncClient, language: str, first: str, then: str
) -> None:
    walt = await Customer.start(http, language=language)
    assert first and await answers(app, walt, then) == []


async def test_rasa_is_told_what_was_answered_before(
    app: App, vera: Customer, rasa: FakeRasa
) -> None:
    await answers(app, vera, "How much does shipping cost?")
    told: list[dict[str, Any]] = []

    def replies(call: dict[str, Any]) -> list[dict[str, Any]]:
        told.append(call["metadata"])
        return [{"say": "anything_else"}]

    rasa.replies = replies
    await answers(app, vera, "and is that ever free?")
    assert [each["previous"] for each in told] == ["delivery-cost"]
