"""The act classifier: the same before and after it was stored, and blind to how text is typed."""

from __future__ import annotations

import json
import tempfile
import unittest
from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.act_classifier import ActClassifier
from bot.act_features import ActFeatures, normalise, triples

EXAMPLES = {
    "thank": ["thanks", "thank you", "many thanks", "ありがとう", "ありがとうございます"],
    "ask_for_person": ["a human please", "get me a human", "人と話したい", "担当者と話したい"],
    "question": [
        "where is my parcel",
        "what does postage cost",
        "荷物はどこですか",
        "送料はいくら",
    ],
}


def messages() -> list[Message]:
    return [
        Message.build(text, intent=intent) for intent, texts in EXAMPLES.items() for text in texts
    ]


class Classifier(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.storage = LocalModelStorage.create(Path(folder.name))
        self.resource = Resource("acts")

    def make(self, **config: Any) -> ActClassifier:
        config = {**ActClassifier.get_default_config(), **config}
        return ActClassifier(config, self.storage, self.resource)

    def understood(self, classifier: ActClassifier, *texts: str) -> list[Any]:
        return [
            m.get("intent_ranking")
            for m in classifier.process([Message({"text": t}) for t in texts])
        ]

    def test_it_learns_and_ranks(self) -> None:
        classifier = self.make()
        classifier.train(TrainingData(messages()))
        thanks, person, question = self.understood(
            classifier, "Thanks!", "人と話したいです", "where is the parcel"
        )
        self.assertEqual(
            [r[0]["name"] for r in (thanks, person, question)],
            ["thank", "ask_for_person", "question"],
        )
        self.assertAlmostEqual(sum(entry["confidence"] for entry in thanks), 1.0, places=6)

    def test_it_is_the_same_after_it_was_stored(self) -> None:
        trained = self.make()
        trained.train(TrainingData(messages()))
        loaded = ActClassifier.load(
            ActClassifier.get_default_config(), self.storage, self.resource, None
        )
        texts = ("thanks", "担当者", "zebra", "")
        for before, after in zip(
            self.understood(trained, *texts), self.understood(loaded, *texts), strict=True
        ):
            self.assertEqual([r["name"] for r in before], [r["name"] for r in after])
            np.testing.assert_allclose(
                [r["confidence"] for r in before],
                [r["confidence"] for r in after],
                atol=1e-3,
            )

    def test_it_says_when_there_is_nothing_to_learn(self) -> None:
        with self.assertRaisesRegex(InvalidConfigException, "at least two intents"):
            self.make().train(TrainingData([Message.build("hello", intent="greet")]))


class Features(unittest.TestCase):
    def test_it_does_not_see_how_text_was_typed(self) -> None:
        for one, other in (
            ("ＡＢＣ１２３", "abc0"),
            ("Don\u2019t", "don't"),
            ("ﾊﾟｽﾜｰﾄﾞ", "パスワード"),
            ("Hello,\n there", "hello , there"),
        ):
            self.assertEqual(normalise(one), normalise(other))

    def test_new_words_are_what_tells_a_question(self) -> None:
        texts = [text for group in EXAMPLES.values() for text in group]
        acts = [intent != "question" for intent, group in EXAMPLES.items() for _ in group]
        features, rows = ActFeatures.fit(texts, acts)
        known, new = (
            features.row(text)[1][-1] for text in ("get me a human please", "get me a bamboo kite")
        )
        self.assertLess(known, new)
        self.assertEqual(rows.shape[0], len(texts))

    def test_an_example_does_not_know_itself(self) -> None:
        _, rows = ActFeatures.fit(["thanks", "thanks", "zebra"], [True, True, True])
        self.assertEqual(rows[:, -1].toarray().ravel().tolist(), [0.0, 0.0, 1.0])

    def test_one_alone_is_seen_as_among_the_examples(self) -> None:
        examples = [text for group in EXAMPLES.values() for text in group]
        # Each twice: an example that stands alone does not know itself, which one asked does.
        texts = [*examples, *examples, "thanks thanks many thanks", "人と人と話したいです。"] * 2
        features, rows = ActFeatures.fit(texts, [True] * len(texts))
        for among, text in zip(rows.toarray(), texts, strict=True):
            alone = np.zeros_like(among)
            columns, values = features.row(text)
            alone[columns] = values
            np.testing.assert_allclose(alone, among, atol=1e-12)

    def test_nothing_known_is_nothing_but_new(self) -> None:
        features, _ = ActFeatures.fit(["thanks", "thanks"], [True, True])
        for text in ("", "zebra"):
            *known, new = features.row(text)[1]
            # Words and letters, each of length 1 or nothing.
            self.assertLess(np.linalg.norm(known), 1.42)
            self.assertGreater(new, 0.0)

    def test_nothing_is_a_message_too(self) -> None:
        self.assertTrue(triples(normalise("")))

    def test_its_state_is_plain_json(self) -> None:
        features, _ = ActFeatures.fit(["thanks a lot", "thanks", "a parcel"], [True, True, False])
        again = ActFeatures.from_json(json.loads(json.dumps(features.as_json())))
        for one, other in zip(features.row("thanks"), again.row("thanks"), strict=True):
            np.testing.assert_allclose(one, other)


if __name__ == "__main__":
    unittest.main()
