"""The FAQ index as the commands use it. Its libraries are loaded only when called."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from web_widget.settings import Settings
from web_widget.supervisor.index import index_state

if TYPE_CHECKING:
    from faq_index import FaqIndex


def open_index(settings: Settings, progress: Callable[[str, int, int], None]) -> "FaqIndex":
    """The index of the FAQ files as they are now, built where it is not."""
    progress("reading the FAQ files", 0, 0)
    from faq_index import ensure_index, load_encoder, load_faq

    # Mistakes in the files are told before the encoder takes its seconds.
    load_faq(settings.faq_dir)
    progress("loading the encoder", 0, 0)
    built = ensure_index(
        settings.faq_dir,
        settings.snapshot_dir,
        load_encoder(settings.encoder, settings.tuned_dir),
        max_wrong=settings.max_wrong,
        progress=progress,
    )
    index_state(settings).note_built()
    return built
