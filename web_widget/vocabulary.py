"""What is wrong with a request, in our words: pydantic's error types and their sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

# From pydantic's error type to a sentence. {field} is the field's path; the other names are
# what pydantic gives with the error. A type that is missing here fails a test.
VOCABULARY: Mapping[str, str] = {
    "bool_parsing": "{field} must be true or false",
    "bool_type": "{field} must be true or false",
    "dict_type": "{field} must be a JSON object",
    "enum": "{field} must be one of {expected}",
    "extra_forbidden": "{field} is not a known field",
    "finite_number": "{field} must be a finite number",
    "greater_than_equal": "{field} must be at least {ge}",
    "int_from_float": "{field} must be a whole number",
    "int_parsing": "{field} must be a whole number",
    "int_parsing_size": "{field} is too large a number",
    "int_type": "{field} must be a whole number",
    "json_invalid": "The request body is not valid JSON",
    "less_than_equal": "{field} must be at most {le}",
    "literal_error": "{field} must be one of {expected}",
    "missing": "{field} is missing",
    "model_attributes_type": "{field} must be a JSON object",
    "model_type": "{field} must be a JSON object",
    "one_of_two": "{field} must have either text or choice, and not both",
    "string_pattern_mismatch": "{field} has characters or a form that are not allowed",
    "string_too_long": "{field} is too long (at most {max_length} characters)",
    "string_too_short": "{field} is too short (minimum length {min_length})",
    "string_type": "{field} must be a text",
    "string_unicode": "{field} is not valid Unicode text",
}

_BODY = "The request body"
_PLACES = ("body", "query", "path", "header", "cookie")


def sentences(errors: Sequence[Mapping[str, Any]]) -> list[str]:
    """One sentence for each error, without repeats, in pydantic's order."""
    return list(dict.fromkeys(_sentence(error) for error in errors))


def _sentence(error: Mapping[str, Any]) -> str:
    field = _field(error["loc"])
    template = VOCABULARY.get(error["type"], "{field} is not valid")
    return template.format_map({**error.get("ctx", {}), "field": field})


def _field(loc: Sequence[str | int]) -> str:
    parts = loc[1:] if loc and loc[0] in _PLACES else loc
    return ".".join(str(part) for part in parts) or _BODY
