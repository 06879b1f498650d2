"""What passes for a name, an e-mail address and a message."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.contact_details import MAX_MESSAGE, MAX_NAME, email, message, name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ana", "Ana"),
        ("  Ana \n Lima ", "Ana Lima"),
        ("山田 花子", "山田 花子"),
        ("ﾔﾏﾀﾞ　ﾀﾛｳ", "ヤマダ タロウ"),
        ("O'Brien-Smith Jr.", "O'Brien-Smith Jr."),
        ("x" * MAX_NAME, "x" * MAX_NAME),
        ("x" * (MAX_NAME + 1), None),
        ("", None),
        ("12345", None),
        ("where is my order?", None),
        ("荷物はどこですか？", None),
        ("ana@example.com", None),
    ],
)
def test_names(text: str, expected: str | None) -> None:
    assert name(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ana@example.com", "ana@example.com"),
        (" Ana.Lima+shop@mail.example.co.jp ", "Ana.Lima+shop@mail.example.co.jp"),
        ("ａｎａ＠ｅｘａｍｐｌｅ．ｃｏｍ", "ana@example.com"),
        ("It is ana@example.com.", "ana@example.com"),
        ("メールは ana@example.com です", "ana@example.com"),
        ("花子@例え.テスト", "花子@例え.テスト"),
        ("ana", None),
        ("ana@example", None),
        ("ana@@example.com", None),
        ("ana@exa..mple.com", None),
        ("ana@-example.com", None),
        ("ana@.com", None),
        ("@example.com", None),
        ("a@example.com or b@example.com", None),
        ("<ana@example.com>", "ana@example.com"),
        (f"{'a' * 65}@example.com", None),
        (f"ana@{'a.' * 130}com", None),
        ("", None),
    ],
)
def test_addresses(text: str, expected: str | None) -> None:
    assert email(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Where is my order?", "Where is my order?"),
        ("two\nlines", "two\nlines"),
        ("  ", None),
        ("x" * MAX_MESSAGE, "x" * MAX_MESSAGE),
        ("x" * (MAX_MESSAGE + 1), None),
    ],
)
def test_messages(text: str, expected: str | None) -> None:
    assert message(text) == expected


@given(st.text(max_size=300))
def test_what_passes_passes_again_and_has_one_line(text: str) -> None:
    for check in (name, email):
        once = check(text)
        assert once is None or (check(once) == once and once.isprintable())
