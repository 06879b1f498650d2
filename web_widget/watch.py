"""Keeps the live index up with the FAQ files: a saved file is live within seconds."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import structlog
from watchfiles import awatch

from faq_index import FaqIndex, FaqIndexError, InvalidFaq
from faq_index.live import LiveIndex
from web_widget.background import in_daemon
from web_widget.errors import failure

log = structlog.get_logger(__name__)

Build = Callable[[], FaqIndex]
# From the live index; None when it cannot be had without learning anew.
Soon = Callable[[FaqIndex], FaqIndex | None]
Stamp = frozenset[tuple[str, int, int]]

_SUFFIXES = (".yml", ".yaml")
# An editor may write a file in several steps; they are taken as one change.
_GATHER_MS = 250
_RETRY_SECONDS = 5.0
# Looked at also when nobody tells of a change: what was saved just before the watch began, or in a
# folder of another machine, is told by no one.
_LOOK_ANYWAY_MS = 2000


def folder_stamp(folder: Path) -> Stamp:
    """What tells a change: each FAQ file's path, time of change and size."""
    found = set()
    for path in folder.rglob("*"):
        if path.suffix in _SUFFIXES and path.is_file():
            stat = path.stat()
            found.add((str(path), stat.st_mtime_ns, stat.st_size))
    return frozenset(found)


class IndexKeeper:
    """Makes the files live when they changed, and only when they are good.

    `soon` makes them live at once with what was learned before; `build` loads, checks, learns and
    stores them, which takes longer, and replaces that. Both run in a thread, beside the live index.
    `count` is told "ok" or "refused" for each try; `on_live` runs after each one that went live,
    `on_learned` when one has been learned and stored.
    """

    def __init__(
        self,
        live: LiveIndex,
        folder: Path,
        build: Build,
        *,
        stamp: Stamp,
        soon: Soon = lambda _live: None,
        count: Callable[[str], None] = lambda _result: None,
        on_live: Callable[[], Awaitable[None]] | None = None,
        on_learned: Callable[[], None] = lambda: None,
    ) -> None:
        self._live = live
        self._folder = folder
        self._build = build
        self._soon = soon
        self._stamp = stamp
        self._count = count
        self._on_live = on_live
        self._on_learned = on_learned
        # Of the index that was learned last: what is live may be newer.
        self._learned = live.current.version
        self._building = asyncio.Lock()
        self._stop = asyncio.Event()
        self._to_learn = asyncio.Event()
        self._is_followed = False
        self._settled = asyncio.Event()
        self._settled.set()

    def stop(self) -> None:
        """Let `run` end. Cancelling alone would wait for the watching thread's next look."""
        self._stop.set()
        self._to_learn.set()
        self._settled.set()

    async def settled(self) -> None:
        """Wait until what is live is learned, too: what is compared with it in between would have
        to be compared again."""
        await self._settled.wait()

    async def reload(self) -> bool:
        """Make the files live if they changed and are good. False when live stayed as it was."""
        stamp = await asyncio.to_thread(folder_stamp, self._folder)
        if stamp == self._stamp:
            return False
        # Noted even when the files are refused: the same mistake is reported once.
        self._stamp = stamp
        try:
            index = await in_daemon(lambda: self._soon(self._live.current))
            if index is None:
                index = await self._built()
            elif index.version != self._learned:
                self._to_learn.set()
                if self._is_followed:
                    self._settled.clear()
        except InvalidFaq as exc:
            for problem in exc.problems:
                log.error("faq refused", problem=str(problem))
        except FaqIndexError as exc:
            log.error("faq refused", problem=str(exc))
        except Exception as exc:  # noqa: BLE001 - whatever fails, what is live stays live
            log.error("index not built", **failure(exc))
        else:
            is_new = self._swap(index)
            await self._tell()
            return is_new
        self._count("refused")
        return False

    async def learn(self) -> None:
        """Learn what is live anew. Left out when files change meanwhile: they come next."""
        stamp = self._stamp
        try:
            index = await self._built()
        except FaqIndexError:
            return  # What is wrong with the files is told where they are made live.
        except Exception as exc:  # noqa: BLE001 - whatever fails, what is live stays live
            log.error("index not built", **failure(exc))
            return
        if stamp == self._stamp:
            self._live.swap(index)
            log.info("faq learned", version=index.version)

    async def _built(self) -> FaqIndex:
        """One at a time: an older state that is stored last would take the place of a newer one."""
        async with self._building:
            index = await in_daemon(self._build)
            self._learned = index.version
            self._on_learned()
            return index

    async def _tell(self) -> None:
        if self._on_live is None:
            return
        try:
            await self._on_live()
        except Exception as exc:  # noqa: BLE001 - what is live stays live
            log.error("change of the faq not noted", **failure(exc))

    def _swap(self, index: FaqIndex) -> bool:
        before = self._live.current.version
        self._live.swap(index)
        self._count("ok")
        log.info("faq live", version=index.version, before=before)
        return index.version != before

    async def run(self) -> None:
        """Follow the folder until stopped."""
        learning = asyncio.create_task(self._learn())
        self._is_followed = True
        try:
            await self._follow()
        finally:
            self._is_followed = False
            self._settled.set()
            learning.cancel()

    async def _learn(self) -> None:
        while True:
            await self._to_learn.wait()
            self._to_learn.clear()
            if self._stop.is_set():
                return
            await self.learn()
            if not self._to_learn.is_set():
                self._settled.set()

    async def _follow(self) -> None:
        while not self._stop.is_set():
            try:
                # What was saved while nobody was watching.
                await self.reload()
                async for _ in awatch(
                    self._folder,
                    watch_filter=_faq_files,
                    debounce=_GATHER_MS,
                    step=50,
                    stop_event=self._stop,
                    rust_timeout=_LOOK_ANYWAY_MS,
                    yield_on_timeout=True,
                ):
                    await self.reload()
            except (OSError, RuntimeError) as exc:
                log.warning(
                    "faq folder cannot be watched", folder=str(self._folder), **failure(exc)
                )
                await asyncio.sleep(_RETRY_SECONDS)


def _faq_files(_change: object, path: str) -> bool:
    return path.endswith(_SUFFIXES)
