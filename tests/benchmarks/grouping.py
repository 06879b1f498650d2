"""At which cosine two questions are about the same: python -m tests.benchmarks.grouping.

Phrasings of the demo shop, one entry against another: for each cosine the share of pairs of one
entry that it joins, and how pure the groups are that come of it.
"""

from __future__ import annotations

import numpy as np
from rich.console import Console
from rich.table import Table

from faq_index import build_index, grouping, load_encoder, load_faq
from tests.conftest import ROOT

# As customers ask in vain: a few words of each subject.
EACH = 4


def main() -> None:
    index = build_index(load_faq(ROOT / "data" / "faq"), load_encoder())
    table = Table("language", "cosine", "groups", "of subjects", "pure", "joined")
    for language in index.languages:
        entries = index.entries(language)
        texts = [text for entry in entries for text in entry.phrasings[-EACH:]]
        owners = np.repeat(np.arange(len(entries)), [len(e.phrasings[-EACH:]) for e in entries])
        for cosine in (0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7):
            grouping.ALIKE = cosine
            groups = grouping.group_questions(index, texts, [1] * len(texts), language)
            pure = sum(np.bincount(owners[list(g.members)]).max() for g in groups) / len(texts)
            pairs = sum((np.bincount(owners[list(g.members)]) ** 2).sum() for g in groups)
            joined = (pairs - len(texts)) / ((np.bincount(owners) ** 2).sum() - len(texts))
            table.add_row(
                language, f"{cosine:.2f}", str(len(groups)), str(len(entries)),
                f"{pure:.2f}", f"{joined:.2f}",
            )  # fmt: skip
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
