from __future__ import annotations

from datetime import timedelta

import pytest

from helpdesk import queue
from tests.web_widget.staff.support import Person
from tests.web_widget.support import Customer
from web_widget.app import App
from web_widget.staff.texts import load_texts
from web_widget.staff.views import inbox_row


async def test_it_shows_who_waits_and_why(ana: Person, waiting: Customer) -> None:
    page = await ana.see("/staff/inbox")
    assert f'href="/staff/inbox/{waiting.id}"' in page
    for shown in ("my parcel never came", "Waiting, no. 1", "English", "Here now", "just now"):
        assert shown in page


async def test_it_says_when_nobody_waits(ana: Person) -> None:
    assert "Nobody is waiting" in await ana.see("/staff/inbox")


@pytest.mark.usefixtures("waiting")
async def test_it_shows_how_long_somebody_waits(app: App) -> None:
    later = timedelta(minutes=7, seconds=30)
    row = (await app.desk.inbox())[0]
    texts = load_texts(app.settings.time_zone)
    shown = inbox_row(row, texts["en"], row.waiting_since + later)
    assert (shown["waited"], shown["long"]) == ("7 min", True)
    assert inbox_row(row, texts["ja"], row.waiting_since + later)["waited"] == "7分"


async def test_it_shows_who_helps_whom(ana: Person, ben: Person, waiting: Customer) -> None:
    await ben.done(waiting.id, "claim")
    page = await ana.see("/staff/inbox")
    assert "With Ben" in page and _queue(page, "others").count("<li data-conversation") == 1
    page = await ben.see("/staff/inbox")
    assert _queue(page, "mine").count("<li data-conversation") == 1


async def test_it_shows_contact_details_that_were_left(
    app: App, ana: Person, walt: Customer
) -> None:
    await leave_contact(app, walt)
    page = await ana.see("/staff/inbox")
    assert "Contact left" in page and "Walt left contact details" in page


@pytest.mark.usefixtures("waiting")
async def test_it_speaks_japanese(ana: Person) -> None:
    page = (await ana.get("/staff/inbox", **{"Accept-Language": "ja,en;q=0.5"})).text
    assert '<html lang="ja">' in page
    for shown in ("受信トレイ", "対応待ち 1番目", "英語", "たった今"):
        assert shown in page


async def leave_contact(app: App, customer: Customer) -> None:
    """As the form of the dialogue does it outside opening hours."""
    contact = {"name": "Walt", "email": "walt@example.com", "message": "Call me about my tent"}
    await app.desk._book.write(
        customer.id, lambda sheet: queue.leave_contact(sheet, contact, "asked_for_person")
    )


def _queue(page: str, name: str) -> str:
    return page.split(f'data-queue="{name}"')[1].split("</section>")[0]
