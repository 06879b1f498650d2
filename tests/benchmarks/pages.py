"""How long a staff page takes when there is a lot to show: a generator makes the rows.

Pages are asked for through the public HTTP API by somebody signed in, and the median of five is
taken. Rasa is not started: no page needs it.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from rich.console import Console
from rich.table import Table
from sqlalchemy import Connection, insert

from helpdesk.database import Database
from helpdesk.history import MadeContact, Plot, Subject, contacts
from helpdesk.outcomes import RULE_VERSION
from helpdesk.store import history, report_days, staff, tables
from helpdesk.types import Staff
from tests.benchmarks.corpus import rows, write_faq
from tests.product import ROOT, Product

BATCH = 5000
HTML = {"Accept": "text/html"}
ZONE = ZoneInfo("Asia/Tokyo")
PAGES = {
    "report, 30 days": ("/staff/reports", 500),
    "why, 30 days": ("/staff/reports/why", 1000),
    "report, all days": ("/staff/reports?period=custom&start={start}&end={end}", 500),
    "inbox": ("/staff/inbox", 300),
    "FAQ": ("/staff/faqs", 300),
    "FAQ, searched": ("/staff/faqs?text=tent&language=en", 300),
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.pages", description=__doc__)
    parser.add_argument("--episodes", type=int, default=1_000_000)
    parser.add_argument("--waiting", type=int, default=10_000)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--entries", type=int, default=10_000)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kotae-bench-") as name:
        folder = Path(name)
        # Two phrasings each: what takes minutes is encoding them, and no page looks at them.
        every = rows(5 * chosen.entries)
        write_faq(folder / "faq", [replace(row, phrasings=row.phrasings[:2]) for row in every])
        product = Product(folder / "var", {"KOTAE_FAQ_DIR": str(folder / "faq")})
        (folder / "var").mkdir()
        took = asyncio.run(fill(folder / "var" / "kotae.db", chosen))
        Console().print(f"{chosen.episodes} episodes made in {took:.0f} s")
        return _serve(product, chosen)


def _serve(product: Product, chosen: argparse.Namespace) -> int:
    """The app alone: no page needs Rasa, which would only take time from it."""
    added = product.cli("user", "add", "boss", "--name", "Boss", "--role", "admin", "--generate")
    password = added.stdout.rpartition("Password: ")[2].strip()
    with (product.var / "app.log").open("wb") as log:
        app = subprocess.Popen(
            [sys.executable, "-m", "web_widget"],
            cwd=ROOT, env=product.environment, stdout=log, stderr=log,
        )  # fmt: skip
    try:
        _wait_until_ready(product, app)
        return measure_pages(product, password, chosen)
    finally:
        app.terminate()
        app.wait()


def _wait_until_ready(product: Product, app: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 900
    while time.monotonic() < deadline and app.poll() is None:
        with suppress(httpx.TransportError):
            if httpx.get(f"{product.url}/livez", timeout=2, trust_env=False).is_success:
                return
        time.sleep(0.2)
    raise RuntimeError(f"The app did not start; its log is {product.var / 'app.log'}")


async def fill(path: Path, chosen: argparse.Namespace) -> float:
    """Store the rows; returns how many seconds it took."""
    began, db = time.perf_counter(), Database(f"sqlite:///{path}")
    try:
        await asyncio.to_thread(db.upgrade)
        agent = Staff("agent", "agent", "Agent", "agent", True, datetime.now(UTC), None)
        await db.write(lambda c: staff.add(c, agent, "-"))
        made = iter(contacts(_plot(chosen, agent)))
        while batch := list(islice(made, BATCH)):
            await db.write(partial(_store, made=batch))
        await db.write(partial(_wait, number=chosen.waiting))
    finally:
        await db.close()
    return time.perf_counter() - began


def _plot(chosen: argparse.Namespace, agent: Staff) -> Plot:
    """About as many contacts as are asked for: the plot's days differ as real ones do."""
    subjects = [
        Subject(language, (f"question {n}",), f"entry-{n}", f"Topic {n % 9}", "An answer.")
        for n in range(100)
        for language in ("en", "ja")
    ]
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    return Plot(
        yesterday,
        chosen.days,
        ZONE,
        subjects,
        (agent,),
        per_day=chosen.episodes / chosen.days / 1.15,
    )


def _store(connection: Connection, made: list[MadeContact]) -> None:
    history.store(connection, made, history.find_repeats(made), ZONE, in_full=False)


def _wait(connection: Connection, number: int) -> None:
    """Customers who wait for a person, since the last hour: those of yesterday are given up."""
    at = datetime.now(UTC) - timedelta(minutes=50)
    rows = [_waiting(n, at + timedelta(seconds=n % 3000)) for n in range(number)]
    for table, name in (
        (tables.conversations, "conversation"),
        (tables.episodes, "episode"),
        (tables.handoffs, "handoff"),
    ):
        if rows:
            connection.execute(insert(table), [row[name] for row in rows])


def _waiting(number: int, at: datetime) -> dict[str, Any]:
    return {
        "conversation": {
            "id": f"c{number}", "token_hash": "-", "site": "shop", "language": "en",
            "page": None, "visitor": None, "traffic": "customer", "state": "waiting",
            "agent_id": None, "created_at": at, "last_seq": 3, "customer_seq": 2,
            "answered_seq": 2,
        },
        "episode": {
            "id": f"e{number}", "conversation_id": f"c{number}", "number": 1, "started_at": at,
            "started_on": at.date(), "last_at": at, "first_question": f"question {number}",
            "context": {}, "outcome": "handed_off", "part": "unattended",
            "rule_version": RULE_VERSION, "questions": 1, "unanswered": 0,
            "handoff_reason": "asked_for_person",
        },
        "handoff": {
            "id": f"h{number}", "conversation_id": f"c{number}", "episode_id": f"e{number}",
            "kind": "chat", "state": "waiting", "reason": "asked_for_person",
            "question": f"question {number}", "reference": f"R{number}", "requested_at": at,
            "contact": None, "late_told_at": at,
        },
    }  # fmt: skip


def measure_pages(product: Product, password: str, chosen: argparse.Namespace) -> int:
    """Print every page's time before and after the past days have been counted; 1 when late."""
    table, late = Table("page", "median ms", "bar ms"), False
    period = {
        "start": (datetime.now(UTC) - timedelta(days=chosen.days)).date().isoformat(),
        "end": datetime.now(UTC).date().isoformat(),
    }
    with httpx.Client(
        base_url=product.url, timeout=120, follow_redirects=True, headers=HTML
    ) as http:
        _sign_in(http, password)
        first = _once(http, "report, all days", period)
        table.add_row("report, all days, none counted yet", f"{first:.0f}", "")
        asyncio.run(_counted(product.var / "kotae.db"))
        for name, (_, bar) in PAGES.items():
            took = median(_once(http, name, period) for _ in range(5))
            late |= took > bar
            table.add_row(name, f"{took:.0f}", str(bar))
    Console().print(table)
    return int(late)


def _once(http: httpx.Client, name: str, period: dict[str, str]) -> float:
    began = time.perf_counter()
    response = http.get(PAGES[name][0].format(**period))
    took = (time.perf_counter() - began) * 1000
    if response.status_code != 200 or "login" in str(response.url):
        raise RuntimeError(f"{name} answered {response.status_code} at {response.url}")
    return took


def _sign_in(http: httpx.Client, password: str) -> None:
    page = http.get("/staff/login")
    token = re.search(r'name="csrf"[^>]*value="([^"]*)"', page.text)
    form = {"login": "boss", "password": password, "csrf": token[1] if token else ""}
    http.post("/staff/login", data=form)


async def _counted(path: Path) -> None:
    """Wait until the app has counted the past days; it begins a minute after its start."""
    db, deadline = Database(f"sqlite:///{path}"), time.monotonic() + 600
    yesterday = (datetime.now(UTC) - timedelta(days=1)).date()
    try:
        while await db.read(lambda c: report_days.to_keep(c, yesterday)):
            if time.monotonic() > deadline:
                raise RuntimeError("the app did not count the past days")
            await asyncio.sleep(2)
    finally:
        await db.close()


if __name__ == "__main__":
    raise SystemExit(main())
