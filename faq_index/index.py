"""The searchable FAQ: questions in, decisions out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from datetime import UTC, date, datetime
from typing import NamedTuple

from faq_index.choose import choose, choose_exact
from faq_index.confidence import Confidence, Flags
from faq_index.decision import Decision
from faq_index.encoder import Encoder, knows_of
from faq_index.entry import Entry
from faq_index.followup import FollowUps
from faq_index.labels import Label
from faq_index.lessons import Lesson, learn
from faq_index.partition import Found, Partition, Sight
from faq_index.promise import Promise
from faq_index.spelling import Spelling
from faq_index.text import MAX_TEXT, has_letters, is_japanese, phrasing_key
from faq_index.typeahead import Typeahead

# What questions meet in a partition; entries have a flag each that tells whether they may be found.
Sights = Callable[[Partition, Sequence[str], Flags], Iterable[Sight]]


class Understood(NamedTuple):
    """The text to search for, the languages to search, and the entry and phrasing that it is."""

    text: str
    languages: tuple[str, ...]
    exact: tuple[Entry, str] | None


class FaqIndex:
    """One published state of the FAQ. Immutable and safe to use from any thread."""

    def __init__(
        self,
        partitions: Mapping[str, Partition],
        encoder: Encoder,
        *,
        version: str,
        built_at: datetime,
    ) -> None:
        self.version = version
        self.built_at = built_at
        self.encoder = encoder
        self.languages = tuple(sorted(partitions))
        self.thresholds: Mapping[str, float] = {
            language: part.model.confidence.threshold for language, part in partitions.items()
        }
        self.partitions = dict(partitions)
        self._lessons: Mapping[str, Lesson] = {}
        words = Counter[str]()
        for part in partitions.values():
            words.update(part.directory.words)
        self._spelling = Spelling(words, knows_of(encoder))
        self._follow_ups = {
            language: FollowUps(part.analyzer) for language, part in partitions.items()
        }
        self._typeahead = {
            language: Typeahead(
                part.entries,
                part.matchers.phrasings.owners,
                part.directory.keys,
                part.matchers.characters,
            )
            for language, part in partitions.items()
        }

    @property
    def promises(self) -> tuple[Promise, ...]:
        """What labels say of its answers, by language; empty until it has been recalibrated."""
        return tuple(lesson.promise for lesson in self._lessons.values())

    def recalibrated(
        self, labels: Sequence[Label], *, max_wrong: float = 0.10, now: datetime | None = None
    ) -> FaqIndex:
        """This index with probabilities and thresholds as these labels, and no others, correct
        them. Nothing is built anew; each question is asked once."""
        plain = self._taught({})
        return plain._taught(learn(plain, labels, max_wrong, now or datetime.now(UTC)))

    def taught_as(self, other: FaqIndex) -> FaqIndex:
        """This index with what labels taught another state of the same languages."""
        return self._taught(other._lessons)

    def _taught(self, lessons: Mapping[str, Lesson]) -> FaqIndex:
        taught = copy(self)
        taught._lessons = lessons
        taught.thresholds = {
            language: lessons[language].confidence.threshold
            if language in lessons
            else part.model.confidence.threshold
            for language, part in self.partitions.items()
        }
        return taught

    def decide(
        self,
        question: str,
        language: str,
        *,
        previous: str | None = None,
        today: date | None = None,
        threshold: float | None = None,
    ) -> Decision:
        """What to say to a question asked in `language`; an unknown one searches all of them.

        `previous` is the id of the entry answered before; entries not valid `today` are not found;
        `threshold` is the confidence to answer from instead of the learned one.
        """
        day = today or date.today()
        [(asked, found, exact)] = self._find([(question, language)], day)
        if exact is not None:
            return choose_exact(*exact, found)
        if previous is not None and len(found) == 1:
            [spoken] = self._languages_for(question[:MAX_TEXT], language)
            found = self._after(previous, spoken, asked, found[0], day)
        return choose(found, threshold)

    def decide_all(
        self,
        asked: Sequence[tuple[str, str]],
        *,
        today: date | None = None,
        sights: Sights | None = None,
    ) -> list[Decision]:
        """What `decide` says to each of these questions in its language, in less time.

        All of them are held at once: thousands, not all that were ever asked. `sights` may remember
        what questions met instead of looking again; then the only candidate for a question that is
        a phrasing is its entry.
        """
        return [
            choose(found) if exact is None else choose_exact(*exact, found)
            for _, found, exact in self._find(asked, today or date.today(), sights)
        ]

    def _find(
        self, asked: Sequence[tuple[str, str]], day: date, sights: Sights | None = None
    ) -> list[tuple[str, list[Found], tuple[Entry, str] | None]]:
        """Of each question as it was understood what was found in the languages searched, and the
        entry and phrasing that it is, if any. Nothing is found for what cannot be read."""
        understood = self.understood(asked, day)
        spoken = [
            () if sights is not None and each.exact is not None else each.languages
            for each in understood
        ]
        found: dict[tuple[int, str], Found] = {}
        for language in self.languages:
            places = [place for place, own in enumerate(spoken) if language in own]
            own = [understood[place].text for place in places]
            searched = self._search(language, own, day, sights)
            found |= {(place, language): each for place, each in zip(places, searched, strict=True)}
        return [
            (each.text, [found[place, language] for language in own], each.exact)
            for place, (each, own) in enumerate(zip(understood, spoken, strict=True))
        ]

    def searched(
        self, asked: Sequence[tuple[str, str]], *, today: date | None = None
    ) -> dict[str, list[str]]:
        """By language the texts, each once, of which `decide_all` asks its `sights`."""
        found: dict[str, dict[str, None]] = {language: {} for language in self.languages}
        for each in self.understood(asked, today or date.today()):
            for language in each.languages if each.exact is None else ():
                found[language][each.text] = None
        return {language: list(texts) for language, texts in found.items()}

    def understood(self, asked: Sequence[tuple[str, str]], day: date) -> list[Understood]:
        """Questions in their languages, before anything is searched."""
        return [
            self._understood(question[:MAX_TEXT], language, day) for question, language in asked
        ]

    def _understood(self, text: str, language: str, day: date) -> Understood:
        key = phrasing_key(text)
        if not key:
            return Understood(text, (), None)
        spoken = self._languages_for(text, language)
        exact = self._exactly_one(spoken, key, day)
        return Understood(self._spelling.correct(text), tuple(spoken), exact)

    def judges_as(self, other: FaqIndex) -> bool:
        """Is both as sure of the same, in every language?"""
        return self.languages == other.languages and all(
            self._confidence(language).is_as(other._confidence(language))
            for language in self.languages
        )

    def _confidence(self, language: str) -> Confidence:
        lesson = self._lessons.get(language)
        return lesson.confidence if lesson else self.partitions[language].model.confidence

    def _exactly_one(
        self, languages: Sequence[str], key: str, day: date
    ) -> tuple[Entry, str] | None:
        exact = (self._exactly(each, key) for each in languages)
        return next((each for each in exact if each and each[0].is_valid(day)), None)

    def _exactly(self, language: str, key: str) -> tuple[Entry, str] | None:
        part = self.partitions[language]
        row, phrasings = part.directory.row_of(key), part.matchers.phrasings
        if row is None or phrasings.named[row]:
            return None
        return part.entries[phrasings.owners[row]], phrasings.texts[row]

    def _after(
        self, previous: str, language: str, asked: str, alone: Found, day: date
    ) -> list[Found]:
        before = self._entry(previous, language)
        if before is None:
            return [alone]

        def search(text: str) -> Found:
            return self._search(language, [text], day)[0]

        return [self._follow_ups[language].find(asked, before, alone, search) or alone]

    def _search(
        self,
        language: str,
        texts: Sequence[str],
        day: date,
        sights: Sights | None = None,
    ) -> list[Found]:
        part, confidence = self.partitions[language], self._confidence(language)
        met = (sights or Partition.sights)(part, texts, part.valid(day))
        return [part.found(each, confidence) for each in met]

    def found_alone(self, question: str, language: str) -> tuple[str, Found, str | None] | None:
        """For learning from labels: of the languages searched the surest, what was found in it, and
        the entry whose phrasing the question is, if any. None when nothing was found."""
        asked = question[:MAX_TEXT]
        key = phrasing_key(asked)
        languages = self._languages_for(asked, language) if key else []
        today = date.today()
        for each in languages:
            exact = self._exactly(each, key)
            if exact is not None:
                return each, self._search(each, [asked], today)[0], exact[0].id
        corrected = self._spelling.correct(asked)
        found = [(each, self._search(each, [corrected], today)[0]) for each in languages]
        found = [pair for pair in found if pair[1].hits]
        best = max(found, key=lambda pair: pair[1].hits[0].confidence, default=None)
        return (*best, None) if best else None

    def _languages_for(self, text: str, language: str) -> list[str]:
        """The language asked in first; then the others, if the text is not written in it."""
        own = next((x for x in (language, language.split("-")[0]) if x in self.languages), None)
        if own is None:
            return list(self.languages)
        if has_letters(text) and is_japanese(text) != (own.split("-")[0] == "ja"):
            return [own, *(other for other in self.languages if other != own)]
        return [own]

    def suggest(self, typed: str, language: str, limit: int = 5) -> list[Entry]:
        """Entries for what has been typed so far, best first."""
        day, cut = date.today(), typed[:MAX_TEXT]
        found: list[Entry] = []
        for each in self._languages_for(typed, language):
            found += self._typeahead[each].find(phrasing_key(cut), cut, limit * 2)
        return [entry for entry in found if entry.is_valid(day)][:limit]

    def entry(self, entry_id: str, language: str) -> Entry | None:
        """The entry in this language, or in another one when it is not translated."""
        for each in (language, *self.languages):
            found = self._entry(entry_id, each)
            if found is not None:
                return found
        return None

    def _entry(self, entry_id: str, language: str) -> Entry | None:
        part = self.partitions.get(language)
        place = part.directory.place_of(entry_id, part.entries) if part else None
        return part.entries[place] if part and place is not None else None

    @property
    def size(self) -> int:
        """How many entries there are."""
        return sum(len(part.entries) for part in self.partitions.values())

    def entries(self, language: str | None = None) -> list[Entry]:
        """All of them, which have to be read for that."""
        chosen = self.languages if language is None else (language,)
        return [
            entry
            for each in chosen
            if each in self.partitions
            for entry in self.partitions[each].entries
        ]
