"""`kotae up`"""

from typing import Annotated

import typer

from web_widget.cli.demo_access import how_to_sign_in
from web_widget.cli.screen import screen
from web_widget.cli.settings import root, settings
from web_widget.supervisor.lock import only_one
from web_widget.supervisor.parts import parts_of
from web_widget.supervisor.ports import require_free
from web_widget.supervisor.signals import stop_requests
from web_widget.supervisor.up import Up


def up(
    demo: Annotated[
        bool, typer.Option("--demo", help="Also show the demo shop and make the demo staff.")
    ] = False,
) -> None:
    """Prepare what is missing, then start and watch everything until Ctrl-C."""
    chosen = settings(demo=demo)
    parts = parts_of(chosen, root())
    with only_one(chosen.var_dir / "kotae.lock", "Kotae runs"):
        parts.dialogue.require()
        require_free(parts.listeners())
        with stop_requests() as stops, screen() as shown:
            run = Up(parts, shown, stops, greeting=lambda: _greeting(parts.url, demo=chosen.demo))
            status = run.run()
    raise typer.Exit(status)


def _greeting(url: str, *, demo: bool) -> list[str]:
    if demo:
        return how_to_sign_in(url, settings(demo=True).var_dir)
    return [f"Staff sign in at {url}/staff; add people with `kotae user add`. Ctrl-C stops Kotae."]
