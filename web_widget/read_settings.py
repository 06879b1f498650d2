"""Reads the settings: the one place where the environment is read."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from itertools import combinations
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from web_widget.settings import Settings
from web_widget.settings_sentences import Must, WrongSettings, sentences, variable
from web_widget.settings_sources import ours, read_env_file, read_secret, refuse_unknown
from web_widget.values import webhook_key


def secret_fields() -> frozenset[str]:
    """Settings whose value may also stand in the file that KOTAE_<NAME>_FILE names."""
    return frozenset(
        name
        for name, field in Settings.model_fields.items()
        if any(isinstance(mark, Must) and mark.secret for mark in field.metadata)
    )


def load_settings(environ: Mapping[str, str], env_file: Path | None = None) -> Settings:
    """The settings in `env_file`, with those in `environ` over them; an empty value is unset.

    Raises WrongSettings with one sentence for each variable that cannot be used.
    """
    named = ours(read_env_file(env_file)) | ours(environ)
    named = {name: text for name, text in named.items() if text.strip()}
    files = {variable(field) + "_FILE" for field in secret_fields()}
    refuse_unknown(named, {*map(variable, Settings.model_fields), *files})
    found = {
        field: named[variable(field)] for field in Settings.model_fields if variable(field) in named
    }
    for field in secret_fields():
        if path := named.get(variable(field) + "_FILE"):
            found[field] = read_secret(field, path, also_set=field in found)
    return _validate(found)


def settings_from_process() -> Settings:
    """The settings of this process: its environment, over `.env` in the working folder."""
    env_file = Path(".env")
    return load_settings(os.environ, env_file if env_file.is_file() else None)


def _validate(found: Mapping[str, str]) -> Settings:
    try:
        settings = Settings(**dict[str, Any](found))
    except ValidationError as exc:
        raise WrongSettings(*sentences(exc, Settings)) from None
    if problems := [*_across(settings)]:
        raise WrongSettings(*problems)
    settings.sites()  # what is wrong in that file is said now
    return settings


def _across(settings: Settings) -> Iterator[str]:
    """What is wrong between settings that are each right."""
    if settings.default_language not in settings.languages:
        yield (
            f"{variable('default_language')} is '{settings.default_language}', "
            f"must be one of {variable('languages')}: {', '.join(settings.languages)}"
        )
    yield from _across_deliveries(settings)
    for one, other in combinations(("port", "action_port", "rasa_port"), 2):
        if getattr(settings, one) == getattr(settings, other):
            yield (
                f"{variable(other)} is '{getattr(settings, other)}', "
                f"must differ from {variable(one)}"
            )


# Addresses that packets go to, each with what it needs besides.
_TOLD = {
    "webhook_url": ("webhook_secret",),
    "chatwoot_url": ("chatwoot_inbox",),
    "zendesk_url": ("zendesk_user", "zendesk_token"),
}


def _across_deliveries(settings: Settings) -> Iterator[str]:
    for name, needed in _TOLD.items():
        url = getattr(settings, name)
        if not url:
            continue
        for field in needed:
            if not getattr(settings, field):
                yield f"{variable(field)} is missing, {variable(name)} needs it"
        if url.startswith("http:") and not settings.webhook_allow_private:
            yield (
                f"{variable(name)} is '{url}', must be an https:// address unless "
                f"{variable('webhook_allow_private')} is set"
            )
    if settings.webhook_secret:
        try:
            webhook_key(settings.webhook_secret)
        except ValueError:
            yield f"{variable('webhook_secret')} must be whsec_ and base64 of 24 to 64 bytes"
    if settings.report_mail_to and not settings.smtp_host:
        yield f"{variable('smtp_host')} is missing, {variable('report_mail_to')} needs it"
    if settings.smtp_host:
        for field in ("mail_from", "mail_to"):
            if not getattr(settings, field):
                yield f"{variable(field)} is missing, {variable('smtp_host')} needs it"
