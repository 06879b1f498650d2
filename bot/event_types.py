"""Finds the class of an event by its name at once.

Rasa walks through all classes of events, each time for each event of a conversation that it reads.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Resolve = Callable[..., Any]


def remember_types(event: type[Any]) -> None:
    """Give `rasa.shared.core.events.Event` a lookup that remembers what it found."""
    search: Resolve = event.resolve_by_type
    found: dict[str, Any] = {}

    def resolve_by_type(type_name: str, default: Any = None) -> Any:
        if type_name not in found:
            kind = search(type_name, default)
            # What is not there may come, and another default may be asked for.
            if kind is None or kind is default:
                return kind
            found[type_name] = kind
        return found[type_name]

    event.resolve_by_type = staticmethod(resolve_by_type)  # type: ignore[attr-defined]
