"""An honest stand-in for the encoder, and an FAQ to ask it about."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from faq_index import Entry, Matrix, Vector
from faq_index.text import character_ngrams

SHOP = {
    "track-order": ("Where is my order?", "track my parcel", "has my order been sent yet"),
    "reset-password": ("How do I reset my password?", "forgot my password", "new password please"),
    "refund-time": ("When do I get my refund?", "refund not arrived", "money back after a return"),
    "opening-hours": ("What are your opening hours?", "when do you open", "open on sunday"),
    "gift-card": ("How long is a gift card valid?", "gift card expiry", "my gift card ran out"),
}
SHOP_JA = {
    "track-order": ("注文した商品はどこですか？", "荷物の追跡", "もう発送されましたか"),
    "reset-password": ("パスワードを忘れました", "パスワードの再設定", "ログインできません"),
    "refund-time": ("返金はいつですか？", "返金がまだ届かない", "返品後のお金はいつ戻りますか"),
    "opening-hours": ("営業時間を教えてください", "何時に開きますか", "日曜日も営業していますか"),
}


class TrigramEncoder:
    """Hashed character trigrams: alike in letters is alike in vectors, and nothing else is."""

    def __init__(self, name: str = "trigrams", dim: int = 512) -> None:
        self.name = name
        self.dim = dim
        self.encoded: list[str] = []

    def encode_questions(self, texts: Sequence[str]) -> Matrix:
        self.encoded += texts
        rows = [self._vector(text) for text in texts]
        return np.stack(rows) if rows else np.zeros((0, self.dim), dtype=np.float32)

    def encode_query(self, text: str) -> Vector:
        self.encoded.append(text)
        return self._vector(text)

    def _vector(self, text: str) -> Vector:
        vector = np.zeros(self.dim, dtype=np.float32)
        vector[0] = 1e-3
        for gram in character_ngrams(text, 3, 3):
            digest = hashlib.blake2b(gram.encode(), digest_size=4).digest()
            vector[int.from_bytes(digest) % self.dim] += 1.0
        unit: Vector = (vector / np.linalg.norm(vector)).astype(np.float32)
        return unit


def make_entry(id: str = "track-order", *phrasings: str, **changes: Any) -> Entry:
    question, *also_asked = phrasings or SHOP[id]
    values: dict[str, Any] = {
        "language": "en",
        "topic": "Shop",
        "answer": f"Please read the page about {id}.",
        "also_asked": tuple(also_asked),
    }
    return Entry(id=id, question=question, **(values | changes))


def shop(**changes: Any) -> list[Entry]:
    return [make_entry(id, *phrasings, **changes) for id, phrasings in SHOP.items()]


def shop_ja() -> list[Entry]:
    return [
        make_entry(id, *phrasings, language="ja", answer="詳しくはこちらをご覧ください。")
        for id, phrasings in SHOP_JA.items()
    ]


def write_faq(folder: Path, text: str | bytes, name: str = "shop.yml") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


GOOD = """\
language: en
topic: Orders
faqs:
  - id: track-order
    question: Where is my order?
    also_asked: [track my parcel, order status]
    answer: Open **My orders**.
  - id: cancel-order
    question: How do I cancel my order?
    answer: Choose *Cancel*.
"""
