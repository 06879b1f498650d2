"""The demo has staff to sign in as."""

from __future__ import annotations

import asyncio
import json
import stat
from datetime import date
from pathlib import Path

from sqlalchemy import func, select

from helpdesk.database import Database
from helpdesk.store.tables import episodes
from tests.cli.commands import Run, assert_refused


def test_the_staff_share_a_password_that_only_the_operator_reads(run: Run, tmp_path: Path) -> None:
    result = run("demo")
    file = tmp_path / "var" / "demo-password"
    assert result.exit_code == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_text().strip() in result.stdout
    assert "http://127.0.0.1:8000/demo" in result.stdout
    staff = json.loads(run("user", "list", "--json").stdout)["staff"]
    assert {(one["login"], one["role"]) for one in staff} == {
        ("demo-agent", "agent"),
        ("demo-agent2", "agent"),
        ("demo-lead", "lead"),
        ("demo-manager", "manager"),
        ("demo-admin", "admin"),
    }


def test_a_second_time_changes_nothing(run: Run, tmp_path: Path) -> None:
    run("demo")
    password = (tmp_path / "var" / "demo-password").read_text()
    result = run("demo", "--quiet")
    assert (result.exit_code, result.output) == (0, "")
    assert (tmp_path / "var" / "demo-password").read_text() == password


def test_a_lost_password_is_replaced(run: Run, tmp_path: Path) -> None:
    run("demo")
    (tmp_path / "var" / "demo-password").unlink()
    assert run("demo").exit_code == 0
    assert len(json.loads(run("user", "list", "--json").stdout)["staff"]) == 5


def test_a_new_demo_has_a_past_and_an_old_one_keeps_its_own(
    run: Run, faq: Path, schema: str | None
) -> None:
    """Nothing invented is added where somebody wrote before."""
    assert faq
    few = {"KOTAE_DEMO_HISTORY_DAYS": "5"}
    assert run("demo", "--quiet", settings=few).exit_code == 0
    made = episodes_by_day(schema)
    assert len(made) == 5 and min(made.values()) > 10
    assert run("demo", "--quiet", settings=few).exit_code == 0
    assert episodes_by_day(schema) == made
    assert "0 outcomes changed" in run("report", "rebuild").stdout
    assert_refused(run("report", "rebuild", "--rule", "9"), 2, "--rule is 9, must be one of 1.")


def episodes_by_day(url: str | None) -> dict[date, int]:
    query = select(episodes.c.started_on, func.count()).group_by(episodes.c.started_on)

    async def read() -> dict[date, int]:
        database = Database(url or "sqlite:///var/kotae.db")
        found = await database.read(lambda c: c.execute(query).all())
        await database.close()
        return {row[0]: row[1] for row in found}

    return asyncio.run(read())


def test_purchases_are_imported_and_wrong_lines_named(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "purchases.csv"
    lines = "c1,2026-11-01T09:00:00+09:00,1200,JPY\nc2,soon,1200,JPY\n"
    file.write_text(f"customer,time,amount,currency\n{lines}")
    done = run("purchases", "import", str(file), "--site", "shop")
    assert done.exit_code == 1 and "1 new purchases of 1." in done.stdout
    assert "line 3: time must be like" in done.stdout
    assert done.stderr == f"1 lines of {file} were left out; see above.\n"
    missing = run("purchases", "import", str(tmp_path / "none.csv"), "--site", "shop")
    assert missing.exit_code == 1 and "cannot be read" in missing.stderr
