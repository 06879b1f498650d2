"""A corpus of what attackers type, in every place where the team reads customers' words."""

from __future__ import annotations

import csv
import io
import json
from email import message_from_bytes, policy

import pytest

from tests.web_widget.staff.support import Person
from tests.web_widget.support import Customer
from web_widget.app import App
from web_widget.deliveries.mail import letter

PAYLOADS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "\"><iframe src='javascript:alert(1)'>",
    "' onmouseover='alert(1)",
    "</textarea></title><b id=x>",
    "<!--<b>--><math><mi xlink:href='data:x,<script>'>",
    "[click](javascript:alert(1))",
    "**bold** <b>bold</b> `code`",
    "{{7*7}} {% raw %} ${7*7} <%= 7*7 %>",
    "=HYPERLINK(\"http://evil.example\",\"x\")",
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1+1)",
    "subject\r\nBcc: everyone@shop.example",
    "\u202etxt.exe \u0000 \u200b/restart",
    "＜script＞alert(1)＜／script＞",
)  # fmt: skip
ALIVE = ("<script>", "<img", "<svg/onload", "<iframe", "<b id=x", "<math", 'href="javascript')


@pytest.mark.parametrize("payload", PAYLOADS)
async def test_it_does_nothing_wherever_it_is_shown(
    app: App, ada: Person, vera: Customer, payload: str
) -> None:
    assert (await vera.send(f"{payload} zebra")).status_code == 202
    await app.desk.idle()
    await vera.post("/handoff", {})
    await ada.submit(f"/staff/api/conversations/{vera.id}/notes", text=f"{payload} note")
    episodes = await ada.get("/staff/reports/episodes")
    episode = episodes.text.split('href="/staff/reports/episodes/')[1].split("?")[0]
    for path in (
        "/staff/inbox",
        f"/staff/inbox/{vera.id}",
        "/staff/search?text=zebra",
        "/staff/reports/episodes",
        f"/staff/reports/episodes/{episode}",
        "/staff/gaps",
        "/staff/deliveries",
    ):
        page = (await ada.get(path)).text
        main = page.split("<main")[1]
        assert [sign for sign in ALIVE if sign in main] == [], path
        assert "zebra" in main or path in ("/staff/gaps", "/staff/deliveries"), path
        assert "onerror=alert" not in main.replace("&lt;img src=x onerror=alert", ""), path


@pytest.mark.parametrize("payload", PAYLOADS)
async def test_it_is_no_formula_and_no_header(
    app: App, ada: Person, vera: Customer, payload: str
) -> None:
    await vera.send(payload)
    await app.desk.idle()
    await vera.post("/handoff", {})
    answer = await ada.get("/staff/gaps.csv")
    for row in csv.reader(io.StringIO(answer.text)):
        assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@"))], row
    packet = await app.desk.handoff_packet(vera.id)
    message = letter(packet, "d", "kotae@shop.example", ["team@shop.example"], None)
    sent = message_from_bytes(bytes(message), policy=policy.default)
    assert sent["Bcc"] is None and sent["To"] == "team@shop.example"
    assert sent.get_content_type() == "multipart/mixed"
    assert {part.get_content_type() for part in sent.iter_parts()} <= {
        "text/plain",
        "application/json",
    }
    assert json.dumps(packet)
