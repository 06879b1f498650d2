"""The operator starts and stops the app."""

import asyncio
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from tests.web_widget.conftest import ROOT, MakeSettings
from tests.web_widget.support import Customer, until
from web_widget import serve as serving
from web_widget.knowledge import Knowledge
from web_widget.serve import CannotStart, serve
from web_widget.settings import Settings


def free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [int(each.getsockname()[1]) for each in sockets]
    for each in sockets:
        each.close()
    return ports


@pytest.fixture
def settings(make_settings: MakeSettings) -> Settings:
    public, actions, rasa = free_ports(3)
    return make_settings(port=str(public), action_port=str(actions), rasa_port=str(rasa))


@pytest.fixture(autouse=True)
def learned(knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch) -> None:
    """The index is there already, as after the first start."""
    monkeypatch.setattr(serving, "learn", lambda _settings: knowledge)


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[tuple[httpx.AsyncClient, asyncio.Event]]:
    stop = asyncio.Event()
    task = asyncio.create_task(serve(settings, stop))
    url = f"http://127.0.0.1:{settings.port}"
    async with httpx.AsyncClient(base_url=url, timeout=10, trust_env=False) as http:
        await answering(http, task)
        yield http, stop
    stop.set()
    async with asyncio.timeout(10):
        await task


async def answering(http: httpx.AsyncClient, task: "asyncio.Task[None]") -> None:
    async with asyncio.timeout(20):
        while not task.done():
            try:
                await http.get("/livez")
            except httpx.TransportError:
                await asyncio.sleep(0.05)
            else:
                return
    await task


async def test_it_works_before_rasa_is_up(settings: Settings) -> None:
    async with running(settings) as (http, _):
        assert (await http.get("/readyz")).json()["status"] == "degraded"
        vera = await Customer.start(http)
        await vera.send("Where is my order?")
        found: list[str] = []
        async with asyncio.timeout(5):
            while "answer" not in found:
                found = [m["kind"] for m in await vera.messages()]
        actions = f"http://127.0.0.1:{settings.action_port}"
        assert (await http.get(actions + "/health")).status_code == 200


async def test_open_streams_do_not_hold_up_the_end(settings: Settings) -> None:
    async with running(settings) as (http, stop):
        customers = [await Customer.start(http) for _ in range(5)]

        async def follow(customer: Customer) -> bytes:
            path, headers = customer.path + "/events", customer.headers
            async with http.stream("GET", path, headers=headers) as response:
                return b"".join([chunk async for chunk in response.aiter_bytes()])

        streams = [asyncio.create_task(follow(customer)) for customer in customers]
        await asyncio.sleep(0.5)
        begun = time.monotonic()
        stop.set()
        seen = await asyncio.wait_for(asyncio.gather(*streams), 5)
        assert all(b"event: state" in text for text in seen)
        assert time.monotonic() - begun < 5


async def test_what_was_left_unanswered_is_answered_after_the_next_start(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(settings) as (http, _):
        vera = await Customer.start(http)
        with monkeypatch.context() as patch:
            patch.setattr("helpdesk.turn.Turns.schedule", lambda *_: None)
            assert (await vera.send("Where is my order?")).status_code == 202
    async with running(settings) as (http, _):
        vera = Customer(http, vera.id, vera.token, [])
        found: list[str] = []
        async with asyncio.timeout(5):
            while "answer" not in found:
                found = [m["kind"] for m in await vera.messages()]


async def test_a_connection_that_rests_is_not_closed_under_the_next_request(
    settings: Settings,
) -> None:
    async with running(settings) as (http, _):
        limits = httpx.Limits(keepalive_expiry=None)
        url = str(http.base_url)
        async with httpx.AsyncClient(base_url=url, limits=limits, trust_env=False) as browser:

            async def connection() -> object:
                response = await browser.get("/livez")
                return response.extensions["network_stream"].get_extra_info("client_addr")

            first = await connection()
            # Longer than servers keep one as a rule.
            await asyncio.sleep(6)
            assert await connection() == first


@pytest.mark.parametrize("which", ["port", "action_port"])
async def test_a_taken_port_is_told_in_one_sentence(settings: Settings, which: str) -> None:
    port = getattr(settings, which)
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        with pytest.raises(CannotStart) as caught:
            await serve(settings)
    assert str(caught.value) == (
        f"Port {port} on 127.0.0.1 is taken by another program, "
        f"stop it or set KOTAE_{which.upper()} to another port"
    )


async def test_an_address_of_another_machine_is_told(settings: Settings) -> None:
    elsewhere = settings.model_copy(update={"host": "192.0.2.1"})
    with pytest.raises(CannotStart, match="KOTAE_HOST is '192.0.2.1', which is not an address"):
        await serve(elsewhere)


async def test_it_can_be_stopped_while_the_index_is_built(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    began: list[float] = []

    def slow(_settings: Settings) -> None:
        began.append(time.monotonic())
        time.sleep(3)

    monkeypatch.setattr(serving, "learn", slow)
    stop = asyncio.Event()
    task = asyncio.create_task(serve(settings, stop))
    await until(lambda: bool(began), seconds=20)
    stop.set()
    await asyncio.wait_for(task, 2)


async def test_a_failure_while_starting_is_passed_on(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_settings: Settings) -> None:
        raise CannotStart("no")

    monkeypatch.setattr(serving, "learn", fail)
    with pytest.raises(CannotStart):
        await serve(settings)


Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def program(tmp_path: Path) -> Run:
    def run(*words: str, **environ: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "web_widget", *words],
            cwd=tmp_path,
            env={"PYTHONPATH": str(ROOT), **environ},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


def test_help_is_there_without_any_setting(program: Run) -> None:
    done = program("--help")
    assert done.returncode == 0 and "python -m web_widget" in done.stdout


def test_wrong_settings_stop_it_with_a_sentence(program: Run) -> None:
    done = program(KOTAE_PORT="abc")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "KOTAE_PORT is 'abc', must be a whole number from 1 to 65535\n"


def test_a_settings_file_in_the_folder_is_read(program: Run, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("KOTAE_PROT=1\n", encoding="utf-8")
    done = program()
    assert done.returncode == 2 and "did you mean KOTAE_PORT?" in done.stderr


@pytest.mark.model
def test_the_real_program_starts_answers_and_ends(home: Path, settings: Settings) -> None:
    names = ("faq_dir", "wording_dir", "var_dir", "port", "action_port", "rasa_port")
    environ = {f"KOTAE_{name.upper()}": str(getattr(settings, name)) for name in names}
    process = subprocess.Popen(
        [sys.executable, "-m", "web_widget"], cwd=home, env={"PYTHONPATH": str(ROOT), **environ},
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline and process.poll() is None:
            try:
                if httpx.get(f"http://127.0.0.1:{settings.port}/readyz").status_code == 200:
                    break
            except httpx.TransportError:
                time.sleep(0.2)
        begun = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
        assert time.monotonic() - begun < 7
    finally:
        process.kill()
        process.communicate()
