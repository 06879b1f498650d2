"""All settings of Kotae, each with what it means."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import Field
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from helpdesk.settings import DeskSettings
from web_widget.settings_deliveries import DeliverySettings
from web_widget.settings_sentences import PREFIX, Must
from web_widget.sites import Site, Sites
from web_widget.values import (
    Folder,
    Hosts,
    Hours,
    Languages,
    LogLevel,
    Networks,
    Origins,
    PerMinute,
    Port,
    Secret,
    YesNo,
    Zone,
)


class Settings(DeliverySettings):
    """Every setting with its default. The variable is the name in capitals after KOTAE_."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, extra="forbid", frozen=True, arbitrary_types_allowed=True
    )

    host: Annotated[
        str, Field(min_length=1, description="Address that the public listener binds to.")
    ] = "127.0.0.1"
    port: Annotated[Port, Field(description="Port of the widget, its API and the staff pages.")] = (
        8000
    )
    action_port: Annotated[
        Port, Field(description="Loopback port on which Rasa calls the actions.")
    ] = 5055
    rasa_port: Annotated[Port, Field(description="Loopback port on which Rasa listens.")] = 5005
    faq_dir: Annotated[Folder, Field(description="Folder of the FAQ files.")] = Path("data/faq")
    faq_review: Annotated[
        YesNo,
        Field(
            description="Let a draft of the FAQ be published only by another person than the one "
            "who saved it last."
        ),
    ] = False
    remember_questions: Annotated[
        YesNo,
        Field(
            description="Look up past questions in the background, at the lowest priority, so that "
            "what a change of the FAQ would do is found out soon."
        ),
    ] = True
    wording_dir: Annotated[
        Folder, Field(description="Folder of the texts the bot says, one file for each language.")
    ] = Path("data/wording")
    var_dir: Annotated[
        Folder, Field(description="Folder for everything Kotae writes: database, index, logs.")
    ] = Path("var")
    database_url: Annotated[
        str | None,
        Field(
            repr=False,
            pattern=r"^(sqlite|postgresql\+psycopg)://",
            description="Database; a SQLite file in KOTAE_VAR_DIR when empty.",
        ),
        Must("a URL that starts with sqlite:/// or postgresql+psycopg://", secret=True),
    ] = None
    encoder: Annotated[
        str,
        Field(
            min_length=1,
            description="Sentence encoder: default, or a sentence-transformers model's name or "
            "folder.",
        ),
    ] = "default"
    max_wrong: Annotated[
        float,
        Field(
            gt=0,
            lt=1,
            allow_inf_nan=False,
            description="Share of wrong answers that is accepted, between 0 and 1.",
        ),
        Must("a number between 0 and 1"),
    ] = 0.10
    languages: Annotated[
        Languages, Field(description="Languages offered to customers, separated by commas.")
    ] = ("en", "ja")
    default_language: Annotated[
        str, Field(description="Language of a customer whose own is not offered.")
    ] = "en"
    time_zone: Annotated[
        Zone, Field(description="Time zone of the team: its opening hours and its days in reports.")
    ] = ZoneInfo("Asia/Tokyo")
    opening_hours: Annotated[
        Hours,
        Field(
            description="When a person can take a chat: always, or such as"
            " Mon-Fri 09:00-18:00; Sat 10:00-16:00; closed 2026-12-29 to 2027-01-03."
        ),
    ] = "always"
    promised_wait_minutes: Annotated[
        int,
        Field(ge=1, le=1440, description="Minutes within which a waiting customer meets a person."),
        Must("a whole number from 1 to 1440"),
    ] = 5
    chats_per_agent: Annotated[
        int,
        Field(ge=1, le=100, description="Chats that one agent may have at the same time."),
        Must("a whole number from 1 to 100"),
    ] = 6
    allowed_origins: Annotated[
        Origins,
        Field(description="Websites that may show the widget, besides Kotae's own address."),
    ] = ()
    sites_file: Annotated[
        Folder | None,
        Field(description="File of the websites that have settings of their own."),
        Must("a path"),
    ] = None
    allowed_hosts: Annotated[
        Hosts,
        Field(description="Host names that requests may carry; every name when empty."),
    ] = ()
    trusted_proxies: Annotated[
        Networks,
        Field(description="Reverse proxies whose X-Forwarded-For header is believed."),
    ] = ()
    team_name: Annotated[
        str,
        Field(min_length=1, max_length=80, description="Name of the team, as customers see it."),
        Must("1 to 80 characters"),
    ] = "Yamamichi Outdoor"
    rasa_timeout: Annotated[
        float,
        Field(
            ge=0.1,
            le=60,
            allow_inf_nan=False,
            description="Seconds to wait for Rasa before the index answers alone.",
        ),
        Must("a number from 0.1 to 60"),
    ] = 4.0
    max_turns_in_flight: Annotated[
        int,
        Field(ge=1, le=10_000, description="Messages that may wait for an answer at one time."),
        Must("a whole number from 1 to 10000"),
    ] = 128
    episode_idle_minutes: Annotated[
        int,
        Field(ge=1, le=1440, description="Idle minutes after which a new episode begins."),
        Must("a whole number from 1 to 1440"),
    ] = 30
    rasa_python: Annotated[
        Folder, Field(description="Python of the environment that Rasa runs in.")
    ] = Path(".venv-rasa/bin/python")
    action_token: Annotated[
        Secret,
        Field(
            description="Secret that Rasa shows to the actions; `kotae up` makes one when empty."
        ),
    ] = None
    rasa_token: Annotated[
        Secret,
        Field(description="Secret that Kotae shows to Rasa; `kotae up` makes one when empty."),
    ] = None
    metrics_token: Annotated[
        Secret,
        Field(description="Secret for /metrics on the public port; not served there when empty."),
    ] = None
    reports_token: Annotated[
        Secret,
        Field(description="Secret for /api/reports and /api/purchases; not served when empty."),
    ] = None
    demo: Annotated[
        YesNo, Field(description="Show the demo shop at /demo; not for production.")
    ] = False
    demo_history_days: Annotated[
        int,
        Field(
            ge=0,
            le=365,
            description="Days of invented history that a new demo begins with; 0 for none.",
        ),
        Must("a whole number from 0 to 365"),
    ] = 90
    message_rate_per_minute: Annotated[
        PerMinute, Field(description="Messages a conversation may send in a minute.")
    ] = 20
    conversation_rate_per_minute: Annotated[
        PerMinute, Field(description="Conversations a client address may start in a minute.")
    ] = 10
    max_streams: Annotated[
        int,
        Field(ge=1, le=100_000, description="Event streams that may be open at the same time."),
        Must("a whole number from 1 to 100000"),
    ] = 2000
    https: Annotated[
        YesNo,
        Field(description="Customers reach Kotae over HTTPS: cookies are Secure, HSTS is sent."),
    ] = False
    log_level: Annotated[
        LogLevel, Field(description="Least important lines to log: debug, info, warning or error.")
    ] = "info"
    log_format: Annotated[
        Literal["console", "json"],
        Field(description="Form of the log lines: console for people, json for machines."),
        Must("console or json"),
    ] = "console"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the names are pydantic's
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what `load_settings` collected, so that nothing is read behind its back."""
        return (init_settings,)

    @property
    def snapshot_dir(self) -> Path:
        return self.var_dir / "index"

    @property
    def sightings_dir(self) -> Path:
        """What past questions met in the live FAQ, kept so that a change need not ask all anew."""
        return self.var_dir / "asked"

    @property
    def golden(self) -> Path:
        """Questions that no change of the FAQ may break; the file need not be there."""
        return self.faq_dir.parent / "golden.yml"

    @property
    def tuned_dir(self) -> Path:
        """Where `kotae tune` leaves what it taught the encoder."""
        return self.var_dir / "tuned"

    @property
    def rasa_url(self) -> str:
        return f"http://127.0.0.1:{self.rasa_port}"

    @property
    def database(self) -> str:
        """The database's URL, with the default filled in."""
        return self.database_url or f"sqlite:///{self.var_dir / 'kotae.db'}"

    def sites(self) -> Sites:
        """The websites, read from their file. Raises WrongSettings."""
        # The supervisor reads settings and stays small: reading YAML brings the index with it.
        from web_widget.sites_file import read_sites

        languages = tuple(dict.fromkeys((self.default_language, *self.languages)))
        listed = read_sites(self.sites_file, languages) if self.sites_file else {}
        return Sites(Site("", self.allowed_origins, languages), listed)

    def desk(self, sites: Sites) -> DeskSettings:
        """The part of the settings that the help desk works by."""
        return DeskSettings(
            languages=self.languages,
            default_language=self.default_language,
            episode_idle=timedelta(minutes=self.episode_idle_minutes),
            rasa_timeout=self.rasa_timeout,
            time_zone=self.time_zone,
            opening_hours=self.opening_hours,
            promised_wait_minutes=self.promised_wait_minutes,
            chats_per_agent=self.chats_per_agent,
            max_turns_in_flight=self.max_turns_in_flight,
            team_name=self.team_name,
            sites=sites.rules(),
            channels=self.channels,
            confirms=bool(self.smtp_host),
        )
