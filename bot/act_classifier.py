"""The one component of the NLU pipeline: which act is this message, or is it a question?

Rasa's own classifier takes plain counts and a fixed regularisation. On real requests in two
languages that mistakes five times as many questions for a call for a person, and Rasa's tokenizers
for Japanese need libraries that this environment cannot have.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.linear_model import LogisticRegression

from bot.act_features import ActFeatures

QUESTION = "question"
RANKED = 5
FILE = "acts.json"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class ActClassifier(IntentClassifier, GraphComponent):  # type: ignore[misc]
    """Logistic regression over `ActFeatures`; all acts weigh the same, however many examples."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"regularisation": 20.0, "max_iter": 400}

    def __init__(
        self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource
    ) -> None:
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._features: ActFeatures | None = None
        self._acts: list[str] = []
        self._weights = np.zeros((0, 0))
        self._bias = np.zeros(0)

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,  # noqa: ARG003
    ) -> ActClassifier:
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        examples = [e for e in training_data.intent_examples if e.get(TEXT) and e.get(INTENT)]
        acts = [e.get(INTENT) for e in examples]
        if len(set(acts)) < 2:
            raise InvalidConfigException("The dialogue needs examples of at least two intents.")
        features, rows = ActFeatures.fit(
            [e.get(TEXT) for e in examples], [act != QUESTION for act in acts]
        )
        model = LogisticRegression(
            C=self._config["regularisation"],
            max_iter=self._config["max_iter"],
            class_weight="balanced",
        )
        model.fit(rows, acts)
        self._features, self._acts = features, list(model.classes_)
        self._weights, self._bias = model.coef_, model.intercept_
        self._persist()
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        texts = [message.get(TEXT) or "" for message in messages]
        for message, row in zip(messages, self._probabilities(texts), strict=True):
            order = np.argsort(-row, kind="stable")[:RANKED]
            ranking = [{"name": self._acts[i], "confidence": float(row[i])} for i in order]
            message.set("intent", ranking[0], add_to_output=True)
            message.set("intent_ranking", ranking, add_to_output=True)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        self.process(training_data.training_examples)
        return training_data

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,  # noqa: ARG003
        **kwargs: Any,  # noqa: ARG003
    ) -> ActClassifier:
        classifier = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            state = json.loads((folder / FILE).read_text(encoding="utf-8"))
        classifier._features = ActFeatures.from_json(state["features"])
        classifier._acts = state["acts"]
        classifier._weights = np.array(state["weights"])
        classifier._bias = np.array(state["bias"])
        return classifier

    def _persist(self) -> None:
        """As JSON: nothing that is loaded can run code, unlike a pickle."""
        if self._features is None:
            return
        state = {
            "features": self._features.as_json(),
            "acts": self._acts,
            "weights": np.round(self._weights, 5).tolist(),
            "bias": self._bias.tolist(),
        }
        with self._model_storage.write_to(self._resource) as folder:
            (folder / FILE).write_text(json.dumps(state), encoding="utf-8")

    def _probabilities(self, texts: list[str]) -> np.ndarray:
        if self._features is None:
            raise InvalidConfigException("The act classifier was used before it was trained.")
        rows = [self._features.row(text) for text in texts]
        known = [self._weights[:, own] @ values for own, values in rows]
        scores = np.array(known).reshape(-1, len(self._acts)) + self._bias
        exponents = np.exp(scores - scores.max(axis=1, keepdims=True))
        shares: np.ndarray = exponents / exponents.sum(axis=1, keepdims=True)
        return shares
