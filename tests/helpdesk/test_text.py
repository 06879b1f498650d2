from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.text import clean, neutralise

hostile = st.text(
    st.one_of(
        st.sampled_from("/／\\ \t\n\u3000\u00a0\u200b\u2060\ufeff\x00\x1c\u0338´℀⁄"),
        st.characters(),
    ),
    max_size=20,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Where is my order?", "Where is my order?"),
        ("/restart", "restart"),
        ("//restart", "restart"),
        ("/ /restart", "restart"),
        ("／restart", "restart"),
        ("\u3000/restart", "restart"),
        ("\u00a0／\n/restart", "restart"),
        ("\u200b/restart", "restart"),
        ("\x00/restart", "restart"),
        ("/", ""),
        ("24/7 support?", "24/7 support?"),
        ("ｶﾀｶﾅ １２３", "カタカナ 123"),
        ("一行目\n二行目", "一行目\n二行目"),
    ],
)
def test_it_works(text: str, expected: str) -> None:
    assert neutralise(text) == expected


@given(hostile)
def test_it_never_starts_with_a_slash(text: str) -> None:
    safe = neutralise(text)
    for reading in (safe, safe.strip(), unicodedata.normalize("NFKC", safe).strip()):
        assert not reading.startswith("/")


@given(hostile)
def test_doing_it_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(hostile)
def test_what_is_stored_can_be_stored(text: str) -> None:
    kept = clean(text)
    assert "\x00" not in kept
    kept.encode("utf-8")
