"""What customers asked in vain: no answer, one that did not help, or a person had to take over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from helpdesk.clock import Clock
from helpdesk.database import Connection, Database
from helpdesk.errors import BadInput
from helpdesk.masking import masked
from helpdesk.store import gaps as store
from helpdesk.store.gaps import Contact, Dismissal

if TYPE_CHECKING:
    from helpdesk.types import Staff

Reason = Literal["unanswered", "rejected", "handed_off"]
# The last one counts most: it cost an agent's time.
REASONS: tuple[Reason, ...] = ("unanswered", "rejected", "handed_off")
LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class Vain:
    """A question in vain, its personal data masked. `customer` only tells customers apart;
    `entry_id` is the entry that the team says should have answered; `reply` what an agent wrote."""

    question: str
    language: str
    at: datetime
    reason: Reason
    conversation_id: str
    seq: int
    customer: str
    is_complaint: bool = False
    agent_minutes: float = 0.0
    entry_id: str | None = None
    reply: str | None = None


class Gaps:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    def now(self) -> datetime:
        return self._clock()

    async def asked_in_vain(self, since: datetime, until: datetime) -> list[Vain]:
        """Every such question of real customers that was asked in the time, oldest first."""

        def work(connection: Connection) -> list[Vain]:
            named = store.named_by_team(connection)
            found = [
                vain
                for contact in store.contacts(connection, since, until)
                for vain in in_vain(contact, named)
            ]
            return sorted(
                (vain for vain in found if since <= vain.at < until),
                key=lambda vain: (vain.at, vain.conversation_id, vain.seq),
            )

        return await self._db.read(work)

    async def dismissals(self) -> list[Dismissal]:
        return await self._db.read(store.dismissals)

    async def dismiss(
        self, language: str, questions: Sequence[tuple[str, str]], reason: str, staff: Staff
    ) -> None:
        """Leave these (key, question) unanswered, and say why. BadInput without a reason."""
        why = reason.strip()
        if not 0 < len(why) <= LONGEST_REASON:
            raise BadInput(f"reason must have 1 to {LONGEST_REASON} characters.")
        if not questions:
            raise BadInput("keys names no question.")
        now = self._clock()
        rows = [Dismissal(language, key, text, why, now, staff.id) for key, text in questions]
        await self._db.write(lambda connection: store.dismiss(connection, rows))

    async def places(self) -> dict[tuple[str, str], str]:
        """Where the team put a question, by its language and key."""
        return await self._db.read(store.places)

    async def place(self, language: str, keys: Sequence[str], place: str) -> None:
        """Put questions together, apart from all others."""
        await self._db.write(lambda link: store.put(link, language, dict.fromkeys(keys, place)))

    async def reopen(self, language: str, keys: Sequence[str]) -> None:
        await self._db.write(lambda connection: store.reopen(connection, language, keys))


def in_vain(contact: Contact, named: dict[tuple[str, int], str]) -> list[Vain]:
    """The questions of one episode that were not answered, each once with its weightiest reason."""
    reasons: dict[int, Reason] = {}
    behind: dict[int, int] = {}
    complaints: set[int] = set()
    asked: int | None = None
    for event in contact.log:
        data = event.data
        match event.type:
            case "decided" if data["kind"] == "chosen":
                # She found what she meant among the choices.
                if asked is not None:
                    reasons.pop(asked, None)
                    behind[data["shown"] or 0] = asked
            case "decided":
                asked = int(data["seq"])
                if data["kind"] == "no_answer":
                    reasons[asked] = "unanswered"
                elif data["shown"] is not None:
                    behind[data["shown"]] = asked
            case "confirmed" if asked is not None:
                reasons.pop(asked, None)
            case "rejected" | "not_helpful" if asked is not None:
                reasons[asked] = "rejected"
            case "feedback":
                about = behind.get(data["seq"])
                if about is not None and data["helpful"]:
                    reasons.pop(about, None)
                elif about is not None:
                    reasons[about] = "rejected"
            case "complaint":
                complaints.add(data["seq"])
            case "handoff_requested" if asked is not None:
                reasons[asked] = "handed_off"
    handed = [seq for seq, reason in reasons.items() if reason == "handed_off"]
    share = contact.agent_minutes / len(handed) if handed else 0.0
    reply = max(contact.agent_said, key=len, default=None) if handed else None
    return [
        Vain(
            question=masked(contact.said[seq][0]),
            language=contact.language,
            at=contact.said[seq][1],
            reason=reason,
            conversation_id=contact.conversation_id,
            seq=seq,
            customer=contact.customer,
            is_complaint=seq in complaints,
            agent_minutes=share if reason == "handed_off" else 0.0,
            entry_id=named.get((contact.conversation_id, seq)),
            reply=masked(reply) if reply and reason == "handed_off" else None,
        )
        for seq, reason in sorted(reasons.items())
        if seq in contact.said
    ]
