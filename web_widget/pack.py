"""Joins the widget's modules into the one script that the frame loads.

The modules stay as they are written; the joining is done when the routes are built. A browser asks
once instead of twenty times, and texts that repeat between modules are packed only once: the
widget is a third smaller on the wire.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

_IMPORT = re.compile(r'^import \{([^}]*)\} from "\./([\w-]+\.js)";$', re.MULTILINE)
_EXPORT = re.compile(
    r"^export (?=(?:async function|function|class|const|let) (?P<name>[\w$]+))", re.MULTILINE
)
_NOT_UNDERSTOOD = re.compile(r"^(?:import|export)\b[^\n]*", re.MULTILINE)
_COMMENT = re.compile(r"^[ \t]*(?:/\*(?:(?!\*/).)*\*/|//[^\n]*)[ \t]*$", re.MULTILINE | re.DOTALL)
# In the middle of a line only what says a type: nothing else looks like it.
_TYPE = re.compile(r"/\*\* @(?:type|param)(?:(?!\*/).)*\*/ ?")
_TEXT = re.compile(r'("(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`)')
_LOOSE = re.compile(r" ?([=<>?:,{}();&|]+) ?")
_INDENTATION = re.compile(r"^[ \t]+", re.MULTILINE)
_EMPTY = re.compile(r"\n{2,}")


def lean(code: str) -> str:
    """The code without indentation, empty lines, and comments that a browser has no use for.

    They are a third of what a visitor would load.
    """
    bare = _TYPE.sub("", _COMMENT.sub("", code))
    return _EMPTY.sub("\n", _INDENTATION.sub("", bare)).lstrip("\n")


def tight(code: str) -> str:
    """A script without the spaces around its signs. Texts stay as they are, and so do lines.

    Asks of the code that no regular expression holds a quote, a backtick or a space beside one
    of these signs.
    """
    parts = _TEXT.split(lean(code))
    return "".join(
        part if number % 2 else _LOOSE.sub(r"\1", part) for number, part in enumerate(parts)
    )


def pack(modules: Mapping[str, str], entry: str) -> str:
    """One script that does what the module `entry` does with all that it imports.

    Understands `import {a, b} from "./file.js"` and exported declarations. Raises ValueError with
    the line for anything else, a module that is not there, and modules that import each other.
    """
    order: list[str] = []
    _follow(modules, entry, (), order)
    return "".join(_part(name, modules[name], is_entry=name == entry) for name in order)


def _follow(
    modules: Mapping[str, str], name: str, above: tuple[str, ...], order: list[str]
) -> None:
    """Append `name` to `order`, behind everything that it needs."""
    if name in above:
        raise ValueError(f"{' imports '.join((*above, name))}: modules must not import in a circle")
    if name not in modules:
        raise ValueError(f"{above[-1] if above else name} imports {name}, which is not there")
    if name in order:
        return
    for needed in _imports(modules[name]):
        _follow(modules, needed, (*above, name), order)
    order.append(name)


def _imports(code: str) -> Iterator[str]:
    return (found[2] for found in _IMPORT.finditer(code))


def _part(name: str, code: str, *, is_entry: bool) -> str:
    """A module as a function called at once, so that its names stay its own."""
    names = [found["name"] for found in _EXPORT.finditer(code)]
    taken = _IMPORT.sub(lambda found: f"const {{{found[1].strip()}}} = {_handle(found[2])};", code)
    body = _EXPORT.sub("", taken)
    if strange := _NOT_UNDERSTOOD.search(body):
        raise ValueError(f"{name} has a line that cannot be joined: {strange[0]}")
    if is_entry:
        return f"{{\n{tight(body)}}}\n"
    given = f"return{{{','.join(names)}}};"
    return f"const {_handle(name)}=(()=>{{\n{tight(body)}{given}\n}})();\n"


def _handle(name: str) -> str:
    """The name under which a module's exports are found: view-answer.js -> $view_answer."""
    return "$" + name.removesuffix(".js").replace("-", "_")
