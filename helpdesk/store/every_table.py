"""All tables at once: who needs every one takes the metadata from here."""

from __future__ import annotations

from helpdesk.store import faq_tables, report_tables, team_tables
from helpdesk.store.tables import metadata

__all__ = ["faq_tables", "metadata", "report_tables", "team_tables"]
