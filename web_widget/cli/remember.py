"""`kotae remember`"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from web_widget.cli.output import say
from web_widget.cli.past import PAST_DAYS, Processes, asked_in
from web_widget.cli.screen import waiting
from web_widget.cli.settings import settings
from web_widget.settings import Settings
from web_widget.supervisor.lock import only_one

if TYPE_CHECKING:
    from faq_index import FaqIndex
    from faq_index.remembering import Remembered

Progress = Callable[[str, int, int], None]


def remember(processes: Processes = None) -> None:
    """Look up past questions in the live FAQ, so that what a change would do is known soon.

    A running Kotae does this by itself. What was looked up is kept when this is interrupted.
    """
    chosen = settings()
    with (
        only_one(chosen.var_dir / "remembering.lock", "Past questions are being remembered"),
        waiting("remembering") as progress,
    ):
        found = _remember(chosen, processes, progress)
    if not found.texts:
        say("Nothing has been asked yet that is no phrasing of the FAQ.")
    elif not found.looked_up:
        say(f"All {found.texts:,} past questions were remembered already.")
    else:
        say(f"{found.texts:,} past questions are remembered; {found.looked_up:,} were looked up.")


def _remember(chosen: Settings, processes: int | None, progress: Progress) -> "Remembered":
    """When another state of the FAQ is published meanwhile, that one is gone on with."""
    progress("loading the encoder", 0, 0)
    from faq_index import load_encoder, load_snapshot
    from faq_index.remembering import Remembered

    encoder = load_encoder(chosen.encoder, chosen.tuned_dir)
    looked_up = 0
    while True:
        live = load_snapshot(chosen.snapshot_dir, encoder)
        found = _of(live, chosen, processes, progress)
        looked_up += found.looked_up
        if found.is_whole:
            return Remembered(found.texts, looked_up, is_whole=True)


def _of(
    live: "FaqIndex", chosen: Settings, processes: int | None, progress: Progress
) -> "Remembered":
    from faq_index.changes import with_phrasings
    from faq_index.lookers import looking_up, useful_processes
    from faq_index.manifest import current_version
    from faq_index.remembering import remember
    from faq_index.sightings_file import load_sightings, save_sightings

    def is_live() -> bool:
        return current_version(chosen.snapshot_dir) == live.version

    def save() -> None:
        save_sightings(met, chosen.sightings_dir, is_live=is_live)

    def tell(done: int, total: int) -> None:
        progress("looking up", done, total)

    asked = with_phrasings(asked_in(chosen, PAST_DAYS), live)
    with looking_up([live], processes or useful_processes()) as look:
        met = load_sightings(chosen.sightings_dir, look)
        return remember(live, asked, met, save, tell=tell, goes_on=is_live)
