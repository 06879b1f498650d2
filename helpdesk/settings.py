"""What the desk has to be told. The web application fills it from the environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from helpdesk.hours import OpeningHours


@dataclass(frozen=True, slots=True)
class SiteRules:
    """What one website has of its own; None and missing languages mean: as everywhere.

    `starters`: ids of the entries that a customer is offered before she has asked anything.
    """

    opening_hours: str | None = None
    greeting: Mapping[str, str] = field(default_factory=dict)
    starters: tuple[str, ...] | None = None


_NO_RULES = SiteRules()


@dataclass(frozen=True)
class DeskSettings:
    """`opening_hours` is "always" or e.g. "Mon-Fri 09:00-18:00; Sat 10:00-16:00".

    Raises ValueError with one sentence when a value makes no sense.
    """

    languages: tuple[str, ...] = ("en", "ja")
    default_language: str = "en"
    time_zone: ZoneInfo = ZoneInfo("Asia/Tokyo")
    opening_hours: str = "always"
    team_name: str = "Support"
    promised_wait_minutes: int = 5
    episode_idle: timedelta = timedelta(minutes=30)
    rasa_timeout: float = 4.0
    max_text: int = 2000
    # An agent takes no further chat while she has so many.
    chats_per_agent: int = 6
    max_turns_in_flight: int = 128
    give_up_waiting_after: timedelta = timedelta(hours=24)
    session_hours: int = 12
    sites: Mapping[str, SiteRules] = field(default_factory=dict)
    # Where handoffs are told besides the inbox: see helpdesk.outbox.
    channels: tuple[str, ...] = ()
    # A customer who leaves her address gets a mail that says so.
    confirms: bool = False

    def __post_init__(self) -> None:
        if self.default_language not in self.languages:
            raise ValueError(
                f"default_language is '{self.default_language}', "
                f"must be one of {', '.join(self.languages)}"
            )
        _ = self.hours, self._hours_by_site

    @cached_property
    def hours(self) -> OpeningHours:
        return OpeningHours.parse(self.opening_hours, self.time_zone)

    @cached_property
    def _hours_by_site(self) -> dict[str, OpeningHours]:
        return {
            name: OpeningHours.parse(rules.opening_hours, self.time_zone)
            for name, rules in self.sites.items()
            if rules.opening_hours is not None
        }

    def hours_of(self, site: str) -> OpeningHours:
        """When people answer the customers of this website."""
        return self._hours_by_site.get(site, self.hours)

    def rules_of(self, site: str) -> SiteRules:
        return self.sites.get(site, _NO_RULES)
