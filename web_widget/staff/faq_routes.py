"""The FAQ in the browser: the list, the editor, the past of an entry."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from faq_index.entry import Entry, from_json
from faq_index.yaml_lines import FIELDS
from helpdesk.clock import Clock
from helpdesk.errors import BadInput, Conflict, NotFound
from helpdesk.faq_book import FaqBook
from helpdesk.store.faq_drafts import Draft
from web_widget.staff.access import signed_in
from web_widget.staff.better_view import better_view
from web_widget.staff.faq_form import BadField, as_entry, as_fields
from web_widget.staff.faq_view import PAGE, SHOW, history, listed, matching
from web_widget.staff.forms import read_form
from web_widget.staff.pages import Pages
from web_widget.staff.two_parts import in_two_parts
from web_widget.workshop.better import Findings
from web_widget.workshop.desk import Workshop

_ASKED = ("text", "language", "topic", "owner", "show")
_LONGEST = 200
_TYPED = ("id", "file", "topic", *FIELDS)


def place_of(entry_id: str, language: str, page: str = "") -> str:
    return f"/staff/faqs/{quote(language)}/{quote(entry_id)}{page}"


def add_faq_routes(
    router: APIRouter,
    pages: Pages,
    workshop: Workshop,
    book: FaqBook,
    better: Findings,
    clock: Clock,
) -> None:
    languages = pages.settings.languages

    @router.get("/faqs")
    async def faqs_page(request: Request) -> Response:
        asked = {name: request.query_params.get(name, "").strip()[:_LONGEST] for name in _ASKED}
        faq, drafts, use = await workshop.faq(), await book.drafts.everything(), await book.use()
        today = clock().astimezone(pages.settings.time_zone).date()
        every = listed(faq, drafts, dict(use), languages, today)
        found = matching(every, asked)
        start = _start(request.query_params.get("from", ""))
        pager = {
            "before": start - PAGE if start else None,
            "after": start + PAGE if start + PAGE < len(found) else None,
        }
        query = urlencode({name: value for name, value in asked.items() if value})
        return pages.render(
            request,
            "faqs.html",
            section="faqs",
            asked=asked,
            rows=found[start : start + PAGE],
            total=len(found),
            problems=[str(problem) for problem in faq.problems],
            topics=sorted({row["entry"].topic for row in every}),
            owners=sorted({row["entry"].owner for row in every if row["entry"].owner}),
            codes=sorted({row["entry"].language for row in every} | set(languages)),
            show=SHOW,
            pager={
                name: f"/staff/faqs?{query}&from={at}"
                for name, at in pager.items()
                if at is not None
            },
            place_of=place_of,
            done=request.query_params.get("done", ""),
        )  # fmt: skip

    @router.get("/faqs/better")
    async def better_page(request: Request) -> Response:
        today = clock().astimezone(pages.settings.time_zone).date()

        async def find() -> dict[str, Any]:
            return {"groups": better_view(await better.of(today), pages.texts_for(request))}

        shown = {"section": "faqs", "groups": [], "place_of": place_of}
        return in_two_parts(pages, request, "faq_better.html", shown, find)

    @router.get("/faqs/new")
    async def new_faq_page(request: Request) -> Response:
        asked = request.query_params
        language = asked.get("language", languages[0])[:35]
        faq = await workshop.faq()
        like = next((e for e in faq.entries if e.id == asked.get("id", "")), None)
        fields = as_fields(like) | {"question": "", "answer": "", "also_asked": ""} if like else {}
        return _editor(request, asked.get("id", ""), language, None, None, fields, faq.entries)

    @router.post("/faqs")
    async def create_faq(request: Request) -> Response:
        form = await read_form(request)
        entry_id, language = form.get("id", "").strip(), form.get("language", "")[:35]
        try:
            entry = as_entry(form, entry_id, language, None)
            faq = await workshop.faq()
            if faq.find(entry_id, language) is not None:
                raise BadField("id")
            draft = await workshop.save(entry, signed_in(request).staff, base=None, revision=0)
        except BadField as error:
            return await _again(request, form, entry_id, language, None, _bad(request, error))
        except Conflict as error:
            return await _again(request, form, entry_id, language, None, error.message, 409)
        return RedirectResponse(_next(form, draft), status_code=303)

    @router.get("/faqs/{language}/{entry_id}")
    async def faq_page(request: Request, language: str, entry_id: str) -> Response:
        faq, draft = await workshop.faq(), await book.drafts.get(entry_id, language)
        entry = from_json(draft.content) if draft else faq.find(entry_id, language)
        if entry is None:
            raise NotFound("There is no such entry.")
        await workshop.note()
        return _editor(
            request, entry_id, language, entry, draft, as_fields(entry), faq.entries,
            number=await _number(entry_id, language),
        )  # fmt: skip

    @router.post("/faqs/{language}/{entry_id}")
    async def save_faq(request: Request, language: str, entry_id: str) -> Response:
        form = await read_form(request)
        staff, revision = signed_in(request).staff, _start(form.get("revision", ""))
        if form.get("do") == "drop":
            await book.drafts.drop(entry_id, language, revision)
            return RedirectResponse("/staff/faqs?done=dropped", status_code=303)
        draft = await book.drafts.get(entry_id, language)
        number = _start(form.get("version", "")) or None
        faq = await workshop.faq()
        base = await workshop.base(entry_id, language, number) if revision == 0 else None
        base = base or faq.find(entry_id, language)
        like = from_json(draft.content) if draft else faq.find(entry_id, language)
        if like is None:
            raise NotFound("There is no such entry.")
        if form.get("do") == "remove":
            if revision == 0 and base is not None:
                draft = await workshop.remove(like, staff, revision)
                return RedirectResponse(place_of(entry_id, language, "/review"), status_code=303)
            raise BadInput("Drop the draft before you remove the entry.")
        try:
            entry = as_entry(form, entry_id, language, like)
            saved = await workshop.save(entry, staff, base=base, revision=revision)
        except BadField as error:
            return await _again(request, form, entry_id, language, draft, _bad(request, error))
        except (Conflict, NotFound):
            draft = await book.drafts.get(entry_id, language)
            said = pages.texts_for(request)("faqs.conflict", by=draft.by if draft else "")
            return await _again(request, form, entry_id, language, draft, said, 409)
        return RedirectResponse(_next(form, saved), status_code=303)

    @router.get("/faqs/{language}/{entry_id}/history")
    async def faq_history_page(request: Request, language: str, entry_id: str) -> Response:
        await workshop.note()
        versions = await book.versions.of(entry_id, language)
        if not versions:
            raise NotFound("There is no such entry.")
        return pages.render(
            request,
            "faq_history.html",
            section="faqs",
            entry_id=entry_id,
            language=language,
            rows=history(versions, pages.texts_for(request), clock()),
            place=place_of(entry_id, language),
            has_draft=await book.drafts.get(entry_id, language) is not None,
        )

    @router.post("/faqs/{language}/{entry_id}/history")
    async def restore_faq(request: Request, language: str, entry_id: str) -> Response:
        number = _start((await read_form(request)).get("number", ""))
        versions = await book.versions.of(entry_id, language)
        version = next((each for each in versions if each.number == number), None)
        if version is None:
            raise NotFound("There is no such version.")
        await workshop.restore(version, signed_in(request).staff)
        return RedirectResponse(place_of(entry_id, language, "/review"), status_code=303)

    async def _number(entry_id: str, language: str) -> int:
        versions = await book.versions.of(entry_id, language)
        return versions[0].number if versions else 0

    async def _again(
        request: Request,
        form: dict[str, str],
        entry_id: str,
        language: str,
        draft: Draft | None,
        problem: str,
        status: int = 400,
    ) -> Response:
        """The editor with what was typed in it, and what is wrong."""
        faq = await workshop.faq()
        entry = from_json(draft.content) if draft else faq.find(entry_id, language)
        number = _start(form.get("version", ""))
        return _editor(
            request, entry_id, language, entry, draft, form, faq.entries,
            number=number, problem=problem, status=status,
        )  # fmt: skip

    def _bad(request: Request, error: BadField) -> str:
        texts = pages.texts_for(request)
        return texts("faqs.bad_field", field=texts(f"faqs.field.{error.name}"))

    def _editor(
        request: Request,
        entry_id: str,
        language: str,
        entry: Entry | None,
        draft: Draft | None,
        fields: dict[str, Any],
        entries: Any,
        *,
        number: int = 0,
        problem: str = "",
        status: int = 200,
    ) -> Response:
        texts = pages.texts_for(request)
        others = {each.language: each for each in entries if each.id == entry_id}
        codes = [code for code in dict.fromkeys([*languages, *others]) if code != language]
        return pages.render(
            request,
            "faq.html",
            status,
            section="faqs",
            entry_id=entry_id,
            language=language,
            language_name=texts.language_name(language),
            entry=entry,
            draft=draft,
            saved=texts.moment(draft.at, clock()) if draft else "",
            fields={**dict.fromkeys(_TYPED, ""), **fields},
            number=number,
            problem=problem,
            theirs=as_fields(from_json(draft.content)) if draft and status == 409 else None,
            files=sorted({each.file for each in entries if each.language == language}),
            translations=[(code, texts.language_name(code), others.get(code)) for code in codes],
            place=place_of(entry_id, language),
            place_of=place_of,
            done=request.query_params.get("done", ""),
        )


def _next(form: dict[str, str], draft: Draft) -> str:
    if form.get("do") == "review":
        return place_of(draft.entry_id, draft.language, "/review")
    return place_of(draft.entry_id, draft.language, "?done=saved")


def _start(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0
