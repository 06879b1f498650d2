"""What the desk knows, made ready to be shown: labels in the reader's language, text in blocks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup

from helpdesk.teamwork import Colleague
from helpdesk.types import InboxRow, Message, StaffSession, timestamp
from web_widget.staff.rich_text import Block, blocks, is_safe_url, plain_blocks, to_markup
from web_widget.staff.texts import Texts

LONG_WAIT_MINUTES = 5


@dataclass(frozen=True, slots=True)
class View:
    """For whom and when something is shown. `entries` are the questions of entries by id."""

    texts: Texts
    now: datetime
    entries: Mapping[str, str]

    def message(self, message: Message) -> dict[str, Any]:
        """A message as the page's script gets it: `body` as blocks, see `rich_text`."""
        return {
            "seq": message.seq,
            "at": timestamp(message.at),
            "at_label": self.texts.moment(message.at, self.now),
            "sender": message.sender,
            "who": self._who(message),
            "body": message_blocks(message),
            "links": [
                {"title": link.title, "url": link.url}
                for link in message.links
                if is_safe_url(link.url)
            ],
            "choices": [choice.label for choice in message.choices],
            "source": self._source(message),
            "client_msg_id": message.client_msg_id,
        }

    def rendered(self, messages: Iterable[Message]) -> list[dict[str, Any]]:
        """The same for a template, with `markup` made of the blocks."""
        views = (self.message(message) for message in messages)
        return [{**view, "markup": to_markup(view["body"])} for view in views]

    def _who(self, message: Message) -> str:
        if message.sender == "agent" and message.agent_name:
            return message.agent_name
        return self.texts(f"sender.{message.sender}")

    def _source(self, message: Message) -> str:
        if message.faq_id is None:
            return ""
        entry = self.entries.get(message.faq_id, message.faq_id)
        if message.confidence is None:
            return self.texts("message.source", entry=entry)
        percent = self.texts.percent(message.confidence)
        return self.texts("message.source.confidence", entry=entry, percent=percent)


def message_blocks(message: Message) -> list[Block]:
    """Only the team's own words have a form; what a customer writes stays as it was typed."""
    return plain_blocks(message.text) if message.sender == "customer" else blocks(message.text)


BLANK_MESSAGE: Mapping[str, Any] = {
    "seq": "",
    "at": "",
    "at_label": "",
    "sender": "",
    "who": "",
    "markup": Markup(""),
    "links": [],
    "choices": [],
    "source": "",
    "client_msg_id": "",
}


def inbox_row(row: InboxRow, texts: Texts, now: datetime) -> dict[str, Any]:
    waited = now - row.waiting_since
    facts = [texts.language_name(row.language), row.page or row.site, row.reference]
    return {
        "conversation_id": row.conversation_id,
        "state": row.state,
        "state_label": _state_label(row, texts, now),
        "question": row.question or "",
        "language": row.language,
        "reason_label": texts(f"reason.{row.reason}"),
        "facts_label": " · ".join(fact for fact in facts if fact),
        "since": timestamp(row.waiting_since),
        "since_label": texts.moment(row.waiting_since, now),
        "waited": texts.duration(waited),
        "long": row.is_unattended(now)
        or (row.state == "waiting" and waited.total_seconds() >= LONG_WAIT_MINUTES * 60),
        "contact_label": _contact_label(row, texts),
        "last_seq": row.last_seq,
    }


_ROW_FIELDS = (
    "conversation_id state state_label question language reason_label facts_label "
    "since since_label waited long contact_label last_seq"
)
BLANK_ROW: Mapping[str, Any] = dict.fromkeys(_ROW_FIELDS.split(), "")


def queues(rows: Iterable[InboxRow], session: StaffSession, view: View) -> list[dict[str, Any]]:
    """Who waits, whom this person helps, whom others help; in this order."""
    sorted_rows: dict[str, list[dict[str, Any]]] = {"waiting": [], "mine": [], "others": []}
    for row in rows:
        name = _queue(row, session, view.now)
        shown = inbox_row(row, view.texts, view.now)
        sorted_rows[name].append({**shown, "mine": name == "mine"})
    return [{"name": name, "rows": found} for name, found in sorted_rows.items()]


def team_view(
    team: Iterable[Colleague], session: StaffSession, texts: Texts
) -> list[dict[str, Any]]:
    """Who answers customers, and whether she takes chats just now."""
    return [
        {
            "id": each.staff.id,
            "name": each.staff.name,
            "mine": each.staff.id == session.staff.id,
            "state": _presence(each),
            "label": texts(f"team.{_presence(each)}", chats=each.chats),
        }
        for each in team
    ]


def _presence(colleague: Colleague) -> str:
    if colleague.staff.away:
        return "away"
    return "here" if colleague.here else "gone"


def _queue(row: InboxRow, session: StaffSession, now: datetime) -> str:
    if row.state != "waiting" and row.agent_id == session.staff.id:
        return "mine"
    return "waiting" if row.state == "waiting" or row.is_unattended(now) else "others"


def _state_label(row: InboxRow, texts: Texts, now: datetime) -> str:
    if row.is_unattended(now):
        return texts("state.unattended", name=row.agent_name or "")
    if row.state == "agent":
        return texts("state.agent", name=row.agent_name or "")
    if row.position is not None:
        return texts("state.waiting.position", position=row.position)
    return texts("state.left" if row.kind == "message" else f"state.{row.state}")


def _contact_label(row: InboxRow, texts: Texts) -> str:
    if row.kind == "chat":
        return texts("contact.live")
    if row.contact_name:
        return texts("contact.left.name", name=row.contact_name)
    return texts("contact.left")
