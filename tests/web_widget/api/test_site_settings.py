"""An operator gives each website its own settings."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from helpdesk.settings import DeskSettings, SiteRules
from tests.web_widget.conftest import MakeApp, client_of
from tests.web_widget.support import Customer, assert_problem
from web_widget.read_settings import load_settings
from web_widget.settings_sentences import WrongSettings

SITES = """
shop:
  origins: [https://shop.example, "https://www.shop.example:8443/"]
  color: "#2B4A3C"
  position: left
  title: {en: Shop help, ja: お買い物の相談}
  greeting: {en: "Welcome to the shop!"}
  starters: [return-item, gone, track-order]
tea:
  origins: https://tea.example
  languages: [ja]
  greeting: いらっしゃいませ
  opening_hours: Mon 09:00-09:01
  starters: []
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "sites.yml"
    path.write_text(SITES, encoding="utf-8")
    return path


@pytest.fixture
def http(make_app: MakeApp, file: Path) -> httpx.AsyncClient:
    return client_of(make_app(sites_file=str(file), allowed_origins="https://other.example"))


def ancestors(response: httpx.Response) -> str:
    policy: str = response.headers["Content-Security-Policy"]
    return policy.split("frame-ancestors ")[1]


async def test_it_works(http: httpx.AsyncClient) -> None:
    frame = await http.get("/widget/frame?site=shop")
    assert ancestors(frame) == "'self' https://shop.example https://www.shop.example:8443"
    assert "Shop help" in frame.text and "お買い物の相談" in frame.text
    assert ancestors(await http.get("/widget/frame?site=tea")) == "'self' https://tea.example"
    assert ancestors(await http.get("/widget/frame?site=x")) == "'self' https://other.example"
    script = (await http.get("/widget/site.js?site=shop")).text
    assert '"color":"#2b4a3c","position":"left"' in script


async def test_each_site_greets_in_its_own_words(http: httpx.AsyncClient) -> None:
    shop = await Customer.start(http, site="shop", language="en")
    assert shop.greeting[0]["text"] == "Welcome to the shop!"
    japanese = await Customer.start(http, site="shop", language="ja")
    assert "ようこそ" in japanese.greeting[0]["text"]
    tea = await Customer.start(http, site="tea", language="ja")
    assert tea.greeting[0]["text"] == "いらっしゃいませ"


async def test_each_site_has_its_own_opening_hours(http: httpx.AsyncClient) -> None:
    shop = await Customer.start(http, site="shop")
    assert (await shop.post("/handoff", {})).json()["state"] == "waiting"
    tea = await Customer.start(http, site="tea")
    state = (await tea.post("/handoff", {})).json()["state"]
    # Open for one minute in the week; whoever tests in that minute meets a person.
    zone = DeskSettings().time_zone
    now = datetime.now(UTC).astimezone(zone)
    is_open = (now.weekday(), now.hour, now.minute) == (0, 9, 0)
    assert state == ("waiting" if is_open else "bot")


async def test_each_site_begins_with_its_own_questions(http: httpx.AsyncClient) -> None:
    async def starters(site: str, language: str = "en") -> list[str]:
        found = await http.get("/api/suggestions", params={"site": site, "language": language})
        return [one["faq_id"] for one in found.json()["suggestions"]]

    assert await starters("shop") == ["return-item", "track-order"]
    assert await starters("tea") == []
    chosen = await starters("elsewhere")
    assert 1 <= len(chosen) <= 4 and chosen == await starters("elsewhere", "ja")


async def test_only_its_own_pages_may_call_for_a_site(http: httpx.AsyncClient) -> None:
    async def call(site: str, origin: str) -> httpx.Response:
        return await http.post(
            "/api/conversations", json={"site": site}, headers={"Origin": origin}
        )

    assert (await call("shop", "https://shop.example")).status_code == 201
    assert (await call("shop", str(http.base_url).rstrip("/"))).status_code == 201
    assert (await call("shop", "https://kotae.test")).status_code == 201
    for site, origin in [
        ("shop", "https://tea.example"),
        ("tea", "https://shop.example"),
        ("shop", "https://evil.example"),
        ("shop", "null"),
        ("shop", "https://shop.example.evil.example"),
    ]:
        assert_problem(await call(site, origin), 403, "not one of the site's origins")


async def test_the_pages_of_every_site_may_read_the_answers(http: httpx.AsyncClient) -> None:
    for origin in ("https://shop.example", "https://tea.example", "https://other.example"):
        asked = await http.get("/api/suggestions?q=x", headers={"Origin": origin})
        assert asked.headers["Access-Control-Allow-Origin"] == origin
    stranger = await http.get("/api/suggestions?q=x", headers={"Origin": "https://evil.example"})
    assert "Access-Control-Allow-Origin" not in stranger.headers


@pytest.mark.parametrize(
    ("written", "sentences"),
    [
        ("- shop", ["1:1: the file must hold sites by their names"]),
        ("a b:\n  color: '#123456'", ["1:1: a site's name must be up to 100 of A-Z a-z 0-9 . _ -"]),
        ("shop: nice", ["1:7: shop must have fields such as origins"]),
        (
            "shop:\n  colour: x",
            ["2:3: colour is not a field of a site, must be origins, languages,"],
        ),
        (
            "shop:\n  color: red\n  position: top",
            [
                "2:10: color is 'red', must be such as \"#24477a\", in quotes",
                "3:13: position is 'top', must be left or right",
            ],
        ),
        (
            "shop:\n  origins: ['*', https://ok.example, 'http://x/y']",
            [
                "2:13: origins is '*', must be origins such as https://shop.example",
                "2:38: origins is 'http://x/y', must be origins such as https://shop.example",
            ],
        ),
        ("shop:\n  languages: [fr]", ["2:14: languages must be some of KOTAE_LANGUAGES: en, ja"]),
        ("shop:\n  title: {fr: Aide}", ["2:11: fr is none of KOTAE_LANGUAGES: en, ja"]),
        ("shop:\n  title: " + "x" * 81, ["2:10: title is too long (at most 80 characters)"]),
        ("shop:\n  starters: track-order", ["2:13: starters must be a list"]),
        (
            "shop:\n  opening_hours: sometimes",
            ["2:18: opening_hours is 'sometimes', must be always"],
        ),
        (
            "shop:\n  color: '#111111'\n  color: '#222222'",
            ["3:3: `color` is already given on line 2"],
        ),
        (
            "shop:\n  identity_key_file: gone",
            ["2:22: identity_key_file cannot be read: No such file"],
        ),
        ("shop:\n  identity_key_file: weak.key", ["2:22: the key in identity_key_file must have"]),
    ],
)
def test_what_is_wrong_is_named_with_its_place(
    tmp_path: Path, written: str, sentences: list[str]
) -> None:
    path = tmp_path / "sites.yml"
    path.write_text(written, encoding="utf-8")
    (tmp_path / "weak.key").write_text("too-short", encoding="utf-8")
    with pytest.raises(WrongSettings) as caught:
        load_settings({"KOTAE_SITES_FILE": str(path)})
    assert len(caught.value.problems) == len(sentences)
    for problem, sentence in zip(caught.value.problems, sentences, strict=True):
        assert problem.startswith(f"sites.yml:{sentence}"), problem


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(WrongSettings, match="KOTAE_SITES_FILE is '.*', which cannot be read: No"):
        load_settings({"KOTAE_SITES_FILE": str(tmp_path / "gone.yml")})


def test_wrong_hours_of_a_site_are_refused_by_the_desk_too() -> None:
    with pytest.raises(ValueError, match="must look like"):
        DeskSettings(sites={"shop": SiteRules(opening_hours="sometimes")})
