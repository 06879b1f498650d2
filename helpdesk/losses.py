"""Where resolution is lost: which answers and topics, and at which hours. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from helpdesk.figures import Rate
from helpdesk.outcomes import JUDGED, OUTCOMES, PARTS, RESOLVED
from helpdesk.store.report_groups import Group


@dataclass(slots=True)
class Loss:
    """Episodes of one topic, entry or hour. `lost` of `rate.n` were not resolved by the bot."""

    outcomes: dict[str, int] = field(default_factory=lambda: dict.fromkeys(OUTCOMES, 0))
    parts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(PARTS, 0))

    def add(self, group: Group) -> None:
        self.outcomes[group.outcome] += group.episodes
        if group.outcome == "handed_off" and group.part:
            self.parts[group.part] += group.episodes

    @property
    def lost(self) -> int:
        return self.rate.n - self.rate.hits

    @property
    def rate(self) -> Rate:
        """Its self-resolution."""
        hits = sum(self.outcomes[name] for name in RESOLVED)
        return Rate(hits, sum(self.outcomes[name] for name in JUDGED))


Key = tuple[str | None, ...]


def by_topic(groups: Iterable[Group]) -> Mapping[Key, Loss]:
    """By topic, the one that lost most first; (None,) is what nothing answered."""
    return _collected((group.keys[:1], group) for group in groups)


def by_entry(groups: Iterable[Group]) -> Mapping[Key, Loss]:
    """By (topic, entry), the one that lost most first; without what nothing answered."""
    return _collected((group.keys[:2], group) for group in groups if group.keys[1] is not None)


def by_hour(groups: Iterable[Group]) -> Mapping[int, Loss]:
    """Of each hour of the day, 0 to 23; contacts of before hours were noted are left out."""
    found = {hour: Loss() for hour in range(24)}
    for group in groups:
        hour = group.keys[2]
        if hour is not None:
            found[hour].add(group)
    return found


def _collected(groups: Iterable[tuple[Key, Group]]) -> Mapping[Key, Loss]:
    found: dict[Key, Loss] = {}
    for key, group in groups:
        if group.outcome != "small_talk":
            found.setdefault(key, Loss()).add(group)
    return dict(sorted(found.items(), key=lambda item: (-item[1].lost, str(item[0]))))
