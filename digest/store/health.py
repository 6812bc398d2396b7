"""How sources do: which fail, and which have fallen silent for longer than is their habit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median_low

from digest.store.connection import Connection, Row
from digest.store.values import maybe_time, time, time_text

WEEK = timedelta(days=7)
_REMEMBERED = 30
"""How many of a source's last items its habit is read from."""


@dataclass(frozen=True, slots=True)
class Health:
    """How one source does.

    Attributes:
        items: How many items it reported, ever.
        items_a_week: How many in a week, over the last four, by their dates.
        last_item: The date of its newest item.
        silent_for: How long ago that was, where it is longer than the source's habit.
        failing: It has failed for a week or more: a person is needed.
    """

    source_id: str
    kind: str
    name: str
    url: str
    last_success: datetime | None
    last_attempt: datetime | None
    next_due: datetime | None
    failures: int
    failing_since: datetime | None
    error: str
    status: int | None
    retired: bool
    items: int
    items_a_week: float
    last_item: datetime | None
    silent_for: timedelta | None
    failing: bool


def failing(failing_since: datetime | None, *, retired: bool, now: datetime) -> bool:
    """Whether a source has failed for a week or more, or will not come back."""
    return retired or (failing_since is not None and now - failing_since >= WEEK)


def silence(dates: Sequence[datetime], now: datetime) -> timedelta | None:
    """How long a source has been silent, where that is longer than its habit; None else.

    Its habit is read from the gaps between its last items: silence is remarkable once it is longer
    than the longest of them, than four times the median one, and than a week. With fewer than five
    gaps there is no habit to speak of.

    Args:
        dates: The dates of its last items, in any order.
        now: The present.
    """
    days = sorted(dates)
    gaps = [later - earlier for earlier, later in pairwise(days)]
    if len(gaps) < 5:
        return None
    quiet = now - days[-1]
    return quiet if quiet > max(*gaps, 4 * median_low(gaps), WEEK) else None


def health(db: Connection, now: datetime) -> list[Health]:
    """How each source of sources.yaml does: failing ones first, then silent ones, then by id."""
    rows = db.rows(
        "SELECT s.*, (SELECT count(*) FROM item_sources WHERE source_id = s.id) AS items,"
        " (SELECT count(*) FROM item_sources AS w JOIN items AS i ON i.id = w.item_id"
        "     WHERE w.source_id = s.id AND w.first_seen > ?1 AND i.dated > ?1) AS lately"
        " FROM sources AS s WHERE in_config ORDER BY s.id",
        (time_text(now - 4 * WEEK),),
    )
    found = [_health(db, row, now) for row in rows]
    return sorted(
        found, key=lambda one: (not one.failing, one.failures == 0, one.silent_for is None)
    )


def _health(db: Connection, row: Row, now: datetime) -> Health:
    dates = [
        time(item["dated"])
        for item in db.rows(
            "SELECT dated FROM items WHERE source_id = ? ORDER BY dated DESC LIMIT ?",
            (row["id"], _REMEMBERED),
        )
    ]
    since = maybe_time(row["failing_since"])
    return Health(
        source_id=row["id"],
        kind=row["kind"],
        name=row["name"] or row["id"],
        url=row["url"],
        last_success=maybe_time(row["last_success"]),
        last_attempt=maybe_time(row["last_attempt"]),
        next_due=maybe_time(row["next_due"]),
        failures=row["failures"],
        failing_since=since,
        error=row["error"],
        status=row["status"],
        retired=bool(row["retired"]),
        items=row["items"],
        items_a_week=row["lately"] / 4,
        last_item=dates[0] if dates else None,
        silent_for=silence(dates, now),
        failing=failing(since, retired=bool(row["retired"]), now=now),
    )
