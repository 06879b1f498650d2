"""Makes a ticket of each handoff, through Zendesk's public Ticketing API.

https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/ (create ticket, idempotency).
Written from that documentation; it was never tried with Zendesk itself.
"""

from __future__ import annotations

import base64
import json
from typing import Any

from web_widget.deliveries.channel import Packet
from web_widget.deliveries.mail import readable
from web_widget.deliveries.outward import Outward

_LONGEST_SUBJECT = 150


class Zendesk:
    def __init__(
        self, url: str, user: str, token: str, public_url: str | None, *, allow_private: bool
    ) -> None:
        """`url` is the team's own, such as https://shop.zendesk.com; `user` an agent's address."""
        self._url = f"{url.rstrip('/')}/api/v2/tickets.json"
        secret = base64.b64encode(f"{user}/token:{token}".encode()).decode()
        self._headers = {"content-type": "application/json", "authorization": f"Basic {secret}"}
        self._public_url = public_url
        self._outward = Outward("Zendesk", allow_private=allow_private)

    async def deliver(self, delivery_id: str, packet: Packet) -> None:
        """The key makes a repeat the same ticket, as Zendesk has it for two hours; after that, the
        external id tells."""
        body = json.dumps({"ticket": ticket(packet, self._public_url)}, ensure_ascii=False)
        headers = {**self._headers, "idempotency-key": delivery_id}
        await self._outward.send("POST", self._url, headers, body.encode())

    async def close(self) -> None:
        await self._outward.close()


def ticket(packet: Packet, public_url: str | None) -> dict[str, Any]:
    """An internal note: nothing of the packet is mailed to the customer."""
    handoff, contact = packet["handoff"], packet["contact"] or {}
    question = " ".join((packet["question"] or handoff["reason"]).split())
    found: dict[str, Any] = {
        "subject": f"[{handoff['reference']}] {question}"[:_LONGEST_SUBJECT],
        "comment": {"body": readable(packet, public_url), "public": False},
        "external_id": handoff["reference"],
        "tags": ["kotae", f"kotae_{handoff['reason']}"],
    }
    if contact.get("email"):
        found["requester"] = {"name": contact["name"], "email": contact["email"]}
    return found
