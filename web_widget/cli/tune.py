"""`kotae tune`"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from web_widget.cli.output import print_json, say
from web_widget.cli.screen import waiting
from web_widget.cli.settings import settings
from web_widget.settings import Settings

if TYPE_CHECKING:
    from faq_index.tuning import Tuned


def tune(
    undo: Annotated[
        bool, typer.Option("--undo", help="Go back to the encoder as it came.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON for a program.")] = False,
) -> None:
    """Adapt the encoder to your FAQ, in some minutes; kept only if that helps.

    Only English is tuned. The index is built anew by the next `kotae up` or `kotae index build`.
    """
    chosen = settings()
    if undo:
        _undo(chosen)
        return
    with waiting("tuning") as progress:
        tuned = _tune(chosen, progress)
    before, after = tuned.tuning.scores
    if as_json:
        told = {"before": before._asdict(), "after": after._asdict(), "kept": tuned.is_better}
        print_json(told)
        return
    say(
        f"Held-out phrasings that find their entry: {before.found:.1%} before, {after.found:.1%} "
        f"tuned; mean log likelihood {before.likely:.3f} before, {after.likely:.3f} tuned."
    )
    if tuned.is_better:
        say("The tuned encoder is used from the next start on; `kotae tune --undo` removes it.")
    else:
        say("That is no better, so nothing has been changed.")


def _tune(chosen: Settings, progress: Callable[[str, int, int], None]) -> "Tuned":
    progress("reading the FAQ files", 0, 0)
    from faq_index import load_encoder, load_faq
    from faq_index.tuning import tune_encoder

    entries = load_faq(chosen.faq_dir)
    progress("loading the encoder", 0, 0)
    tuned = tune_encoder(entries, load_encoder(chosen.encoder), progress, chosen.max_wrong)
    if tuned.is_better:
        tuned.tuning.save(chosen.tuned_dir)
    return tuned


def _undo(chosen: Settings) -> None:
    from faq_index.tuned import FILE

    file = chosen.tuned_dir / FILE
    if not file.is_file():
        say("The encoder is not tuned.")
        return
    file.unlink()
    say("The encoder is as it came from the next start on.")
