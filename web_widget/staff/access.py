"""Who may open what: the one place that says so. What is not listed here is not found."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from hmac import compare_digest
from typing import Literal, Protocol

from starlette.requests import Request

from helpdesk.errors import AppError, NotAllowed, NotFound
from helpdesk.types import Role, StaffSession
from web_widget.staff.forms import LARGEST, MAX_BYTES, read_form

Need = Literal[
    "file", "public", "signed_in", "inbox", "transcripts", "reports", "promise", "gaps",
    "deliveries", "faqs", "ready_replies", "audit",
]  # fmt: skip

ROLES: Mapping[Role, frozenset[Need]] = {
    "agent": frozenset({"inbox"}),
    "lead": frozenset(
        {"inbox", "transcripts", "promise", "gaps", "faqs", "ready_replies", "audit"}
    ),
    "manager": frozenset({"reports", "promise", "audit"}),
    "admin": frozenset(
        {
            "inbox",
            "transcripts",
            "reports",
            "promise",
            "gaps",
            "deliveries",
            "faqs",
            "ready_replies",
            "audit",
        }
    ),
}

ROUTES: Mapping[str, Need] = {
    "static_file": "file",
    "login_page": "public",
    "login": "public",
    "choose_language": "public",
    "home": "signed_in",
    "logout": "signed_in",
    "inbox_page": "inbox",
    "conversation_page": "inbox",
    "events": "inbox",
    "claim": "inbox",
    "release": "inbox",
    "transfer": "inbox",
    "give_back": "inbox",
    "agent_types": "inbox",
    "set_presence": "inbox",
    "add_note": "inbox",
    "find_answers": "inbox",
    "send_message": "inbox",
    "close": "inbox",
    "judge_question": "inbox",
    "reports_page": "reports",
    "episodes_page": "reports",
    "episode_page": "reports",
    "report_file": "reports",
    "why_page": "reports",
    "how_page": "reports",
    "plan_page": "reports",
    "loyalty_page": "reports",
    "change_plan": "reports",
    "audit_page": "audit",
    "judge_silence": "audit",
    "promise_page": "promise",
    "deliveries_page": "deliveries",
    "resend_delivery": "deliveries",
    "search_page": "inbox",
    "gaps_page": "gaps",
    "gaps_file": "gaps",
    "change_gap": "gaps",
    "faqs_page": "faqs",
    "new_faq_page": "faqs",
    "better_page": "faqs",
    "create_faq": "faqs",
    "faq_page": "faqs",
    "save_faq": "faqs",
    "faq_history_page": "faqs",
    "restore_faq": "faqs",
    "faq_review_page": "faqs",
    "publish_faq": "faqs",
    "try_page": "faqs",
    "try_questions": "faqs",
    "banners_page": "faqs",
    "change_banner": "faqs",
    "ready_replies_page": "ready_replies",
    "change_ready_reply": "ready_replies",
}
"""By the name of the route's function."""

FORM_COOKIE = "kotae_staff_form"


class SignedOut(AppError):
    status = 401


class Sessions(Protocol):
    async def session(self, token: str) -> StaffSession | None: ...


def may(session: StaffSession | None, need: Need) -> bool:
    if need == "public":
        return True
    if session is None:
        return False
    return need == "signed_in" or need in ROLES.get(session.staff.role, frozenset())


def cookie_name(https: bool) -> str:
    return "__Host-kotae_staff" if https else "kotae_staff"


def make_guard(desk: Sessions, https: bool) -> Callable[[Request], Awaitable[None]]:
    """The dependency of every staff route. It leaves the session, or None, in `request.state`."""
    cookie = cookie_name(https)

    async def guard(request: Request) -> None:
        request.state.session = None
        need = ROUTES.get(request.scope["route"].name)
        if need is None:
            raise NotFound("There is no such page.")
        if need == "file":
            return
        token = request.cookies.get(cookie)
        request.state.session = session = await desk.session(token) if token else None
        if not may(session, need):
            raise SignedOut("Sign in first.") if session is None else NotFound("Not found.")
        if request.method not in ("GET", "HEAD"):
            await _check_csrf(request, session)

    return guard


def signed_in(request: Request) -> StaffSession:
    """The session of a route that is not public."""
    session: StaffSession | None = request.state.session
    if session is None:
        raise SignedOut("Sign in first.")
    return session


async def _check_csrf(request: Request, session: StaffSession | None) -> None:
    """A form must carry what only our own page knows: the session's secret, or, before sign-in,
    the one in the form cookie."""
    form = await read_form(request, LARGEST if session else MAX_BYTES)
    given = form.get("csrf") or request.headers.get("x-csrf-token", "")
    expected = session.csrf if session else request.cookies.get(FORM_COOKIE, "")
    if not expected or not compare_digest(given.encode(), expected.encode()):
        raise NotAllowed("This form is too old. Load the page again.")
