"""Publishes one FAQ after the other until it is killed: python -m tests.faq_index.publisher DIR"""

from __future__ import annotations

import sys
from itertools import count
from pathlib import Path

from faq_index import build_snapshot
from tests.faq_index.fakes import TrigramEncoder, shop


def main(folder: Path) -> None:
    encoder = TrigramEncoder()
    for number in count():
        build_snapshot(shop(answer=f"Answer {number}."), encoder, folder)
        print(number, flush=True)  # noqa: T201 - tells the test that it has begun


if __name__ == "__main__":
    main(Path(sys.argv[1]))
