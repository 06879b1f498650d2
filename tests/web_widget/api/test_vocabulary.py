"""Each thing that can be wrong with a request has a sentence of ours."""

from typing import Any

import pytest
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, TypeAdapter, ValidationError

from web_widget.api import models
from web_widget.vocabulary import VOCABULARY, sentences

MODELS = [
    one
    for one in vars(models).values()
    if isinstance(one, type) and issubclass(one, models.Body) and one is not models.Body
]
ODD: list[Any] = [
    None, True, 0, 1, -1, 3.5, 2**70, float("inf"), "", "x", "x" * 5000, "\ud800", "a\x00b", "\n",
    b"bytes", [], ["asd"], {}, {"a": 1}, object(),
]  # fmt: skip


def complaints(model: type[BaseModel]) -> set[str]:
    """The types of all errors that odd values bring out of a model, as JSON and as objects."""
    found: set[str] = set()
    bodies: list[Any] = [*ODD]
    for field in model.model_fields:
        bodies += [{field: odd} for odd in ODD]
    for body in [*bodies, {"unknown": 1}]:
        try:
            model.model_validate(body)
        except ValidationError as exc:
            found |= {error["type"] for error in exc.errors()}
    return found


def test_there_are_models() -> None:
    assert len(MODELS) >= 5


@pytest.mark.parametrize("model", MODELS)
def test_every_complaint_of_a_model_has_a_sentence(model: type[BaseModel]) -> None:
    assert complaints(model) <= set(VOCABULARY)


def test_every_complaint_about_a_query_has_a_sentence() -> None:
    adapter = TypeAdapter(models.Short)
    found: set[str] = set()
    for odd in ODD:
        for check in (adapter, TypeAdapter(int)):
            try:
                check.validate_python(odd)
            except ValidationError as exc:
                found |= {error["type"] for error in exc.errors()}
    assert found <= set(VOCABULARY)


def test_no_sentence_repeats_what_was_sent() -> None:
    assert not any("{input}" in sentence for sentence in VOCABULARY.values())


def test_a_sentence_names_the_field_where_it_stands() -> None:
    error = {"type": "missing", "loc": ("body", "choices", 0, "id")}
    assert sentences([error]) == ["choices.0.id is missing"]
    assert isinstance(RequestValidationError([error]).errors(), list)


def test_a_complaint_nobody_foresaw_still_names_the_field() -> None:
    assert sentences([{"type": "never_heard_of", "loc": ("body", "x")}]) == ["x is not valid"]
