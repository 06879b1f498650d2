"""A lead writes FAQ files; what is wrong is told in one go."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from faq_index import Entry, InvalidFaq, Link, load_faq
from tests.faq_index.fakes import GOOD, write_faq

ENTRY = "faqs:\n  - id: a\n    question: What is it?\n    answer: This.\n"


def problems(folder: Path) -> list[str]:
    with pytest.raises(InvalidFaq) as caught:
        load_faq(folder)
    assert caught.value.permanent
    return [str(problem).removeprefix(f"{folder.as_posix()}/") for problem in caught.value.problems]


def problems_of(folder: Path, text: str | bytes) -> list[str]:
    write_faq(folder, text)
    return problems(folder)


def test_it_works(tmp_path: Path) -> None:
    write_faq(tmp_path, GOOD, "en/orders.yml")
    track, cancel = load_faq(tmp_path)
    assert track == Entry(
        id="track-order",
        language="en",
        topic="Orders",
        question="Where is my order?",
        answer="Open **My orders**.",
        also_asked=("track my parcel", "order status"),
        file="en/orders.yml",
        line=4,
    )
    assert cancel.id == "cancel-order" and cancel.line == 8


def test_every_key_is_read(tmp_path: Path) -> None:
    text = ENTRY + (
        "    links:\n      - {title: Page, url: 'https://example.com/a?b=1'}\n"
        "      - {title: Call, url: tel:0120-1}\n"
        "    tags: [delivery, tracking]\n    related: [b]\n    handoff: always\n"
        "    owner: logistics\n"
        "    review_by: 2027-03-31\n    valid_from: 2026-11-01\n    valid_until: 2026-12-31\n"
        "  - {id: b, question: Another?, answer: Yes.}\n"
    )
    write_faq(tmp_path, text)
    entry = load_faq(tmp_path)[0]
    assert entry.links == (Link("Page", "https://example.com/a?b=1"), Link("Call", "tel:0120-1"))
    assert entry.tags == ("delivery", "tracking") and entry.related == ("b",)
    assert (entry.handoff, entry.owner) == ("always", "logistics")
    assert entry.review_by == date(2027, 3, 31)
    assert not entry.is_valid(date(2026, 10, 31)) and entry.is_valid(date(2026, 11, 1))
    assert entry.is_valid(date(2026, 12, 31)) and not entry.is_valid(date(2027, 1, 1))


@pytest.mark.parametrize(
    "text", ["no", "0120-444-444", "22:30", "1.10", "0x1F", "1e3", "2026-01-01"]
)
def test_values_stay_as_written(tmp_path: Path, text: str) -> None:
    write_faq(tmp_path, ENTRY + f"    also_asked:\n      - {text}\n")
    assert load_faq(tmp_path)[0].also_asked == (text,)


def test_an_answer_keeps_its_lines(tmp_path: Path) -> None:
    write_faq(
        tmp_path, "faqs:\n  - id: a\n    question: x\n    answer: |\n      One.\n\n      - Two\n"
    )
    assert load_faq(tmp_path)[0].answer == "One.\n\n- Two"


def test_a_byte_order_mark_and_windows_lines_are_fine(tmp_path: Path) -> None:
    write_faq(tmp_path, b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert [entry.id for entry in load_faq(tmp_path)] == ["track-order", "cancel-order"]


@pytest.mark.parametrize(
    ("name", "question", "language"),
    [("ja/a.yml", "What?", "ja"), ("a.yml", "営業時間は？", "ja"), ("a.yml", "What?", "en")],
)
def test_the_language_may_be_left_out(
    tmp_path: Path, name: str, question: str, language: str
) -> None:
    write_faq(tmp_path, ENTRY.replace("What is it?", question), name)
    assert load_faq(tmp_path)[0].language == language


def test_files_are_read_in_order_and_hidden_ones_are_not(tmp_path: Path) -> None:
    for name, id in (("b.yml", "b"), ("a.yaml", "a"), (".c.yml", "c"), ("d.txt", "d")):
        text = ENTRY.replace("id: a", f"id: {id}").replace("What is it?", f"What is {id}?")
        write_faq(tmp_path, text, name)
    assert [entry.id for entry in load_faq(tmp_path)] == ["a", "b"]


ROWS = [
    ("- a", "1:1: a FAQ file must be a mapping of keys and values, not a list"),
    ("", "1:1: this file is empty"),
    ("language: en\n", "1:1: `faqs` is missing: the list of entries"),
    ("faqs: x\n", "1:7: `faqs` must be a list (lines that start with `- `)"),
    ("faqs: []\n", "1:7: `faqs` is an empty list: fill it or remove it"),
    ("faqs:\n", "1:1: `faqs` must be a list (lines that start with `- `)"),
    ("faqs:\n  - x\n", "2:5: an entry must be a mapping of keys and values, not a text"),
    (ENTRY + "    colour: red\n", "5:5: `colour` is not a key of an entry; known are id, "),
    ("langauge: en\n" + ENTRY, "1:1: `langauge` is not a key of a FAQ file; known are "),
    (ENTRY.replace("id: a", "id: A b"), "2:9: `id` is `A b`, but must be 1 to 64 of a-z, 0-9, "),
    (ENTRY.replace("id: a", "id: " + "a" * 65), "2:9: `id` is `aaaaa"),
    (ENTRY.replace("What is it?", "''"), "3:5: `question` is empty"),
    (ENTRY.replace("What is it?", "'\\u3000'").replace("'", '"'), "3:15: `question` is empty"),
    (ENTRY.replace("What is it?", "???"), "3:15: `question` has no letter or digit in it"),
    (ENTRY.replace("What is it?", "[a]"), "3:15: `question` must be text, not a list"),
    (ENTRY.replace("What is it?", "x" * 501), "3:15: `question` is 501 characters long; the most"),
    (ENTRY.replace("This.", ""), "4:5: `answer` is empty"),
    (ENTRY.replace("This.", "x" * 10_001), "4:13: `answer` is 10001 characters long; the most "),
    (ENTRY.replace("    answer: This.\n", ""), "2:5: `answer` is missing in this entry"),
    (ENTRY.replace("id: a\n    ", ""), "2:5: `id` is missing in this entry"),
    (ENTRY + "    answer: That.\n", "5:5: `answer` is already given on line 4"),
    (ENTRY + "    also_asked: []\n", "5:17: `also_asked` is an empty list: fill it or remove it"),
    (ENTRY + "    also_asked: [what  IS it!]\n", "5:18: `what IS it!` is already a phrasing at "),
    (
        ENTRY + "    also_asked: [ＷＨＡＴ is it？]\n",
        "5:18: `ＷＨＡＴ is it？` is already a phrasing",
    ),
    (ENTRY + "    related: [b]\n", "5:15: `related` names `b`, which no entry has as its id"),
    (ENTRY + "    related: [a]\n", "5:15: `related` names the entry itself"),
    (ENTRY + "    handoff: yes\n", "5:14: `handoff` is `yes`, but must be one of offer, always, "),
    (ENTRY + "    review_by: soon\n", "5:16: `review_by` is `soon`, but must be a date such as "),
    (ENTRY + "    review_by: 2027-02-30\n", "5:16: `review_by` is `2027-02-30`, but the calendar "),
    (ENTRY + "    review_by: 20270230\n", "5:16: `review_by` is `20270230`, but must be a date "),
    (
        ENTRY + "    valid_from: 2027-02-01\n    valid_until: 2027-01-01\n",
        "6:18: `valid_until` 2027-01-01 is before `valid_from` 2027-02-01",
    ),
    (ENTRY + "    links: [{title: A}]\n", "5:13: `url` is missing in `links`"),
    (
        ENTRY + "    links: [{title: A, url: 'javascript:x()'}]\n",
        "5:29: `url` is `javascript:x()`, ",
    ),
    (
        ENTRY + "    links: [{title: A, url: 'https:///x'}]\n",
        "5:29: `url` is `https:///x`, but must",
    ),
    (ENTRY + "    links: [{title: A, url: 'http://[::1'}]\n", "5:29: `url` is `http://[::1`, but "),
    (ENTRY + "    links: [{title: A, url: 'https://a b'}]\n", "5:29: `url` is `https://a b`, but "),
    (ENTRY + "    links: [{title: A, url: /x}]\n", "5:29: `url` is `/x`, but must be a full http"),
    (ENTRY.replace("This.", "&x This."), "4:13: an anchor (&x) is not allowed"),
    (ENTRY.replace("This.", "*x"), "4:13: an alias (*name) is not allowed: write the text out"),
    (ENTRY.replace("This.", "!!str This."), "4:13: a tag (!name) is not allowed: values are "),
    (ENTRY + "---\n" + ENTRY, "5:1: a file holds one document: remove this `---` and what follows"),
    ("%YAML 1.1\n---\n" + ENTRY, "2:1: a `%` directive is not allowed"),
    (ENTRY.replace("    answer", "\tanswer"), "4:1: a tab is used for indentation: use spaces"),
    (ENTRY.replace("What is it?", "How: why?"), "3:18: a text that holds a colon and a space must"),
    (ENTRY.replace("This.", "'This."), "5:1: this is not valid YAML: "),
    (ENTRY.replace("This.", '"\\ud800"'), "4:13: `answer` is empty"),
    (ENTRY.replace("This.", 'a "\x00"'), "4:16: the character U+0000 is not allowed"),
    ("faqs: " + "[" * 50_000, "1:12: this is nested deeper than 6 levels"),
    ("language: english\n" + ENTRY, "1:11: `language` is `english`, but must be a code such as "),
    (b"faqs:\n  - id: \xff\n", "2:9: this file is not UTF-8 from here on"),
    (b"#" * 1_000_001, "1:1: this file has 1,000,001 bytes; the most allowed is 1,000,000"),
]


@pytest.mark.parametrize(("text", "expected"), ROWS, ids=[expected[:60] for _, expected in ROWS])
def test_it_refuses(tmp_path: Path, text: str | bytes, expected: str) -> None:
    found = problems_of(tmp_path, text)
    assert any(problem.startswith(f"shop.yml:{expected}") for problem in found), found


def test_all_problems_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    write_faq(tmp_path, ENTRY + "    x: 1\n    y: 2\n", "a.yml")
    write_faq(tmp_path, ENTRY.replace("id: a", "id: ä"), "b.yml")
    found = problems(tmp_path)
    assert [line.split(" ")[0] for line in found] == [
        "a.yml:5:5:",
        "a.yml:6:5:",
        "b.yml:2:9:",
        "b.yml:3:15:",
    ]
    assert f"`What is it?` is already a phrasing at {tmp_path.as_posix()}/a.yml:3" in found[3]


def test_an_id_belongs_to_one_entry_of_a_language(tmp_path: Path) -> None:
    write_faq(tmp_path, "language: en\n" + ENTRY, "a.yml")
    write_faq(tmp_path, "language: en\n" + ENTRY.replace("What", "Why"), "b.yml")
    write_faq(tmp_path, "language: fr\n" + ENTRY, "c.yml")
    assert problems(tmp_path) == [f"b.yml:3:9: `id` a is already used at {tmp_path}/a.yml:3"]


def test_a_folder_without_files_is_refused(tmp_path: Path) -> None:
    assert "holds no FAQ file" in problems(tmp_path)[0]
    assert "is not a folder" in problems(tmp_path / "nowhere")[0]


def test_a_big_file_is_read_in_good_time(tmp_path: Path) -> None:
    keys = "".join(f"  k{i}: v\n" for i in range(60_000))
    started = time.monotonic()
    assert len(problems_of(tmp_path, "faqs:\n" + keys)) >= 1
    assert time.monotonic() - started < 120


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.binary(max_size=300)
    | st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace"))
)
def test_no_bytes_can_break_the_loader(tmp_path: Path, data: bytes) -> None:
    check_loads_or_explains(tmp_path, data)


PIECES = ["faqs:", "\n", "  - ", "id: ", "a", "'", '"', "&x", "*x", "!t", "? ", ": ", "[", "{",
          "}", "]", "|", ">", "#", "\t", "%", "---", "\\U", "question: ", "answer: ", "- ", " ",
          "，", "\x85"]  # fmt: skip


@settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_no_yaml_can_break_the_loader(tmp_path: Path, text: str) -> None:
    check_loads_or_explains(tmp_path, text.encode())


def check_loads_or_explains(folder: Path, data: bytes) -> None:
    write_faq(folder, data)
    try:
        assert load_faq(folder)
    except InvalidFaq as error:
        assert error.problems
        for problem in error.problems:
            assert problem.line >= 1 and problem.column >= 1
            assert "\n" not in str(problem) and len(str(problem)) < 700
