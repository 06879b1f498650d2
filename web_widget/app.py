"""The composition root: builds every object of the app once and hands each what it needs."""

from __future__ import annotations

from datetime import datetime

import httpx
from fastapi import FastAPI
from prometheus_client import generate_latest
from starlette.applications import Starlette
from starlette.middleware import Middleware

from actions.executor import build_executor
from faq_index.live import LiveIndex
from helpdesk.clock import utc_now
from helpdesk.database import Database
from helpdesk.desk import Helpdesk
from helpdesk.push import Hub
from helpdesk.rasa import RasaClient
from helpdesk.wording import load_wording
from web_widget.action_server import MAX_CALL, action_routes
from web_widget.api import conversation_routes
from web_widget.api.visitor import Door
from web_widget.body_limit import BodyLimit
from web_widget.cors import Cors
from web_widget.customers_voice import CustomersVoice
from web_widget.deliveries.courier import Courier
from web_widget.deliveries.set_up import channels_of, postman_of
from web_widget.demo_shop import demo_routes
from web_widget.embed import widget_routes
from web_widget.errors import install_error_handlers
from web_widget.guard import Guard
from web_widget.knowledge import Knowledge, Soon, build_index
from web_widget.limits import Limits
from web_widget.metrics import Metrics
from web_widget.ops import Health, anybody, metrics_route, probe_routes, with_token
from web_widget.promises import PromiseKeeper
from web_widget.report_api import purchases_api_route, report_api_route
from web_widget.running import App
from web_widget.security import HostCheck, SecurityHeaders
from web_widget.settings import Settings
from web_widget.sse import Streams
from web_widget.staff import staff_routes
from web_widget.staff.texts import load_texts
from web_widget.watch import IndexKeeper
from web_widget.weekly_mail import WeeklyMail
from web_widget.workshop.desk import Workshop
from web_widget.workshop.files import FaqFiles
from web_widget.workshop.impact import Impacts
from web_widget.workshop.remembering import Remembering, remembering_command

__all__ = ["App", "build", "create_action_app", "create_public_app"]


def build(
    settings: Settings,
    knowledge: Knowledge,
    db: Database,
    *,
    transport: httpx.AsyncBaseTransport | None = None,
) -> App:
    """Build the app around the index and an up-to-date database.

    `transport` stands in for the network, as tests need it.
    """
    live = LiveIndex(knowledge.index)
    metrics = Metrics()
    hub = Hub()
    # Rasa is on this machine: a proxy from the environment must not come between.
    http = httpx.AsyncClient(transport=transport, trust_env=False)
    token = settings.rasa_token or ""
    rasa = RasaClient(http, settings.rasa_url, token, settings.rasa_timeout)
    wording = load_wording(settings.wording_dir, settings.languages)
    sites = settings.sites()
    desk = Helpdesk(db, hub, live, rasa, wording, settings.desk(sites), on_turn=metrics.turn)
    channels = channels_of(settings, wording, settings.team_name)
    courier = Courier(desk.outbox, channels, desk.handoff_packet)
    promises = PromiseKeeper(live, desk.labels, settings.max_wrong)
    files = FaqFiles(settings.faq_dir, lambda: live.current)
    workshop = Workshop(
        files,
        desk.faq.drafts,
        desk.faq.versions,
        needs_review=settings.faq_review,
    )
    remembering = _remembering(settings, desk)
    keeper = IndexKeeper(
        live,
        settings.faq_dir,
        lambda: promises.taught(build_index(settings, knowledge.encoder)),
        soon=Soon(files.reader, settings.max_wrong),
        stamp=knowledge.stamp,
        count=lambda result: metrics.reloads.labels(result).inc(),
        on_live=workshop.note,
        on_learned=remembering.learned if remembering else lambda: None,
    )
    return App(
        settings=settings,
        sites=sites,
        db=db,
        hub=hub,
        live=live,
        http=http,
        rasa=rasa,
        desk=desk,
        executor=build_executor(live, lambda: datetime.now(settings.time_zone).date()),
        keeper=keeper,
        workshop=workshop,
        impacts=Impacts(
            lambda: live.current,
            knowledge.encoder,
            settings.snapshot_dir,
            settings.sightings_dir,
            settings.golden,
            desk.faq.past_questions,
            desk.labels.everything,
            settings.max_wrong,
            keeper.settled,
            are_remembered=remembering is not None,
        ),
        promises=promises,
        courier=courier,
        streams=Streams(total=settings.max_streams),
        limits=Limits(
            messages=settings.message_rate_per_minute,
            conversations=settings.conversation_rate_per_minute,
        ),
        metrics=metrics,
        health=_health(db, live, rasa),
        weekly_mail=_weekly_mail(settings, desk),
        remembering=remembering,
    )


def _remembering(settings: Settings, desk: Helpdesk) -> Remembering | None:
    if not settings.remember_questions:
        return None
    return Remembering(remembering_command(settings), desk.faq.last_asked)


def _weekly_mail(settings: Settings, desk: Helpdesk) -> WeeklyMail | None:
    postman = postman_of(settings)
    if postman is None or not settings.report_mail_to:
        return None
    texts = load_texts(settings.time_zone)[settings.report_mail_language]
    to, team, url = settings.report_mail_to, settings.team_name, settings.public_url
    return WeeklyMail(desk, postman, to, texts, team, url, utc_now, settings.demo)


def _health(db: Database, live: LiveIndex, rasa: RasaClient) -> Health:
    async def database() -> bool:
        await db.ping()
        return True

    async def index() -> bool:
        return live.current.size > 0

    return Health(database, index, rasa.ready)


GAUGE_DAYS = 7
"""The gauges of the report are of so many days that are over."""


def create_public_app(app: App) -> FastAPI:
    """The widget, its API, the staff pages and the probes."""
    settings = app.settings
    public = FastAPI(
        title="Kotae",
        openapi_url=None,
        redirect_slashes=False,
        # Its spans and logs would carry what customers wrote.
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
        # The first is the outermost.
        middleware=[
            Middleware(SecurityHeaders, settings.https),
            Middleware(Guard, app.metrics.requests),
            Middleware(HostCheck, settings.allowed_hosts),
            Middleware(Cors, app.sites.origins),
            Middleware(BodyLimit),
        ],
    )
    install_error_handlers(public)
    door = Door(app.desk, app.limits, settings.trusted_proxies)
    public.include_router(conversation_routes(app.desk, door, app.limits, app.streams, app.sites))
    live = app.live
    voice = CustomersVoice(app.desk.gaps, lambda: live.current, app.workshop)
    promises = lambda: live.current.promises  # noqa: E731 - asked anew for every page
    public.include_router(
        staff_routes(app.desk, settings, promises, voice, app.workshop, app.impacts)
    )
    public.include_router(widget_routes(settings, app.sites))
    if settings.demo:
        public.include_router(demo_routes())
    public.router.routes.extend(probe_routes(app.health))
    public.router.routes.append(
        metrics_route(lambda: collect(app), with_token(settings.metrics_token))
    )
    trusted = with_token(settings.reports_token)
    public.router.routes.append(report_api_route(app.desk, trusted, settings.demo))
    public.router.routes.append(purchases_api_route(app.desk, trusted))
    return public


def create_action_app(app: App) -> Starlette:
    """What Rasa calls, and the metrics for a collector on this machine."""
    routes = [
        *action_routes(app.executor, app.settings.action_token),
        *probe_routes(app.health),
        metrics_route(lambda: collect(app), anybody),
    ]
    return Starlette(routes=routes, middleware=[Middleware(Guard), Middleware(BodyLimit, MAX_CALL)])


async def collect(app: App) -> bytes:
    """All metrics in Prometheus's text format, with what is only counted when asked."""
    metrics = app.metrics
    rows = await app.desk.inbox(("waiting", "agent"))
    metrics.waiting.set(sum(row.state == "waiting" for row in rows))
    metrics.with_person.set(sum(row.state == "agent" for row in rows))
    metrics.streams.set(app.hub.count())
    metrics.in_flight.set(app.desk.turns_in_flight)
    metrics.rasa_up.set((await app.health.readiness()).rasa)
    metrics.report(await app.desk.reports.last_days(GAUGE_DAYS))
    index = app.live.current
    metrics.entries.set(index.size)
    metrics.promise(index.promises)
    metrics.index.info({"version": index.version, "built_at": index.built_at.isoformat()})
    return generate_latest(metrics.registry)
