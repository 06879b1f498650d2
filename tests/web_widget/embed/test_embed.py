"""What a website and a browser get from the routes of the widget and the demo shop."""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from web_widget.assets import load_asset
from web_widget.demo_shop import DEMO, demo_routes
from web_widget.embed import STATIC, site_script, widget_assets, widget_routes
from web_widget.pack import lean, pack, tight
from web_widget.sites import Site, Sites

KB = 1024
FRAME = "/widget/frame?site=default&language=ja-JP"


@dataclass
class Embed:
    team_name: str = "Yamamichi <Outdoor>"
    demo: bool = True


ELSEWHERE = Site("", ("https://shop.example",), ("en", "ja"))
TEA = Site(
    "tea",
    ("https://tea.example",),
    ("ja",),
    color="#2b4a3c",
    position="left",
    title={"ja": "お茶の<山道>"},
)


def client(other: Site = ELSEWHERE, **changes: Any) -> TestClient:
    settings = Embed(**changes)
    app = FastAPI()
    app.include_router(widget_routes(settings, Sites(other, {"tea": TEA})))
    if settings.demo:
        app.include_router(demo_routes())
    return TestClient(app, follow_redirects=False)


def addresses(html: str) -> list[str]:
    return re.findall(r'(?:src|href)="([^"]+)"', html)


def texts(language: str) -> dict[str, str]:
    found: dict[str, str] = json.loads(
        (STATIC / "widget" / "strings" / f"{language}.json").read_text(encoding="utf-8")
    )
    return found


def scripts() -> dict[str, str]:
    return {
        path.name: path.read_text(encoding="utf-8") for path in (STATIC / "widget").glob("*.js")
    }


# The launcher


def test_the_launcher_is_tiny() -> None:
    assert len(load_asset(STATIC / "widget.js").packed) <= 3 * KB


def closed() -> list[bytes]:
    """What a page loads before anybody opens the chat."""
    return [load_asset(STATIC / "widget.js").packed, site_script(TEA).packed]


def test_the_closed_widget_is_tiny() -> None:
    assert sum(map(len, closed())) <= 5 * KB


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_opened_widget_is_small(language: str) -> None:
    page = client().get(f"/widget/frame?language={language}").text
    prefix = "/static/widget/"
    named = [a[len(prefix) :].split("/", 1)[1] for a in addresses(page) if a.startswith(prefix)]
    assert set(named) == {"frame.js", "frame.css", f"strings/{language}.json"}
    assets = widget_assets()
    whole = [*closed(), gzip.compress(page.encode()), *(assets[name].packed for name in named)]
    assert sum(map(len, whole)) <= 30 * KB


def test_code_loses_its_comments_and_nothing_else() -> None:
    code = """// @ts-check
/** Types. */
const a = 1; // stays
/* two
   lines */
  const url = "https://x/y"; /** @type {B} */
  (/** @type {C} */ (a)).b();

  // gone
const c = `// ${a} /* kept */`;
"""
    left = """const a = 1; // stays
const url = "https://x/y";\x20
((a)).b();
const c = `// ${a} /* kept */`;
"""
    assert lean(code) == left


def test_a_script_loses_spaces_but_not_those_of_its_texts() -> None:
    code = 'const a = { b: "x = { y }", c: `1 > ${a} ; 2` };\nreturn  a ? b + +c : d => e;\n'
    left = 'const a={b:"x = { y }",c:`1 > ${a} ; 2`};\nreturn  a?b + +c:d=>e;\n'
    assert tight(code) == left


def test_modules_are_joined_behind_what_they_need() -> None:
    modules = {
        "main.js": 'import { one, Two } from "./a-b.js";\none(Two);\n',
        "a-b.js": 'import { deep } from "./c.js";\n'
        "export function one() { return deep; }\nexport class Two {}\n",
        "c.js": "export const deep = 1;\n",
        "unused.js": "export {};\n",
    }
    assert pack(modules, "main.js") == (
        "const $c=(()=>{\nconst deep=1;\nreturn{deep};\n})();\n"
        "const $a_b=(()=>{\nconst{deep}=$c;\nfunction one(){return deep;}\nclass Two{}\n"
        "return{one,Two};\n})();\n"
        "{\nconst{one,Two}=$a_b;\none(Two);\n}\n"
    )


@pytest.mark.parametrize(
    ("modules", "sentence"),
    [
        ({"a.js": 'import { b } from "./b.js";\n'}, "a.js imports b.js, which is not there"),
        (
            {
                "a.js": 'import { b } from "./b.js";\n',
                "b.js": 'import { a } from "./a.js";\nexport const b = 1;\n',
            },
            "a.js imports b.js imports a.js: modules must not import in a circle",
        ),
        (
            {"a.js": "export default 1;\n"},
            "a.js has a line that cannot be joined: export default 1;",
        ),
    ],
)
def test_modules_that_cannot_be_joined_are_named(modules: dict[str, str], sentence: str) -> None:
    with pytest.raises(ValueError, match=re.escape(sentence)):
        pack(modules, "a.js")


def test_the_launcher_is_packed_and_cached_for_minutes() -> None:
    response = client().get("/widget.js", headers={"Accept-Encoding": "gzip"})
    assert response.headers["content-type"].startswith("text/javascript")
    assert response.headers["content-encoding"] == "gzip"
    assert "max-age=300" in response.headers["cache-control"]
    assert response.headers["vary"] == "Accept-Encoding"
    plain = client().get("/widget.js", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.text == response.text


def test_a_browser_that_has_it_already_is_told_so() -> None:
    web = client()
    etag = web.get("/widget.js").headers["etag"]
    again = web.get("/widget.js", headers={"If-None-Match": etag})
    assert again.status_code == 304
    assert not again.content
    assert again.headers["etag"] == etag


# The frame


def test_the_frame_is_shown_by_the_listed_websites_alone() -> None:
    policy = client().get(FRAME).headers["content-security-policy"]
    assert "frame-ancestors 'self' https://shop.example" in policy
    assert "default-src 'none'" in policy
    assert "require-trusted-types-for 'script'" in policy
    assert "unsafe" not in policy
    assert "*" not in policy


def test_the_frame_speaks_the_pages_language_when_it_is_offered() -> None:
    assert '<html lang="ja"' in client().get(FRAME).text
    assert '<html lang="en"' in client().get("/widget/frame?language=fr").text
    japanese = Site("", languages=("ja", "en"))
    assert '<html lang="ja"' in client(japanese).get("/widget/frame").text


def test_the_teams_name_is_text() -> None:
    page = client().get(FRAME).text
    assert 'data-team="Yamamichi &lt;Outdoor&gt;"' in page


def test_a_site_of_its_own_is_shown_on_its_own_pages_alone() -> None:
    policy = client().get("/widget/frame?site=tea").headers["content-security-policy"]
    assert "frame-ancestors 'self' https://tea.example" in policy
    assert "shop.example" not in policy


def test_a_site_has_its_own_title_languages_and_looks() -> None:
    page = client().get("/widget/frame?site=tea&language=en").text
    assert '<html lang="ja" data-languages="ja"' in page
    assert "お茶の&lt;山道&gt;" in page
    script = client().get("/widget/site.js?site=tea")
    assert script.headers["content-type"].startswith("text/javascript")
    assert script.text == (
        'document.currentScript.kotae={"color":"#2b4a3c","position":"left","languages":["ja"]}'
    )


@pytest.mark.parametrize("name", ["</script>", "x" * 500, "\x00", "unknown", ""])
def test_a_site_that_is_not_listed_has_the_settings_of_all(name: str) -> None:
    script = client().get("/widget/site.js", params={"site": name})
    assert script.text == (
        'document.currentScript.kotae={"color":null,"position":"right","languages":["en","ja"]}'
    )


def test_the_frame_has_no_inline_script_or_style() -> None:
    for page in (client().get(FRAME).text, client().get("/demo").text):
        assert "<style" not in page
        assert " style=" not in page
        assert not re.search(r" on\w+=", page)
        assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", page))


def test_every_file_the_frame_names_is_there_and_may_be_kept_for_good() -> None:
    web = client()
    files = [a for a in addresses(web.get(FRAME).text) if a.startswith("/static/widget/")]
    assert len(files) == 3
    for address in files:
        response = web.get(address)
        assert response.status_code == 200, address
        assert "immutable" in response.headers["cache-control"]
    unversioned = web.get("/static/widget/frame.js")
    assert unversioned.headers["cache-control"] == "no-cache"


def test_every_module_is_part_of_the_script() -> None:
    body = client().get("/static/widget/frame.js").text
    for name in scripts().keys() - {"types.js", "main.js"}:
        assert f"${name.removesuffix('.js').replace('-', '_')}=" in body, name


@pytest.mark.parametrize(
    "path",
    [
        "/static/widget/nothing.js",
        "/static/widget/chat.js",
        "/static/widget/../widget.js",
        "/static/widget/..%2fframe.html",
    ],
)
def test_nothing_else_is_served(path: str) -> None:
    assert client().get(path).status_code == 404


# The texts


def test_both_languages_have_every_text_with_the_same_places_to_fill() -> None:
    english, japanese = texts("en"), texts("ja")
    assert list(english) == list(japanese)
    for key, text in english.items():
        assert text.strip() and japanese[key].strip(), key
        assert sorted(re.findall(r"\{\w+\}", text)) == sorted(
            re.findall(r"\{\w+\}", japanese[key])
        ), key


def test_every_text_is_used_and_every_used_text_is_there() -> None:
    code = "\n".join(scripts().values())
    direct = set(re.findall(r"""\bt\(\s*"(\w+)\"""", code))
    quoted = set(re.findall(r'"(\w+)"', code))
    english = set(texts("en"))
    assert direct <= english, direct - english
    # Keys that are chosen by a condition stand in quotes of their own.
    assert english <= quoted | {"rate", "busy", "trouble", "offline"}, english - quoted


def test_no_module_writes_markup() -> None:
    code = {**scripts(), "widget.js": (STATIC / "widget.js").read_text(encoding="utf-8")}
    forbidden = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function"
    assert not {name for name, text in code.items() if re.search(forbidden, text)}
    assert not {name for name, text in code.items() if re.search(r"postMessage\([^)]*\"\*\"", text)}


def test_nothing_comes_from_another_server() -> None:
    for path in [*STATIC.rglob("*"), *DEMO.rglob("*")]:
        if path.suffix in (".js", ".css", ".html", ".svg"):
            found = re.findall(r"https?://[\w.-]+", path.read_text(encoding="utf-8"))
            assert set(found) <= {"http://www.w3.org"}, path.name


def test_modules_stay_small() -> None:
    assert not {n: len(t.splitlines()) for n, t in scripts().items() if len(t.splitlines()) > 300}


# The front page and the demo shop


def test_the_front_page_leads_to_the_demo_or_says_what_this_is() -> None:
    response = client().get("/")
    assert (response.status_code, response.headers["location"]) == (302, "/demo")
    plain = client(demo=False).get("/")
    assert plain.status_code == 200
    assert "Yamamichi &lt;Outdoor&gt;" in plain.text
    assert "default-src 'none'" in plain.headers["content-security-policy"]
    assert client(demo=False).get("/demo").status_code == 404


@pytest.mark.parametrize(
    ("query", "language"), [("", "en"), ("?lang=ja", "ja"), ("?lang=xx", "en")]
)
def test_the_demo_shop_speaks_both_languages(query: str, language: str) -> None:
    response = client().get(f"/demo{query}")
    assert f'<html lang="{language}">' in response.text
    assert response.text.count("/widget.js") == 1
    assert "script-src 'self'" in response.headers["content-security-policy"]


def test_everything_the_demo_shop_shows_is_there() -> None:
    web = client()
    for page in ("/demo", "/demo?lang=ja"):
        named = [a for a in addresses(web.get(page).text) if a.startswith("/")]
        assert len(named) > 15
        for address in named:
            assert web.get(address).status_code == 200, address


def test_the_demo_shop_says_the_same_in_both_languages() -> None:
    def shape(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: shape(part) for key, part in value.items()}
        return [shape(part) for part in value] if isinstance(value, list) else type(value).__name__

    english, japanese = (
        json.loads((DEMO / "content" / f"{language}.json").read_text(encoding="utf-8"))
        for language in ("en", "ja")
    )
    assert shape(english) == shape(japanese)
    prices = [
        [re.sub(r"\D", "", item["price"]) for item in page["goods"]] for page in (english, japanese)
    ]
    assert prices[0] == prices[1]
