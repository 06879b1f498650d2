"""The demo has staff to sign in as."""

from __future__ import annotations

import json
import stat
from pathlib import Path

from tests.cli.commands import Run


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
