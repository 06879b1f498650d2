"""Where settings come from: a mapping of variables, a settings file, a file for a secret."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path

from dotenv import dotenv_values

from web_widget.settings_sentences import PREFIX, WrongSettings, variable

# Variables of the tests and of the installer, which may stand in a shell beside the settings.
_OTHERS = ("KOTAE_TEST_", "KOTAE_REQUIRE_", "KOTAE_PYTHON")


def ours(mapping: Mapping[str, str]) -> dict[str, str]:
    return {
        name: text
        for name, text in mapping.items()
        if name.startswith(PREFIX) and not name.startswith(_OTHERS)
    }


def read_env_file(path: Path | None) -> dict[str, str]:
    if path is None:
        return {}
    try:
        with path.open(encoding="utf-8") as stream:
            read = dotenv_values(stream=stream, interpolate=False)
    except (OSError, UnicodeDecodeError) as exc:
        raise WrongSettings(f"The settings file {path} cannot be read: {_reason(exc)}") from None
    return {name: text or "" for name, text in read.items()}


def read_secret(field: str, path: str, *, also_set: bool) -> str:
    name = variable(field)
    if also_set:
        raise WrongSettings(f"{name} and {name}_FILE are both set, must be only one of them")
    try:
        return Path(path).expanduser().read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as exc:
        raise WrongSettings(
            f"{name}_FILE is '{path}', which cannot be read: {_reason(exc)}"
        ) from None


def _reason(exc: OSError | UnicodeDecodeError) -> str:
    return (exc.strerror or "unknown error") if isinstance(exc, OSError) else "it is not UTF-8 text"


def refuse_unknown(named: Iterable[str], known: Collection[str]) -> None:
    """Raise WrongSettings for names that are no setting, with the nearest one that is."""
    unknown = [name for name in named if name not in known]
    if unknown:
        raise WrongSettings(*(_unknown(name, known) for name in unknown))


def _unknown(name: str, known: Collection[str]) -> str:
    close = get_close_matches(name, known, n=1, cutoff=0.6)
    return f"{name} is not a setting of Kotae" + (f", did you mean {close[0]}?" if close else "")
