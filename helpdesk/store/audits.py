"""What people said of episodes that are only assumed to have helped."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import Connection, select

from helpdesk.store.cohort import Cohort, of_cohort, of_conversations
from helpdesk.store.inserting import insert_into
from helpdesk.store.report_tables import audits
from helpdesk.store.tables import episodes

ASSUMED = "assumed"
_NO_KOTAE = date(2020, 1, 1)


def put(connection: Connection, episode_id: str, verdict: str, staff_id: str, at: datetime) -> None:
    """A later word takes the place of an earlier one."""
    said = {"verdict": verdict, "staff_id": staff_id, "at": at}
    changed = insert_into(connection, audits).values(episode_id=episode_id, **said)
    connection.execute(changed.on_conflict_do_update(index_elements=["episode_id"], set_=said))


def next_unjudged(connection: Connection, cohort: Cohort) -> str | None:
    """Ids are random, so those with the smallest ones are a random sample, and the same one for
    everybody who judges."""
    query = (
        of_conversations(select(episodes.c.id))
        .outerjoin(audits, audits.c.episode_id == episodes.c.id)
        .where(cohort.where(), cohort.outcome() == ASSUMED, audits.c.episode_id.is_(None))
        .order_by(episodes.c.id)
        .limit(1)
    )
    found: str | None = connection.execute(query).scalar_one_or_none()
    return found


def verdicts(connection: Connection, cohort: Cohort) -> dict[str, int]:
    """How often each was said of the episodes that are still assumed. From the few audits to their
    episodes: as one query a database may well begin with the many episodes."""
    # Nothing is judged before its day has begun somewhere, nor before there was a Kotae.
    since = datetime.combine(max(cohort.start, _NO_KOTAE) - timedelta(days=1), time(), UTC)
    query = select(audits).where(audits.c.at >= since)
    said = {row.episode_id: row.verdict for row in connection.execute(query)}
    silent = of_cohort(connection, cohort, sorted(said), cohort.outcome() == ASSUMED)
    return dict(Counter(said[episode_id] for episode_id in silent))


def of_episode(connection: Connection, episode_id: str) -> str | None:
    query = select(audits.c.verdict).where(audits.c.episode_id == episode_id)
    found: str | None = connection.execute(query).scalar_one_or_none()
    return found
