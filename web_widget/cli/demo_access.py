"""Who can sign in to a demo, and how the operator learns it."""

import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from helpdesk.types import Role

# login, name, role
STAFF: tuple[tuple[str, str, "Role"], ...] = (
    ("demo-agent", "Mika Sato", "agent"),
    ("demo-agent2", "Daniel Reed", "agent"),
    ("demo-lead", "Yuki Tanaka", "lead"),
    ("demo-manager", "Emma Clark", "manager"),
    ("demo-admin", "Ken Mori", "admin"),
)


def demo_password(var_dir: Path) -> str:
    """The one password of this installation's demo staff, made when there is none yet."""
    file = _file(var_dir)
    if (found := read_password(var_dir)) is not None:
        return found
    var_dir.mkdir(parents=True, exist_ok=True)
    made = secrets.token_urlsafe(12)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(handle, "w", encoding="ascii") as out:
        os.fchmod(handle, 0o600)  # a file left empty by someone else keeps its wider mode
        out.write(f"{made}\n")
    return made


def read_password(var_dir: Path) -> str | None:
    try:
        return _file(var_dir).read_text(encoding="ascii").strip() or None
    except FileNotFoundError:
        return None


def how_to_sign_in(url: str, var_dir: Path) -> list[str]:
    """Lines for the operator."""
    password = read_password(var_dir)
    if password is None:
        return [f"The demo shop is at {url}/demo, but its staff could not be made."]
    return [
        f"  Demo shop  {url}/demo",
        f"  Inbox      {url}/staff/inbox    sign in as demo-agent or demo-lead",
        f"  Reports    {url}/staff/reports  sign in as demo-manager",
        f"  Password   {password}  (of every demo account; kept in {_file(var_dir)})",
        "  Ctrl-C stops Kotae.",
    ]


def _file(var_dir: Path) -> Path:
    return var_dir / "demo-password"
