"""What questions met in one state of an FAQ, so that a state that differs little asks few again.

Of most questions it is enough to know what they come across: where that stays the same for certain,
see difference.py, so does what is said to them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from faq_index.confidence import Flags
from faq_index.difference import Difference, Facts, digest
from faq_index.index import FaqIndex
from faq_index.lookers import Alone, Looking
from faq_index.partition import Partition, Sight, on_its_own
from faq_index.signals import Glance

# By the keys of their texts what questions met, or at least came across.
Known = dict[bytes, Sight | Glance]
# By language the facts of a partition, and what is known of questions in it.
Met = dict[str, tuple[Facts, Known]]
Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class _Batch:
    """Questions of which so many are alike as far as the words tell (questions,); by language the
    texts that have to come across the same for it, with the places of their questions; and those of
    which it is not known what they come across."""

    alike: list[bool]
    texts: dict[str, dict[str, list[int]]]
    unknown: dict[str, list[str]]


class Sightings:
    """What was met in the live FAQ: of earlier times as far as it is still so, and of now.

    Remembered sights tell no signals, and an entry's first phrasing. `look` looks up what is not
    remembered. Not for several threads.
    """

    def __init__(self, earlier: Met | None = None, look: Looking | None = None) -> None:
        self.earlier = earlier or {}
        self._look = look or Alone()
        self._live: Met = {}
        self._differences: dict[tuple[bytes, int, bytes], Difference] = {}
        # How many texts could not be remembered: of either state, and of the live one.
        self.asked = self.asked_of_live = 0

    def of_live(self, part: Partition, texts: Sequence[str], allowed: Flags) -> list[Sight]:
        new = self.carry_over(part, texts, allowed)
        self.asked_of_live += len(new)
        known = self._known_of(part, allowed)
        found = self._looked_up(part, new, allowed)
        known |= {key_of(text): sight.bare() for text, sight in found.items()}
        return [_whole(known, text) for text in texts]

    def carry_over(self, part: Partition, texts: Sequence[str], allowed: Flags) -> list[str]:
        """Take what was met in the live FAQ in earlier times as far as it is still so; the texts,
        each once, of which it is not known."""
        self._take_over(part, texts, allowed)
        known = self._known_of(part, allowed)
        return [
            text for text in dict.fromkeys(texts) if not isinstance(known.get(key_of(text)), Sight)
        ]

    def of_changed(self, part: Partition, texts: Sequence[str], allowed: Flags) -> list[Sight]:
        """Of a partition that is not live; nothing of it is kept."""
        base = self._live.get(part.analyzer.language)
        found = {
            text: each
            for text, each in self._carried_over(part, texts, allowed, base).items()
            if isinstance(each, Sight)
        }
        new = [text for text in dict.fromkeys(texts) if text not in found]
        found |= self._looked_up(part, new, allowed)
        return [found[text] for text in texts]

    def alike(
        self, before: FaqIndex, after: FaqIndex, batches: Sequence[Pairs]
    ) -> Iterator[list[bool]]:
        """Of each batch of questions those to which both indexes say the same for certain. While
        one batch is dealt with, the next is looked at."""
        day = date.today()
        following = self._prepared(before, after, batches[0], day) if batches else None
        self._begin(before, following)
        for number in range(1, len(batches) + 1):
            own, following = following, None
            assert own is not None
            if number < len(batches):
                following = self._prepared(before, after, batches[number], day)
            self._glance_at(before, own, following, day)
            yield self._compared(after, own, day)

    def met(self, *, with_others: bool) -> Met:
        """What was asked of the live FAQ, `with_others` also what was not, where
        the FAQ is the same."""
        found: Met = {}
        for language, (facts, known) in self._live.items():
            others = self.earlier.get(language)
            is_same = with_others and others is not None and others[0] == facts
            found[language] = facts, {**others[1], **known} if others and is_same else known
        return found

    # What both indexes say the same to

    def _prepared(self, before: FaqIndex, after: FaqIndex, batch: Pairs, day: date) -> _Batch:
        own = _Batch([False] * len(batch), {}, {})
        if not before.judges_as(after):
            return own
        both = zip(before.understood(batch, day), after.understood(batch, day), strict=True)
        for place, (was, now) in enumerate(both):
            if (was.text, was.languages) != (now.text, now.languages):
                continue
            if was.exact is None and now.exact is None:
                own.alike[place] = True
                for language in was.languages:
                    places = own.texts.setdefault(language, {})
                    places.setdefault(was.text, []).append(place)
            elif was.exact is not None and now.exact is not None:
                own.alike[place] = was.exact[0].id == now.exact[0].id
        for language, texts in own.texts.items():
            part = before.partitions[language]
            allowed = part.valid(day)
            self._take_over(part, list(texts), allowed)
            known = self._known_of(part, allowed)
            own.unknown[language] = [text for text in texts if key_of(text) not in known]
        return own

    def _begin(self, before: FaqIndex, batch: _Batch | None) -> None:
        unknown = batch.unknown if batch is not None else {}
        self._look.begin([(before.partitions[each], texts) for each, texts in unknown.items()])

    def _glance_at(
        self, before: FaqIndex, batch: _Batch, following: _Batch | None, day: date
    ) -> None:
        found = {
            language: list(self._look.glances(before.partitions[language], texts))
            for language, texts in batch.unknown.items()
        }
        # Before anything else, so that nobody waits.
        self._begin(before, following)
        for language, glances in found.items():
            part, texts = before.partitions[language], batch.unknown[language]
            self.asked += len(texts)
            self.asked_of_live += len(texts)
            known = self._known_of(part, part.valid(day))
            for text, glance in zip(texts, glances, strict=True):
                known.setdefault(key_of(text), on_its_own(glance))

    def _compared(self, after: FaqIndex, batch: _Batch, day: date) -> list[bool]:
        alike = batch.alike
        for language, texts in batch.texts.items():
            part, own = after.partitions[language], list(texts)
            facts, known = self._live[language]
            difference = self._difference(facts, part, part.valid(day))
            kept = difference.keeps(own, [_glance(known[key_of(text)]) for text in own])
            for text, is_kept in zip(own, kept.tolist(), strict=True):
                for place in texts[text] if not is_kept else ():
                    alike[place] = False
        return alike

    # What is remembered

    def _known_of(self, part: Partition, allowed: Flags) -> Known:
        language = part.analyzer.language
        if language not in self._live:
            self._live[language] = Facts.of(part, allowed), {}
        return self._live[language][1]

    def _take_over(self, part: Partition, texts: Sequence[str], allowed: Flags) -> None:
        known = self._known_of(part, allowed)
        new = [text for text in dict.fromkeys(texts) if key_of(text) not in known]
        earlier = self.earlier.get(part.analyzer.language)
        found = self._carried_over(part, new, allowed, earlier)
        known |= {
            key_of(text): each.bare() if isinstance(each, Sight) else on_its_own(each)
            for text, each in found.items()
        }

    def _carried_over(
        self,
        part: Partition,
        texts: Sequence[str],
        allowed: Flags,
        base: tuple[Facts, Known] | None,
    ) -> dict[str, Sight | Glance]:
        if base is None:
            return {}
        facts, known = base
        old = [text for text in dict.fromkeys(texts) if key_of(text) in known]
        if not old:
            return {}
        met = [known[key_of(text)] for text in old]
        difference = self._difference(facts, part, allowed)
        kept = difference.keeps(old, [_glance(each) for each in met]).tolist()
        return {
            text: difference.moved(each) if isinstance(each, Sight) else difference.glance(each)
            for text, each, is_kept in zip(old, met, kept, strict=True)
            if is_kept
        }

    def _looked_up(self, part: Partition, texts: Sequence[str], allowed: Flags) -> dict[str, Sight]:
        self.asked += len(texts)
        return dict(zip(texts, self._look.sights(part, texts, allowed), strict=True))

    def _difference(self, facts: Facts, part: Partition, allowed: Flags) -> Difference:
        key = facts.learned + b"".join(facts.entries), id(part), allowed.tobytes()
        if key not in self._differences:
            self._differences[key] = Difference(facts, part, allowed)
        return self._differences[key]


def key_of(text: str) -> bytes:
    """What of a text is kept to know it again."""
    return digest(text.encode("utf-8", "surrogatepass"))


def _glance(met: Sight | Glance) -> Glance:
    return met.glance if isinstance(met, Sight) else met


def _whole(known: Known, text: str) -> Sight:
    met = known[key_of(text)]
    assert isinstance(met, Sight)
    return met
