"""A draft before it is published: what it changes, and what customers would notice of it."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from faq_index.changes import Golden, Said
from faq_index.errors import FaqIndexError
from helpdesk.errors import AppError, BadInput, Conflict, NotAllowed
from helpdesk.faq_book import FaqBook
from helpdesk.versions import LONGEST_WHY
from web_widget.staff.access import signed_in
from web_widget.staff.faq_routes import place_of
from web_widget.staff.faq_view import difference
from web_widget.staff.forms import read_form
from web_widget.staff.impact_view import impact_view, said_in_words
from web_widget.staff.pages import Pages
from web_widget.staff.routing import Localised
from web_widget.staff.texts import Texts
from web_widget.staff.two_parts import in_two_parts
from web_widget.workshop.desk import Plan, Workshop
from web_widget.workshop.impact import Impacts
from web_widget.workshop.publishing import GoldenBroken, publish


def add_faq_review_routes(
    router: APIRouter, pages: Pages, workshop: Workshop, book: FaqBook, impacts: Impacts
) -> None:
    @router.get("/faqs/{language}/{entry_id}/review")
    async def faq_review_page(request: Request, language: str, entry_id: str) -> Response:
        draft = await workshop.draft(entry_id, language)
        plan = await workshop.plan(draft)
        staff, texts = signed_in(request).staff, pages.texts_for(request)
        shown: dict[str, Any] = {
            "section": "faqs",
            "plan": plan,
            "draft": draft,
            "entry_id": entry_id,
            "language": language,
            "changes": difference(plan.theirs, plan.wanted),
            "both": [
                {"name": name, "theirs": difference(plan.base, plan.theirs)}
                for name in plan.contradicting
            ],
            "theirs": {each["name"]: each["pieces"] for each in difference(plan.base, plan.theirs)},
            "place": place_of(entry_id, language),
            "may_publish": not (workshop.needs_review and draft.staff_id == staff.id),
            "needs_review": workshop.needs_review,
            "why": LONGEST_WHY,
            "impact": None,
        }
        if not plan.can_be_published:
            return pages.render(request, "faq_review.html", **shown, is_begun=False, failed="")

        async def find() -> dict[str, Any]:
            found = await impacts.of(plan.entries)
            return {"impact": impact_view(found, questions_of(plan), texts)}

        return in_two_parts(pages, request, "faq_review.html", shown, find)

    @router.post("/faqs/{language}/{entry_id}/review")
    async def publish_faq(request: Request, language: str, entry_id: str) -> Response:
        form, staff = await read_form(request), signed_in(request).staff
        texts = pages.texts_for(request)
        draft = await workshop.draft(entry_id, language)
        if form.get("revision") != str(draft.revision):
            raise Localised(texts("faqs.conflict", by=draft.by), 409)
        here = place_of(entry_id, language, "/review")
        match form.get("do"):
            case "settle":
                keep = [name.removeprefix("keep.") for name in form if form[name] == "mine"]
                await workshop.settle(draft, staff, keep)
                return RedirectResponse(here, status_code=303)
            case "ask":
                await book.drafts.move(draft, staff, "review", form.get("why", ""))
                return RedirectResponse("/staff/faqs?show=review&done=asked", status_code=303)
            case "back":
                await book.drafts.move(draft, staff, "draft", form.get("why", ""))
                return RedirectResponse("/staff/faqs?done=back", status_code=303)
            case "publish":
                try:
                    await publish(workshop, impacts, draft, staff, form.get("why", ""))
                except GoldenBroken as error:
                    raise Localised(_blocked(error, texts), error.status) from error
                except FaqIndexError as error:
                    raise AppError(str(error), 409) from error
                except (BadInput, Conflict, NotAllowed) as error:
                    raise Localised(
                        f"{texts('gaps.refused')} {error.message}", error.status
                    ) from error
                return RedirectResponse("/staff/faqs?done=published", status_code=303)
        raise BadInput("do must be publish, ask, back or settle.")


def _blocked(error: GoldenBroken, texts: Texts) -> str:
    named = " ".join(_sentence(golden, said, texts) for golden, said in error.breaks)
    return f"{texts('faqs.golden.blocked')} {named}"


def _sentence(golden: Golden, said: Said, texts: Texts) -> str:
    question = golden.asked.text
    return texts("faqs.golden.broken", question=question, said=said_in_words(said, {}, texts))


def questions_of(plan: Plan) -> dict[tuple[str, str], str]:
    """The question of each entry, by its id and language."""
    return {(entry.id, entry.language): entry.question for entry in plan.entries}
