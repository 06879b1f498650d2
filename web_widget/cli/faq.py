"""`kotae faq ...`"""

import tempfile
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from web_widget.cli.output import say
from web_widget.cli.problems import BAD_USAGE, Problem
from web_widget.cli.settings import settings

if TYPE_CHECKING:
    from faq_index import Entry

_FORMS = (".csv", ".json", ".jsonld", ".html", ".htm")

faq = typer.Typer(help="FAQ entries from other systems, and for them.")


@faq.command(name="export")
def export_file(
    file: Annotated[Path, typer.Argument(help="Where to write them: .csv, .json or .jsonld.")],
    language: Annotated[str | None, typer.Option(help="Only entries of this language.")] = None,
) -> None:
    """Write the FAQ as CSV, or as a FAQPage of schema.org (JSON-LD)."""
    from faq_index import load_faq
    from faq_index.exchange import to_csv, to_json_ld

    if file.suffix not in (".csv", ".json", ".jsonld"):
        raise Problem(f"{file} must end with .csv, .json or .jsonld.", status=BAD_USAGE)
    entries = [e for e in load_faq(settings().faq_dir) if language in (None, e.language)]
    write = to_csv if file.suffix == ".csv" else to_json_ld
    # As it is: CSV has line ends of its own.
    file.write_bytes(write(entries).encode("utf-8"))
    say(f"{len(entries)} entries written to {file}.")


@faq.command(name="import")
def import_file(
    file: Annotated[Path, typer.Argument(help="CSV, JSON-LD, or a web page with JSON-LD.")],
    to: Annotated[Path, typer.Option(help="New folder for the FAQ files.")],
    language: Annotated[str, typer.Option(help="Language of entries that do not say.")] = "",
    topic: Annotated[str, typer.Option(help="Topic of entries that do not say.")] = "",
) -> None:
    """Write FAQ files from a table or a page; nothing when an entry cannot be used."""
    from faq_index import load_faq
    from faq_index.exchange import from_csv, from_json_ld

    if not file.is_file():
        raise Problem(f"{file} does not exist.", status=BAD_USAGE)
    if file.suffix not in _FORMS:
        raise Problem(f"{file} must end with one of {', '.join(_FORMS)}.", status=BAD_USAGE)
    if to.exists():
        raise Problem(f"{to} exists already: name a new folder.", status=BAD_USAGE)
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Problem(f"{file} is not UTF-8 text.") from error
    read = from_csv if file.suffix == ".csv" else from_json_ld
    chosen = language or settings().default_language
    entries = read(text, file.as_posix(), chosen, topic or file.stem)
    # Checked where nobody looks, and moved when it is good.
    to.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=to.parent, prefix=".import-") as place:
        folder = Path(place) / "faq"
        files = _write(entries, folder)
        load_faq(folder)
        folder.rename(to)
    say(f"{len(entries)} entries written to {files} files in {to}.")


def _write(entries: "list[Entry]", folder: Path) -> int:
    from faq_index.exchange import to_yaml

    parts: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in entries:
        parts[entry.language, entry.topic].append(entry)
    for (language, topic), own in parts.items():
        name = "".join(c if c.isalnum() else "-" for c in topic.lower()).strip("-") or "faq"
        path = folder / language / f"{name}.yml"
        while path.exists():
            path = path.with_stem(f"{path.stem}-2")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(to_yaml(own), encoding="utf-8")
    return len(parts)
