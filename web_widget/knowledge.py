"""From FAQ files to the first index, and how to build the next one."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

import structlog
from threadpoolctl import threadpool_limits

from faq_index import (
    Encoder,
    FaqIndex,
    InvalidFaq,
    SnapshotMissing,
    ensure_index,
    load_encoder,
    load_snapshot,
)
from faq_index.loader import FaqReader
from faq_index.updating import updated
from web_widget.settings import Settings
from web_widget.watch import Stamp, folder_stamp

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Knowledge:
    """The index as it was when the app started, and what it takes to build the next one."""

    index: FaqIndex
    encoder: Encoder
    stamp: Stamp


def learn(settings: Settings) -> Knowledge:
    """Load or build the index. Slow: call it in a thread.

    When the files hold mistakes, the index that was published last is used, and the mistakes are
    logged. Raises InvalidFaq when there is none, and EncoderUnavailable.
    """
    encoder = load_encoder(settings.encoder, settings.tuned_dir)
    stamp = folder_stamp(settings.faq_dir)
    index = _first_index(settings, encoder)
    _one_thread_each()
    return Knowledge(index, encoder, stamp)


def _one_thread_each() -> None:
    """Let every question be thought about on one core.

    Its matrices are small, and BLAS with a thread per core makes questions that come together wait
    for each other's threads (docs/performance.md).
    """
    threadpool_limits(1)


def _first_index(settings: Settings, encoder: Encoder) -> FaqIndex:
    try:
        return build_index(settings, encoder)
    except InvalidFaq as exc:
        with suppress(SnapshotMissing):
            index = _warm(load_snapshot(settings.snapshot_dir, encoder))
            for problem in exc.problems:
                log.error("faq refused", problem=str(problem))
            return index
        raise


def build_index(settings: Settings, encoder: Encoder) -> FaqIndex:
    index = ensure_index(
        settings.faq_dir, settings.snapshot_dir, encoder, max_wrong=settings.max_wrong
    )
    return _warm(index)


class Soon:
    """A changed FAQ at once, as it can be before it is learned anew. Slow: call it in a thread."""

    def __init__(self, reader: FaqReader, max_wrong: float) -> None:
        self._reader = reader
        self._max_wrong = max_wrong

    def __call__(self, live: FaqIndex) -> FaqIndex | None:
        """None when too much has changed. Raises InvalidFaq."""
        return updated(live, self._reader.load(), max_wrong=self._max_wrong)


def _warm(index: FaqIndex) -> FaqIndex:
    """Ask one question in each language: the first one loads dictionaries and takes seconds."""
    for language in index.languages:
        index.decide(index.partitions[language].entries[0].question, language)
    return index
