"""Invented history: for the demo, for load, and for tests. Marked as such wherever it is shown.

`plot.contacts` invents what customers, bot and agents did, as the events and messages the desk
itself would have written; `helpdesk.store.history` stores them.
"""

from helpdesk.history.made import MadeContact, MadeHandoff, Subject
from helpdesk.history.plot import Plot, contacts

__all__ = ["MadeContact", "MadeHandoff", "Plot", "Subject", "contacts"]
