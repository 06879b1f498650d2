"""What differs between the websites of one Kotae."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from helpdesk.settings import SiteRules


@dataclass(frozen=True, slots=True)
class Site:
    """One website. `languages` has the default one first; texts are by language.

    `starters` are ids of FAQ entries, None for Kotae's own choice. `identity_key` is the secret
    that signs who a customer is.
    """

    name: str
    origins: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    color: str | None = None
    position: str = "right"
    title: Mapping[str, str] = field(default_factory=dict)
    greeting: Mapping[str, str] = field(default_factory=dict)
    opening_hours: str | None = None
    starters: tuple[str, ...] | None = None
    identity_key: str | None = field(default=None, repr=False)

    def rules(self) -> SiteRules:
        """The part that the help desk works by."""
        return SiteRules(self.opening_hours, self.greeting, self.starters)


class Sites:
    """The sites by name. A name that is not listed stands for `other`: the settings for all."""

    def __init__(self, other: Site, listed: Mapping[str, Site] | None = None) -> None:
        self._other = other
        self._listed = dict(listed or {})

    def get(self, name: str) -> Site:
        return self._listed.get(name, self._other)

    def __iter__(self) -> Iterator[Site]:
        return iter(self._listed.values())

    @property
    def origins(self) -> tuple[str, ...]:
        """Every website that may call the API from its own pages."""
        found = [*self._other.origins, *(origin for site in self for origin in site.origins)]
        return tuple(dict.fromkeys(found))

    def rules(self) -> dict[str, SiteRules]:
        return {site.name: site.rules() for site in self}
