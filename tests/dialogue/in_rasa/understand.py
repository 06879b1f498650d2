"""Reads a JSON list of messages from stdin, prints the list of their intents. Argument: a model."""

from __future__ import annotations

import asyncio
import json
import sys

from rasa.core.agent import Agent


async def main() -> None:
    agent = Agent.load(sys.argv[1])
    intents = [(await agent.parse_message(text))["intent"]["name"] for text in json.load(sys.stdin)]
    sys.stdout.write("\n" + json.dumps(intents) + "\n")


if __name__ == "__main__":
    asyncio.run(main())
