"""Looks past questions up before anybody asks what a change would do to them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from faq_index.changes import Asked, Tell
from faq_index.index import FaqIndex
from faq_index.sightings import Sightings
from faq_index.sightings_file import MOST

_BATCH = 1024
# What is lost at most when the process is killed: half a minute's work.
_SAVED_AFTER = 4 * _BATCH
Wanted = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Remembered:
    """How many texts the questions were, after corrections and in the languages they are searched
    in, and how many of these had to be looked up; `is_whole` unless it was not to go on."""

    texts: int
    looked_up: int
    is_whole: bool


def remember(
    live: FaqIndex,
    asked: Sequence[Asked],
    met: Sightings,
    save: Callable[[], None],
    *,
    tell: Tell,
    goes_on: Callable[[], bool] = lambda: True,
) -> Remembered:
    """Look up what `met` does not know of these questions, the first ones first.

    What is still so is taken over from earlier times before anything is saved, and then `save` is
    called after every few thousand. Before each of them `goes_on` is asked.
    """
    day = date.today()
    texts, unknown = _carried_over(live, asked, met, day)
    done = 0
    while done < len(unknown) and (done % _SAVED_AFTER or goes_on()):
        tell(done, len(unknown))
        batch = unknown[done : done + _BATCH]
        for language, part in live.partitions.items():
            own = [text for spoken, text in batch if spoken == language]
            met.of_live(part, own, part.valid(day))
        done += len(batch)
        if done % _SAVED_AFTER == 0:
            save()
    save()
    tell(done, len(unknown))
    return Remembered(texts, done, goes_on())


def _carried_over(
    live: FaqIndex, asked: Sequence[Asked], met: Sightings, day: date
) -> tuple[int, Wanted]:
    """The number of all texts, and those that have to be looked up."""
    seen: set[tuple[str, str]] = set()
    counts = dict.fromkeys(live.languages, 0)
    unknown: Wanted = []
    for start in range(0, len(asked), _BATCH):
        pairs = [(each.text, each.language) for each in asked[start : start + _BATCH]]
        for language, found in live.searched(pairs, today=day).items():
            part = live.partitions[language]
            # So many are kept: of more, the rarest would be looked up in vain each time.
            room = MOST - counts[language]
            new = [text for text in found if (language, text) not in seen][:room]
            counts[language] += len(new)
            seen |= {(language, text) for text in new}
            unknown += [(language, each) for each in met.carry_over(part, new, part.valid(day))]
    return sum(counts.values()), unknown
