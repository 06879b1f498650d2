"""Sends packets by e-mail: readable, with the JSON beside it; a reply reaches the customer."""

from __future__ import annotations

import asyncio
import json
import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any, Literal

from helpdesk.clock import utc_now
from helpdesk.wording import Wording
from web_widget.deliveries.channel import Packet, Refused, Undelivered

_SECONDS = 20.0
Security = Literal["starttls", "tls", "none"]


@dataclass(frozen=True, slots=True)
class Post:
    """Where mail is handed in, from whom and to whom."""

    host: str
    port: int
    security: Security
    user: str | None
    password: str | None
    sender: str
    to: tuple[str, ...]


class Postman:
    """Hands letters in. Every one has a connection of its own."""

    def __init__(self, post: Post) -> None:
        self.post = post

    async def send(self, message: EmailMessage) -> None:
        """Raises Undelivered or Refused."""
        try:
            await asyncio.to_thread(self._send, message)
        except smtplib.SMTPAuthenticationError as error:
            raise Refused("The mail server refused the login name or password.") from error
        except smtplib.SMTPRecipientsRefused as error:
            raise Refused("The mail server refused every recipient.") from error
        except smtplib.SMTPResponseException as error:
            kind = Undelivered if 400 <= error.smtp_code < 500 else Refused
            raise kind(f"The mail server answered {error.smtp_code}.") from error
        except (smtplib.SMTPException, OSError) as error:
            why = f"The mail server was not reached ({type(error).__name__})."
            raise Undelivered(why) from error

    def _send(self, message: EmailMessage) -> None:
        post, context = self.post, ssl.create_default_context()
        if post.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                post.host, post.port, timeout=_SECONDS, context=context
            )
        else:
            server = smtplib.SMTP(post.host, post.port, timeout=_SECONDS)
        with server:
            if post.security == "starttls":
                server.starttls(context=context)
            if post.user is not None:
                server.login(post.user, post.password or "")
            server.send_message(message)


class Mail:
    def __init__(self, postman: Postman, public_url: str | None) -> None:
        self._postman = postman
        self._url = public_url

    async def deliver(self, delivery_id: str, packet: Packet) -> None:
        post = self._postman.post
        await self._postman.send(letter(packet, delivery_id, post.sender, post.to, self._url))

    async def close(self) -> None:
        """Nothing is kept open."""


class Confirmation:
    """Tells the customer that what she left has arrived, and its reference number.

    Nothing that was typed in the chat stands in it: anybody can type another one's address, and
    must not be able to write to her through us.
    """

    def __init__(self, postman: Postman, wording: Wording, team_name: str) -> None:
        self._postman = postman
        self._wording = wording
        self._team_name = team_name

    async def deliver(self, delivery_id: str, packet: Packet) -> None:
        post, contact = self._postman.post, packet["contact"] or {}
        if not contact.get("email"):
            raise Refused("No address was left.")
        language = packet["conversation"]["language"]
        values = {"reference": packet["handoff"]["reference"], "team_name": self._team_name}
        message = EmailMessage()
        message["From"] = Address(self._team_name, addr_spec=post.sender)
        message["To"] = Address(addr_spec=contact["email"])
        message["Reply-To"] = [Address(addr_spec=each) for each in post.to]
        message["Subject"] = self._wording.text(language, "confirm_subject", **values)
        message["Date"] = format_datetime(utc_now())
        message["Message-ID"] = f"<{delivery_id}@kotae.invalid>"
        message["Auto-Submitted"] = "auto-replied"
        message.set_content(self._wording.text(language, "confirm_text", **values))
        await self._postman.send(message)

    async def close(self) -> None:
        """Nothing is kept open."""


def letter(
    packet: Packet, delivery_id: str, sender: str, to: Sequence[str], url: str | None
) -> EmailMessage:
    """The message library refuses line breaks in headers, so no word of a customer becomes one."""
    handoff, contact = packet["handoff"], packet["contact"] or {}
    message = EmailMessage()
    message["From"] = Address("Kotae", addr_spec=sender)
    message["To"] = [Address(addr_spec=each) for each in to]
    question = " ".join((packet["question"] or "").split())
    subject = f"[{handoff['reference']}] {question or handoff['reason']}"
    message["Subject"] = subject if len(subject) <= 120 else f"{subject[:119]}…"
    message["Date"] = format_datetime(utc_now())
    message["Message-ID"] = f"<{delivery_id}@kotae.invalid>"
    # An automatic answer to it would start a conversation of machines.
    message["Auto-Submitted"] = "auto-generated"
    if contact.get("email"):
        message["Reply-To"] = Address(addr_spec=contact["email"])
    message.set_content(readable(packet, url))
    data = json.dumps(packet, ensure_ascii=False, indent=2)
    message.add_attachment(
        data.encode(),
        maintype="application",
        subtype="json",
        filename=f"{handoff['reference']}.json",
    )
    return message


def readable(packet: Packet, url: str | None) -> str:
    conversation, handoff, contact = packet["conversation"], packet["handoff"], packet["contact"]
    lines = [
        f"Reference  {handoff['reference']}",
        f"Reason     {handoff['reason']}",
        f"Waiting    since {handoff['waiting_since']}",
        f"Language   {conversation['language']}",
        f"Page       {conversation['page'] or '-'}",
    ]
    if contact:
        lines += ["", f"Left by    {contact['name']} <{contact['email']}>", contact["message"]]
    lines += ["", "Question", f"  {packet['question'] or '-'}", "", "Nearest entries"]
    lines += [
        f"  {each['confidence']:.0%}  {each['question'] or '-'} ({each['faq_id']})"
        for each in packet["candidates"][:3]
    ] or ["  none"]
    lines += ["", "Conversation"]
    lines += [f"  {_speaker(each)}: {each['text']}" for each in packet["transcript"]]
    if packet["draft_reply"]:
        lines += ["", "Draft of a reply", packet["draft_reply"]["text"]]
    if url:
        lines += ["", f"{url.rstrip('/')}/staff/inbox/{conversation['id']}"]
    return "\n".join([*lines, ""])


def _speaker(message: dict[str, Any]) -> str:
    agent = message.get("agent_name") or "Agent"
    names = {"customer": "Customer", "bot": "Kotae", "agent": agent}
    return names.get(message["from"], "Note")
