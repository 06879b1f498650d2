"""On Monday morning the managers get last week's figures, once, in their language."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from helpdesk.errors import StoreUnavailable
from helpdesk.history import Plot, Subject, contacts
from helpdesk.reports import Reports
from helpdesk.store import history
from tests.web_widget.conftest import MakeApp
from tests.web_widget.deliveries.receivers import receiving_mail
from web_widget.app import App
from web_widget.deliveries.channel import Undelivered
from web_widget.read_settings import load_settings
from web_widget.settings_sentences import WrongSettings
from web_widget.weekly_mail import WeeklyMail

TOKYO = ZoneInfo("Asia/Tokyo")
MONDAY = date(2026, 11, 23)


async def made(make_app: MakeApp, port: int, language: str) -> tuple[App, WeeklyMail]:
    app = make_app(
        smtp_host="127.0.0.1",
        smtp_port=str(port),
        smtp_security="none",
        mail_from="kotae@shop.example",
        mail_to="team@shop.example",
        report_mail_to="boss@shop.example",
        report_mail_language=language,
        public_url="https://help.shop.example",
    )
    subject = Subject("en", ("where is it",), "track-order", "Orders", "There.", 1.0, 0.7)
    plot = Plot(MONDAY - timedelta(days=1), 14, TOKYO, (subject,), per_day=12, seed=4)
    invented = list(contacts(plot))
    await app.db.write(lambda c: history.store(c, invented, {}, TOKYO))
    mail: Any = app.weekly_mail
    assert mail is not None
    return app, mail


def at(mail: WeeklyMail, hour: int, days: int = 0) -> WeeklyMail:
    """The same mail, when it is that hour in Tokyo, days after Monday."""
    now = datetime(2026, 11, 23, hour, tzinfo=TOKYO) + timedelta(days=days)
    values = {name: getattr(mail, name) for name in mail.__dataclass_fields__}
    mail.desk._book.clock = lambda: now.astimezone(UTC)
    return WeeklyMail(**(values | {"clock": lambda: now}))


async def test_it_says_what_happened(make_app: MakeApp) -> None:
    with receiving_mail() as office:
        _, mail = await made(make_app, office.port, "en")
        assert not await at(mail, 7, days=-7).send_if_due()
        assert await at(mail, 9).send_if_due()
        assert not await at(mail, 10).send_if_due()
        assert not await at(mail, 10, days=3).send_if_due()
        (letter,) = office.letters
        assert letter["To"] == "boss@shop.example"
        assert "Demo" not in letter["Subject"] and "sample data" not in letter.get_content()
        invented = await replace(mail, demo=True).letter(MONDAY, datetime.now(UTC))
        assert invented["Subject"].startswith("[Demo] ")
        assert "sample data" in invented.get_content()
        assert "Nov 16, 2026 to Nov 22, 2026" in letter["Subject"]
        text = letter.get_content()
        for shown in ("Self-resolution rate:", "track-order (Orders)", "/staff/reports?period="):
            assert shown in text
        assert await at(mail, 9, days=7).send_if_due()
        assert len(office.letters) == 2


async def test_it_is_in_japanese(make_app: MakeApp) -> None:
    with receiving_mail() as office:
        _, mail = await made(make_app, office.port, "ja")
        assert await at(mail, 9).send_if_due()
        assert "自己解決率" in office.letters[0].get_content()


async def test_a_mail_server_that_is_down_is_tried_again(make_app: MakeApp) -> None:
    with receiving_mail() as office:
        _, mail = await made(make_app, office.port, "en")
        office.reply = "451 come back later"
        with pytest.raises(Undelivered):
            await at(mail, 9).send_if_due()
        office.reply = "250 OK"
        assert await at(mail, 10).send_if_due()
        assert len(office.letters) == 1


async def test_a_letter_that_cannot_be_written_is_tried_again(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    with receiving_mail() as office:
        _, mail = await made(make_app, office.port, "en")
        with monkeypatch.context() as broken, pytest.raises(StoreUnavailable):
            broken.setattr(Reports, "groups", _unavailable)
            await at(mail, 9).send_if_due()
        assert await at(mail, 10).send_if_due()
        assert len(office.letters) == 1


async def _unavailable(*_: object, **__: object) -> None:
    raise StoreUnavailable("The database is busy.")


def test_without_a_mail_server_it_cannot_be_asked_for() -> None:
    with pytest.raises(WrongSettings, match="KOTAE_SMTP_HOST is missing"):
        load_settings({"KOTAE_REPORT_MAIL_TO": "boss@shop.example"})
