"""What a customer types is shown as it was typed, wherever it appears."""

from __future__ import annotations

from tests.web_widget.staff.support import Person
from tests.web_widget.support import Customer
from web_widget.app import App
from web_widget.staff.session_routes import STATIC

EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)> {{7*7}} \"><b id='x'>"


async def test_on_every_page(app: App, ada: Person, vera: Customer) -> None:
    await vera.send(EVIL)
    await app.desk.idle()
    await vera.post("/handoff", {})
    episode = (await ada.get("/staff/reports/episodes")).text
    assert "&lt;script&gt;alert(1)" in episode
    link = episode.split('href="/staff/reports/episodes/')[1].split('"')[0]
    for path in (
        "/staff/inbox",
        f"/staff/inbox/{vera.id}",
        "/staff/reports/episodes",
        f"/staff/reports/episodes/{link.split('?')[0]}",
    ):
        page = (await ada.get(path)).text
        assert "&lt;script&gt;alert(1)" in page, path
        assert "<script>alert" not in page and "<img" not in page and "<b id=" not in page, path
        assert "{{7*7}}" in page, path


async def test_in_the_address_of_a_page(ada: Person) -> None:
    for path in (
        "/staff/reports?start=%22%3E%3Cscript%3E&period=custom",
        "/staff/reports/episodes?outcome=%3Cscript%3E&part=%3Cb%3E&after=%3Cb%3E",
        "/staff/reports/episodes?back=javascript:alert(1)",
    ):
        page = (await ada.get(path)).text
        assert "<script>" not in page and "<b>" not in page, path
        assert 'href="javascript' not in page, path


async def test_the_page_of_the_customer_is_no_link(app: App, ana: Person) -> None:
    started = await app.desk.start_conversation(
        site="shop", language="en", page="javascript:alert(1)"
    )
    await app.desk.ask_for_person(started.conversation)
    page = (await ana.get(f"/staff/inbox/{started.conversation.id}")).text
    assert "javascript:alert(1)" in page and 'href="javascript' not in page


def test_no_script_of_ours_makes_html_of_text() -> None:
    for path in STATIC.glob("*.js"):
        script = path.read_text(encoding="utf-8")
        for way in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
            assert way not in script, path.name
