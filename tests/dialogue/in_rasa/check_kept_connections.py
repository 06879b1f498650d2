"""Calls of actions over connections that stay open, with Rasa's own client and a real server."""

from __future__ import annotations

import unittest
from unittest.mock import patch

from aiohttp import web
from rasa.utils.endpoints import EndpointConfig

from bot.kept_connections import keep_connections


class KeptConnections(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self) -> None:
        restored = patch.object(EndpointConfig, "session", EndpointConfig.session)
        restored.start()
        self.addCleanup(restored.stop)
        keep_connections(EndpointConfig)
        self.seen: list[object] = []
        await self.serve(0)
        self.actions = EndpointConfig(f"http://127.0.0.1:{self.port}/webhook")

    async def serve(self, port: int) -> None:
        app = web.Application()
        app.router.add_post("/webhook", self.answer)
        self.runner = web.AppRunner(app)
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", port).start()
        self.port = self.runner.addresses[0][1]

    async def asyncTearDown(self) -> None:
        await self.actions.__dict__["_kept"][1].close()
        await self.runner.cleanup()

    async def answer(self, request: web.Request) -> web.Response:
        self.seen.append(request.transport)
        return web.json_response({"events": []})

    async def test_calls_one_after_the_other_take_one_connection(self) -> None:
        for _ in range(3):
            self.assertEqual(await self.actions.request(json={}), {"events": []})
        self.assertEqual(len(set(map(id, self.seen))), 1)

    async def test_it_connects_again_after_the_actions_were_restarted(self) -> None:
        await self.actions.request(json={})
        await self.runner.cleanup()
        await self.serve(self.port)
        self.assertEqual(await self.actions.request(json={}), {"events": []})


if __name__ == "__main__":
    unittest.main()
