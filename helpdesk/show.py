"""From what the dialogue means to what the customer sees, and what the book remembers of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from helpdesk import queue
from helpdesk.asked import Asked
from helpdesk.banners import is_for, text_in
from helpdesk.holdout import OtherAnswer
from helpdesk.replies import BotReply, Decided
from helpdesk.sheet import Button, Draft, Sheet
from helpdesk.store import banners as store_banners
from helpdesk.store import episodes
from helpdesk.types import Kind, Link, Message, Reason

if TYPE_CHECKING:
    from faq_index import Entry, FaqIndex

_OF_AN_OFFER: frozenset[Reason] = frozenset({"asked_for_person", "low_confidence", "not_helpful"})

INTENTS: Mapping[str, tuple[str, str]] = {
    "person": ("choice_person", "/ask_for_person"),
    "no_person": ("choice_no_person", "/deny"),
    "yes": ("choice_yes", "/affirm"),
    "no": ("choice_no", "/deny"),
    "none": ("choice_none", "/none_of_these"),
    "cancel": ("choice_cancel", "/cancel"),
}


def show(sheet: Sheet, asked: Asked, replies: list[BotReply], index: FaqIndex) -> list[str]:
    """Write the replies into the book. Returns the names of what was said, for the log."""
    return _Showing(sheet, asked, index).all(replies)


class _Showing:
    def __init__(self, sheet: Sheet, asked: Asked, index: FaqIndex) -> None:
        self.sheet = sheet
        self.asked = asked
        self.index = index
        self.before = sheet.context
        self.reason = self._reason_so_far()

    def all(self, replies: list[BotReply]) -> list[str]:
        self.sheet.remember(offered=None, offer_reason=None, form=None)
        if self.asked.intent == "/none_of_these":
            self._reject()
        said = [name for reply in replies for name in self._one(reply)]
        if self.sheet.context.form is None:
            self.sheet.remember(form_reason=None)
        return said

    def _one(self, reply: BotReply) -> list[str]:
        if reply.record:
            self._record(reply.record)
        if reply.decision:
            self._decide(reply.decision, reply.choices if not reply.say else ())
        if reply.handoff:
            queue.join(self.sheet, self._refined(reply.handoff), reply.say)
        elif reply.contact:
            reason = self.before.form_reason or self.reason or "asked_for_person"
            queue.leave_contact(self.sheet, reply.contact, reason)  # type: ignore[arg-type]
        elif reply.form:
            self._ask_contact(reply)
        elif reply.say:
            self._say(reply)
        names = (
            reply.say,
            reply.decision and f"decision:{reply.decision.kind}",
            reply.handoff and "handoff",
            reply.contact and "contact",
            reply.form,
        )
        return [name for name in names if name]

    def _record(self, record: str) -> None:
        self.sheet.note(record, seq=self.asked.message.seq)
        if record == "complaint":
            self.reason = "complaint"

    def _reject(self) -> None:
        context = self.sheet.context
        self.sheet.note("rejected", seq=self.asked.message.seq, offered=list(context.suggested))
        self.sheet.remember(failures=context.failures + 1, suggested=())

    # Answers

    def _decide(self, decision: Decided, extra: tuple[str, ...]) -> None:
        shown: int | None = None
        kind = decision.kind
        if kind == "answer" and decision.candidates[0].confidence is None:
            # Not searched for: "say that again" is no new question.
            kind = "chosen"
        if kind != "chosen" and not self.asked.pressed:
            self._remember_question()
            self._announce(decision)
        if decision.kind in ("answer", "chosen"):
            shown = self._answer(decision, extra).seq
        elif decision.kind == "suggest":
            self._suggest(decision, extra)
        else:
            self.sheet.remember(failures=self.sheet.context.failures + 1, suggested=())
        self._stamp(self._entry(decision.candidates[0].faq_id) if shown else None)
        self.sheet.note(
            "decided",
            seq=self.asked.message.seq,
            kind=kind,
            language=decision.language,
            candidates=[candidate.as_json() for candidate in decision.candidates],
            offered=list(decision.offered),
            faq_id=decision.candidates[0].faq_id if shown else None,
            topic=self._entry(decision.candidates[0].faq_id).topic if shown else None,
            shown=shown,
        )

    def _stamp(self, shown: Entry | None) -> None:
        """Which arm of a running holdout this contact belongs to, with its first decision; where an
        answer is tried, with the first time that its entry is shown."""
        holdout, episode = self.asked.holdout, self.sheet.episode
        if holdout is None or episode is None:
            return
        other = holdout.other
        if not isinstance(other, OtherAnswer) or (
            shown is not None and other.is_of(shown.id, shown.language)
        ):
            mark = holdout.mark(holdout.arm_of(self.asked.person))
            episodes.set_holdout(self.sheet.connection, episode.id, mark)

    def _remember_question(self) -> None:
        words = self.asked.message.text
        self.sheet.remember(question=words)
        if self.sheet.episode and self.sheet.episode.first_question is None:
            episodes.set_first_question(self.sheet.connection, self.sheet.episode.id, words)

    def _announce(self, decision: Decided) -> None:
        """What is wrong just now comes before the answer, once in a contact."""
        for banner in store_banners.active(self.sheet.connection, self.sheet.now):
            told = self.sheet.context.banners
            if banner.id not in told and is_for(
                banner, self.asked.message.text, self._topics(decision)
            ):
                text = text_in(banner, self.asked.language)
                self.sheet.say(Draft("bot", "text", text))
                self.sheet.remember(banners=(*told, banner.id))
                self.sheet.note("banner_shown", seq=self.asked.message.seq, banner=banner.id)

    def _topics(self, decision: Decided) -> set[str]:
        """Of what is answered or offered."""
        likely = decision.offered or [each.faq_id for each in decision.candidates[:1]]
        named = () if decision.kind == "no_answer" else likely
        return {self._entry(faq_id).topic for faq_id in named}

    def _answer(self, decision: Decided, extra: tuple[str, ...]) -> Message:
        best = decision.candidates[0]
        entry = self._entry(best.faq_id)
        if entry.handoff == "always":
            self.reason = "entry_requires_person"
        if entry.handoff == "never":
            extra = tuple(name for name in extra if name != "person")
        message = self.sheet.say(
            Draft(
                "bot",
                "answer",
                self.asked.answer_of(entry),
                faq_id=entry.id,
                confidence=best.confidence,
                buttons=self._buttons(extra),
                links=tuple(Link(link.title, link.url) for link in entry.links),
            )
        )
        self.sheet.remember(
            previous=entry.id,
            failures=0,
            offered="helped",
            shown=message.seq,
            suggested=(),
        )
        if decision.kind == "answer" and best.confidence is not None and not self.asked.pressed:
            self._answered(entry)
        return message

    def _answered(self, entry: Entry) -> None:
        """Who asks the same again was not helped by the answer: a person is offered with it."""
        before = self.sheet.context.answered
        if entry.id not in before:
            self.sheet.remember(answered=(*before, entry.id))
            return
        if entry.handoff != "offer":
            return
        self._offer_person("repeated_question")
        text = self.sheet.text("same_answer_again")
        buttons = self._buttons(("person", "no_person"))
        self.sheet.say(Draft("bot", "choices", text, buttons=buttons))

    def _suggest(self, decision: Decided, extra: tuple[str, ...]) -> None:
        entries = [self._entry(faq_id) for faq_id in decision.offered]
        buttons = tuple(
            Button(entry.question, {"send": f'/choose_entry{{"entry": "{entry.id}"}}'})
            for entry in entries
        )
        text = self.sheet.text("did_you_mean")
        buttons += self._buttons(("none", *extra))
        self.sheet.say(Draft("bot", "choices", text, buttons=buttons))
        self.sheet.remember(suggested=decision.offered)

    def _entry(self, faq_id: str) -> Entry:
        entry = self.index.entry(faq_id, self.asked.language)
        if entry is None:
            raise LookupError(f"there is no entry {faq_id}")
        return entry

    # Everything else

    def _say(self, reply: BotReply) -> None:
        key, choices = reply.say or "", reply.choices
        if reply.record == "not_helpful" and not self._person_allowed():
            key, choices = "not_helpful_rephrase", ()
        text = queue.say(self.sheet, key)
        kind: Kind = "choices" if choices else "text"
        if "person" in choices:
            self._offer_person("not_helpful" if key == "not_helpful" else "low_confidence")
        self.sheet.say(Draft("bot", kind, text, buttons=self._buttons(choices)))

    def _offer_person(self, reason: Reason) -> None:
        self.sheet.remember(offered="person", offer_reason=reason)
        self.sheet.note("person_offered", reason=reason)

    def _person_allowed(self) -> bool:
        """An entry that never hands over does not either when its answer did not help."""
        previous = self.before.previous
        entry = self.index.entry(previous, self.asked.language) if previous else None
        return entry is None or entry.handoff != "never"

    def _ask_contact(self, reply: BotReply) -> None:
        if self.before.form is None:
            reason = self.reason or "asked_for_person"
            self.sheet.remember(form_reason=reason)
            self.sheet.note("person_asked", reason=reason)
            if self.sheet.episode:
                episodes.set_handoff_reason(self.sheet.connection, self.sheet.episode.id, reason)
        keys = [key for key in (reply.problem, reply.say or f"ask_{reply.form}") if key]
        text = "\n".join(queue.say(self.sheet, key) for key in dict.fromkeys(keys))
        self.sheet.remember(form=reply.form, offered=None, offer_reason=None)
        self.sheet.say(Draft("bot", "form", text, buttons=self._buttons(("cancel",))))

    def _buttons(self, names: tuple[str, ...]) -> tuple[Button, ...]:
        return tuple(self._button(name) for name in dict.fromkeys(names))

    def _button(self, name: str) -> Button:
        label, send = INTENTS[name]
        meaning = {"send": send}
        if name == "person":
            reason = self.sheet.context.offer_reason or self.before.offer_reason
            meaning["reason"] = reason or "asked_for_person"
        return Button(self.sheet.text(label), meaning)

    def _reason_so_far(self) -> Reason | None:
        """Why the customer comes to want a person, when it was offered before."""
        pressed = (self.asked.pressed or {}).get("reason")
        return pressed or self.before.offer_reason  # type: ignore[return-value]

    def _refined(self, reason: Reason) -> Reason:
        """Why a person was offered is known here; the dialogue can only guess it."""
        if reason in _OF_AN_OFFER and self.reason is not None:
            return self.reason
        return reason
