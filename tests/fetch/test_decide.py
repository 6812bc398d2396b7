"""When to fetch, and what to remember."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.errors import BadStatus, Deferred, FetchError, Gone
from digest.fetch import decide
from digest.fetch.decide import Facts
from digest.model import SourceState
from tests.fetch.making import NOW, feed_source

URL = "https://lab.example/feed"
SOURCE = feed_source(URL)
FRESH = SourceState("lab")
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def facts(**given: object) -> Facts:
    return Facts(configured=URL, **given)  # type: ignore[arg-type]  # any of its fields


def test_a_source_is_due_until_something_says_otherwise() -> None:
    assert decide.due(SOURCE, FRESH, NOW)
    assert decide.due(SOURCE, replace(FRESH, next_due=NOW), NOW)
    assert not decide.due(SOURCE, replace(FRESH, next_due=NOW + HOUR), NOW)
    assert not decide.due(SOURCE, replace(FRESH, retired=True), NOW)
    assert not decide.due(feed_source(URL, enabled=False), FRESH, NOW)


def test_success_is_remembered() -> None:
    state = decide.after_success(
        replace(FRESH, failures=3, failing_since=NOW - DAY, error="x", retired=True),
        facts(etag='"1"', last_modified="then", body_hash="h", brought=True),
        NOW,
    )
    assert (state.etag, state.last_modified, state.body_hash) == ('"1"', "then", "h")
    assert (state.failures, state.failing_since, state.error, state.retired) == (0, None, "", False)
    assert state.first_success == state.last_success == state.last_change == NOW


def test_validators_belong_to_the_body_they_came_with() -> None:
    first = decide.after_success(FRESH, facts(etag='"1"', body_hash="a"), NOW)
    unchanged = decide.after_success(first, facts(not_modified=True, etag='"9"'), NOW)
    assert (unchanged.etag, unchanged.body_hash) == ('"1"', "a")
    without = decide.after_success(first, facts(body_hash="b"), NOW)
    assert (without.etag, without.body_hash) == ("", "b")


def test_a_server_is_believed_for_a_day_and_twice() -> None:
    state = decide.after_success(FRESH, facts(etag='"1"', body_hash="a"), NOW)
    for times in range(2):
        assert decide.validators(state, NOW + 30 * HOUR) == ('"1"', ""), times
        state = decide.after_success(state, facts(not_modified=True), NOW + HOUR)
    assert decide.validators(state, NOW + 23 * HOUR) == ('"1"', "")
    assert decide.validators(state, NOW + 24 * HOUR) == ("", "")
    again = decide.after_success(state, facts(etag='"1"', body_hash="a"), NOW + 24 * HOUR)
    assert decide.validators(again, NOW + 30 * HOUR) == ('"1"', "")


@pytest.mark.parametrize("header", ["etag", "last_modified"])
def test_a_server_that_lied_is_not_believed_again(header: str) -> None:
    first = decide.after_success(FRESH, facts(body_hash="a", **{header: "same"}), NOW)
    honest = decide.after_success(first, facts(body_hash="a", **{header: "same"}), NOW)
    assert not decide.news(first, honest)
    liar = decide.after_success(first, facts(body_hash="b", **{header: "same"}), NOW)
    assert decide.validators(liar, NOW) == ("", "")
    assert "not modified" in decide.news(first, liar)[0]


def test_a_permanent_redirect_counts_after_it_held_three_times() -> None:
    state = FRESH
    for _ in range(2):
        state = decide.after_success(state, facts(permanent_url="https://b.example/"), NOW)
        assert decide.fetched_from(SOURCE, state) == URL
    before = state
    state = decide.after_success(state, facts(permanent_url="https://b.example/"), NOW)
    assert decide.fetched_from(SOURCE, state) == "https://b.example/"
    assert "sources.yaml" in decide.news(before, state)[0]


def test_a_redirect_that_changes_its_mind_does_not() -> None:
    state = FRESH
    for target in ("https://b/", "https://b/", "https://c/", "https://b/", "", "https://b/"):
        state = decide.after_success(state, facts(permanent_url=target), NOW)
    assert state.url == ""


def test_a_new_address_that_fails_gives_way_to_the_configured_one() -> None:
    state = replace(FRESH, url="https://b.example/")
    for _ in range(3):
        state = decide.after_failure(state, FetchError("no"), "lab", NOW)
    assert decide.fetched_from(SOURCE, state) == URL


def test_another_address_in_sources_yaml_begins_anew() -> None:
    state = decide.after_success(FRESH, facts(etag='"1"', body_hash="a"), NOW)
    state = replace(state, retired=True, next_due=NOW + DAY)
    moved = feed_source("https://new.example/feed")
    assert not decide.due(SOURCE, state, NOW)
    assert decide.due(moved, state, NOW)
    assert decide.settled(moved, state).etag == ""
    assert decide.settled(SOURCE, state) is state


def _after(failures: int, name: str = "lab") -> timedelta:
    state = replace(FRESH, failures=failures - 1)
    due = decide.after_failure(state, FetchError("no"), name, NOW).next_due
    assert due is not None
    return due - NOW


def test_failures_are_retried_later_and_later_but_for_ever() -> None:
    waits = [_after(n) for n in range(1, 12)]
    assert timedelta(minutes=20) < waits[0] <= timedelta(minutes=30)
    assert all(long > short for short, long in pairwise(waits[:6]))
    assert all(18 * HOUR <= wait <= DAY for wait in waits[6:])
    assert _after(10**6) <= DAY


@given(st.text(min_size=1, max_size=20), st.integers(1, 40))
def test_the_spread_depends_on_the_source_alone(name: str, failures: int) -> None:
    assert _after(failures, name) == _after(failures, name)
    longest = min(timedelta(minutes=30) * 2 ** min(failures - 1, 10), DAY)
    assert longest * 0.75 <= _after(failures, name) <= longest


def test_retry_after_is_obeyed_within_reason() -> None:
    asked = BadStatus("busy", status=429, retry_after=7200)
    state = decide.after_failure(FRESH, asked, "lab", NOW)
    assert state.next_due == NOW + 2 * HOUR
    assert (state.status, state.failures, state.failing_since) == (429, 1, NOW)
    absurd = BadStatus("busy", status=429, retry_after=1e9)
    assert decide.after_failure(FRESH, absurd, "lab", NOW).next_due == NOW + 7 * DAY


def test_gone_retires_and_resting_is_no_failure() -> None:
    gone = decide.after_failure(FRESH, Gone("gone", status=410), "lab", NOW)
    assert gone.retired
    assert "410" in decide.news(FRESH, gone)[0]
    back = decide.after_success(decide.forced(gone), facts(), NOW)
    assert not back.retired
    resting = decide.after_failure(FRESH, Deferred("rest", retry_after=60), "lab", NOW)
    assert (resting.failures, resting.next_due) == (0, NOW + timedelta(minutes=1))


def _wait(cache: str = "", at: datetime = NOW, **given: object) -> timedelta | None:
    until = decide.wait_until({"cache-control": cache}, at, **given)  # type: ignore[arg-type]  # any
    return until - at if until else None


@pytest.mark.parametrize(
    ("cache", "hours"),
    [("max-age=7200", 2), ("public, max-age=3600", 1), ("max-age=999999999", 12)],
)
def test_cache_control_slows_down_within_bounds(cache: str, hours: int) -> None:
    assert _wait(cache) == hours * HOUR - timedelta(minutes=1)


def test_nothing_asked_nothing_waited() -> None:
    assert _wait() is None
    assert _wait("no-cache, max-age=0, s-maxage=90") is None
    assert _wait("max-age=30") is None


def test_expires_counts_from_the_servers_own_clock() -> None:
    def wait(expires: str) -> datetime | None:
        date = "Mon, 01 Jun 2020 10:00:00 GMT"
        return decide.wait_until({"expires": expires, "date": date}, NOW)

    assert wait("Mon, 01 Jun 2020 12:00:00 GMT") == NOW + 2 * HOUR - timedelta(minutes=1)
    assert wait("Mon, 01 Jun 2020 09:00:00 GMT") is None
    assert wait("0") is None
    assert wait("") is None


def test_ttl_and_skipped_hours_and_days() -> None:
    assert _wait(ttl_minutes=90) == timedelta(minutes=89)
    assert _wait(skip_hours=frozenset({12, 13})) == 2 * HOUR
    monday = frozenset({0})
    assert NOW.weekday() == 0
    assert _wait(skip_days=monday) == 12 * HOUR
    assert _wait(skip_days=frozenset(range(7))) is None
