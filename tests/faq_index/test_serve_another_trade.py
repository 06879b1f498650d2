"""What was built on a shop's FAQ works for a library's: nothing is fitted to one trade."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from ruamel.yaml import YAML

from faq_index import Entry, build_index, load_encoder
from faq_index.encoders import MiniLm

FILE = Path(__file__).parent / "trades" / "library.yml"


@pytest.mark.model
def test_a_library_finds_more_than_by_the_nearest_phrasing() -> None:
    rows = YAML(typ="safe").load(FILE)["faqs"]
    entries = [
        Entry(
            id=row["id"],
            language="en",
            topic="Library",
            question=row["phrasings"][0],
            also_asked=tuple(row["phrasings"][1:]),
            answer="",
        )
        for row in rows
    ]
    asked = [(text, row["id"]) for row in rows for text in row["asked"]]
    index = build_index(entries, load_encoder())
    found = [index.decide(text, "en").candidates[0].entry.id == id for text, id in asked]

    encoder = MiniLm()
    phrasings = [(text, entry.id) for entry in entries for text in entry.phrasings]
    vectors = encoder.encode_questions([text for text, _ in phrasings])[:, :384]
    queries = encoder.encode_questions([text for text, _ in asked])[:, :384]
    nearest = np.argmax(queries @ vectors.T, axis=1)
    naive = [phrasings[place][1] == id for place, (_, id) in zip(nearest, asked, strict=True)]
    assert len(asked) == 98
    assert sum(found) > sum(naive)
    assert sum(found) >= 80
