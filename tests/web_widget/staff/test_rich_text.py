from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web_widget.staff.rich_text import blocks, plain_blocks, to_markup


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("Hello", "<p>Hello</p>"),
        ("a\nb\n\nc", "<p>a<br>b</p><p>c</p>"),
        ("**b** and *e*", "<p><strong>b</strong> and <em>e</em></p>"),
        ("**see *this***", "<p>**see *this***</p>"),
        ("2 * 3 * 4", "<p>2 * 3 * 4</p>"),
        ("snake*case*name", "<p>snake*case*name</p>"),
        ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
        ("1. a\n2. b", "<ol><li>a</li><li>b</li></ol>"),
        ("Do:\n- a\n\n- b\nThen", "<p>Do:</p><ul><li>a</li><li>b</li></ul><p>Then</p>"),
        ("-5 degrees", "<p>-5 degrees</p>"),
        ("<b>x</b> & 'y'", "<p>&lt;b&gt;x&lt;/b&gt; &amp; &#39;y&#39;</p>"),
        ("", "<p></p>"),
    ],
)
def test_it_works(text: str, markup: str) -> None:
    assert str(to_markup(blocks(text))) == markup


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("[My page](https://shop.example/a?b=1&c=2)", "https://shop.example/a?b=1&amp;c=2"),
        ("[Write](mailto:help@shop.example)", "mailto:help@shop.example"),
        ("**[Bold](https://shop.example)**", "https://shop.example"),
        ("see https://shop.example/x.", "https://shop.example/x"),
        ("詳しくはhttps://shop.example/x。", "https://shop.example/x"),
        ("（https://shop.example/x）", "https://shop.example/x"),
    ],
)
def test_links_lead_to_their_page(text: str, address: str) -> None:
    assert f'<a href="{address}" rel="noopener noreferrer" target="_blank">' in to_markup(
        blocks(text)
    )


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert`1`",
        "data:text/html,x",
        "http://plain.example",
        "//evil.example",
        "/staff/logout",
        "vbscript:x",
        "\x01javascript:x",
    ],
)
def test_other_addresses_are_no_links(address: str) -> None:
    assert "<a" not in to_markup(blocks(f"[here]({address})"))


def test_a_quote_does_not_leave_its_attribute() -> None:
    markup = to_markup(blocks('[x](https://a.example/"onmouseover="alert(1))'))
    assert "onmouseover" not in [name for _, attributes in tags(markup) for name, _ in attributes]


def test_what_a_customer_writes_has_no_form() -> None:
    text = "**now**\n- [x](https://evil.example)\n\nhttps://evil.example"
    assert str(to_markup(plain_blocks(text))) == (
        "<p>**now**<br>- [x](https://evil.example)</p><p>https://evil.example</p>"
    )


def tags(markup: str) -> list[tuple[str, list[tuple[str, str | None]]]]:
    found: list[tuple[str, list[tuple[str, str | None]]]] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.append((tag, attrs))

    Reader().feed(markup)
    return found


PIECES = st.lists(
    st.sampled_from(
        ["**", "*", "[", "](", ")", "https://a.example", "javascript:", "<script>", '"', "'", "<a ",
         "href=", "\n", "- ", "1. ", "&lt;", "word", " ", "答え", "onerror=", "\x00"]
    ),
    max_size=30,
)  # fmt: skip


@given(PIECES.map("".join))
def test_no_text_makes_a_tag_or_an_attribute_of_its_own(text: str) -> None:
    allowed = {"p", "br", "ul", "ol", "li", "strong", "em", "a"}
    for content in (blocks(text), plain_blocks(text)):
        for tag, attributes in tags(to_markup(content)):
            assert tag in allowed
            assert {name for name, _ in attributes} <= {"href", "rel", "target"}
            for name, value in attributes:
                assert name != "href" or str(value).startswith(("https://", "mailto:"))


@given(st.text(max_size=200))
def test_no_word_is_lost(text: str) -> None:
    shown = "".join(
        span["text"] for block in plain_blocks(text) for line in block["lines"] for span in line
    )
    assert "".join(shown.split()) == "".join(text.split())


def test_a_long_row_of_stars_takes_no_time() -> None:
    to_markup(blocks("*" * 20_000 + "[" * 20_000 + "**a" * 5_000))
