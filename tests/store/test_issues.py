"""Issues: their records, their snapshots, and what was covered before."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.errors import NotFound
from digest.model import Coda, Entry, Issue, Story, Window
from digest.store.codec import from_json, to_json
from digest.store.database import Store
from digest.store.issues import Snapshot
from digest.store.records import IssueRecord
from tests.store.making import DAY, HOUR, NOW, issue, item

RECORD = IssueRecord(
    id="2026-w27",
    number=7,
    title="Small News 7",
    date=date(2026, 6, 29),
    window=Window(date(2026, 6, 22), date(2026, 6, 29)),
    theme="policy",
    style="import-ai",
    path="data/drafts/2026-w27.md",
    publish_at=NOW + DAY,
)


def test_a_record_comes_back_as_it_went_in(store: Store) -> None:
    assert store.issues.last() is None
    assert store.issues.open_issue() is None
    store.issues.save(RECORD)
    assert store.issues.get("2026-w27") == RECORD
    assert store.issues.get(7) == store.issues.get("7") == RECORD
    assert store.issues.find("8") is None
    with pytest.raises(NotFound, match="no issue 8"):
        store.issues.get(8)


def test_the_open_issue_is_the_oldest_draft(store: Store) -> None:
    for week, status in [(25, "published"), (26, "skipped"), (27, "scheduled"), (28, "draft")]:
        day = date.fromisocalendar(2026, week, 1)
        given: Any = {"status": status, "date": day}
        store.issues.save(IssueRecord(f"2026-w{week}", week, **given))
    store.issues.save(IssueRecord("2026-w29", 29, date=date.fromisocalendar(2026, 29, 1)))
    open_issue, last = store.issues.open_issue(), store.issues.last()
    assert open_issue
    assert last
    assert (open_issue.id, last.id) == ("2026-w28", "2026-w29")
    assert [one.id for one in store.issues.scheduled()] == ["2026-w27"]
    assert [one.id for one in store.issues.published()] == ["2026-w25"]


def test_imported_issues_without_a_day_are_older_than_all(store: Store) -> None:
    for number in (437, 436):
        store.issues.publish(issue(f"n{number}", number, date=None, window=None), "", NOW)
    store.issues.save(RECORD)
    assert [one.id for one in store.issues.all()] == ["n436", "n437", "2026-w27"]


def test_publishing_keeps_the_whole_issue(store: Store) -> None:
    store.items.apply([item()], now=NOW)
    store.stories.save([Story("aaaaaaaaaa", "One", ("lab/one",))])
    store.issues.save(RECORD)
    sent = issue(coda=Coda(title="A tale", inspired=("rain",)))
    assert store.issues.publish(sent, "# Draft", NOW) == Snapshot(sent, "# Draft", 1, NOW)
    record = store.issues.get("2026-w27")
    assert (record.status, record.published_at, record.theme) == ("published", NOW, "policy")
    assert (record.title, record.path) == (sent.title, RECORD.path)
    first, second = store.issues.covered()
    assert (first.story_id, first.headline, first.issue_id) == (
        "aaaaaaaaaa",
        "A lab says so:",
        "2026-w27",
    )
    assert first.urls == ("https://lab.example/one", "https://other.example/")
    assert (second.story_id, second.key) == (None, "by-hand")
    quote = store.db.one("SELECT text, item_id, version, span_start, span_end FROM quotes")
    assert quote is not None
    assert tuple(quote) == ("All there is", "lab/one", 1, 0, 12)
    view = store.db.rows("SELECT headline, url FROM covered")
    assert [row["url"] for row in view] == [*first.urls, None]


def test_publishing_again_changes_nothing(store: Store) -> None:
    store.issues.publish(issue(), "# Draft", NOW)
    store.issues.publish(issue(), "# Draft", NOW + HOUR)
    assert [one.at for one in store.issues.snapshots("2026-w27")] == [NOW]
    assert store.issues.get(7).published_at == NOW


def test_a_correction_is_a_further_snapshot(store: Store) -> None:
    store.issues.publish(issue(), "# Draft", NOW)
    mended = issue(entries=(Entry("by-hand", "Mended:"),))
    store.issues.publish(mended, "# Mended", NOW + DAY, correction="A name was wrong.")
    newest = store.issues.snapshot("2026-w27")
    assert (newest.number, newest.correction, newest.issue) == (2, "A name was wrong.", mended)
    assert [one.number for one in store.issues.snapshots("2026-w27")] == [1, 2]
    assert store.issues.get(7).published_at == NOW
    assert [one.headline for one in store.issues.covered()] == ["Mended:"]


def test_what_is_taken_back_is_a_draft_again_and_can_go_out_again(store: Store) -> None:
    store.issues.publish(issue(), "# Draft", NOW)
    store.issues.unpublish("2026-w27")
    assert store.issues.get(7).status == "draft"
    assert store.issues.covered() == []
    assert store.issues.snapshot("2026-w27").markdown == "# Draft"
    store.issues.publish(issue(), "# Draft", NOW + DAY)
    assert store.issues.get(7).published_at == NOW + DAY
    assert len(store.issues.covered()) == 2
    with pytest.raises(NotFound):
        store.issues.unpublish("2026-w99")


def test_what_was_never_published(store: Store) -> None:
    store.issues.save(RECORD)
    with pytest.raises(NotFound, match="never published"):
        store.issues.snapshot("2026-w27")


def test_an_imported_issue_says_where_from(store: Store) -> None:
    store.issues.publish(issue("n6", 6), "# Old", NOW, imported_from="old/6.html")
    assert store.issues.get("n6").imported_from == "old/6.html"


# ------------------------------------------------------------------------------- issues as JSON

LOOSE = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8", exclude_characters="\0"))
    | st.dates()
    | st.just(NOW),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc"), inner, max_size=3),
    max_leaves=8,
)


@given(front=st.dictionaries(st.text("abc"), LOOSE, max_size=4))
def test_an_issue_survives_json(front: dict[str, object]) -> None:
    whole = issue(front=front, coda=Coda(extra="x"), window=None, date=None)
    assert from_json(Issue, to_json(whole)) == whole


def test_an_older_snapshot_is_read_by_a_newer_model(store: Store) -> None:
    text = to_json(issue()).replace('"subtitle": ""', '"once_was": "gone"')
    assert from_json(Issue, text) == issue()


def test_a_time_without_a_zone_stays_so() -> None:
    bare = datetime(2026, 6, 1, 9, 30)  # noqa: DTZ001 — front matter may hold one
    whole = dataclasses.replace(issue(), front={"at": bare})
    assert from_json(Issue, to_json(whole)) == whole
