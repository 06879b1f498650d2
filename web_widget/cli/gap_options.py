"""What several commands of `kotae gaps` are told."""

from typing import Annotated

import typer

Days = Annotated[int, typer.Option(help="How many days back; compared with as many before.")]
Language = Annotated[str | None, typer.Option(help="Only questions of this language.")]
AsJson = Annotated[bool, typer.Option("--json", help="Write JSON for a program.")]
Group = Annotated[str, typer.Argument(help="Its id as `kotae gaps` shows it.")]
As = Annotated[
    str, typer.Option("--as", help="Login of the lead who acts; it is kept with what she does.")
]
