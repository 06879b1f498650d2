"""Banners: what customers are told first while something is wrong, such as "payments are down"."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from helpdesk.clock import Clock
from helpdesk.database import Database
from helpdesk.errors import BadInput, NotFound
from helpdesk.ids import new_id
from helpdesk.store import banners as store
from helpdesk.store.banners import Banner
from helpdesk.types import Staff

LONGEST_TEXT = 1000
MOST_WORDS = 50
_LONGEST_WORD = 100
_LISTED = 50


class Banners:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def listed(self) -> list[Banner]:
        """Those that end last first."""
        return await self._db.read(lambda link: store.newest(link, _LISTED))

    async def add(
        self,
        staff: Staff,
        texts: Mapping[str, str],
        words: Sequence[str],
        topics: Sequence[str],
        starts_at: datetime,
        ends_at: datetime,
    ) -> Banner:
        """`texts` has one text a language. Raises BadInput naming what is wrong."""
        said = {code: text.strip() for code, text in texts.items() if text.strip()}
        wanted = tuple(dict.fromkeys(word.strip() for word in words if word.strip()))
        if not said or any(len(text) > LONGEST_TEXT for text in said.values()):
            raise BadInput(f"text must have 1 to {LONGEST_TEXT} characters.")
        if len(wanted) > MOST_WORDS or any(len(word) > _LONGEST_WORD for word in wanted):
            raise BadInput(
                f"words must be at most {MOST_WORDS}, each at most {_LONGEST_WORD} long."
            )
        if ends_at <= max(starts_at, self._clock()):
            raise BadInput("end must be after start and in the future.")
        banner = Banner(new_id(), said, wanted, tuple(topics), starts_at, ends_at, staff.id)
        await self._db.write(lambda link: store.add(link, banner))
        return banner

    async def end(self, banner_id: str) -> None:
        """Raises NotFound for one that is over already."""
        now = self._clock()
        if not await self._db.write(lambda link: store.end(link, banner_id, now)):
            raise NotFound("This banner is over already.")


def is_for(banner: Banner, question: str, topics: Collection[str]) -> bool:
    """`topics` are those of the entries that the question is likeliest about."""
    if not banner.words and not banner.topics:
        return True
    asked = _plain(question)
    return any(_plain(word) in asked for word in banner.words) or bool(
        set(banner.topics) & set(topics)
    )


def text_in(banner: Banner, language: str) -> str:
    """In the customer's language, else in the first one it was written in."""
    return banner.texts.get(language) or next(iter(banner.texts.values()))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
