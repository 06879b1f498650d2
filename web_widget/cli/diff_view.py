"""A comparison of two states of the FAQ, for a terminal and for a pull request."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from faq_index.changes import Change, Comparison, Expected, Golden, Said

_HEADINGS = {
    "other_answer": "Answered differently",
    "newly_refused": "No longer answered or offered",
    "newly_ambiguous": "Choices instead of an answer",
    "newly_answered": "Newly answered",
    "newly_offered": "Newly offered as a choice",
    "other_choices": "Other choices",
}
_EXAMPLES = 5


def as_text(found: "Comparison", broken: "Sequence[tuple[Golden, Said]]") -> str:
    lines = [_summary(found)]
    for kind, (questions, times) in found.counts().items():
        lines += ["", f"{_HEADINGS[kind]}: {_amount(questions, times)}"]
        own = [change for change in found.changes if change.kind == kind]
        lines += [f"  {_example(change)}" for change in own[:_EXAMPLES]]
        if len(own) > _EXAMPLES:
            lines.append(f"  and {len(own) - _EXAMPLES} more")
    if found.expected:
        lines += ["", _expected(found.expected)]
    if broken:
        lines += ["", "Questions of the golden set that would not be kept:"]
        lines += [f"  {_broken(golden, said)}" for golden, said in broken]
    return "\n".join(lines)


def as_markdown(found: "Comparison", broken: "Sequence[tuple[Golden, Said]]") -> str:
    lines = ["### What this change of the FAQ does", "", _summary(found), ""]
    if broken:
        lines += ["**Blocked:** questions of the golden set would not be kept.", ""]
        lines += [f"- {_escaped(_broken(golden, said))}" for golden, said in broken] + [""]
    counts = found.counts()
    if counts:
        lines += ["| | questions | times asked |", "|---|---:|---:|"]
        lines += [f"| {_HEADINGS[k]} | {n:,} | {times:,} |" for k, (n, times) in counts.items()]
        lines.append("")
    if found.expected:
        lines += [_expected(found.expected), ""]
    for kind in counts:
        own = [change for change in found.changes if change.kind == kind]
        lines += ["<details>", f"<summary>{_HEADINGS[kind]}</summary>", ""]
        lines += [f"- {_escaped(_example(change))}" for change in own[: 4 * _EXAMPLES]]
        lines += ["", "</details>", ""]
    return "\n".join(lines).rstrip()


def _summary(found: "Comparison") -> str:
    changed = len(found.changes)
    if not changed:
        return f"None of {found.questions:,} questions and phrasings is treated differently."
    return f"{changed:,} of {found.questions:,} questions and phrasings are treated differently."


def _amount(questions: int, times: int) -> str:
    asked = f", asked {times:,} times" if times else ", phrasings only"
    return f"{questions:,} question{'' if questions == 1 else 's'}{asked}"


def _example(change: "Change") -> str:
    times = f" ×{change.asked.times}" if change.asked.times > 1 else ""
    source = "" if change.asked.times else " (phrasing)"
    verdict = f", {change.verdict} by a label" if change.verdict else ""
    return (
        f"{change.asked.text}{times}{source}  [{change.asked.language}]: "
        f"{_said(change.before)} -> {_said(change.after)}{verdict}"
    )


def _said(said: "Said") -> str:
    match said.kind:
        case "answer":
            return f"{said.entries[0]} {said.confidence:.2f}"
        case "suggest":
            return "choices " + ", ".join(said.entries)
    return "no answer"


def _expected(expected: "Expected") -> str:
    return (
        f"Self-resolution rate: expected {_points(expected.change)} (95 % interval "
        f"{_points(expected.low)} to {_points(expected.high)}), if a question that Kotae answers "
        "rightly by itself resolves its contact. "
        f"No label tells of {expected.unknown:.1%} of them, which change and whose probability is "
        "believed; who is not helped by a right answer, nobody can know from here."
    )


def _points(share: float) -> str:
    return f"{share * 100:+.1f} points"


def _broken(golden: "Golden", said: "Said") -> str:
    must = f"must be answered by {golden.entry}" if golden.entry else "must not be answered"
    return f"{golden.asked.text}  [{golden.asked.language}] {must}: {_said(said)}"


def _escaped(text: str) -> str:
    """Customers' words are no Markdown, and no HTML."""
    for character in "\\`*_[]<>|#":
        text = text.replace(character, f"\\{character}")
    return text.replace("\n", " ")
