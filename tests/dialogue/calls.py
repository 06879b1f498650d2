"""Calls of the action protocol, as Rasa makes them, to the actions as the app serves them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from actions.executor import build_executor
from tests.dialogue.scripted_index import ScriptedLive

TODAY = date(2026, 11, 23)
METADATA: Mapping[str, Any] = {
    "language": "en",
    "previous": None,
    "failures": 0,
    "staffed": True,
    "offered": None,
    "page": None,
}


@dataclass(frozen=True)
class Outcome:
    payloads: list[dict[str, Any]]
    events: list[dict[str, Any]]

    @property
    def slots(self) -> dict[str, Any]:
        return {e["name"]: e["value"] for e in self.events if e["event"] == "slot"}


@dataclass
class Actions:
    live: ScriptedLive = field(default_factory=ScriptedLive)

    async def run(
        self,
        action: str,
        text: str = "",
        *,
        intent: str = "question",
        confidence: float = 1.0,
        entities: Mapping[str, str] | None = None,
        slots: Mapping[str, Any] | None = None,
        **metadata: Any,
    ) -> Outcome:
        """What one action says and sets, for a message with this metadata."""
        message = {
            "text": text,
            "intent": {"name": intent, "confidence": confidence},
            "entities": [{"entity": k, "value": v} for k, v in (entities or {}).items()],
            "metadata": {**METADATA, **metadata},
        }
        call = {
            "next_action": action,
            "tracker": {
                "sender_id": "c1",
                "slots": dict(slots or {}),
                "latest_message": message,
                "events": [],
                "active_loop": {},
                "latest_action_name": None,
                "paused": False,
                "followup_action": None,
            },
            "domain": DOMAIN,
        }
        executor = build_executor(self.live, lambda: TODAY)  # type: ignore[arg-type]
        result = await executor.run(call)
        assert result is not None
        return Outcome([r["custom"] for r in result.responses], result.events)

    async def fill(
        self, field_name: str, value: str, intent: str = "question", confidence: float = 1.0
    ) -> Outcome:
        """The form asked for one detail and this came back."""
        return await self.run(
            "validate_contact_form",
            value,
            intent=intent,
            confidence=confidence,
            slots={"requested_slot": field_name},
        )


DOMAIN: Mapping[str, Any] = {
    "forms": {
        "contact_form": {"required_slots": ["contact_name", "contact_email", "contact_message"]}
    },
    "slots": {},
}
