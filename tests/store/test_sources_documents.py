"""Sources, their health, and the documents they gave."""

from __future__ import annotations

from datetime import timedelta

import pytest

from digest.errors import NotFound
from digest.model import Document, SourceState
from digest.store.database import Store
from digest.store.health import failing, silence
from tests.store.making import DAY, HOUR, NOW, item

STATE = SourceState(
    source_id="lab",
    url="https://moved.example/feed",
    etag='W/"x"',
    last_modified="Mon, 29 Jun 2026 10:00:00 GMT",
    body_hash="abc",
    first_success=NOW - 30 * DAY,
    last_success=NOW - 8 * DAY,
    last_change=NOW - 9 * DAY,
    last_attempt=NOW,
    next_due=NOW + HOUR,
    failures=4,
    failing_since=NOW - 8 * DAY,
    error="503: busy",
    status=503,
    retired=False,
    memo={"b": "2", "a": "1"},
)


def save(store: Store, state: SourceState, kind: str = "feed") -> None:
    store.sources.save(state, kind=kind, url="https://lab.example/feed", name="The Lab")


def test_a_state_comes_back_as_it_went_in(store: Store) -> None:
    assert store.sources.state("lab") == SourceState("lab")
    save(store, STATE)
    save(store, SourceState("other", retired=True))
    assert store.sources.state("lab") == STATE
    assert store.sources.states() == {
        "lab": STATE,
        "other": SourceState("other", retired=True),
    }
    assert store.sources.names() == {"lab": "The Lab", "other": "The Lab"}


def test_saving_again_replaces_and_keeps_the_items(store: Store) -> None:
    store.items.apply([item()], now=NOW)
    save(store, STATE)
    save(store, SourceState("lab", failures=0))
    assert store.sources.state("lab") == SourceState("lab", failures=0)
    assert store.items.count() == 1


def test_the_last_titles_are_the_newest(store: Store) -> None:
    dated = [item(f"lab/{n}", title=f"{n}", published=NOW - n * DAY) for n in range(60)]
    store.items.apply([*dated, item("other/1", title="else")], now=NOW)
    found = store.sources.last_titles(["other", "lab", "none"])
    assert {source: titles[:2] for source, titles in found.items()} == {
        "other": ("else",), "lab": ("0", "1"),
    }  # fmt: skip
    assert len(found["lab"]) == 50


def test_health_puts_first_what_needs_a_person(store: Store) -> None:
    save(store, SourceState("a-well", last_success=NOW))
    save(store, SourceState("b-stumbled", failures=1, failing_since=NOW - HOUR))
    save(store, STATE)
    save(store, SourceState("z-gone"))
    store.sources.configured(["a-well", "b-stumbled", "lab"])
    store.items.apply([item(f"a-well/{n}", published=NOW - 4 * n * DAY) for n in range(9)], now=NOW)
    store.items.record_ways([(f"a-well/{n}", "a-well", str(n), "") for n in range(9)], now=NOW)
    found = store.sources.health(NOW + DAY)
    assert [one.source_id for one in found] == ["lab", "b-stumbled", "a-well"]
    assert [one.failing for one in found] == [True, False, False]
    well = found[2]
    assert (well.items, well.items_a_week, well.last_item) == (9, 7 / 4, NOW)
    assert store.sources.health(NOW + 60 * DAY)[2].items_a_week == 0
    view = store.db.rows("SELECT source_id FROM source_health")
    assert [row["source_id"] for row in view] == ["lab", "b-stumbled", "a-well"]
    store.sources.configured(["a-well", "z-gone"])
    assert [one.source_id for one in store.sources.health(NOW)] == ["a-well", "z-gone"]


def test_what_was_added_by_hand_is_no_source_to_watch(store: Store) -> None:
    store.items.apply([item("hand/one")], now=NOW)
    assert store.sources.health(NOW) == []
    store.sources.save(SourceState("hand", first_success=NOW), kind="hand", url="", name="")
    assert store.sources.health(NOW) == []
    assert store.sources.state("hand").first_success == NOW
    store.items.apply([item("lab/one")], now=NOW)
    save(store, SourceState("lab"))
    assert [one.source_id for one in store.sources.health(NOW)] == ["lab"]


def test_a_week_of_failures_needs_a_person() -> None:
    week = timedelta(days=7)
    assert not failing(None, retired=False, now=NOW)
    assert not failing(NOW - week + HOUR, retired=False, now=NOW)
    assert failing(NOW - week, retired=False, now=NOW)
    assert failing(None, retired=True, now=NOW)


def test_silence_is_told_by_habit() -> None:
    daily = [NOW - n * DAY for n in range(20)]
    assert silence(daily, NOW + 6 * DAY) is None
    assert silence(daily, NOW + 8 * DAY) == 8 * DAY
    monthly = [NOW - n * 30 * DAY for n in range(10)]
    assert silence(monthly, NOW + 100 * DAY) is None
    assert silence(monthly, NOW + 121 * DAY) == 121 * DAY
    with_holidays = [*daily, NOW - 60 * DAY]
    assert silence(with_holidays, NOW + 30 * DAY) is None
    assert silence(daily[:5], NOW + 400 * DAY) is None
    assert silence([], NOW) is None
    assert silence([NOW] * 10, NOW + 8 * DAY) == 8 * DAY


def document(name: str = "d1", **fields: object) -> Document:
    given: dict[str, object] = {
        "source_id": "lab",
        "url": "https://lab.example/feed",
        "final_url": "https://www.lab.example/feed",
        "status": 200,
        "media_type": "application/atom+xml",
        "headers": {"ETag": '"x"', "Date": "now"},
        "body": bytes(range(256)) * 40,
        "fetched": NOW,
    }
    return Document(id=name, **(given | fields))  # type: ignore[arg-type]  # fields are a test's own


def test_a_document_comes_back_byte_for_byte(store: Store) -> None:
    assert store.documents.add(document())
    assert not store.documents.add(document(fetched=NOW + DAY))
    assert store.documents.get("d1") == document()
    assert store.documents.body("d1") == document().body
    assert store.db.value("SELECT length(body) < size FROM documents") == 1


def test_documents_are_forgotten_after_their_time(store: Store) -> None:
    for n in range(4):
        store.documents.add(document(f"d{n}", fetched=NOW - n * DAY, body=b""))
    assert store.documents.of_source("lab") == ["d0", "d1", "d2", "d3"]
    assert store.documents.forget(NOW - DAY) == 2
    assert store.documents.of_source("lab") == ["d0", "d1"]
    with pytest.raises(NotFound, match="d3"):
        store.documents.body("d3")
