"""All actions, built with what they need. Serving them is the app's business."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from rasa_sdk.executor import ActionExecutor

from actions.contact import FIELDS, AskDetail, CancelContact, SaveContact
from actions.contact_form import ValidateContactForm
from actions.entries import ChooseEntry, Repeat
from actions.find_answer import FindAnswer
from actions.read_metadata import CountFailure, ReadOffer
from actions.request_person import RequestPerson
from actions.session import StartSession
from faq_index import LiveIndex


def build_executor(live: LiveIndex, today: Callable[[], date] = date.today) -> ActionExecutor:
    """`today` is the date where the team works; entries may be valid for some time only.

    Instances are registered: rasa-sdk's own scan builds every action without arguments.
    """
    executor = ActionExecutor()
    for action in (
        StartSession(),
        FindAnswer(live, today),
        ChooseEntry(live, today),
        Repeat(live, today),
        ReadOffer(),
        CountFailure(),
        RequestPerson(),
        *(AskDetail(field) for field in FIELDS),
        ValidateContactForm(),
        SaveContact(),
        CancelContact(),
    ):
        executor.register_action(action)
    return executor
