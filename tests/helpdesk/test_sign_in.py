from __future__ import annotations

import asyncio

import pytest

from helpdesk.desk import Helpdesk
from helpdesk.errors import BadInput, Conflict, NotAllowed, NotFound, TooMany
from tests.helpdesk.conftest import PASSWORD
from tests.helpdesk.fakes import FakeClock

pytestmark = pytest.mark.usefixtures("ana")


async def test_it_works(desk: Helpdesk) -> None:
    person, token, csrf = await desk.sign_in(" ANA ", PASSWORD)
    assert person.name == "Ana"
    session = await desk.session(token)
    assert session is not None
    assert (session.staff.login, session.staff.role, session.csrf) == ("ana", "agent", csrf)
    assert len(token) == len(csrf) == 43
    assert token != csrf


@pytest.mark.parametrize(
    ("login", "password"), [("ana", "wrong password"), ("nobody", PASSWORD), ("", "")]
)
async def test_it_does_not_say_what_was_wrong(desk: Helpdesk, login: str, password: str) -> None:
    with pytest.raises(NotAllowed, match=r"^Login or password is wrong\.$"):
        await desk.sign_in(login, password)


async def test_a_session_ends_after_twelve_hours(desk: Helpdesk, clock: FakeClock) -> None:
    _, token, _ = await desk.sign_in("ana", PASSWORD)
    clock.forward(hours=11, minutes=59)
    assert await desk.session(token) is not None
    clock.forward(minutes=1)
    assert await desk.session(token) is None


async def test_she_signs_out(desk: Helpdesk) -> None:
    _, token, _ = await desk.sign_in("ana", PASSWORD)
    await desk.sign_out(token)
    assert await desk.session(token) is None
    await desk.sign_out(token)
    assert await desk.session("unknown") is None


async def test_too_many_wrong_passwords(desk: Helpdesk, clock: FakeClock) -> None:
    for _ in range(5):
        with pytest.raises(NotAllowed):
            await desk.sign_in("ana", "wrong password")
    with pytest.raises(TooMany) as refused:
        await desk.sign_in("ana", PASSWORD)
    assert 0 < refused.value.retry_after <= 15 * 60 + 1
    clock.forward(minutes=15)
    await desk.sign_in("ana", PASSWORD)


async def test_tries_sent_all_at_once_are_counted(desk: Helpdesk) -> None:
    tries = [desk.sign_in("ana", "wrong password") for _ in range(20)]
    results = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(result, NotAllowed) for result in results) == 5
    assert sum(isinstance(result, TooMany) for result in results) == 15


@pytest.mark.usefixtures("ben")
async def test_one_persons_mistakes_do_not_lock_out_another(desk: Helpdesk) -> None:
    for _ in range(5):
        with pytest.raises(NotAllowed):
            await desk.sign_in("ana", "wrong password")
    await desk.sign_in("ben", PASSWORD)


async def test_a_right_password_forgives(desk: Helpdesk) -> None:
    for _ in range(3):
        for _ in range(4):
            with pytest.raises(NotAllowed):
                await desk.sign_in("ana", "wrong password")
        await desk.sign_in("ana", PASSWORD)


async def test_a_new_password_ends_sessions(desk: Helpdesk) -> None:
    _, token, _ = await desk.sign_in("ana", PASSWORD)
    await desk.staff.set_password("ana", "another password")
    assert await desk.session(token) is None
    with pytest.raises(NotAllowed):
        await desk.sign_in("ana", PASSWORD)
    await desk.sign_in("ana", "another password")


async def test_who_has_left_is_out(desk: Helpdesk) -> None:
    _, token, _ = await desk.sign_in("ana", PASSWORD)
    await desk.staff.set_active("ana", False)
    assert await desk.session(token) is None
    with pytest.raises(NotAllowed):
        await desk.sign_in("ana", PASSWORD)
    await desk.staff.set_active("ana", True)
    await desk.sign_in("ana", PASSWORD)


async def test_it_notes_when_she_was_last_there(desk: Helpdesk, clock: FakeClock) -> None:
    assert (await desk.staff.everyone())[0].last_seen_at is None
    _, token, _ = await desk.sign_in("ana", PASSWORD)
    clock.forward(minutes=5)
    await desk.session(token)
    assert (await desk.staff.everyone())[0].last_seen_at == clock.now


@pytest.mark.usefixtures("mia", "ben")
async def test_everyone_is_listed(desk: Helpdesk) -> None:
    assert [person.login for person in await desk.staff.everyone()] == ["ana", "ben", "mia"]


async def test_a_login_is_taken_once(desk: Helpdesk) -> None:
    with pytest.raises(Conflict, match="The login 'ana' is taken"):
        await desk.add_staff("Ana", "Another Ana", "lead", PASSWORD)


@pytest.mark.parametrize(
    ("login", "name", "role", "password", "sentence"),
    [
        ("", "Ana", "agent", PASSWORD, "login must be"),
        ("a b", "Ana", "agent", PASSWORD, "login must be"),
        ("ana", " ", "agent", PASSWORD, "name must have"),
        ("ana", "Ana", "boss", PASSWORD, "role must be one of agent, lead, manager, admin"),
        ("ana", "Ana", "agent", "short", "password must have 10 to 200"),
        ("ana", "Ana", "agent", "x" * 201, "password must have 10 to 200"),
    ],
)
async def test_it_refuses_odd_accounts(
    desk: Helpdesk, login: str, name: str, role: str, password: str, sentence: str
) -> None:
    with pytest.raises(BadInput, match=sentence):
        await desk.add_staff(login, name, role, password)  # type: ignore[arg-type]


async def test_it_handles_an_unknown_login(desk: Helpdesk) -> None:
    with pytest.raises(NotFound, match="nobody with the login 'zoe'"):
        await desk.staff.set_password("zoe", PASSWORD)
