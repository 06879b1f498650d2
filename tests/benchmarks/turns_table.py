"""The figures of a turn as tables: ratios first, and none over answers that were wrong."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

REFUSED = "refused"


def show(console: Console, figures: dict[str, Any]) -> bool:
    """Print ratios and figures; False when a ratio was refused."""
    both = [
        (k, s) for k, s in zip(_levels(figures, "kotae"), _levels(figures, "stock"), strict=True)
    ]
    ratios = Table(
        "Kotae against stock, at once", "turns/s", "p50", "p95", "CPU/turn", title="ratios"
    )
    for ours, stock in both:
        ratios.add_row(
            str(ours["concurrent"]),
            ratio(ours, stock, "per_second"),
            *(ratio(ours, stock, key) for key in ("p50", "p95", "cpu_seconds_per_turn")),
        )
    console.print(ratios)
    for name in ("kotae", "stock"):
        console.print(_table(name, figures))
    return not any(wrong(figures, name) for name in ("kotae", "stock"))


def ratio(ours: dict[str, Any], stock: dict[str, Any], key: str) -> str:
    """Ours divided by stock's; refused when either side gave a wrong answer or none."""
    if ours["wrong"] or stock["wrong"]:
        return REFUSED
    return f"{ours[key] / stock[key]:.2f}x"


def wrong(figures: dict[str, Any], name: str) -> int:
    """Answers that were missing or another entry's, in all measurements of one side."""
    side = figures[name]
    return int(sum(m["wrong"] for m in side["levels"]) + side["long"]["wrong"])


def _levels(figures: dict[str, Any], name: str) -> list[dict[str, Any]]:
    levels: list[dict[str, Any]] = figures[name]["levels"]
    return levels


def _table(name: str, figures: dict[str, Any]) -> Table:
    side = figures[name]
    long, memory = side["long"], side["resident_mb"]
    growth = REFUSED if long["wrong"] else f"{long['late'] / long['early']:.2f}x"
    table = Table(
        "at once", "p50 ms", "p95 ms", "p99 ms", "longest ms", "turns/s", "CPU s/turn", "wrong",
        title=name,
        caption=f"turns 141-150 of a conversation against 2-11: {long['late']:.0f} ms / "
        f"{long['early']:.0f} ms = {growth}\nresident MB: "
        + ", ".join(f"{part} {size:.0f}" for part, size in memory.items()),
    )  # fmt: skip
    for m in side["levels"]:
        table.add_row(
            str(m["concurrent"]), *(f"{m[k]:.0f}" for k in ("p50", "p95", "p99", "longest")),
            f"{m['per_second']:.1f}", f"{m['cpu_seconds_per_turn']:.4f}", str(m["wrong"]),
        )  # fmt: skip
    return table
