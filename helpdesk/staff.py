"""Staff accounts and sign-in."""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import get_args

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHash

from helpdesk.clock import Clock
from helpdesk.database import Connection, Database
from helpdesk.errors import BadInput, Conflict, NotAllowed, NotFound, TooMany
from helpdesk.ids import hash_token, new_id, new_token
from helpdesk.settings import DeskSettings
from helpdesk.store import staff as store
from helpdesk.text import clean
from helpdesk.types import Role, Staff, StaffSession

ROLES = get_args(Role)
SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200
SEEN_EVERY = timedelta(seconds=20)

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,99}")


class StaffDesk:
    def __init__(self, db: Database, clock: Clock, settings: DeskSettings) -> None:
        self._db = db
        self._clock = clock
        self._session_life = timedelta(hours=settings.session_hours)
        self._throttle = Throttle()
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)

    async def add(self, login: str, name: str, role: Role, password: str) -> Staff:
        if role not in ROLES:
            raise BadInput(f"role must be one of {', '.join(ROLES)}.")
        person = Staff(new_id(), _login(login), _name(name), role, True, self._clock(), None)
        hashed = await self._hash(password)

        def transaction(connection: Connection) -> None:
            if store.credentials(connection, person.login) is not None:
                raise Conflict(f"The login '{person.login}' is taken.")
            store.add(connection, person, hashed)

        await self._db.write(transaction)
        return person

    async def everyone(self) -> list[Staff]:
        return await self._db.read(store.everyone)

    async def set_password(self, login: str, password: str) -> None:
        hashed = await self._hash(password)

        def transaction(connection: Connection) -> None:
            person = _find(connection, login)
            store.set_password(connection, person.id, hashed)
            store.end_sessions(connection, person.id)

        await self._db.write(transaction)

    async def set_active(self, login: str, active: bool) -> None:
        def transaction(connection: Connection) -> None:
            person = _find(connection, login)
            store.set_active(connection, person.id, active)
            store.end_sessions(connection, person.id)

        await self._db.write(transaction)

    async def sign_in(self, login: str, password: str) -> tuple[Staff, str, str]:
        login = login.strip().lower()[:100]
        now = self._clock()
        self._throttle.attempt(login, now)
        known = await self._db.read(lambda c: store.credentials(c, login))
        stored = known.password_hash if known else self._nobody
        right = await asyncio.to_thread(self._verify, stored, password[:LONGEST_PASSWORD])
        if known is None or not right or not known.staff.active:
            raise NotAllowed("Login or password is wrong.")
        self._throttle.succeeded(login)
        return await self._open_session(known.staff, now)

    async def session(self, token: str) -> StaffSession | None:
        now = self._clock()
        found = await self._db.read(lambda c: store.session(c, hash_token(token), now))
        if found is not None:
            await self._seen(found.staff, now)
        return found

    async def sign_out(self, token: str) -> None:
        await self._db.write(lambda c: store.end_session(c, hash_token(token)))

    async def _open_session(self, person: Staff, now: datetime) -> tuple[Staff, str, str]:
        token, csrf = new_token(), new_token()

        def transaction(connection: Connection) -> None:
            store.forget_expired(connection, now)
            store.set_seen(connection, person.id, now)
            store.add_session(
                connection,
                person.id,
                hash_token(token),
                csrf,
                created_at=now,
                expires_at=now + self._session_life,
            )

        await self._db.write(transaction)
        return person, token, csrf

    async def _seen(self, person: Staff, now: datetime) -> None:
        # Not at every request: it would make each page view a write.
        if person.last_seen_at is None or now - person.last_seen_at >= SEEN_EVERY:
            await self._db.write(lambda c: store.set_seen(c, person.id, now))

    async def _hash(self, password: str) -> str:
        if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
            raise BadInput(
                f"password must have {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters."
            )
        return await asyncio.to_thread(self._hasher.hash, password)

    def _verify(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (Argon2Error, InvalidHash):
            return False

    @cached_property
    def _nobody(self) -> str:
        """Verified for unknown logins, so that they take as long as known ones."""
        return self._hasher.hash(new_token())


@dataclass(slots=True)
class _Failures:
    count: int
    since: datetime


class Throttle:
    """After `allowed` failures within `window`, no more tries for that login until it is over.

    In memory of this process, for the logins tried last; also for logins that do not exist.
    """

    def __init__(
        self,
        allowed: int = 5,
        window: timedelta = timedelta(minutes=15),
        remembered: int = 10_000,
    ) -> None:
        self._allowed = allowed
        self._window = window
        self._remembered = remembered
        self._failures: OrderedDict[str, _Failures] = OrderedDict()

    def attempt(self, login: str, now: datetime) -> None:
        """Count a try as failed until `succeeded`: tries sent all at once are counted too."""
        found = self._failures.pop(login, None)
        if found is None or now - found.since >= self._window:
            found = _Failures(0, now)
        self._failures[login] = found
        if found.count >= self._allowed:
            left = found.since + self._window - now
            seconds = int(left.total_seconds()) + 1
            raise TooMany("Too many wrong passwords, please wait before the next try.", seconds)
        found.count += 1
        if len(self._failures) > self._remembered:
            self._failures.popitem(last=False)

    def succeeded(self, login: str) -> None:
        self._failures.pop(login, None)


def _login(login: str) -> str:
    login = login.strip().lower()
    if not _LOGIN.fullmatch(login):
        raise BadInput("login must be 1 to 100 of a-z, 0-9 and . _ @ + - and start with a letter.")
    return login


def _name(name: str) -> str:
    name = clean(name)
    if not 1 <= len(name) <= 100:
        raise BadInput("name must have 1 to 100 characters.")
    return name


def _find(connection: Connection, login: str) -> Staff:
    known = store.credentials(connection, login.strip().lower())
    if known is None:
        raise NotFound(f"There is nobody with the login '{login}'.")
    return known.staff
