"""Every failure as one sentence on standard error, and the exit status that goes with it."""

import sys
import tempfile
import traceback
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import typer
from typer.core import TyperGroup

from web_widget.read_settings import settings_from_process
from web_widget.settings_sentences import WrongSettings
from web_widget.supervisor.errors import CannotStart

PROBLEM_FOUND = 1
BAD_USAGE = 2
INTERRUPTED = 130


class Problem(Exception):
    """Something a command has to say before it ends; one sentence."""

    permanent = True

    def __init__(self, message: str, *, status: int = PROBLEM_FOUND) -> None:
        super().__init__(message)
        self.message = message
        self.status = status


class Commands(TyperGroup):
    """Turns the failures we know into a sentence; others reach the excepthook."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,  # noqa: ARG002 - the sentence is ours in either mode
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        try:
            status = super().main(
                args, prog_name, complete_var, False, windows_expand_args, **extra
            )
        except (Problem, CannotStart) as error:
            _end(error.message, error.status)
        except WrongSettings as error:
            _end(str(error), BAD_USAGE)
        except typer.TyperException as error:
            _end(f"{_one_line(error.format_message())} See kotae --help.", BAD_USAGE)
        except _library_errors() as error:
            _end(str(error), PROBLEM_FOUND)
        except BrokenPipeError:
            # Whoever read the output has enough; without this, closing stdout would complain.
            sys.stdout = None
            sys.exit(PROBLEM_FOUND)
        except OSError as error:
            if error.filename is None:
                raise
            _end(f"{error.filename} cannot be used: {error.strerror}.", PROBLEM_FOUND)
        except (typer.Abort, KeyboardInterrupt):
            status = INTERRUPTED
        # What Typer makes of Ctrl-C, too.
        if status == INTERRUPTED:
            _end("Interrupted.", INTERRUPTED)
        sys.exit(status if isinstance(status, int) else 0)


def _library_errors() -> tuple[type[Exception], ...]:
    """Errors of libraries that this command has loaded: loading them to find out takes a second."""
    known = (("faq_index.errors", "FaqIndexError"), ("helpdesk.errors", "AppError"))
    return tuple(getattr(sys.modules[where], name) for where, name in known if where in sys.modules)


def install_excepthook() -> None:
    """What nobody expected is still one sentence; its trace goes to a file."""
    sys.excepthook = _report


def _report(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    details = "".join(traceback.format_exception(kind, error, trace))
    place = _write(details)
    sys.stderr.write(
        f"Kotae stopped on an error it did not expect ({_one_line(f'{kind.__name__}: {error}')}); "
        f"the details are in {place}.\n"
    )


def _write(details: str) -> Path:
    try:
        place = settings_from_process().var_dir / "log" / "error.log"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(details, encoding="utf-8")
    except (WrongSettings, OSError):
        place = Path(tempfile.gettempdir()) / "kotae-error.log"
        place.write_text(details, encoding="utf-8")
    return place


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _end(message: str, status: int) -> None:
    sys.stderr.write(f"{message}\n")
    sys.exit(status)
