"""Turns pydantic's complaints about settings into one sentence for each variable."""

from __future__ import annotations

from pydantic import BaseModel, ValidationError

PREFIX = "KOTAE_"


class WrongSettings(Exception):
    """Settings that cannot be used; `problems` holds one sentence for each wrong variable."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class Must:
    """What a value must be, as it ends the sentence "KOTAE_X is 'y', must be ...".

    A secret is never repeated in a sentence.
    """

    def __init__(self, be: str, *, secret: bool = False) -> None:
        self.be = be
        self.secret = secret


def variable(field: str) -> str:
    """The environment variable of a setting: port -> KOTAE_PORT."""
    return PREFIX + field.upper()


def sentences(exc: ValidationError, model: type[BaseModel]) -> list[str]:
    """One sentence for each setting that `exc` complains about, in the order of the model."""
    wrong: dict[str, object] = {}
    for error in exc.errors(include_url=False):
        wrong.setdefault(str(error["loc"][0]), error["input"])
    return [
        _sentence(field, wrong[field], _must(model, field))
        for field in model.model_fields
        if field in wrong
    ]


def _sentence(field: str, value: object, must: Must) -> str:
    shown = "has a value that cannot be used" if must.secret else f"is '{value}'"
    return f"{variable(field)} {shown}, must be {must.be}"


def _must(model: type[BaseModel], field: str) -> Must:
    marks = model.model_fields[field].metadata
    return next((mark for mark in marks if isinstance(mark, Must)), Must("at least 1 character"))
