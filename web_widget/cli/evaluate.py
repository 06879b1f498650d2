"""`kotae evaluate`"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from web_widget.cli.curve import write_curve
from web_widget.cli.output import print_json, say
from web_widget.cli.problems import BAD_USAGE, Problem
from web_widget.cli.screen import waiting
from web_widget.cli.settings import settings

if TYPE_CHECKING:
    from faq_index.evaluation import Evaluation


def evaluate(
    faq: Annotated[Path, typer.Option(help="FAQ to search: a folder of FAQ files or .jsonl.")],
    queries: Annotated[Path, typer.Option(help="Questions with the right entries, .jsonl.")],
    labels: Annotated[
        Path | None, typer.Option(help="Judged questions to learn confidence from, .jsonl.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Write every decision here, .jsonl.")] = None,
    curve: Annotated[
        Path | None, typer.Option(help="Draw the risk-coverage curve here, .svg.")
    ] = None,
    max_wrong: Annotated[
        float | None, typer.Option(help="Share of wrong answers accepted; KOTAE_MAX_WRONG.")
    ] = None,
    tune: Annotated[
        bool, typer.Option("--tune", help="Tune the encoder with this FAQ before, if that helps.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON for a program.")] = False,
) -> None:
    """Measure how well an FAQ answers questions whose right answers are known."""
    chosen = settings()
    accepted = chosen.max_wrong if max_wrong is None else max_wrong
    _require(faq, queries, labels, {"--out": out, "--curve": curve}, accepted)

    with waiting("evaluating") as progress:
        found = _evaluate(faq, queries, labels, chosen.encoder, accepted, progress, tune)
    if out:
        found.write_predictions(out)
    if curve:
        write_curve(curve, found.curve, accepted, found.threshold)
    if as_json:
        print_json(found.as_json())
    else:
        _show(found)


def _show(found: "Evaluation") -> None:
    if found.tuned:
        before, after = found.tuned
        kept = "kept" if after.likely > before.likely else "not kept"
        say(
            f"tuned: held-out phrasings found {before.found:.3f} before, {after.found:.3f} after; "
            f"log likelihood {before.likely:.3f}, {after.likely:.3f}: {kept}\n"
        )
    for name, value in {**found.metrics, "threshold": found.threshold}.items():
        say(f"{name:<22} {value:.3f}" if isinstance(value, float) else f"{name:<22} {value}")
    say("\nhow sure it was        questions   said  right")
    for each in found.reliability:
        if each.questions:
            span = f"{each.least:.1f} to {each.most:.1f}"
            say(f"{span:<22} {each.questions:>9}  {each.said:.3f}  {each.right:.3f}")
    if found.confusions:
        say("\nquestions   answered   meant -> found")
    for pair in found.confusions:
        say(f"{pair.questions:>9}   {pair.answered:>8}   {pair.meant} -> {pair.found}")


def _require(
    faq: Path,
    queries: Path,
    labels: Path | None,
    written: dict[str, Path | None],
    max_wrong: float,
) -> None:
    """Before minutes of work: what can be known to be wrong."""
    for read in filter(None, (faq, queries, labels)):
        if not read.exists():
            raise Problem(f"{read} does not exist.", status=BAD_USAGE)
    for option, path in written.items():
        if path and not path.parent.is_dir():
            raise Problem(
                f"The folder {path.parent} for {option} does not exist.", status=BAD_USAGE
            )
    if not 0 < max_wrong < 1:
        raise Problem(f"--max-wrong is {max_wrong}, must be between 0 and 1.", status=BAD_USAGE)


def _evaluate(
    faq: Path,
    queries: Path,
    labels: Path | None,
    encoder: str,
    max_wrong: float,
    progress: Callable[[str, int, int], None],
    tune: bool,
) -> "Evaluation":
    progress("loading the encoder", 0, 0)
    from faq_index import load_encoder
    from faq_index.evaluation import evaluate as measure

    return measure(faq, queries, load_encoder(encoder), max_wrong, progress, labels, tune)
