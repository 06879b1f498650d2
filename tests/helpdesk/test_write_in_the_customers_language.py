"""A reply in another language than the customer's is noticed, and nothing else is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.other_language import is_in_another_language


@pytest.mark.parametrize(
    ("text", "language", "noticed"),
    [
        ("Your parcel will arrive tomorrow.", "ja", True),
        ("お荷物は明日届きます。", "en", True),
        ("お荷物は明日届きます。", "ja", False),
        ("Your parcel will arrive tomorrow.", "en", False),
        # Too little to tell, and what stays the same in any language.
        ("OK!", "ja", False),
        ("Ana", "ja", False),
        ("https://shop.example/track?order=12345678", "ja", False),
        ("order-12345-ABCDEFGH ana@example.com", "ja", False),
        ("はい", "en", False),
        ("The tent is called 山道 here, and it is in stock.", "en", False),
        ("ご注文 GORE-TEX Mountain Parka Limited の件です", "ja", False),
    ],
)
def test_it_is_noticed(text: str, language: str, noticed: bool) -> None:
    assert is_in_another_language(text, language) is noticed


@given(st.text(max_size=200), st.sampled_from(["en", "ja", "de", "ja-JP"]))
def test_any_text_gets_a_verdict(text: str, language: str) -> None:
    assert is_in_another_language(text, language) in (True, False)
