"""Whether an entry answered before, which has nothing to do with it, spoils a question.

python -m tests.benchmarks.stand_alone FOLDER [--sets NAME ...]

FOLDER holds NAME.faq.jsonl and NAME.queries.jsonl, as `kotae evaluate` reads them. Each question is
asked twice: after nothing, and after an entry picked at random.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from faq_index import Decision, FaqIndex, build_index, load_encoder
from faq_index.evaluation import Question, read_entries, read_questions


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sets", nargs="+", help="all of the folder when left out")
    chosen = parser.parse_args()
    names = chosen.sets or sorted(
        path.name.removesuffix(".faq.jsonl") for path in chosen.folder.glob("*.faq.jsonl")
    )
    encoder = load_encoder()
    table = Table("set", "questions", "after", "hit@1 %", "answered wrongly %", "changed %")
    for name in names:
        index = build_index(read_entries(chosen.folder / f"{name}.faq.jsonl"), encoder)
        questions = read_questions(chosen.folder / f"{name}.queries.jsonl")
        alone = ask(index, questions, after_random=False)
        after = ask(index, questions, after_random=True)
        table.add_row(name, str(len(questions)), "nothing", *figures(questions, alone, alone))
        table.add_row("", "", "another entry", *figures(questions, after, alone))
    Console(width=110).print(table)


def ask(index: FaqIndex, questions: Sequence[Question], *, after_random: bool) -> list[Decision]:
    pick = random.Random(7)
    default = index.languages[0]
    entries = [entry.id for entry in index.entries()]
    return [
        index.decide(
            each.text,
            each.language or default,
            previous=pick.choice(entries) if after_random else None,
        )
        for each in questions
    ]


def figures(
    questions: Sequence[Question], decisions: Sequence[Decision], others: Sequence[Decision]
) -> list[str]:
    hits = [
        bool(decision.candidates) and decision.candidates[0].entry.id in question.relevant
        for question, decision in zip(questions, decisions, strict=True)
    ]
    answerable = [hit for hit, each in zip(hits, questions, strict=True) if each.relevant]
    wrong = [
        decision.kind == "answer" and not hit for hit, decision in zip(hits, decisions, strict=True)
    ]
    changed = [
        one.kind != other.kind or one.candidates[:1] != other.candidates[:1]
        for one, other in zip(decisions, others, strict=True)
    ]
    return [f"{100 * sum(each) / len(each):.2f}" for each in (answerable, wrong, changed)]


if __name__ == "__main__":
    main()
