"""Templates with what every page needs around them: texts, who is signed in, the CSRF secret."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse

from helpdesk.types import StaffSession
from web_widget.staff.access import FORM_COOKIE, Need, may
from web_widget.staff.texts import Texts, load_texts, preferred_language

_IN_THE_MENU: tuple[Need, ...] = (
    "inbox", "faqs", "gaps", "reports", "promise", "deliveries", "ready_replies",
    "audit",
)  # fmt: skip
LANGUAGE_COOKIE = "kotae_staff_language"
TEMPLATES = Path(__file__).parent / "templates"


class StaffSettings(Protocol):
    """What the staff pages read of the application's settings."""

    @property
    def default_language(self) -> str: ...
    @property
    def languages(self) -> tuple[str, ...]: ...
    @property
    def time_zone(self) -> ZoneInfo: ...
    @property
    def team_name(self) -> str: ...
    @property
    def demo(self) -> bool: ...
    @property
    def https(self) -> bool: ...
    @property
    def golden(self) -> Path: ...
    @property
    def max_streams(self) -> int: ...


@dataclass(frozen=True)
class Pages:
    settings: StaffSettings
    texts: dict[str, Texts]
    environment: Environment

    def language(self, request: Request) -> str:
        """What was chosen, else what the browser prefers, else the team's default."""
        chosen = request.cookies.get(LANGUAGE_COOKIE)
        if chosen in self.texts:
            return chosen
        accepted = request.headers.get("accept-language", "")
        return preferred_language(accepted, tuple(self.texts), self.settings.default_language)

    def texts_for(self, request: Request) -> Texts:
        return self.texts[self.language(request)]

    def render(
        self, request: Request, template: str, status: int = 200, **values: object
    ) -> HTMLResponse:
        session: StaffSession | None = getattr(request.state, "session", None)
        form_secret = request.cookies.get(FORM_COOKIE) or secrets.token_urlsafe(24)
        page = self.environment.get_template(template).render(
            {**self._frame(request, session, form_secret), **values}
        )
        response = HTMLResponse(page, status_code=status, headers={"Cache-Control": "no-store"})
        if session is None:
            self._keep_form_secret(response, form_secret)
        return response

    def _frame(
        self, request: Request, session: StaffSession | None, form_secret: str
    ) -> dict[str, object]:
        texts = self.texts_for(request)
        query = f"?{request.url.query}" if request.url.query else ""
        return {
            "t": texts,
            "languages": [(code, other("language.own")) for code, other in self.texts.items()],
            "team_name": self.settings.team_name,
            "demo": self.settings.demo,
            "csrf": session.csrf if session else form_secret,
            "me": session.staff if session else None,
            "may": {need: may(session, need) for need in _IN_THE_MENU},
            "here": request.url.path + query,
            "section": None,
        }

    def _keep_form_secret(self, response: HTMLResponse, secret: str) -> None:
        response.set_cookie(
            FORM_COOKIE,
            secret,
            path="/staff",
            httponly=True,
            samesite="lax",
            secure=self.settings.https,
        )


def load_pages(settings: StaffSettings) -> Pages:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return Pages(settings, load_texts(settings.time_zone), environment)
