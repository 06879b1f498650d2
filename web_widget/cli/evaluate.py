"""`kotae evaluate`"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from web_widget.cli.output import print_json, say
from web_widget.cli.problems import BAD_USAGE, Problem
from web_widget.cli.screen import waiting
from web_widget.cli.settings import settings

if TYPE_CHECKING:
    from faq_index.evaluation import Evaluation


def evaluate(
    faq: Annotated[Path, typer.Option(help="FAQ to search: a folder of FAQ files or .jsonl.")],
    queries: Annotated[Path, typer.Option(help="Questions with the right entries, .jsonl.")],
    out: Annotated[Path | None, typer.Option(help="Write every decision here, .jsonl.")] = None,
    max_wrong: Annotated[
        float | None, typer.Option(help="Share of wrong answers accepted; KOTAE_MAX_WRONG.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON for a program.")] = False,
) -> None:
    """Measure how well an FAQ answers questions whose right answers are known."""
    chosen = settings()
    accepted = chosen.max_wrong if max_wrong is None else max_wrong
    _require(faq, queries, out, accepted)

    with waiting("evaluating") as progress:
        found = _evaluate(faq, queries, chosen.encoder, accepted, progress)
    if out:
        found.write_predictions(out)
    if as_json:
        print_json(found.metrics)
    else:
        for name, value in found.metrics.items():
            say(f"{name:<22} {value:.3f}" if isinstance(value, float) else f"{name:<22} {value}")


def _require(faq: Path, queries: Path, out: Path | None, max_wrong: float) -> None:
    """Before minutes of work: what can be known to be wrong."""
    for path in (faq, queries):
        if not path.exists():
            raise Problem(f"{path} does not exist.", status=BAD_USAGE)
    if out and not out.parent.is_dir():
        raise Problem(f"The folder {out.parent} for --out does not exist.", status=BAD_USAGE)
    if not 0 < max_wrong < 1:
        raise Problem(f"--max-wrong is {max_wrong}, must be between 0 and 1.", status=BAD_USAGE)


def _evaluate(
    faq: Path,
    queries: Path,
    encoder: str,
    max_wrong: float,
    progress: Callable[[str, int, int], None],
) -> "Evaluation":
    progress("loading the encoder", 0, 0)
    from faq_index import load_encoder
    from faq_index.evaluation import evaluate as measure

    return measure(faq, queries, load_encoder(encoder), max_wrong, progress)
