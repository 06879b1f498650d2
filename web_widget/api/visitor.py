"""What every route of the widget's API needs to know of the one who calls."""

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from starlette.requests import Request

from helpdesk.desk import Helpdesk
from helpdesk.errors import NotAllowed, NotFound
from helpdesk.types import Conversation, Traffic
from web_widget.limits import Limits
from web_widget.security import bearer_token, client_address
from web_widget.sites import Site
from web_widget.values import Network

Authenticate = Callable[[Request, str], Awaitable[Conversation]]

# Words in the User-Agent of programs that read the web on their own. CUBOT makes telephones.
_CRAWLER = re.compile(r"(?<!cu)bot\b|crawl|spider|slurp|headlesschrome", re.IGNORECASE)
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_STAFF_COOKIES = ("kotae_staff", "__Host-kotae_staff")


@dataclass(frozen=True, slots=True)
class Door:
    """Lets a request in: counts it by address, and finds the conversation its token opens."""

    desk: Helpdesk
    limits: Limits
    trusted_proxies: Sequence[Network]

    def address(self, request: Request) -> str:
        """The client's address, one go of its requests used up."""
        address = client_address(request, self.trusted_proxies)
        self.limits.requests.take(address)
        return address

    async def conversation(self, request: Request, conversation_id: str) -> Conversation:
        """NotFound unless the token in the header is the one of this conversation."""
        self.address(request)
        token = bearer_token(request)
        # No database need be asked for what no id of ours looks like, and some refuse to be.
        if not _ID.fullmatch(conversation_id):
            raise NotFound("There is no such conversation.")
        return await self.desk.authenticate(conversation_id, token)


def must_be_shown_on(request: Request, site: Site) -> None:
    """NotAllowed when the page that calls is of a website that this site does not list.

    A browser names the page's origin; the frame's own is Kotae's. Programs name none.
    """
    origin = request.headers.get("origin", "").lower()
    own = f"{request.url.scheme}://{request.headers.get('host', '')}".lower()
    if not origin or origin in site.origins or _same(origin, own):
        return
    raise NotAllowed("This website is not one of the site's origins.")


def _same(origin: str, own: str) -> bool:
    """Behind a proxy that ends TLS, Kotae is asked over HTTP for a page that came over HTTPS."""
    return origin.partition("://")[2] == own.partition("://")[2]


def traffic(request: Request) -> Traffic:
    """Who this is for the reports, which leave all but customers out."""
    if _CRAWLER.search(request.headers.get("user-agent", "")):
        return "crawler"
    if any(name in request.cookies for name in _STAFF_COOKIES):
        return "staff"
    return "customer"


def preferred_language(header: str) -> str | None:
    """The tag with the highest weight in an Accept-Language header."""
    best: tuple[float, str] | None = None
    for part in header[:500].split(","):
        tag, _, parameters = part.strip().partition(";")
        weight = _weight(parameters)
        if tag and tag != "*" and weight > 0 and (best is None or weight > best[0]):
            best = (weight, tag)
    return best[1] if best else None


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
