"""A request for a person reaches the team's other systems too: once, at worst twice, never not."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from helpdesk import outbox, queue
from helpdesk.clock import utc_now
from helpdesk.sheet import Sheet
from tests.web_widget.conftest import ROOT, MakeApp, client_of
from tests.web_widget.deliveries.receivers import (
    Hook,
    MailBox,
    Receiver,
    receiving,
    receiving_mail,
)
from tests.web_widget.staff.support import PASSWORD, Person
from tests.web_widget.support import Customer
from web_widget.app import App
from web_widget.deliveries.channel import Refused
from web_widget.deliveries.mail import letter
from web_widget.deliveries.webhook import Webhook

SECRET = "whsec_" + base64.b64encode(b"a key of the team, 32 bytes long").decode()
# How often the process is killed between storing and telling; KOTAE_TEST_KILLS=50 does more.
KILLS = int(os.environ.get("KOTAE_TEST_KILLS", "3"))


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


@pytest.fixture
def mailbox() -> Iterator[MailBox]:
    with receiving_mail() as found:
        yield found


@pytest.fixture
def hooked(make_app: MakeApp, receiver: Receiver) -> App:
    return make_app(
        webhook_url=f"{receiver.url}/hook", webhook_secret=SECRET, webhook_allow_private="true"
    )


async def asks_for_a_person(app: App, question: str = "my parcel never came") -> str:
    async with client_of(app) as http:
        vera = await Customer.start(http)
        await vera.send(question)
        await app.desk.idle()
        assert (await vera.post("/handoff", {})).json()["state"] == "waiting"
        return vera.id


def is_signed(hook: Hook) -> bool:
    """As https://www.standardwebhooks.com tells receivers to check it."""
    stamp = hook.headers["webhook-timestamp"]
    assert abs(utc_now() - datetime.fromtimestamp(int(stamp), UTC)) < timedelta(minutes=5)
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    signed = hmac.new(key, f"{hook.id}.{stamp}.".encode() + hook.body, hashlib.sha256).digest()
    return hook.headers["webhook-signature"] == "v1," + base64.b64encode(signed).decode()


async def test_a_webhook_gets_the_packet_once_and_signed(hooked: App, receiver: Receiver) -> None:
    conversation = await asks_for_a_person(hooked)
    await hooked.courier.round()
    await hooked.courier.round()
    (hook,) = receiver.hooks
    assert hook.path == "/hook" and is_signed(hook)
    assert hook.packet == await hooked.desk.handoff_packet(conversation)
    assert await hooked.desk.outbox.counts() == {"done": 1}


async def test_nothing_is_kept_for_nobody(make_app: MakeApp) -> None:
    app = make_app()
    await asks_for_a_person(app)
    assert await app.desk.outbox.counts() == {}


async def test_a_failure_is_tried_again_under_the_same_id(
    hooked: App, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver.statuses = [503, 429]
    monkeypatch.setattr(outbox, "PAUSES", (timedelta(0),) * 3)
    await asks_for_a_person(hooked)
    for _ in range(4):
        await hooked.courier.round()
    assert len(receiver.hooks) == 3 and len({hook.id for hook in receiver.hooks}) == 1
    assert await hooked.desk.outbox.counts() == {"done": 1}


async def test_of_several_processes_one_tells(
    make_app: MakeApp, hooked: App, receiver: Receiver
) -> None:
    other = make_app(
        webhook_url=f"{receiver.url}/hook", webhook_secret=SECRET, webhook_allow_private="true"
    )
    await asks_for_a_person(hooked)
    await asyncio.gather(*(app.courier.round() for app in (hooked, other) for _ in range(3)))
    assert len(receiver.hooks) == 1


async def test_what_a_dead_process_was_telling_is_told_after_a_minute(
    hooked: App, receiver: Receiver
) -> None:
    await asks_for_a_person(hooked)
    assert len(await hooked.desk.outbox.due(10)) == 1
    await hooked.courier.round()
    assert receiver.hooks == []
    (left,) = await hooked.desk.outbox.listed(("due",))
    assert left.due_at <= utc_now() + timedelta(minutes=1)


async def test_a_failure_waits_before_it_is_tried_again(hooked: App, receiver: Receiver) -> None:
    receiver.statuses = [500]
    await asks_for_a_person(hooked)
    before = utc_now()
    await hooked.courier.round()
    await hooked.courier.round()
    (due,) = await hooked.desk.outbox.listed()
    assert len(receiver.hooks) == 1
    assert (due.state, due.attempts, due.error) == ("due", 1, "The webhook answered 500.")
    assert due.due_at >= before + timedelta(seconds=5)
    assert timedelta(hours=20) < sum(outbox.PAUSES, timedelta()) <= timedelta(hours=24)


async def test_what_was_given_up_is_seen_and_sent_again_by_hand(
    hooked: App, receiver: Receiver
) -> None:
    receiver.statuses = [410]
    await asks_for_a_person(hooked)
    await hooked.courier.round()
    (dead,) = await hooked.desk.outbox.listed(("dead",))
    await hooked.desk.add_staff("ada", "Ada", "admin", PASSWORD)
    async with client_of(hooked) as http:
        ada = Person(http)
        await ada.sign_in("ada")
        assert "The webhook answered 410." in await ada.see("/staff/deliveries")
        assert (await ada.submit("/staff/deliveries", id="nobody")).status_code == 404
        await ada.submit("/staff/deliveries", id=dead.id)
        await hooked.courier.round()
        assert "The webhook answered 410." not in await ada.see("/staff/deliveries")
    assert [hook.id for hook in receiver.hooks] == [dead.id, dead.id]
    assert await hooked.desk.outbox.counts() == {"done": 1}


async def test_a_redirect_is_not_followed(hooked: App, receiver: Receiver) -> None:
    receiver.statuses = [302]
    await asks_for_a_person(hooked)
    await hooked.courier.round()
    assert [hook.path for hook in receiver.hooks] == ["/hook"]
    assert await hooked.desk.outbox.counts() == {"dead": 1}


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "10.0.0.8", "[::1]", "169.254.169.254", "[::ffff:10.0.0.1]"]
)
async def test_the_own_network_is_out_of_reach(host: str) -> None:
    webhook = Webhook(f"https://{host}/hook", SECRET, utc_now)
    with pytest.raises(Refused, match="private network: set KOTAE_WEBHOOK_ALLOW_PRIVATE"):
        await webhook.deliver("d1", {})
    await webhook.close()


async def test_a_letter_that_people_read_and_programs_too(
    make_app: MakeApp, mailbox: MailBox
) -> None:
    app = make_app(
        smtp_host="127.0.0.1", smtp_port=str(mailbox.port), smtp_security="none",
        mail_from="kotae@shop.example", mail_to="team@shop.example, lead@shop.example",
        public_url="https://help.shop.example/",
    )  # fmt: skip
    conversation = await asks_for_a_person(app, "where is it?\r\nBcc: thief@example.com 荷物")
    await app.courier.round()
    (read,) = mailbox.letters
    assert read["To"] == "team@shop.example, lead@shop.example" and read["Bcc"] is None
    assert "where is it? Bcc: thief@example.com 荷物" in read["Subject"]
    body = read.get_body(("plain",))
    assert body is not None
    assert f"https://help.shop.example/staff/inbox/{conversation}" in body.get_content()
    (data,) = read.iter_attachments()
    assert conversation in data.get_content().decode()


async def test_a_reply_reaches_the_customer_who_left_her_address(hooked: App) -> None:
    conversation = await asks_for_a_person(hooked)
    packet = await hooked.desk.handoff_packet(conversation)
    contact = {"name": "Vera", "email": "vera@example.com", "message": "Call me."}
    written = letter(packet | {"contact": contact}, "d1", "k@s.example", ["t@s.example"], None)
    assert written["Reply-To"] == "vera@example.com"
    assert "Call me." in str(written.get_body(("plain",)))


@pytest.mark.parametrize(
    ("language", "said"), [("en", "Your reference number is"), ("ja", "受付番号は")]
)
async def test_who_leaves_her_address_gets_a_mail_without_a_word_of_the_chat(
    make_app: MakeApp, mailbox: MailBox, language: str, said: str
) -> None:
    app = make_app(
        smtp_host="127.0.0.1", smtp_port=str(mailbox.port), smtp_security="none",
        mail_from="kotae@shop.example", mail_to="team@shop.example", team_name="Shop",
    )  # fmt: skip
    nasty = "Buy pills at https://bad.example\r\nBcc: thief@example.com"
    async with client_of(app) as http:
        vera = await Customer.start(http, language=language)
        await vera.send(nasty)
        await app.desk.idle()
        contact = {"name": nasty[:40], "email": "vera@example.com", "message": nasty}

        def leave(sheet: Sheet) -> None:
            queue.leave_contact(sheet, contact, "asked_for_person")

        await app.desk._book.write(vera.id, leave)
        await app.courier.round()
    letters = {letter["To"]: letter for letter in mailbox.letters}
    assert set(letters) == {"team@shop.example", "vera@example.com"}
    mine = letters["vera@example.com"]
    body = mine.get_body(("plain",))
    assert body is not None
    packet = await app.desk.handoff_packet(vera.id)
    assert said in body.get_content() and packet["handoff"]["reference"] in body.get_content()
    assert "pills" not in str(mine) and mine["Bcc"] is None
    assert (mine["Reply-To"], mine["Auto-Submitted"]) == ("team@shop.example", "auto-replied")


async def test_a_mail_server_that_is_away_is_asked_again(
    make_app: MakeApp, mailbox: MailBox
) -> None:
    app = make_app(
        smtp_host="127.0.0.1", smtp_port=str(mailbox.port), smtp_security="none",
        mail_from="kotae@shop.example", mail_to="team@shop.example",
    )  # fmt: skip
    mailbox.reply = "451 later"
    await asks_for_a_person(app)
    await app.courier.round()
    (due,) = await app.desk.outbox.listed()
    assert (due.state, due.error) == ("due", "The mail server answered 451.")
    mailbox.reply = "554 no"
    await asks_for_a_person(app)
    await app.courier.round()
    (dead,) = await app.desk.outbox.listed(("dead",))
    assert dead.error == "The mail server answered 554."


def run(home: Path, database: str, url: str, what: str) -> subprocess.Popen[str]:
    module = "tests.web_widget.deliveries.killed"
    return subprocess.Popen(
        [sys.executable, "-m", module, str(home), database, f"{url}/hook", what],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.timeout(60 + 30 * KILLS)
def test_killed_between_storing_and_telling_loses_nothing(
    home: Path, receiver: Receiver, schema: str | None
) -> None:
    database = schema or f"sqlite:///{home / 'var' / 'kotae.db'}"
    for _ in range(KILLS):
        with run(home, database, receiver.url, "ask") as asking:
            assert asking.stdout and "asked\n" in iter(asking.stdout.readline, "")
            asking.kill()
    assert receiver.hooks == []

    with run(home, database, receiver.url, "deliver") as first:
        # It has told, and dies before it can note that.
        receiver.on_hook = lambda _hook: first.kill()
        first.communicate()
    assert first.returncode == -signal.SIGKILL
    receiver.on_hook = lambda _hook: None
    seen = []
    for _ in range(2):
        with run(home, database, receiver.url, "deliver") as again:
            again.communicate()
        assert again.returncode == 0
        seen.append(len(receiver.hooks))
    # Whoever comes second has nothing left to tell.
    assert seen[0] == seen[1]
    ids = [hook.id for hook in receiver.hooks]
    assert len(set(ids)) == KILLS
    assert all(ids.count(each) <= 2 for each in ids)
