"""One of the team with her browser."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from typing import Any

import httpx

from helpdesk.types import Staff

PASSWORD = "a long password"
HTML = {"Accept": "text/html"}
JSON = {"Accept": "application/json"}
_CSRF = re.compile(r'name="csrf" value="([^"]+)"')


@dataclass
class Person:
    http: httpx.AsyncClient
    staff: Staff = field(init=False)
    _secret: str = ""

    async def see(self, path: str, status: int = 200, **headers: str) -> str:
        """The page at `path`, as its reader sees it: without entities."""
        response = await self.get(path, **headers)
        assert response.status_code == status, (response.status_code, response.text[:500])
        return unescape(response.text)

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self.http.get(path, headers={**HTML, **headers})

    async def csrf(self, path: str = "/staff/login") -> str:
        """The secret of the forms on a page."""
        found = _CSRF.search((await self.http.get(path, headers=HTML, follow_redirects=True)).text)
        assert found, path
        return unescape(found[1])

    async def submit(self, path: str, _json: bool = False, **fields: str) -> httpx.Response:
        """Send a form of our own pages."""
        self._secret = self._secret or await self.csrf()
        form = {"csrf": self._secret, **fields}
        return await self.http.post(path, data=form, headers=JSON if _json else HTML)

    async def sign_in(self, login: str, password: str = PASSWORD) -> httpx.Response:
        response = await self.submit("/staff/login", login=login, password=password)
        if response.status_code == 303:
            self._secret = ""
        return response

    async def act(self, conversation: str, verb: str, **fields: str) -> httpx.Response:
        """What the script of the conversation's page does."""
        return await self.submit(f"/staff/api/conversations/{conversation}/{verb}", True, **fields)

    async def done(self, conversation: str, verb: str, **fields: str) -> dict[str, Any]:
        response = await self.act(conversation, verb, **fields)
        assert response.status_code == 200, response.text
        body: dict[str, Any] = response.json()
        return body
