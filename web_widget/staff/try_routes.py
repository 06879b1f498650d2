"""A test bench: many questions at once, what they are told and why, and whether that is right."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from faq_index.changes import Asked, Golden, Said
from faq_index.decision import Decision
from faq_index.errors import CannotWrite, InvalidFaq
from faq_index.explain import speaking_for
from faq_index.text import MAX_TEXT, phrasing_key
from helpdesk.errors import BadInput, Conflict
from helpdesk.labels import Labels
from helpdesk.types import Staff
from web_widget.staff.access import signed_in
from web_widget.staff.forms import read_form
from web_widget.staff.impact_view import said_in_words
from web_widget.staff.packet_view import in_words
from web_widget.staff.pages import Pages
from web_widget.staff.routing import Localised
from web_widget.staff.texts import Texts
from web_widget.workshop.golden import GoldenFile

if TYPE_CHECKING:
    from faq_index import FaqIndex

MOST = 100
_OTHERS = 4


def add_try_routes(
    router: APIRouter,
    pages: Pages,
    index: Callable[[], FaqIndex],
    labels: Labels,
    golden: GoldenFile,
) -> None:
    languages = pages.settings.languages

    def page(
        request: Request, form: Mapping[str, str], rows: list[dict[str, Any]], **more: Any
    ) -> Response:
        return pages.render(
            request,
            "try.html",
            section="try",
            questions=form.get("questions", ""),
            chosen=form.get("language", languages[0]),
            offered=[(code, pages.texts_for(request).language_name(code)) for code in languages],
            rows=rows,
            most=MOST,
            **{"marked": "", "entries": (), **more},
        )

    @router.get("/try")
    async def try_page(request: Request) -> Response:
        return page(request, request.query_params, [])

    @router.post("/try")
    async def try_questions(request: Request) -> Response:
        form, texts = await read_form(request), pages.texts_for(request)
        language = form.get("language", "")
        if language not in languages:
            raise BadInput("language must be one that customers are offered.")
        questions = _questions(form.get("questions", ""))
        if len(questions) > MOST:
            raise Localised(texts("try.too_many", n=texts.number(MOST)), 400)
        now = index()
        decisions = await asyncio.to_thread(
            lambda: [now.decide(question, language) for question in questions]
        )
        marked = ""
        if form.get("do") == "mark":
            staff = signed_in(request).staff
            count = await _mark(form, language, questions, decisions, staff, texts)
            marked = texts.count("try.marked", count)
        names = {(entry.id, entry.language): entry.question for entry in now.entries()}
        rows = [
            _row(question, decision, names, language, texts)
            for question, decision in zip(questions, decisions, strict=True)
        ]
        entries = now.entries(language if language in now.languages else None)
        return page(request, form, rows, marked=marked, entries=entries)

    async def _mark(
        form: Mapping[str, str],
        language: str,
        questions: list[str],
        decisions: list[Decision],
        staff: Staff,
        texts: Texts,
    ) -> int:
        """Marks become labels, and golden questions where the lead says so. Returns how many."""
        marks, kept = [], []
        for place, (question, decision) in enumerate(zip(questions, decisions, strict=True)):
            if form.get(f"asked.{place}") != question:
                continue  # The questions were changed above the marks.
            entry = _meant(form.get(f"mark.{place}", ""), decision)
            if entry is None:
                continue
            marks.append((question, entry))
            if form.get(f"golden.{place}"):
                kept.append(Golden(Asked(question, language), entry or None))
        try:
            await golden.add(kept)
        except (CannotWrite, InvalidFaq, OSError) as error:
            raise Localised(f"{texts('gaps.refused')} {error}", Conflict.status) from error
        for question, entry in marks:
            await labels.mark(question, language, entry or None, staff)
        return len(marks)


def _meant(mark: str, decision: Decision) -> str | None:
    """The entry that should answer, "" for none of them; None for a question not judged."""
    if mark == "right" and decision.kind == "answer":
        return decision.entry.id
    if mark == "none":
        return ""
    return mark.removeprefix("entry:") if mark.startswith("entry:") else None


def _questions(text: str) -> list[str]:
    lines = (" ".join(line.split())[:MAX_TEXT] for line in text.split("\n"))
    return list(dict.fromkeys(line for line in lines if phrasing_key(line)))


def _row(
    question: str,
    decision: Decision,
    names: Mapping[tuple[str, str], str],
    language: str,
    texts: Texts,
) -> dict[str, Any]:
    candidates = decision.candidates
    signals = [candidate.signals for candidate in candidates]
    best = candidates[0] if candidates else None
    why = in_words(speaking_for(signals, 0), texts) if best else ""
    return {
        "question": question,
        "kind": decision.kind,
        "says": said_in_words(Said.of(decision), names, texts, language),
        "answer": decision.entry.answer if decision.kind == "answer" else "",
        "phrasing": best.phrasing if best else "",
        "why": why,
        "others": [
            (each.entry.id, each.entry.question, texts.percent(each.confidence))
            for each in candidates[: _OTHERS + 1]
        ],
    }
