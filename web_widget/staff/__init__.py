"""The pages of the team: inbox, conversations, reports. Mounted by the application at /staff."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from fastapi import APIRouter, Depends

from faq_index import Promise
from helpdesk.clock import Clock, utc_now
from helpdesk.desk import Helpdesk
from web_widget.customers_voice import CustomersVoice
from web_widget.sse import Streams
from web_widget.staff.access import make_guard
from web_widget.staff.action_routes import add_action_routes
from web_widget.staff.banner_routes import add_banner_routes
from web_widget.staff.console import Console
from web_widget.staff.delivery_routes import add_delivery_routes
from web_widget.staff.faq_review_routes import add_faq_review_routes
from web_widget.staff.faq_routes import add_faq_routes
from web_widget.staff.gap_routes import add_gap_routes
from web_widget.staff.inbox_routes import add_inbox_routes
from web_widget.staff.judging_routes import add_judging_routes
from web_widget.staff.loyalty_routes import add_loyalty_routes
from web_widget.staff.pages import StaffSettings, load_pages
from web_widget.staff.plan_routes import add_plan_routes
from web_widget.staff.promise_routes import add_promise_routes
from web_widget.staff.ready_reply_routes import add_ready_reply_routes
from web_widget.staff.report_routes import Reports, add_report_routes
from web_widget.staff.routing import route_class
from web_widget.staff.search_routes import add_search_routes
from web_widget.staff.session_routes import add_session_routes
from web_widget.staff.try_routes import add_try_routes
from web_widget.staff.why_routes import add_why_routes
from web_widget.workshop.better import Findings
from web_widget.workshop.desk import Workshop
from web_widget.workshop.golden import GoldenFile
from web_widget.workshop.impact import Impacts

__all__ = ["staff_routes"]

# One for each open tab; a browser itself allows six on one connection.
MOST_STREAMS_OF_ONE_PERSON = 20


def staff_routes(
    desk: Helpdesk,
    settings: StaffSettings,
    promises: Callable[[], Sequence[Promise]],
    voice: CustomersVoice,
    workshop: Workshop,
    impacts: Impacts,
    *,
    streams: Streams | None = None,
    clock: Clock = utc_now,
) -> APIRouter:
    """Every route below /staff. `promises` are those of the index that answers now,
    `voice` is what customers ask in vain, `workshop` and `impacts` are for those who write the FAQ;
    `streams` counts open event streams with those of the widget."""
    pages = load_pages(settings)
    router = APIRouter(
        prefix="/staff",
        route_class=route_class(pages),
        dependencies=[Depends(make_guard(desk, settings.https))],
        include_in_schema=False,
    )
    room = streams or Streams(total=settings.max_streams, per_topic=MOST_STREAMS_OF_ONE_PERSON)
    add_session_routes(router, desk, pages)
    console = Console(desk, pages, room, clock)
    add_inbox_routes(router, console)
    add_action_routes(router, console)
    add_search_routes(router, desk, pages, clock)
    add_judging_routes(router, console)
    reports = Reports(desk, pages, clock)
    add_report_routes(router, reports)
    add_why_routes(router, reports, voice)
    add_plan_routes(router, reports)
    add_loyalty_routes(router, reports)
    add_promise_routes(router, pages, promises)
    add_gap_routes(router, pages, voice)
    better = Findings(voice.index, settings.languages, desk.faq.shown)
    add_faq_routes(router, pages, workshop, desk.faq, better, clock)
    add_faq_review_routes(router, pages, workshop, desk.faq, impacts)
    add_try_routes(router, pages, voice.index, desk.labels, GoldenFile(settings.golden))
    add_banner_routes(router, pages, workshop, desk.faq.banners, clock)
    add_delivery_routes(router, desk, pages, clock)
    add_ready_reply_routes(router, pages, desk.ready_replies)
    return router
