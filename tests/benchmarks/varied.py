"""An invented FAQ with a vocabulary as varied as a large company's, and questions about it.

Words come from the encoder's own vocabulary, where frequent ones stand first, and are drawn as
language draws them: few often, many rarely. Everything follows from a seed.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace

from faq_index import Entry
from faq_index.encoders import packaged_minilm

SHAPES = (
    "how do I {verb} my {thing}",
    "{verb} {thing}",
    "can you {verb} the {thing} that I have with {more}",
    "I want to {verb} a {thing} because of {more}, what do I do",
    "is it possible to {verb} {thing} and {more}",
    "where can I find help with my {thing}, it says {more}",
    "my {thing} does not {verb} any more since {more}",
    "who may {verb} the {thing} of my {more}",
    "what does it cost to {verb} a {thing}",
    "problem with {thing} when I try to {verb} it",
    "need to {verb} the {thing} please",
    "when will the {thing} {verb}, I have waited since {more}",
)
PHRASINGS = 5
_ENGLISH = "en"
# The vocabulary's first words are articles and the like.
_FIRST_WORD, _WORDS = 400, 9000


class Words:
    """Draws by rank: the probability of a word falls with its place, as Zipf found."""

    def __init__(self, chance: random.Random) -> None:
        path = packaged_minilm() / "tokenizer.json"
        vocabulary: dict[str, int] = json.loads(path.read_text("utf-8"))["model"]["vocab"]
        plain = (w for w in vocabulary if len(w) > 3 and w.isascii() and w.isalpha())
        self._words = list(plain)[_FIRST_WORD : _FIRST_WORD + _WORDS]
        self._chance = chance

    def draw(self) -> str:
        """A density that falls as 1 / rank is even in the logarithm of the rank; half of it is."""
        share = self._chance.random()
        place = len(self._words) ** share if self._chance.random() < 0.5 else None
        return self._words[int(place or len(self._words) * share) - 1]


def entries(count: int, seed: int = 1) -> list[Entry]:
    """Each with PHRASINGS phrasings and an answer of three sentences."""
    chance = random.Random(seed)
    words = Words(chance)
    return [_entry(number, words, chance) for number in range(count)]


def _entry(number: int, words: Words, chance: random.Random) -> Entry:
    verb, thing = words.draw(), f"{words.draw()} {words.draw()}"
    said = [
        shape.format(verb=verb, thing=thing, more=words.draw())
        for shape in chance.sample(SHAPES, PHRASINGS)
    ]
    told = " ".join(words.draw() for _ in range(24))
    return Entry(
        id=f"entry-{number}",
        language=_ENGLISH,
        topic="Benchmark",
        question=f"{said[0]}?",
        also_asked=tuple(said[1:]),
        answer=f"Here is how to {verb} your {thing}. It needs {told}.",
    )


def changed(before: Sequence[Entry], count: int, seed: int = 2) -> list[Entry]:
    """So many of the entries get one more phrasing and another answer, at even distances."""
    chance = random.Random(seed)
    words = Words(chance)
    found = list(before)
    for place in range(0, len(found), max(1, len(found) // count))[:count]:
        own = found[place]
        more = f"{own.phrasings[1]} {words.draw()}"
        answer = f"{own.answer} Also {words.draw()} {words.draw()}."
        found[place] = replace(own, also_asked=(*own.also_asked, more), answer=answer)
    return found


def questions(about: Sequence[Entry], count: int, seed: int = 3) -> Iterator[str]:
    """Different ones: most reword a phrasing, some are one exactly, some misspell it, and one in
    ten is about nothing in the FAQ."""
    chance = random.Random(seed)
    words = Words(chance)
    seen: set[str] = set()
    while len(seen) < count:
        text = _question(about, words, chance)
        if text not in seen:
            seen.add(text)
            yield text


def _question(about: Sequence[Entry], words: Words, chance: random.Random) -> str:
    kind = chance.random()
    if kind < 0.1:
        return chance.choice(SHAPES).format(
            verb=words.draw(), thing=f"{words.draw()} {words.draw()}", more=words.draw()
        )
    phrasing = chance.choice(chance.choice(about).phrasings)
    if kind < 0.15:
        return phrasing
    own = phrasing.split()
    own[chance.randrange(len(own))] = words.draw()
    if kind < 0.3:
        place = chance.randrange(len(own))
        cut = chance.randrange(len(own[place]))
        own[place] = own[place][:cut] + own[place][cut + 1 :]
    greeting = chance.choice(("", "", "hello, ", "hi there, ", "excuse me, "))
    return greeting + " ".join(word for word in own if word)
