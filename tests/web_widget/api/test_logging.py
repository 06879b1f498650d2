"""What the log holds, and what it never holds."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from web_widget.logging import configure_logging

WORDS = "my card number is 4111"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    stream = io.StringIO()
    configure_logging("info", "json", stream)
    yield stream
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


def lines(log: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def test_it_works(log: io.StringIO) -> None:
    structlog.get_logger("web_widget.test").info("faq live", version="v1")
    (line,) = lines(log)
    assert (line["event"], line["version"], line["level"]) == ("faq live", "v1", "info")


def test_lines_of_libraries_have_the_same_form(log: io.StringIO) -> None:
    logging.getLogger("a_library").info("Started %s", "x")
    assert lines(log)[0]["event"] == "Started x"


def test_an_exception_is_logged_without_its_message(log: io.StringIO) -> None:
    try:
        raise ValueError(WORDS)
    except ValueError:
        logging.getLogger("anything").exception("it failed")
        structlog.get_logger("web_widget.test").exception("ours too")
    assert "4111" not in log.getvalue()
    for line in lines(log):
        assert line["exception"] == "ValueError"
        assert "test_logging.py" in str(line["where"])


def test_libraries_that_log_requests_are_quiet(log: io.StringIO) -> None:
    logging.getLogger("httpx").info("GET https://host/?q=%s", WORDS)
    assert log.getvalue() == ""


def test_people_get_one_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    stream = io.StringIO()
    configure_logging("warning", "console", stream)
    structlog.get_logger("web_widget.test").info("not shown")
    structlog.get_logger("web_widget.test").warning("shown", port=8000)
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()
    assert "not shown" not in stream.getvalue()
    assert "shown" in stream.getvalue() and "port=8000" in stream.getvalue()
    assert capsys.readouterr().err == ""
