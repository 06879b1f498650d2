"""Questions of the past, to ask them again of another state of the FAQ."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from helpdesk.database import Connection
from helpdesk.masking import masked
from helpdesk.store import questions as store


def past_questions(connection: Connection, since: datetime) -> list[tuple[str, str, int]]:
    """(question, language, how often), personal data masked, the most frequent first."""
    found = Counter[tuple[str, str]]()
    for text, language, times in store.searched(connection, since):
        found[masked(text), language] += times
    ordered = sorted(found.items(), key=lambda item: (-item[1], item[0]))
    return [(text, language, times) for (text, language), times in ordered]
