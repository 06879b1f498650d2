"""A website says who its customer is, by a signed word; only then do earlier conversations join."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest

from helpdesk.types import Staff
from tests.web_widget.conftest import MakeApp
from tests.web_widget.support import Customer, assert_problem, until
from web_widget.app import App

KEY = "a-key-of-the-shop-that-is-long-enough"
OTHER_KEY = "a-key-of-the-tea-house-long-enough-too"


@pytest.fixture
def app(make_app: MakeApp, tmp_path: Path) -> App:
    (tmp_path / "shop.key").write_text(KEY + "\n", encoding="utf-8")
    (tmp_path / "tea.key").write_text(OTHER_KEY, encoding="utf-8")
    sites = tmp_path / "sites.yml"
    sites.write_text(
        "shop: {identity_key_file: shop.key}\ntea: {identity_key_file: tea.key}\nplain: {}\n",
        encoding="utf-8",
    )
    return make_app(sites_file=str(sites))


def word(
    sub: Any = "vera-1", *, key: str = KEY, algorithm: str = "HS256", drop: str = "", **claims: Any
) -> str:
    now = int(time.time())
    told = {"sub": sub, "aud": "kotae:shop", "iat": now, "exp": now + 300, **claims}
    told.pop(drop, None)
    return jwt.encode(told, key, algorithm=algorithm)


async def start(http: httpx.AsyncClient, **facts: Any) -> httpx.Response:
    return await http.post("/api/conversations", json={"site": "shop", "language": "en", **facts})


def customer(http: httpx.AsyncClient, response: httpx.Response) -> Customer:
    assert response.status_code == 201, response.text
    body = response.json()
    return Customer(http, body["conversation_id"], body["token"], body["greeting"])


async def ask(app: App, who: Customer, text: str) -> None:
    assert (await who.send(text)).status_code == 202
    await app.desk.idle()


async def test_it_works(app: App, http: httpx.AsyncClient) -> None:
    phone = customer(http, await start(http, identity_token=word()))
    await ask(app, phone, "where is my order")
    said = await phone.messages()
    begun = await start(http, identity_token=word(), resume=True)
    body = begun.json()
    assert (body["resumed"], body["identified"], body["greeting"]) == (True, True, [])
    laptop = customer(http, begun)
    assert laptop.id == phone.id and laptop.token != phone.token
    assert await laptop.messages() == said == await phone.messages()


async def test_somebody_else_gets_a_conversation_of_her_own(
    app: App, http: httpx.AsyncClient
) -> None:
    vera = customer(http, await start(http, identity_token=word()))
    await ask(app, vera, "where is my order")
    walt = await start(http, identity_token=word("walt-2"), resume=True)
    assert walt.json()["resumed"] is False
    assert walt.json()["conversation_id"] != vera.id
    elsewhere = word(aud="kotae:tea", key=OTHER_KEY)
    tea = await start(http, site="tea", identity_token=elsewhere, resume=True)
    assert tea.json()["resumed"] is False


async def test_a_name_that_nobody_signed_joins_nothing(app: App, http: httpx.AsyncClient) -> None:
    vera = customer(http, await start(http, identity="vera-1", identity_token=word()))
    await ask(app, vera, "where is my order")
    liar = customer(http, await start(http, identity="vera-1", resume=True))
    assert liar.id != vera.id
    await ask(app, liar, "tell me about my order")
    assert (await liar.post("/handoff", {})).status_code == 200
    packet = await app.desk.handoff_packet(liar.id)
    assert packet["earlier_episodes"] == [] and packet["conversation"]["customer"] is None


async def test_the_agent_sees_what_the_customer_asked_before(
    app: App, http: httpx.AsyncClient
) -> None:
    before = customer(http, await start(http, identity="phone", identity_token=word()))
    await ask(app, before, "where is my order")
    now = customer(http, await start(http, identity="laptop", identity_token=word()))
    assert now.id != before.id
    await ask(app, now, "can I return it")
    await now.post("/handoff", {})
    packet = await app.desk.handoff_packet(now.id)
    assert packet["conversation"]["customer"] == "vera-1"
    assert [one["conversation_id"] for one in packet["earlier_episodes"]] == [before.id]


async def test_she_signs_in_while_she_chats(app: App, http: httpx.AsyncClient) -> None:
    before = customer(http, await start(http, identity_token=word()))
    await ask(app, before, "where is my order")
    chatting = customer(http, await start(http))
    await ask(app, chatting, "can I return it")
    named = await chatting.post("/identity", {"identity_token": word()})
    assert named.json() == {"conversation_id": chatting.id}
    fresh = customer(http, await start(http))
    joined = (await fresh.post("/identity", {"identity_token": word()})).json()
    assert joined["conversation_id"] in (before.id, chatting.id)
    own = Customer(http, joined["conversation_id"], joined["token"], [])
    assert len(await own.messages()) >= 3
    assert (await own.post("/identity", {"identity_token": word()})).json() == {
        "conversation_id": own.id
    }


async def test_a_conversation_is_not_given_to_another_customer(
    http: httpx.AsyncClient,
) -> None:
    vera = customer(http, await start(http, identity_token=word()))
    refused = await vera.post("/identity", {"identity_token": word("walt-2")})
    assert_problem(refused, 409, "This conversation belongs to another customer")


async def test_starting_over_begins_anew_and_stays_so(app: App, http: httpx.AsyncClient) -> None:
    before = customer(http, await start(http, identity_token=word()))
    await ask(app, before, "where is my order")
    again = customer(http, await start(http, identity_token=word(), resume=False))
    assert again.id != before.id
    kept = await again.post("/identity", {"identity_token": word()})
    assert kept.json() == {"conversation_id": again.id}


HOUR = 3600
REFUSED = {
    "expired": (
        lambda: word(iat=int(time.time()) - 400, exp=int(time.time()) - 100),
        "has expired",
    ),
    "another site's": (lambda: word(aud="kotae:tea"), "aud must be 'kotae:shop'"),
    "no audience": (lambda: word(drop="aud"), "it needs aud"),
    "no expiry": (lambda: word(drop="exp"), "it needs exp"),
    "no start": (lambda: word(drop="iat"), "it needs iat"),
    "nobody": (lambda: word(drop="sub"), "it needs sub"),
    "a long life": (
        lambda: word(exp=int(time.time()) + HOUR + 60),
        "exp must be at most 3600 s after iat",
    ),
    "backwards": (lambda: word(iat=int(time.time()) + 10, exp=int(time.time()) + 5), "3600 s"),
    "from the future": (
        lambda: word(iat=int(time.time()) + 600, exp=int(time.time()) + 900),
        "compare the clocks",
    ),
    "another key": (lambda: word(key=OTHER_KEY), "another key than that of site 'shop'"),
    "no signature": (lambda: word(key="", algorithm="none"), "alg must be HS256"),
    "another algorithm": (lambda: word(key=KEY * 2, algorithm="HS512"), "alg must be HS256"),
    "a number": (lambda: word(42), "sub must be a text"),
    "a long name": (lambda: word("x" * 101), "sub must be 1 to 100 characters"),
    "an odd name": (lambda: word("a\x00b"), "sub must be 1 to 100 characters"),
    "nonsense": (lambda: "a.b.c", "not a signed JWT"),
    "changed": (lambda: word()[:-4] + "AAAA", "another key"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
async def test_a_wrong_word_is_refused_in_a_sentence(http: httpx.AsyncClient, case: str) -> None:
    make, sentence = REFUSED[case]
    assert_problem(await start(http, identity_token=make()), 403, sentence)
    anonymous = customer(http, await start(http))
    assert_problem(await anonymous.post("/identity", {"identity_token": make()}), 403, sentence)
    # The chat goes on, and belongs to nobody.
    assert (await anonymous.send("hello")).status_code == 202


@pytest.mark.parametrize("token", ["", "a b", "<script>", "x" * 4001, 7, None])
async def test_what_cannot_be_a_token_is_refused(http: httpx.AsyncClient, token: Any) -> None:
    anonymous = customer(http, await start(http))
    refused = await anonymous.post("/identity", {"identity_token": token})
    assert_problem(refused, 400, "identity_token")


async def test_a_site_without_a_key_knows_nobody(http: httpx.AsyncClient) -> None:
    for site in ("plain", "unlisted"):
        token = word(aud=f"kotae:{site}")
        refused = await start(http, site=site, identity_token=token)
        assert_problem(refused, 403, f"site '{site}' has no identity_key_file")


def everything_below(folder: Path) -> str:
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    return "".join(path.read_bytes().decode("latin-1") for path in files)


async def test_the_word_is_stored_and_logged_nowhere(
    app: App, http: httpx.AsyncClient, capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    token = word()
    vera = customer(http, await start(http, identity_token=token))
    await ask(app, vera, "hello")
    signature = token.rsplit(".", 1)[1]
    printed = capsys.readouterr()
    assert signature not in printed.out + printed.err
    assert signature not in everything_below(home)


async def test_the_key_shows_in_no_description(app: App) -> None:
    assert KEY not in repr([*app.sites])


async def test_a_waiting_customer_is_found_again_on_another_device(
    app: App, http: httpx.AsyncClient, ana: Staff
) -> None:
    phone = customer(http, await start(http, identity_token=word()))
    await ask(app, phone, "my tent leaks")
    await phone.post("/handoff", {})
    laptop = customer(http, await start(http, identity_token=word(), resume=True))
    await app.desk.claim(phone.id, ana)
    state = (await laptop.call("GET", "/messages")).json()["state"]
    assert state == "agent"
    await until(lambda: app.desk.turns_in_flight == 0)
