"""What a customer does before anybody thinks: open, write, press, read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypedDict, get_args

from helpdesk import customers, queue
from helpdesk.asked import Asked, just_written
from helpdesk.book import Book
from helpdesk.database import Connection
from helpdesk.errors import BadInput, NotFound
from helpdesk.ids import hash_token, new_id, new_token
from helpdesk.push import Push, conversation_topic
from helpdesk.sheet import Draft, Sheet
from helpdesk.store import conversations, messages
from helpdesk.store import state as store_state
from helpdesk.text import clean, neutralise
from helpdesk.types import Conversation, Message, Started, Traffic

if TYPE_CHECKING:
    from helpdesk.turn import Turns

# These make sense for as long as the episode lasts; the others answer one question of the bot.
_LASTING = ("/choose_entry", "/ask_for_person")


class Facts(TypedDict, total=False):
    """What may be known when a conversation is opened.

    `language` may be a tag such as "ja-JP"; one we do not speak becomes the default language.
    `visitor` is the widget's own stable id of the browser, if it has one: it links episodes.
    `customer` is her id at the site; the caller has made sure that it is she.
    `channel`: where she writes, for the reports.
    """

    language: str | None
    page: str | None
    visitor: str | None
    customer: str | None
    resume: bool
    traffic: Traffic
    channel: str


@dataclass(frozen=True, slots=True)
class Opening:
    """A site and the facts, those that are not known filled in."""

    site: str
    language: str | None = None
    page: str | None = None
    visitor: str | None = None
    customer: str | None = None
    resume: bool = False
    traffic: Traffic = "customer"
    channel: str = "widget"


async def start(book: Book, opening: Opening) -> Started:
    if opening.traffic not in get_args(Traffic):
        raise BadInput(f"traffic must be one of {', '.join(get_args(Traffic))}.")
    conversation = Conversation(
        id=new_id(),
        site=_short(opening.site, "site", 100) or "",
        language=speak(book, opening.language),
        page=_short(opening.page, "page", 2000),
        visitor=_short(opening.visitor, "visitor", 100),
        traffic=opening.traffic,
        state="bot",
        agent_id=None,
        created_at=book.clock(),
        last_seq=0,
        customer=opening.customer,
        channel=_short(opening.channel, "channel", 20) or "widget",
    )
    earlier = await customers.resume(book, conversation) if opening.resume else None
    return earlier or await _open(book, conversation)


async def _open(book: Book, conversation: Conversation) -> Started:
    token = new_token()

    def transaction(connection: Connection) -> tuple[Conversation, Message]:
        conversations.add(connection, conversation, hash_token(token))
        sheet = Sheet(
            connection, conversation, book.settings, book.wording, conversation.created_at
        )
        own = book.settings.rules_of(conversation.site).greeting.get(conversation.language)
        hello = own or sheet.text("greeting", team_name=book.settings.team_name)
        greeting = sheet.say(Draft("bot", "text", hello))
        return conversations.get(connection, conversation.id) or conversation, greeting

    stored, greeting = await book.insert(transaction)
    return Started(stored, token, [greeting])


def speak(book: Book, tag: str | None) -> str:
    """The language of ours for a tag such as "ja-JP"; the default for one we do not speak."""
    languages = book.settings.languages
    wanted = (tag or "").replace("_", "-").lower()
    for candidate in (wanted, wanted.partition("-")[0]):
        for language in languages:
            if language.lower() == candidate:
                return language
    return book.settings.default_language


async def receive(
    book: Book,
    turns: Turns,
    conversation: Conversation,
    client_msg_id: str,
    text: str | None,
    choice: str | None,
) -> Message:
    check_client_id(client_msg_id)
    if (text is None) == (choice is None):
        raise BadInput("Send either text or choice.")
    words = None if text is None else customer_text(text, book.settings.max_text)
    with turns.reserve(conversation) as slot:
        message, who, asked = await book.write(
            conversation.id, lambda sheet: _accept(sheet, client_msg_id, words, choice)
        )
        if who == "bot":
            turns.schedule(conversation.id, slot, asked)
        elif who == "person":
            turns.finished("person", message)
    return message


def check_client_id(client_msg_id: str) -> None:
    if not 1 <= len(client_msg_id) <= 64 or not client_msg_id.isprintable():
        raise BadInput("client_msg_id must have 1 to 64 printable characters.")


def customer_text(text: str, longest: int) -> str:
    words = clean(text)
    if not neutralise(words):
        raise BadInput("text is empty.")
    if len(words) > longest:
        raise BadInput(f"text is too long (at most {longest} characters).")
    return words


def _accept(
    sheet: Sheet, client_msg_id: str, words: str | None, choice: str | None
) -> tuple[Message, Literal["bot", "person", "done"], Asked | None]:
    """Store once. The second value says who has to think about it, nobody about a repeat; the third
    is there for the bot when no other message of the customer waits for an answer before it."""
    repeated = messages.by_client_id(sheet.connection, sheet.id, client_msg_id)
    if repeated is not None:
        return repeated, "done", None
    is_next = sheet.conversation.customer_seq <= sheet.conversation.answered_seq
    pressed: Mapping[str, Any] | None = None
    if choice is not None:
        words, pressed = _pressed(sheet, choice)
    if sheet.conversation.state == "closed":
        sheet.move("bot")
    message = sheet.customer_says(words or "", client_msg_id, pressed)
    if sheet.conversation.state == "waiting" and (pressed or {}).get("later"):
        queue.leave(sheet)
    if sheet.conversation.state == "bot":
        return message, "bot", just_written(sheet, message, pressed) if is_next else None
    _to_people(sheet, message, pressed)
    return message, "person", None


def _pressed(sheet: Sheet, choice: str) -> tuple[str, Mapping[str, Any]]:
    found = messages.find_choice(sheet.connection, sheet.id, choice)
    if found is None:
        raise BadInput("choice is unknown.")
    here = sheet.episode is not None and found.episode_id == sheet.episode.id
    lasting = str(found.meaning["send"]).startswith(_LASTING)
    answers_last = found.current and not sheet.episode_is_over
    if not here or not (answers_last or lasting):
        raise BadInput("choice has expired, please write a message instead.")
    return found.label, found.meaning


def _to_people(sheet: Sheet, message: Message, pressed: Mapping[str, Any] | None) -> None:
    """A person is waited for or at work: the bot keeps quiet, but buttons still work."""
    conversations.set_answered(sheet.connection, sheet.id, message.seq)
    news = {"conversation_id": sheet.id, "message": message.as_json()}
    sheet.publish_inbox(Push("message", news))
    if sheet.conversation.state != "waiting" or pressed is None:
        return
    if pressed["send"] == "/cancel":
        queue.withdraw(sheet)
    elif pressed["send"] in ("/ask_for_person", "/affirm"):
        sheet.tell("already_waiting", kind="handoff")


async def messages_after(book: Book, conversation_id: str, after: int, limit: int) -> list[Message]:
    if after < 0 or not 1 <= limit <= 1000:
        raise BadInput("after must be 0 or more, limit 1 to 1000.")
    return await book.read(lambda c: messages.after(c, conversation_id, after, limit))


async def transcript(book: Book, conversation_id: str) -> list[Message]:
    await get(book, conversation_id)
    return await book.read(lambda c: messages.after(c, conversation_id, 0, None))


async def get(book: Book, conversation_id: str) -> Conversation:
    found = await book.read(lambda c: conversations.get(c, conversation_id))
    if found is None:
        raise NotFound("There is no such conversation.")
    return found


async def state(book: Book, conversation_id: str) -> dict[str, Any]:
    def read(connection: Connection) -> dict[str, Any]:
        conversation = conversations.get(connection, conversation_id)
        if conversation is None:
            raise NotFound("There is no such conversation.")
        return store_state.state_of(connection, conversation, book.clock())

    return await book.read(read)


async def typing(book: Book, conversation_id: str) -> None:
    """Nothing happens while the bot has the conversation: it does not watch her write."""
    if (await state(book, conversation_id))["state"] in ("waiting", "agent"):
        topic = conversation_topic(conversation_id)
        book.publish(topic, Push("typing", {"from": "customer"}))


def _short(value: str | None, name: str, longest: int) -> str | None:
    if value is None:
        return None
    if len(value) > longest:
        raise BadInput(f"{name} is too long (at most {longest} characters).")
    return clean(value) or None
