"""What the desk has to be told. The web application fills it from the environment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from helpdesk.hours import OpeningHours


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
    max_turns_in_flight: int = 128
    give_up_waiting_after: timedelta = timedelta(hours=24)
    session_hours: int = 12

    def __post_init__(self) -> None:
        if self.default_language not in self.languages:
            raise ValueError(
                f"default_language is '{self.default_language}', "
                f"must be one of {', '.join(self.languages)}"
            )
        _ = self.hours

    @cached_property
    def hours(self) -> OpeningHours:
        return OpeningHours.parse(self.opening_hours, self.time_zone)
