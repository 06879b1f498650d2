"""Words of a Japanese text, through SudachiPy."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

from faq_index.text import MAX_TEXT, normalise

if TYPE_CHECKING:
    from sudachipy import Dictionary, Tokenizer  # type: ignore[import-untyped]

_CONTENT = frozenset({"名詞", "動詞", "形容詞", "形状詞", "副詞", "代名詞", "接頭辞", "接尾辞"})
# Verbs that only carry grammar (する, ある, いる, できる, ...) match everything and mean nothing.
_GRAMMAR_VERBS = frozenset({"為る", "有る", "居る", "成る", "下さる", "貰う", "頂く", "くださる"})


class _Sudachi:
    """The dictionary, loaded at the first use and once a process; a tokenizer for each thread."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.dictionary: Dictionary | None = None
        self.local = threading.local()
        self.pid = os.getpid()

    def tokenizer(self) -> Tokenizer:
        found: Tokenizer | None = getattr(self.local, "tokenizer", None)
        if found is None:
            found = self.local.tokenizer = self._create()
        return found

    def _create(self) -> Tokenizer:
        from sudachipy import Dictionary, SplitMode

        with self.lock:
            if self.dictionary is None:
                self.dictionary = Dictionary()
            return self.dictionary.tokenizer(mode=SplitMode.B)


_sudachi: _Sudachi | None = None


def _shared() -> _Sudachi:
    """One per process: a forked child must not wait for a lock its parent held."""
    global _sudachi
    if _sudachi is None or _sudachi.pid != os.getpid():
        _sudachi = _Sudachi()
    return _sudachi


def japanese_words(text: str) -> list[str]:
    """Normalised forms of the content words: 引っ越し and 引越し are both 引っ越し."""
    words = []
    for morpheme in _shared().tokenizer().tokenize(normalise(text)[:MAX_TEXT]):
        word = morpheme.normalized_form()
        if morpheme.part_of_speech()[0] in _CONTENT and word not in _GRAMMAR_VERBS:
            words.append(word)
    return words
