"""The command line: `kotae`."""


def main() -> None:
    """The entry point of the `kotae` command."""
    from web_widget.cli.problems import install_excepthook

    install_excepthook()
    from typer.main import get_command

    from web_widget.cli.app import app

    # Not `app()`: that puts an excepthook of Typer's own in place of ours.
    get_command(app)()
