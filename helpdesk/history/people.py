"""What people do in invented history: they come or not, write, close, and are rated."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from helpdesk.durations import handle_seconds
from helpdesk.history.made import MadeContact, MadeHandoff, random_id
from helpdesk.history.words import WORDS
from helpdesk.ids import new_reference
from helpdesk.store.events import PEOPLES_WORK
from helpdesk.types import Reason, Staff

DAY_STARTS, DAY_ENDS = 9, 21


def to_person(made: MadeContact, zone: ZoneInfo, agents: Sequence[Staff], reason: Reason) -> None:
    """A person is asked for: who comes, and how it ends. At night, or without agents, nobody."""
    made.wait(4, 60)
    hour = made.now.astimezone(zone).hour
    handoff = MadeHandoff(
        id=random_id(made.random),
        kind="chat",
        state="closed",
        reason=reason,
        question=made.messages[-1].text if made.messages[-1].sender == "customer" else _asked(made),
        reference=new_reference(),
        requested_at=made.now,
    )
    made.handoff = handoff
    if not agents or not DAY_STARTS <= hour < DAY_ENDS:
        _leave_contact(made, handoff)
        return
    made.note("handoff_requested", handoff_id=handoff.id, kind="chat", reason=reason)
    made.say("bot", "handoff", WORDS[made.language].handing_over)
    if made.random.random() < 0.07:
        _give_up(made, handoff)
    else:
        _helped(made, agents, handoff)


def _asked(made: MadeContact) -> str:
    return next(m.text for m in reversed(made.messages) if m.sender == "customer")


def _leave_contact(made: MadeContact, handoff: MadeHandoff) -> None:
    """At night: two of three leave their details, the others go."""
    made.note("person_asked", reason=handoff.reason)
    if made.random.random() < 1 / 3:
        made.handoff = None
        return
    made.wait(30, 120)
    handoff.kind, handoff.requested_at = "message", made.now
    handoff.contact = {"name": "Demo", "email": "demo@example.com", "message": handoff.question}
    made.note("handoff_requested", handoff_id=handoff.id, kind="message", reason=handoff.reason)
    made.note("contact_left", handoff_id=handoff.id)
    made.say("system", "handoff", WORDS[made.language].contact_saved)
    handoff.closed_at = made.now + timedelta(hours=made.random.uniform(8, 20))
    handoff.resolution = "answered_elsewhere"


def _give_up(made: MadeContact, handoff: MadeHandoff) -> None:
    made.wait(240, 1500)
    handoff.state, handoff.closed_at = "cancelled", made.now
    made.note("handoff_cancelled", handoff_id=handoff.id)


def _helped(made: MadeContact, agents: Sequence[Staff], handoff: MadeHandoff) -> None:
    random, words = made.random, WORDS[made.language]
    agent = random.choice(agents)
    made.now += timedelta(seconds=min(2400.0, random.lognormvariate(4.6, 0.8)))
    handoff.claimed_at, handoff.agent = made.now, agent
    handoff.time_to_person = (made.now - handoff.requested_at).total_seconds()
    made.note("handoff_claimed", handoff_id=handoff.id, agent_id=agent.id)
    for turn in range(random.randint(1, 4)):
        made.wait(15, 100)
        seq = made.say("agent", "text", random.choice(words.agent), agent=agent)
        made.note("agent_message", seq=seq, agent_id=agent.id)
        if turn == 0:
            handoff.first_response = (made.now - handoff.requested_at).total_seconds()
        if random.random() < 0.7:
            made.wait(10, 120)
            seq = made.say("customer", "text", random.choice(words.customer))
            made.note("received", seq=seq)
    made.wait(5, 200)
    handoff.closed_at = made.now
    handoff.resolution = random.choices(("solved", "unattended", "spam"), (92, 6, 2))[0]
    made.note(
        "handoff_closed",
        handoff_id=handoff.id,
        agent_id=agent.id,
        resolution=handoff.resolution,
    )
    handoff.handle_time = handle_seconds(e for e in made.events if e.type in PEOPLES_WORK)
    if handoff.resolution == "solved":
        _rate(made, handoff.time_to_person)


def _rate(made: MadeContact, waited: float) -> None:
    """A third answers; who waited long is less pleased."""
    random = made.random
    made.note("survey_asked")
    made.say("system", "survey", WORDS[made.language].chat_closed)
    if random.random() > 0.35:
        return
    made.wait(5, 60)
    weights = (2, 3, 8, 35, 52) if waited < 180 else (8, 12, 25, 35, 20)
    made.csat = random.choices((1, 2, 3, 4, 5), weights)[0]
    made.nps = min(10, max(0, 2 * made.csat + random.choice((-2, -1, 0, 0))))
    made.note("survey", csat=made.csat, nps=made.nps, comment=None)
