"""The help desk as the web application sees it: one object, every verb of the product.

Every method may raise the errors of `helpdesk.errors`; which ones is said where it is not obvious.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any, Unpack

from helpdesk import (
    access,
    conversations,
    customers,
    feedback,
    handoffs,
    inbox,
    nobody_came,
    packet,
    suggestions,
)
from helpdesk.book import Book
from helpdesk.clock import Clock, utc_now
from helpdesk.conversations import Facts, Opening
from helpdesk.database import Database
from helpdesk.faq_book import FaqBook
from helpdesk.gaps import Gaps
from helpdesk.holdouts import Holdouts
from helpdesk.judging import Judging
from helpdesk.labels import Labels
from helpdesk.outbox import Outbox
from helpdesk.plans import Plans
from helpdesk.push import Hub
from helpdesk.rasa import RasaClient
from helpdesk.ready_replies import ReadyReplies
from helpdesk.reports import Reports
from helpdesk.search import Search
from helpdesk.settings import DeskSettings
from helpdesk.staff import StaffDesk
from helpdesk.teamwork import Teamwork
from helpdesk.turn import OnTurn, Turns, nobody_counts
from helpdesk.types import (
    Conversation,
    InboxRow,
    Message,
    Role,
    Staff,
    StaffSession,
    Started,
)
from helpdesk.wording import Wording

if TYPE_CHECKING:
    from faq_index.live import LiveIndex


class Helpdesk:
    def __init__(
        self,
        db: Database,
        hub: Hub,
        live_index: LiveIndex,
        rasa: RasaClient,
        wording: Wording,
        settings: DeskSettings,
        clock: Clock = utc_now,
        on_turn: OnTurn = nobody_counts,
    ) -> None:
        """`on_turn` is called when a customer's message has been dealt with."""
        self.hub = hub
        self.rasa = rasa
        self.settings = settings
        self._live = live_index
        self._book = Book(db, hub, clock, settings, wording)
        self._turns = Turns(self._book, rasa, live_index, on_turn)
        self.staff = StaffDesk(db, clock, settings)
        self.labels = Labels(db, clock)
        self.gaps = Gaps(db, clock)
        self.faq = FaqBook(db, clock)
        self.outbox = Outbox(db, clock)
        self.judging = Judging(self._book, live_index)
        self.search = Search(self._book)
        self.team = Teamwork(self._book)
        self.reports = Reports(self._book)
        self.plans = Plans(self._book, self.reports)
        self.holdouts = Holdouts(self._book, live_index, self.reports)
        self.ready_replies = ReadyReplies(self._book)

    # Customers

    async def start_conversation(self, *, site: str, **facts: Unpack[Facts]) -> Started:
        """Open a conversation and greet; or, with `resume`, go on with the customer's newest one.

        What the facts are is said in `conversations.Facts`.
        """
        return await conversations.start(self._book, Opening(site, **facts))

    async def identify(self, conversation: Conversation, customer: str) -> Started | None:
        """Note whose it is. Returns an earlier one of hers to go on with instead, or None to stay.
        Conflict when it is another customer's."""
        return await customers.identify(self._book, conversation, customer)

    async def authenticate(self, conversation_id: str, token: str) -> Conversation:
        """NotFound for a wrong id and for a wrong token alike."""
        return await access.conversation(self._book, conversation_id, token)

    async def receive(
        self,
        conversation: Conversation,
        *,
        client_msg_id: str,
        text: str | None = None,
        choice: str | None = None,
    ) -> Message:
        """Commit the customer's message and schedule its turn; return before the bot has thought.

        Exactly one of `text` and `choice` (the id of a shown button). A repeated `client_msg_id`
        (1-64 characters) returns the message stored first. Raises BadInput, and Busy (nothing
        stored) when too many turns are in flight.
        """
        return await conversations.receive(
            self._book, self._turns, conversation, client_msg_id, text, choice
        )

    async def messages(
        self, conversation: Conversation, after: int = 0, limit: int = 500
    ) -> list[Message]:
        """Messages with seq > `after`, oldest first."""
        return await conversations.messages_after(self._book, conversation.id, after, limit)

    async def state(self, conversation: Conversation) -> dict[str, Any]:
        """{"state", "position"?, "wait_minutes"? (waiting), "agent_name"? (agent)}, read anew."""
        return await conversations.state(self._book, conversation.id)

    async def ask_for_person(self, conversation: Conversation) -> dict[str, Any]:
        """The person button. Returns the new state as `state()` does.

        While the team is there the customer waits for a person at once. Outside opening hours the
        dialogue asks for contact details, so the state stays "bot" and messages follow.
        """
        return await handoffs.ask_for_person(self._book, self._turns, conversation)

    async def cancel_handoff(self, conversation: Conversation) -> dict[str, Any]:
        """Stop waiting; harmless when nobody is waited for. Conflict when an agent has joined."""
        return await handoffs.cancel(self._book, conversation)

    async def typing(self, conversation: Conversation) -> None:
        """Show the agent, and nobody else, that the customer is writing."""
        await conversations.typing(self._book, conversation.id)

    async def feedback(self, conversation: Conversation, message_seq: int, helpful: bool) -> None:
        """Judge a shown answer. NotFound for a number that is no answer of this conversation.

        "Did not help" on the newest answer makes the bot offer a person.
        """
        await feedback.judge(self._book, self._live, conversation, message_seq, helpful)

    async def survey(
        self,
        conversation: Conversation,
        csat: int,
        nps: int | None = None,
        comment: str | None = None,
    ) -> None:
        """csat 1-5, nps 0-10, comment up to 2,000 characters. The last one sent counts."""
        await feedback.survey(self._book, conversation, csat, nps, comment)

    async def suggestions(self, q: str, language: str | None) -> list[dict[str, str]]:
        """Typeahead: [{"faq_id", "question"}], at most five."""
        return suggestions.typed(self._book, self._live, q, language)

    async def starters(self, site: str, language: str | None) -> list[dict[str, str]]:
        """At most four questions to begin with, shaped like suggestions."""
        return suggestions.starters(self._book, self._live, site, language)

    # Running

    async def resume_unanswered(self) -> int:
        """At start: answer messages whose turn never finished. Returns how many."""
        return await self._turns.resume()

    async def close_unattended(self) -> int:
        """Close chats nobody took in `give_up_waiting_after` since the team was there."""
        return await nobody_came.close_unattended(self._book)

    async def tell_late(self) -> int:
        """Be honest with those to whom nobody came in the promised time."""
        return await nobody_came.tell_late(self._book)

    async def idle(self) -> None:
        """Wait until no turn is being worked on."""
        await self._turns.idle()

    @property
    def turns_in_flight(self) -> int:
        return self._turns.in_flight

    async def stop(self) -> None:
        """Stop thinking; messages without an answer are resumed at the next start."""
        await self._turns.stop()
        await self._book.settled()

    # Staff: who they are

    async def sign_in(self, login: str, password: str) -> tuple[Staff, str, str]:
        """(staff, session token, csrf). NotAllowed, or TooMany after repeated failures."""
        return await self.staff.sign_in(login, password)

    async def session(self, token: str) -> StaffSession | None:
        """None for an unknown or expired token. Also notes when the person was last seen."""
        return await self.staff.session(token)

    async def sign_out(self, token: str) -> None:
        await self.staff.sign_out(token)

    async def add_staff(self, login: str, name: str, role: Role, password: str) -> Staff:
        """Conflict when the login is taken; BadInput for a password under 10 characters."""
        return await self.staff.add(login, name, role, password)

    # Staff: the console. Who may call what is checked here: agent, lead, admin

    async def inbox(self, states: Sequence[str] = ("waiting", "agent")) -> list[InboxRow]:
        """Handoffs in these states, longest waiting first."""
        return await inbox.rows(self._book, states)

    async def handoff_packet(self, conversation_id: str) -> dict[str, Any]:
        """All an agent needs (see `helpdesk.packet`). NotFound when it was never handed off."""
        return await packet.handoff_packet(self._book, self._live, conversation_id)

    async def conversation(self, conversation_id: str) -> Conversation:
        return await conversations.get(self._book, conversation_id)

    async def transcript(self, conversation_id: str) -> list[Message]:
        return await conversations.transcript(self._book, conversation_id)

    async def claim(self, conversation_id: str, staff: Staff) -> InboxRow:
        """Exactly one of many wins; the others get Conflict naming the winner."""
        return await handoffs.claim(self._book, conversation_id, staff)

    async def release(self, conversation_id: str, staff: Staff) -> InboxRow:
        """Put it back into the queue, at its old place. NotAllowed when another person owns it."""
        return await handoffs.release(self._book, conversation_id, staff)

    async def agent_message(
        self, conversation_id: str, staff: Staff, client_msg_id: str, text: str
    ) -> Message:
        """Idempotent like `receive`. NotAllowed unless this person owns the conversation."""
        return await handoffs.agent_message(self._book, conversation_id, staff, client_msg_id, text)

    async def give_back(self, conversation_id: str, staff: Staff) -> InboxRow:
        """End a person's chat and let the bot go on with it."""
        return await handoffs.give_back(self._book, conversation_id, staff)

    async def close(
        self, conversation_id: str, staff: Staff, resolution: str = "solved"
    ) -> InboxRow:
        """End all its requests; `resolution` is one of RESOLUTIONS. A waiting one may be closed
        by any agent, an owned one by its owner, a lead or an admin."""
        return await handoffs.close(self._book, conversation_id, staff, resolution)


RESOLUTIONS: Collection[str] = handoffs.RESOLUTIONS
