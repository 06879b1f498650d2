"""A lead asks many questions at once, and says what is right; and puts up a banner."""

from __future__ import annotations

from faq_index.golden import read_golden
from tests.web_widget.staff.support import Person
from tests.web_widget.support import Customer
from web_widget.app import App

QUESTIONS = "Where is my order?\nqqq zzz kites xylophone\n\nWhere is my order?"


async def test_sees_what_customers_would_be_told_and_why(lea: Person) -> None:
    page = (await lea.submit("/staff/try", questions=QUESTIONS, language="en", do="ask")).text
    assert page.count('id="asked-') == 2
    assert "answers" in page and "refuses" in page and "Nearest: " in page
    assert "/staff/faqs/en/track-order" in page


async def test_marks_become_labels_and_golden_questions(app: App, lea: Person) -> None:
    path = app.settings.golden
    path.write_text("# kept by the team\nmust_not_answer:\n  - {ask: weather, language: en}\n")
    marks = {
        "asked.0": "Where is my order?",
        "mark.0": "right",
        "golden.0": "1",
        "asked.1": "qqq zzz kites xylophone",
        "mark.1": "none",
        "golden.1": "1",
    }
    said = {"questions": QUESTIONS, "language": "en", "do": "mark"}
    page = (await lea.submit("/staff/try", **said, **marks)).text
    assert "2 marks are saved" in page
    labels = {label.question: label for label in await app.desk.labels.everything()}
    assert labels["Where is my order?"].relevant == {"track-order"}
    assert labels["qqq zzz kites xylophone"].source == "lead"
    assert not labels["qqq zzz kites xylophone"].relevant
    golden = {(each.asked.text, each.entry) for each in read_golden(path)}
    assert golden == {
        ("weather", None),
        ("Where is my order?", "track-order"),
        ("qqq zzz kites xylophone", None),
    }
    assert path.read_text().startswith("# kept by the team\n")
    changed = {**marks, "mark.1": "entry:track-order"}
    await lea.submit("/staff/try", **said, **changed)
    assert ("qqq zzz kites xylophone", "track-order") in {
        (each.asked.text, each.entry) for each in read_golden(path)
    }
    assert len(await app.desk.labels.everything()) == 2


async def test_marks_of_questions_changed_meanwhile_are_not_taken(app: App, lea: Person) -> None:
    form = {"questions": "something else", "language": "en", "do": "mark"}
    page = await lea.submit("/staff/try", **form, **{"asked.0": "Where is?", "mark.0": "none"})
    assert "0 marks are saved" in page.text
    assert await app.desk.labels.everything() == []


async def test_too_many_and_a_broken_golden_file_are_said(app: App, lea: Person) -> None:
    many = "\n".join(f"question {n}" for n in range(101))
    refused = await lea.submit("/staff/try", questions=many, language="en", do="ask")
    assert refused.status_code == 400 and "At most 100 questions" in refused.text
    app.settings.golden.write_text("must_answer: 3\n")
    form = {"questions": "Where is my order?", "language": "en", "do": "mark"}
    marks = {"asked.0": "Where is my order?", "mark.0": "right", "golden.0": "1"}
    refused = await lea.submit("/staff/try", **form, **marks)
    assert refused.status_code == 409 and "must_answer" in refused.text
    assert await app.desk.labels.everything() == []


async def test_puts_up_a_banner_and_takes_it_down(
    app: App, lea: Person, vera: Customer, walt: Customer
) -> None:
    nasty = "Payments are down <script>alert(1)</script>"
    times = {"start": "2026-01-01T00:00", "end": "2099-01-01T00:00"}
    done = await lea.submit(
        "/staff/banners", do="add", words="order", **{"text.en": nasty}, **times
    )
    assert done.status_code == 303
    page = (await lea.get("/staff/banners")).text
    assert "shown now" in page and "<script>alert" not in page
    await vera.send("Where is my order?")
    await app.desk.idle()
    assert nasty in [message["text"] for message in await vera.messages()]
    shown = page.split('name="id" value="')[1].split('"')[0]
    await lea.submit("/staff/banners", do="end", id=shown)
    await walt.send("Where is my order?")
    await app.desk.idle()
    assert nasty not in [message["text"] for message in await walt.messages()]
    late = await lea.submit("/staff/banners", do="add", start="soon", **{"text.en": "x"})
    assert late.status_code == 400 and "start must be a day and a time" in late.text
