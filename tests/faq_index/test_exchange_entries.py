"""Entries come from other systems and go to them, and nothing is lost on the way."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from faq_index import Entry, InvalidFaq, Link, load_faq
from faq_index.entry import HANDOFFS
from faq_index.exchange import from_csv, from_json_ld, to_csv, to_json_ld, to_yaml
from faq_index.faq_file import read_faq_file
from faq_index.fields import Notes
from tests.conftest import ROOT

_LINE = (
    st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=30)
    .map(lambda text: " ".join(text.split()))
    .filter(lambda text: any(c.isalnum() for c in text))
)
_ID = st.from_regex(r"[a-z0-9][a-z0-9_-]{0,8}", fullmatch=True)
_DAY = st.none() | st.dates(date(2000, 1, 1), date(2100, 1, 1))
_LINK = _LINE.map(lambda title: Link(title, "https://a.example/x"))
_ANSWER = st.lists(_LINE, min_size=1, max_size=4).map("\n".join)


@st.composite
def entries(draw: st.DrawFn) -> list[Entry]:
    """A file of one language and topic, whatever stands in its texts."""
    ids = draw(st.lists(_ID, min_size=1, max_size=4, unique=True))
    return [
        Entry(
            id=each,
            language="en",
            topic="Orders",
            question=draw(_LINE),
            also_asked=tuple(draw(st.lists(_LINE, max_size=3))),
            answer=draw(_ANSWER),
            links=tuple(draw(st.lists(_LINK, max_size=2))),
            tags=tuple(draw(st.lists(_LINE, max_size=2))),
            related=tuple(other for other in ids if other != each),
            handoff=draw(st.sampled_from(HANDOFFS)),
            owner=draw(st.none() | _LINE),
            review_by=draw(_DAY),
            valid_from=None,
            valid_until=draw(_DAY),
        )
        for each in ids
    ]


@given(entries())
def test_a_table_and_back(given_entries: list[Entry]) -> None:
    assert from_csv(to_csv(given_entries), "a.csv") == given_entries


@given(entries())
def test_a_page_and_back(given_entries: list[Entry]) -> None:
    text = to_json_ld(given_entries)
    assert from_json_ld(text, "a.json") == given_entries
    page = f"<html><script type='application/ld+json'>{text}</script></html>"
    if "</script" not in text.lower() and "<!--" not in text:
        assert from_json_ld(page, "a.html") == given_entries


@given(entries())
def test_a_file_and_back(given_entries: list[Entry]) -> None:
    notes = Notes("a.yml")
    found = read_faq_file(to_yaml(given_entries), Path("en/a.yml"), notes)
    assert notes.problems == []
    read = [each.entry for each in found]
    for entry, back in zip(given_entries, read, strict=True):
        for name in ("id", "question", "also_asked", "answer", "links", "tags", "owner", "handoff"):
            assert getattr(back, name) == getattr(entry, name)


@given(entries())
def test_no_cell_is_a_formula(given_entries: list[Entry]) -> None:
    rows = csv.reader(io.StringIO(to_csv(given_entries)))
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]


def test_the_demo_shop_comes_back_whole() -> None:
    shop = load_faq(ROOT / "data" / "faq")
    for text in (to_csv(shop), to_json_ld(shop)):
        back = from_csv(text, "x") if text.startswith("language") else from_json_ld(text, "x")
        assert [(e.language, e.id, e.phrasings, e.answer, e.links) for e in back] == [
            (e.language, e.id, e.phrasings, e.answer, e.links) for e in shop
        ]


def test_a_table_of_somebody_else() -> None:
    text = "\ufeffquestion,answer\nWhere is it?,Here.\nWhere is it!,There.\n凧は？,ありません。\n"
    found = from_csv(text, "a.csv", "en", "Old")
    assert [(e.id, e.language, e.topic) for e in found] == [
        ("where-is-it", "en", "Old"), ("where-is-it-2", "en", "Old"), ("entry-3", "en", "Old"),
    ]  # fmt: skip


def test_a_page_of_somebody_else_becomes_what_a_chat_can_show() -> None:
    page = {
        "@graph": [
            {"@type": "WebSite"},
            {
                "@type": ["WebPage", "FAQPage"],
                "inLanguage": "en",
                "mainEntity": {
                    "@type": "Question",
                    "name": "How do I return it?",
                    "acceptedAnswer": {
                        "text": "<p>Open <b>Orders</b>.</p><ul><li>one</li><li>two</li></ul>"
                        '<p>See <a href="https://a.example/r">this</a>.<br>Bye</p>'
                    },
                },
            },
        ]
    }
    html = f'<script type="application/ld+json">{json.dumps(page)}</script><script>1</script>'
    (entry,) = from_json_ld(html, "a.html")
    assert entry.id == "how-do-i-return-it"
    assert entry.answer == (
        "Open **Orders**.\n\n- one\n- two\n\nSee [this](https://a.example/r).\nBye"
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a,b\n1,2\n", "a.csv:1:1: the column `question` is missing"),
        ("question,answer\nq,\nq2,a\n,a\n", "a.csv:2:1: `answer` is empty"),
        ("question,answer,handoff\nq,a,maybe\n", "a.csv:2:1: `handoff` is 'maybe', must be"),
        (
            "question,answer,review_by\nq,a,soon\n",
            "a.csv:2:1: `review_by` is 'soon', must be a",
        ),
        ('question,answer\n"q,a\n', "a.csv:2:1: this is no line of CSV"),
    ],
)
def test_a_wrong_table_says_which_line(text: str, sentence: str) -> None:
    with pytest.raises(InvalidFaq) as caught:
        from_csv(text, "a.csv", "en", "t")
    assert str(caught.value).startswith(sentence)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("<html></html>", "a:1:1: no FAQPage of schema.org is in it"),
        ("{", "a:1:1: its JSON-LD cannot be read"),
        ('{"@type": "FAQPage", "mainEntity": [{"name": "q"}]}', "a:1:1: question 1: `answer` is"),
        ('{"@type": "FAQPage", "mainEntity": ["q"]}', "a:1:1: question 1: it is no Question"),
    ],
)
def test_a_page_without_questions_is_said(text: str, sentence: str) -> None:
    with pytest.raises(InvalidFaq) as caught:
        from_json_ld(text, "a")
    assert str(caught.value).startswith(sentence)


# The schema for editors

SCHEMA = Draft202012Validator(
    json.loads((ROOT / "docs" / "faq.schema.json").read_text(encoding="utf-8"))
)


@pytest.mark.parametrize("path", sorted((ROOT / "data" / "faq").rglob("*.yml")), ids=str)
def test_an_editor_finds_nothing_wrong_with_the_demo_shop(path: Path) -> None:
    raw = YAML(typ="safe", pure=True)
    raw.Constructor.yaml_constructors = raw.Constructor.yaml_constructors | {
        "tag:yaml.org,2002:timestamp": lambda loader, node: loader.construct_scalar(node)
    }
    assert [*SCHEMA.iter_errors(raw.load(path))] == []


@pytest.mark.parametrize(
    "entry",
    [
        {"question": "q", "answer": "a"},
        {"id": "A B", "question": "q", "answer": "a"},
        {"id": "a", "question": "q", "answer": "a", "answr": "b"},
        {"id": "a", "question": "q", "answer": "a", "handoff": "maybe"},
        {"id": "a", "question": "q", "answer": "a", "also_asked": []},
        {"id": "a", "question": "q", "answer": "a", "review_by": "soon"},
        {"id": "a", "question": "q", "answer": "a", "links": [{"title": "t", "url": "x"}]},
    ],
)
def test_an_editor_marks_what_check_refuses(entry: dict[str, object], tmp_path: Path) -> None:
    assert not SCHEMA.is_valid({"faqs": [entry]})
    (tmp_path / "a.yml").write_text(json.dumps({"faqs": [entry]}), encoding="utf-8")
    with pytest.raises(InvalidFaq):
        load_faq(tmp_path)
