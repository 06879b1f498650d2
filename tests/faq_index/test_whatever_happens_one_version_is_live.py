"""Files are broken, processes are killed: what customers are answered with is one whole version."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from faq_index import FaqIndex, InvalidFaq, build_snapshot, ensure_index, load_snapshot
from tests.conftest import ROOT
from tests.faq_index.fakes import GOOD, TrigramEncoder, shop, write_faq

# How often a publishing process is killed; KOTAE_TEST_KILLS=100 does more.
KILLS = int(os.environ.get("KOTAE_TEST_KILLS", "5"))
NASTY = (
    "&a [*a, *a]", "<<: *a", "!!python/object/apply:os.system [x]", "\ufeff", "\r\n", "\t", "\x00",
    "\ud800", "😀", "0120", "no", "~", "? ", "---\n", "...\n", "%TAG ! x\n", "{", "[", "|", ">-\n",
    "'", '"', "#", ": ", "- ", "\u2028", "\x85", "*" * 50, "[" * 200,
)  # fmt: skip


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A folder with a good FAQ and its published index."""
    home = tmp_path_factory.mktemp("live")
    write_faq(home / "faq", GOOD)
    return home, ensure_index(home / "faq", home / "index", TrigramEncoder()).version


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    changes=st.lists(
        st.tuples(
            st.floats(0, 1), st.integers(0, 12), st.sampled_from(NASTY) | st.text(max_size=6)
        ),
        min_size=1,
        max_size=4,
    ),
    ends=st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_a_file_broken_in_any_way_leaves_the_live_index_alone(
    live: tuple[Path, str], changes: list[tuple[float, int, str]], ends: str
) -> None:
    home, version = live
    text = GOOD
    for where, gone, new in changes:
        place = int(where * len(text))
        text = text[:place] + new + text[place + gone :]
    write_faq(home / "faq", text.replace("\n", ends).encode("utf-8", "surrogatepass"))
    try:
        ensure_index(home / "faq", home / "index", TrigramEncoder())
    except InvalidFaq as error:
        for problem in error.problems:
            assert "\n" not in str(problem) and "Traceback" not in str(problem)
        index = load_snapshot(home / "index", TrigramEncoder())
        assert index.decide("Where is my order?", "en").kind in ("answer", "suggest", "no_answer")
    write_faq(home / "faq", GOOD)
    again = ensure_index(home / "faq", home / "index", TrigramEncoder())
    assert again.version.split("-")[1] == version.split("-")[1]
    assert again.decide("Where is my order?", "en").candidates[0].entry.id == "track-order"


@pytest.mark.parametrize(
    "bomb",
    [
        "a: &a [x, x]\n" + "".join(f"k{i}: &b{i} [*a, *a, *a]\n" for i in range(1000)),
        "faqs:\n" + "  - " * 20_000,
        "faqs:\n  - {id: a, question: " + "(" * 100_000 + ", answer: b}\n",
        "x" * 5_000_000,
        "faqs:\n" + "  - {id: a, question: b, answer: c}\n" * 20_000,
    ],
    ids=["aliases", "nesting", "one long text", "5 MB", "one id twenty thousand times"],
)
def test_a_bomb_is_a_few_sentences(tmp_path: Path, bomb: str) -> None:
    write_faq(tmp_path / "faq", bomb)
    with pytest.raises(InvalidFaq) as refused:
        ensure_index(tmp_path / "faq", tmp_path / "index", TrigramEncoder())
    assert all(len(str(problem)) < 700 for problem in refused.value.problems)


def test_a_publisher_killed_at_any_moment_leaves_one_whole_version(tmp_path: Path) -> None:
    encoder = TrigramEncoder()
    build_snapshot(shop(answer="The first."), encoder, tmp_path)
    seed = random.Random(20260101)
    seen = set()
    for _ in range(KILLS):
        with _publisher(tmp_path) as process:
            time.sleep(seed.random() * 0.4)
            process.send_signal(signal.SIGKILL)
        index = load_snapshot(tmp_path, encoder)
        seen.add(index.version)
        assert _answer(index)
    build_snapshot(shop(answer="The last."), encoder, tmp_path)
    assert _answer(load_snapshot(tmp_path, encoder)) == "The last."
    assert len(seen) > 1


def _publisher(folder: Path) -> subprocess.Popen[str]:
    """A process that publishes, and has done so once."""
    command = [sys.executable, "-m", "tests.faq_index.publisher", str(folder)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "0"
    return process


def _answer(index: FaqIndex) -> str:
    decision = index.decide("Where is my order?", "en")
    return decision.candidates[0].entry.answer
