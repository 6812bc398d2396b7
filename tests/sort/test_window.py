from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from digest.model import Window
from digest.sort.window import WEEKDAYS, in_window, issue_id, publication_day, window

ZONE = ZoneInfo("Europe/London")
WEEK = Window(date(2026, 6, 22), date(2026, 6, 29))
SUMMER = st.integers(0, 90 * 1440).map(
    lambda minutes: datetime(2026, 5, 5, tzinfo=UTC) + timedelta(minutes=minutes)
)
MOMENTS = st.integers(0, 2**31 - 1).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
OLD_SOURCE = datetime(2026, 1, 1, tzinfo=UTC)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_today_counts_as_the_next_publication_day() -> None:
    assert publication_day(at("2026-06-29T12:00"), "monday", ZONE) == date(2026, 6, 29)
    assert publication_day(at("2026-06-29T12:00"), "friday", ZONE) == date(2026, 7, 3)


def test_the_day_is_that_of_the_zone() -> None:
    # 23:30 in Greenwich is already Monday in London's summer.
    assert publication_day(at("2026-06-28T23:30"), "monday", ZONE) == date(2026, 6, 29)
    assert publication_day(at("2026-06-28T23:30"), "sunday", ZONE) == date(2026, 7, 5)


@given(MOMENTS, st.sampled_from(WEEKDAYS))
def test_the_publication_day_is_within_a_week_and_of_its_name(now: datetime, name: str) -> None:
    day = publication_day(now, name, ZONE)
    assert WEEKDAYS[day.weekday()] == name
    assert 0 <= (day - now.astimezone(ZONE).date()).days < 7


def test_an_issue_is_named_by_its_iso_week() -> None:
    assert issue_id(date(2026, 6, 29)) == "2026-w27"
    assert issue_id(date(2027, 1, 1)) == "2026-w53"


def test_windows_meet_and_never_run_backwards() -> None:
    assert window(None, date(2026, 6, 29)) == WEEK
    assert window(date(2026, 6, 15), date(2026, 6, 29)).start == date(2026, 6, 15)
    assert window(date(2026, 7, 6), date(2026, 6, 29)).start == date(2026, 6, 29)


def counts(published: str | None, seen: str, first: datetime | None = OLD_SOURCE) -> bool:
    return in_window(at(published) if published else None, at(seen), first, WEEK, ZONE, 14)


def test_days_begin_at_local_midnight() -> None:
    assert counts("2026-06-21T23:00", "2026-06-22T00:00")
    assert not counts("2026-06-28T23:00", "2026-06-29T00:00")
    assert counts("2026-06-28T22:59", "2026-06-29T00:00")


def test_a_late_arrival_counts_unless_it_came_with_a_first_fetch() -> None:
    assert counts("2026-06-18T12:00", "2026-06-23T12:00")
    assert not counts("2026-06-18T12:00", "2026-06-19T12:00")
    assert not counts("2026-06-18T12:00", "2026-06-23T12:00", at("2026-06-23T12:00"))
    assert not counts("2026-06-01T12:00", "2026-06-23T12:00")


def test_the_undated_count_when_they_are_first_seen() -> None:
    assert counts(None, "2026-06-23T12:00")
    assert not counts(None, "2026-06-30T12:00")
    assert not counts(None, "2026-06-23T12:00", at("2026-06-23T12:00"))
    seen = at("2026-06-23T12:00")
    assert in_window(None, seen, seen, WEEK, ZONE, 14, new_project=True)


def test_a_date_in_the_future_is_read_as_the_day_it_was_seen() -> None:
    assert counts("2027-06-23T12:00", "2026-06-23T12:00")


@given(SUMMER)
def test_what_is_published_and_seen_at_once_is_in_exactly_one_window(moment: datetime) -> None:
    weeks = [
        Window(date(2026, 4, 27) + timedelta(weeks=k), date(2026, 5, 4) + timedelta(weeks=k))
        for k in range(15)
    ]
    assert sum(in_window(moment, moment, OLD_SOURCE, week, ZONE, 14) for week in weeks) == 1
