from __future__ import annotations

import asyncio

from helpdesk.push import Hub, Push


async def test_it_works() -> None:
    hub = Hub()
    async with hub.subscribe("a") as first, hub.subscribe("a") as second:
        hub.publish("a", Push("message", {"n": 1}, 1))
        hub.publish("b", Push("message", {"n": 2}, 2))
        assert await first.get() == await second.get() == Push("message", {"n": 1}, 1)
        assert hub.count() == 2
    assert hub.count() == 0


async def test_a_slow_listener_is_let_go_and_told() -> None:
    hub = Hub(limit=3)
    async with hub.subscribe("a") as slow:
        for seq in range(10):
            hub.publish("a", Push("message", {}, seq))
        assert [push.kind async for push in slow] == ["dropped"]
        assert hub.count() == 0


async def test_the_others_hear_everything() -> None:
    hub = Hub(limit=3)
    async with hub.subscribe("a"), hub.subscribe("a") as quick:
        for seq in range(10):
            hub.publish("a", Push("message", {}, seq))
            push = await quick.get()
            assert push is not None
            assert push.seq == seq


async def test_closing_ends_every_stream() -> None:
    hub = Hub()
    async with hub.subscribe("a") as old:
        listening = asyncio.create_task(old.get())
        await asyncio.sleep(0)
        hub.close()
        assert await listening is None
        assert await old.get() is None
    async with hub.subscribe("a") as new:
        assert await new.get() is None
    hub.publish("a", Push("message", {}, 1))


async def test_a_cancelled_listener_leaves_nothing_behind() -> None:
    hub = Hub()
    async with hub.subscribe("a") as pushes:
        waiting = asyncio.create_task(pushes.get())
        await asyncio.sleep(0)
        waiting.cancel()
        hub.publish("a", Push("message", {}, 1))
        push = await pushes.get()
        assert push is not None
        assert push.seq == 1
