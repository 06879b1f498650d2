"""What makes an FAQ worse than it could be: each finding says where, and what to do."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np

from faq_index.entry import Entry
from faq_index.features import features, rank
from faq_index.index import FaqIndex
from faq_index.partition import Partition
from faq_index.text import is_japanese, plain

# (rows done, rows in all)
Tell = Callable[[int, int], None]
# Below, a phrasing is just far from everything; one alone is worth a word only when it is sure.
_ELSEWHERE = 0.5
_SURELY_ELSEWHERE = 0.8
_FEW_PHRASINGS = 4
_SAME = 0.95
_LIKE = 0.85
# Answers in a chat window: about three screens of a phone.
_LONG_ANSWER = {True: 600, False: 1200}
# Words of an English sentence that readers lose (Plain English guides put it at 15 to 20 on
# average), characters of a Japanese one.
_LONG_SENTENCE = {True: 100, False: 40}
_SENTENCE_END = re.compile(r"[.!?。！？]+(?:\s|$)|[。！？]|\n")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_EXAMPLES = 3


@dataclass(frozen=True, order=True, slots=True)
class Finding:
    """`rule` names the kind; the sentence says what is wrong and what to do, in English; `facts`
    are what it says it with, for another language."""

    file: str
    line: int
    rule: str
    entry: str
    language: str
    sentence: str
    facts: Mapping[str, Any] = field(default_factory=dict, compare=False)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.sentence} ({self.rule})"


def findings(
    index: FaqIndex,
    *,
    today: date,
    languages: Collection[str] = (),
    shown: Collection[tuple[str, str]] | None = None,
    tell: Tell = lambda _done, _total: None,
) -> list[Finding]:
    """By file and line. `languages` are those that customers are offered; `shown` the (entry,
    language) that were shown of late, None where nobody knows."""
    found: list[Finding] = []
    total = sum(len(part.matchers.phrasings.texts) for part in index.partitions.values())
    done = 0
    for part in index.partitions.values():
        found += _elsewhere(part, lambda row, start=done: tell(start + row, total))  # type: ignore[misc]
        found += _alike(part)
        for entry in part.entries:
            found += _of_entry(entry, today, shown)
        done += len(part.matchers.phrasings.texts)
    found += _untranslated(index, languages)
    return sorted(found)


def _elsewhere(part: Partition, tell: Callable[[int], None]) -> Iterator[Finding]:
    """Phrasings that find another entry when they are hidden, by the entry that takes them."""
    taken: dict[tuple[int, int], list[str]] = defaultdict(list)
    surest: dict[tuple[int, int], float] = defaultdict(float)
    matchers, model = part.matchers, part.model
    phrasings = matchers.phrasings
    tokens = part.encoded.tokens
    for row, text in enumerate(phrasings.texts):
        tell(row)
        if phrasings.named[row]:
            continue
        owner = int(phrasings.owners[row])
        hidden = np.zeros(len(phrasings.texts), dtype=bool)
        hidden[row] = True
        own = tokens[row] if tokens else None
        asked = matchers.question(text, matchers.dense.vectors[row], own)
        [look] = matchers.look([asked], model.kernel, hidden, 1)
        if not len(look.entries):
            continue
        ranking = rank(look, model.weights)
        first = int(look.entries[ranking.order[0]])
        sure = float(model.confidence.of_top(features(look, ranking)[None, :])[0])
        if first != owner and sure >= _ELSEWHERE:
            taken[owner, first].append(text)
            surest[owner, first] = max(surest[owner, first], sure)
    for (owner, first), texts in taken.items():
        is_mutual = (first, owner) in taken
        if len(texts) == 1 and not is_mutual and surest[owner, first] < _SURELY_ELSEWHERE:
            continue
        entry, other = part.entries[owner], part.entries[first]
        listed = ", ".join(f"“{text}”" for text in texts[:_EXAMPLES])
        more = f" and {len(texts) - _EXAMPLES} more" if len(texts) > _EXAMPLES else ""
        both = " and the other way round" if is_mutual else ""
        yield _finding(
            entry,
            "finds-another",
            f"{listed}{more} would find `{other.id}`{both}: give `{entry.id}` more phrasings like "
            "these, move them, or make one entry of the two",
            texts=texts[:_EXAMPLES],
            more=max(0, len(texts) - _EXAMPLES),
            other=other.id,
            mutual=is_mutual,
        )


def _alike(part: Partition) -> Iterator[Finding]:
    """Entries that say the same, and entries that ask the same and answer with other numbers."""
    answered = [place for place, entry in enumerate(part.entries) if entry.answer.strip()]
    passages = part.matchers.passages.vectors[answered]
    starts = part.matchers.first_rows[:-1][answered]
    questions = part.matchers.dense.vectors[starts]
    same = passages @ passages.T
    like = questions @ questions.T
    near = np.argwhere(np.triu((same >= _SAME) | (like >= _LIKE), 1))
    for one, two in near.tolist():
        entry, other = part.entries[answered[one]], part.entries[answered[two]]
        if same[one, two] >= _SAME:
            yield _finding(
                other,
                "duplicate",
                f"`{other.id}` says nearly what `{entry.id}` says: make one entry of the two",
                other=entry.id,
            )
        elif _numbers(entry) != _numbers(other):
            yield _finding(
                other,
                "other-numbers",
                f"`{other.id}` asks nearly what `{entry.id}` asks, and their answers have "
                "other numbers: see that both are right, and tell them apart",
                other=entry.id,
            )


def _numbers(entry: Entry) -> frozenset[str]:
    return frozenset(_NUMBER.findall(plain(entry.answer)))


def _of_entry(
    entry: Entry, today: date, shown: Collection[tuple[str, str]] | None
) -> Iterator[Finding]:
    if len(entry.phrasings) < _FEW_PHRASINGS:
        yield _finding(
            entry,
            "few-phrasings",
            f"`{entry.id}` has {len(entry.phrasings)} of the {_FEW_PHRASINGS} phrasings that "
            "finding takes: add customers' own words to `also_asked`",
            n=len(entry.phrasings),
            most=_FEW_PHRASINGS,
        )
    text = plain(entry.answer)
    ja = is_japanese(text)
    if len(text) > _LONG_ANSWER[ja]:
        yield _finding(
            entry,
            "long-answer",
            f"the answer has {len(text):,} characters, and a chat shows about "
            f"{_LONG_ANSWER[ja]:,}: say the first thing to do, and link to the rest",
            n=len(text),
            most=_LONG_ANSWER[ja],
        )
    longest = max(map(len if ja else _words, _SENTENCE_END.split(text)), default=0)
    if longest > _LONG_SENTENCE[ja]:
        unit = "characters" if ja else "words"
        yield _finding(
            entry,
            "hard-to-read",
            f"a sentence of the answer has {longest} {unit}: split it",
            n=longest,
            unit=unit,
        )
    if entry.valid_until is not None and entry.valid_until < today:
        yield _finding(
            entry,
            "expired",
            f"`{entry.id}` is not shown since {entry.valid_until}: renew `valid_until` or remove "
            "it",
            day=entry.valid_until,
        )
    elif entry.review_by is not None and entry.review_by < today:
        yield _finding(
            entry,
            "review",
            f"`{entry.id}` was to be reviewed by {entry.review_by}: read it and set a new day",
            day=entry.review_by,
        )
    if entry.owner is None:
        yield _finding(entry, "no-owner", f"`{entry.id}` has no `owner`: name who keeps it right")
    if shown is not None and (entry.id, entry.language) not in shown:
        yield _finding(
            entry,
            "never-shown",
            f"`{entry.id}` was shown to nobody of late: remove it, or add what customers call it",
        )


def _untranslated(index: FaqIndex, languages: Collection[str]) -> Iterator[Finding]:
    wanted = [each for each in index.languages if not languages or each in languages]
    known = {language: {entry.id for entry in index.entries(language)} for language in wanted}
    for language in wanted:
        for entry in index.entries(language):
            missing = [other for other in wanted if entry.id not in known[other]]
            if missing:
                yield _finding(
                    entry,
                    "untranslated",
                    f"`{entry.id}` is missing in {', '.join(missing)}: customers there do not find "
                    "it",
                    missing=missing,
                )


def _words(sentence: str) -> int:
    return len(sentence.split())


def _finding(entry: Entry, rule: str, sentence: str, **facts: Any) -> Finding:
    place = entry.file, entry.line
    return Finding(*place, rule, entry.id, entry.language, sentence, facts | {"entry": entry.id})


def links_of(entries: Sequence[Entry]) -> dict[str, list[Entry]]:
    """The web addresses in links and answers, with the entries that name them."""
    found: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        inside = re.findall(r"\]\((https?://[^)\s]+)\)|(?<!\()(https?://[^\s)>\]]+)", entry.answer)
        urls = [link.url for link in entry.links] + [a or b.rstrip(".,;:!?") for a, b in inside]
        for url in dict.fromkeys(urls):
            if url.startswith(("http://", "https://")):
                found[url].append(entry)
    return dict(found)


def dead_link(entry: Entry, url: str, why: str) -> Finding:
    return _finding(entry, "dead-link", f"{url} {why}: mend or remove the link", url=url)
