"""Which days an issue speaks of, and which items fall into them.

Plain date arithmetic in the newsletter's time zone; a day begins at local midnight.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from digest.model import Window

WEEK = timedelta(days=7)

# Items of a source's first fetch are stored moments after the fetch itself is noted as a success.
FIRST_FETCH = timedelta(minutes=10)

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def publication_day(now: datetime, weekday: str, zone: ZoneInfo) -> date:
    """The next such weekday in the zone; today counts."""
    today = now.astimezone(zone).date()
    return today + timedelta(days=(WEEKDAYS.index(weekday) - today.weekday()) % 7)


def issue_id(day: date) -> str:
    """The ISO week of a publication day, such as `2026-w27`."""
    year, week, _ = day.isocalendar()
    return f"{year}-w{week:02d}"


def window(previous_end: date | None, day: date) -> Window:
    """From the end of the previous issue's window up to the publication day.

    Without a previous issue it is the seven days before. A previous window that already reaches the
    day leaves an empty one: nothing is told twice.
    """
    start = previous_end if previous_end is not None else day - WEEK
    return Window(min(start, day), day)


def in_window(
    published: datetime | None,
    first_seen: datetime,
    source_first_success: datetime | None,
    window: Window,
    zone: ZoneInfo,
    lookback_days: int,
    *,
    new_project: bool = False,
) -> bool:
    """Whether the issue of this window may speak of the item.

    Three ways in: published within the window; published before it, at most `lookback_days`, but
    seen only since it began (a late arrival, unless its source was then fetched for the first time
    and gave all it had); or undated and first seen within the window, under the same condition,
    which falls away in a project that has no dated items yet (`new_project`).

    Args:
        published: When it was published, as its source says; None where it does not.
        first_seen: When it was first stored.
        source_first_success: When its source was first fetched without an error.
        window: The days of the issue.
        zone: Where its days begin.
        lookback_days: How late an arrival may be, in days before the window.
        new_project: Undated items count although they came with a source's first fetch.
    """
    start, end = _midnight(window.start, zone), _midnight(window.end, zone)
    with_first_fetch = (
        source_first_success is None or first_seen <= source_first_success + FIRST_FETCH
    )
    if published is None:
        return start <= first_seen < end and (new_project or not with_first_fetch)
    # A date in the future is a mistake or a plan: nothing is out before it was seen.
    published = min(published, first_seen)
    if published >= start:
        return published < end
    late = start - timedelta(days=lookback_days) <= published
    return late and start <= first_seen and not with_first_fetch


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone)
