"""`kotae diff`"""

import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from web_widget.cli.database import known_labels
from web_widget.cli.diff_view import as_markdown, as_text
from web_widget.cli.output import print_json, say
from web_widget.cli.past import PAST_DAYS, Processes, asked_in
from web_widget.cli.problems import BAD_USAGE, PROBLEM_FOUND, Problem
from web_widget.cli.screen import waiting
from web_widget.cli.settings import root, settings
from web_widget.settings import Settings

if TYPE_CHECKING:
    from faq_index.changes import Comparison, Golden, Said

Progress = Callable[[str, int, int], None]
_LONGEST_DAYS = 3660


@dataclass(frozen=True)
class Found:
    comparison: "Comparison"
    broken: "list[tuple[Golden, Said]]"


def diff(
    base: Annotated[
        str | None, typer.Argument(help="Folder or git revision; what is live when left out.")
    ] = None,
    head: Annotated[
        str | None, typer.Argument(help="Folder or git revision; the FAQ files when left out.")
    ] = None,
    days: Annotated[int, typer.Option(help="Past questions of so many days.")] = PAST_DAYS,
    golden: Annotated[
        Path | None, typer.Option(help="Questions that must be kept; golden.yml beside the FAQ.")
    ] = None,
    markdown: Annotated[bool, typer.Option(help="Write Markdown for a pull request.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON for a program.")] = False,
    processes: Processes = None,
) -> None:
    """What a change of the FAQ would do to every past question and every phrasing.

    Exit status 1 when a question of the golden set would no longer be kept.
    """
    if not 0 <= days <= _LONGEST_DAYS:
        raise Problem(f"--days is {days}, must be from 0 to {_LONGEST_DAYS}.", status=BAD_USAGE)
    chosen = settings()
    if golden is not None and not golden.is_file():
        raise Problem(f"{golden} does not exist.", status=BAD_USAGE)
    kept = golden or chosen.golden
    with waiting("comparing") as progress:
        golden = kept if kept.is_file() else None
        found = _compare(chosen, base, head, days, golden, processes, progress)
    if as_json:
        comparison = asdict(found.comparison)
        print_json({**comparison, "broken": [[asdict(g), asdict(s)] for g, s in found.broken]})
    else:
        show = as_markdown if markdown else as_text
        say(show(found.comparison, found.broken))
    if found.broken:
        raise typer.Exit(PROBLEM_FOUND)


def _compare(
    chosen: Settings,
    base: str | None,
    head: str | None,
    days: int,
    golden: Path | None,
    processes: int | None,
    progress: Progress,
) -> Found:
    progress("loading the encoder", 0, 0)
    from faq_index import load_encoder, load_snapshot
    from faq_index.building import build_index
    from faq_index.changes import broken, compare, with_phrasings
    from faq_index.golden import read_golden
    from faq_index.loader import load_faq
    from faq_index.lookers import looking_up, useful_processes
    from faq_index.manifest import current_version
    from faq_index.read_ahead import ReadAhead
    from faq_index.sightings import Sightings
    from faq_index.sightings_file import load_sightings, save_sightings

    kept = read_golden(golden) if golden else []
    ahead = ReadAhead(load_encoder(chosen.encoder, chosen.tuned_dir))
    with _folder(chosen, head) as folder:
        entries = load_faq(folder)
    if base is None:
        before = load_snapshot(chosen.snapshot_dir, ahead)
    else:
        with _folder(chosen, base) as folder:
            old = load_faq(folder)
        before = build_index(old, ahead, max_wrong=chosen.max_wrong, progress=progress)
    after = build_index(
        entries, ahead, max_wrong=chosen.max_wrong, progress=progress, before=before
    )
    labels = known_labels(chosen)
    if labels:
        before, after = (
            index.recalibrated(labels, max_wrong=chosen.max_wrong) for index in (before, after)
        )
    asked = with_phrasings(asked_in(chosen, days), after, before)
    with looking_up([before, after], processes or useful_processes()) as look:
        # A revision is not what is live, and what its questions met would take the place of that.
        met = load_sightings(chosen.sightings_dir, look) if base is None else Sightings(look=look)
        comparison = compare(
            before, after, asked, labels, lambda done, total: progress("asking", done, total), met
        )
    if base is None:
        save_sightings(
            met,
            chosen.sightings_dir,
            with_others=days < PAST_DAYS,
            is_live=lambda: current_version(chosen.snapshot_dir) == before.version,
        )
    return Found(comparison, broken(after, kept))


@contextmanager
def _folder(chosen: Settings, name: str | None) -> Iterator[Path]:
    """The FAQ files as a folder, or as a git revision has them."""
    if name is None:
        yield chosen.faq_dir
    elif Path(name).is_dir():
        yield Path(name)
    else:
        with tempfile.TemporaryDirectory() as place:
            yield _checked_out(chosen.faq_dir, name, Path(place))


def _checked_out(faq: Path, revision: str, place: Path) -> Path:
    inside = faq.relative_to(root()) if faq.is_absolute() and faq.is_relative_to(root()) else faq
    if inside.is_absolute() or revision.startswith("-"):
        raise Problem(f"{revision} is neither a folder nor a git revision of {faq}.")
    command = ["git", "archive", "--format=tar", revision, "--", inside.as_posix()]
    try:
        done = subprocess.run(command, cwd=root(), capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise Problem(
            f"{revision} is neither a folder nor a git revision of {inside}.", status=BAD_USAGE
        ) from error
    with tarfile.open(fileobj=BytesIO(done.stdout)) as archive:
        archive.extractall(place, filter="data")
    return place / inside
