"""Opens a conversation for each handoff in an API inbox of Chatwoot, through its public Client API.

https://developers.chatwoot.com/api-reference (contacts, conversations and messages of an inbox).
Written from that documentation; it was never tried with Chatwoot itself.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import httpx

from web_widget.deliveries.channel import Packet, Undelivered
from web_widget.deliveries.mail import readable
from web_widget.deliveries.outward import Outward

_HEADERS = {"content-type": "application/json"}
_MARK = "kotae_delivery"


class Chatwoot:
    def __init__(
        self, url: str, inbox: str, public_url: str | None, *, allow_private: bool
    ) -> None:
        """`inbox` is the identifier of an inbox of the kind API; who knows it may write there."""
        self._contacts = f"{url.rstrip('/')}/public/api/v1/inboxes/{quote(inbox, safe='')}/contacts"
        self._public_url = public_url
        self._outward = Outward("Chatwoot", allow_private=allow_private)

    async def deliver(self, delivery_id: str, packet: Packet) -> None:
        """Three requests. One that is repeated finds the contact by the conversation's id and the
        conversation by the delivery's, so that it writes a second message at most."""
        contact = await self._contact(packet)
        talks = f"{self._contacts}/{quote(contact, safe='')}/conversations"
        number = await self._known(talks, delivery_id)
        if number is None:
            about = {_MARK: delivery_id, "kotae_reference": packet["handoff"]["reference"]}
            number = _field(await self._post(talks, {"custom_attributes": about}), "id")
        told = {"content": readable(packet, self._public_url), "echo_id": delivery_id}
        await self._post(f"{talks}/{number}/messages", told)

    async def _contact(self, packet: Packet) -> str:
        left = packet["contact"] or {}
        who = {"identifier": f"kotae:{packet['conversation']['id']}"}
        who |= {name: left[name] for name in ("name", "email") if left.get(name)}
        return str(_field(await self._post(self._contacts, who), "source_id"))

    async def _known(self, talks: str, delivery_id: str) -> Any:
        found = _read(await self._outward.send("GET", talks, _HEADERS))
        rows = found if isinstance(found, list) else []
        same = (row for row in rows if _attributes(row).get(_MARK) == delivery_id)
        return next((row.get("id") for row in same), None)

    async def _post(self, url: str, body: dict[str, Any]) -> httpx.Response:
        return await self._outward.send("POST", url, _HEADERS, json.dumps(body).encode())

    async def close(self) -> None:
        await self._outward.close()


def _attributes(row: Any) -> dict[str, Any]:
    found = row.get("custom_attributes") if isinstance(row, dict) else None
    return found if isinstance(found, dict) else {}


def _field(response: httpx.Response, name: str) -> Any:
    found = _read(response)
    if not isinstance(found, dict) or found.get(name) is None:
        raise Undelivered(f"Chatwoot answered without {name}.")
    return found[name]


def _read(response: httpx.Response) -> Any:
    try:
        return response.json()
    except ValueError as error:
        raise Undelivered("Chatwoot answered something else than JSON.") from error
