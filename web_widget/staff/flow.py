"""How episodes flowed, drawn as an SVG: from a question to the bot or a person, to an outcome."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from markupsafe import Markup, escape

WIDTH, HEIGHT, NODE, GAP = 960, 300, 14, 14
_COLUMNS = (0.0, 0.42, 0.80)
_TOP = 16


@dataclass(frozen=True, slots=True)
class _Node:
    name: str
    count: int
    x: float
    y: float
    height: float


def flow(
    outcomes: Mapping[str, int],
    parts: Mapping[str, int],
    label: Callable[[str], str],
    number: Callable[[int], str],
) -> Markup:
    """`label` names a node: engaged, bot, person, an outcome, or a part of `handed_off`.

    The table of outcomes beside it says the same in numbers, so it is hidden from screen readers.
    """
    alone = {name: outcomes.get(name, 0) for name in ("confirmed", "assumed", "unresolved", "open")}
    people = {name: parts.get(name, 0) for name in ("attended", "contact_left", "unattended")}
    middle = {"bot": sum(alone.values()), "person": sum(people.values())}
    total = sum(middle.values())
    if not total:
        return Markup("")
    room = HEIGHT - 2 * _TOP - GAP * (len(alone) + len(people) - 1)
    scale = room / total
    first = _column({"engaged": total}, 0, scale)
    second = _column(middle, 1, scale)
    third = _column({**alone, **people}, 2, scale)
    ribbons = [
        *_ribbons(first["engaged"], [second["bot"], second["person"]]),
        *_ribbons(second["bot"], [third[name] for name in alone]),
        *_ribbons(second["person"], [third[name] for name in people]),
    ]
    nodes = [*first.values(), *second.values(), *third.values()]
    shapes = [*ribbons, *(_drawn(node, label, number) for node in nodes if node.count)]
    return Markup(
        f'<svg class="flow" viewBox="0 0 {WIDTH} {HEIGHT}" aria-hidden="true" focusable="false">'
        f"{''.join(shapes)}</svg>"
    )


def _column(counts: Mapping[str, int], place: int, scale: float) -> dict[str, _Node]:
    x, y = _COLUMNS[place] * WIDTH, float(_TOP)
    found = {}
    for name, count in counts.items():
        found[name] = _Node(name, count, x, y, count * scale)
        y += count * scale + (GAP if count else 0)
    return found


def _ribbons(source: _Node, targets: list[_Node]) -> list[str]:
    y, found = source.y, []
    for target in targets:
        if not target.count:
            continue
        left, right = source.x + NODE, target.x
        middle = (left + right) / 2
        top, bottom = y, y + target.height
        path = (
            f"M{left:.1f} {top:.1f}C{middle:.1f} {top:.1f} {middle:.1f} {target.y:.1f} "
            f"{right:.1f} {target.y:.1f}V{target.y + target.height:.1f}"
            f"C{middle:.1f} {target.y + target.height:.1f} {middle:.1f} {bottom:.1f} "
            f"{left:.1f} {bottom:.1f}Z"
        )
        found.append(f'<path class="ribbon {target.name}" d="{path}"/>')
        y = bottom
    return found


def _drawn(node: _Node, label: Callable[[str], str], number: Callable[[int], str]) -> str:
    height = max(1.0, node.height)
    words = escape(f"{label(node.name)} {number(node.count)}")
    return (
        f'<rect class="node {node.name}" x="{node.x:.1f}" y="{node.y:.1f}" width="{NODE}" '
        f'height="{height:.1f}"/>'
        f'<text x="{node.x + NODE + 8:.1f}" y="{node.y + height / 2 + 5:.1f}">{words}</text>'
    )
