"""Storing items: what is new, what is edited, and that nothing they ever said is lost."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta, timezone
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.errors import NotFound
from digest.model import Item, Link
from digest.store.apply import Applied
from digest.store.database import Store
from digest.store.items import Appearance, KnownItem
from tests.growth import assert_linear
from tests.store.making import DAY, HOUR, NOW, comment, everything, item, whole_item


def test_an_item_comes_back_as_it_went_in(store: Store) -> None:
    items = [whole_item(), item("lab/plain", published=None)]
    assert store.items.apply(items, now=NOW) == Applied(new=("forum/whole", "lab/plain"))
    assert list(store.items.many(["lab/plain", "forum/whole"]).values()) == items[::-1]
    assert list(store.items.all()) == items


def test_the_same_again_writes_nothing(store: Store) -> None:
    items = [whole_item(), item("lab/plain")]
    store.items.apply(items, now=NOW)
    before, writes = everything(store), store.db.raw.total_changes
    assert store.items.apply(items, now=NOW + DAY) == Applied()
    assert everything(store) == before
    assert store.db.raw.total_changes == writes


def test_an_edit_keeps_what_was_there_before(store: Store) -> None:
    first = item(html="<p>first</p>")
    store.items.apply([first], now=NOW)
    second = dataclasses.replace(first, text="Something else.", fingerprint="second")
    third = dataclasses.replace(second, title="A new title", text="Third.", html="<p>third</p>")
    assert store.items.apply([second], now=NOW + HOUR) == Applied(edited=(first.id,))
    assert store.items.apply([third], now=NOW + 2 * HOUR) == Applied(edited=(first.id,))
    assert store.items.get(first.id) == third
    told = [(v.number, v.seen, v.changed, v.title, v.text, v.html) for v in versions(store)]
    assert told == [
        (1, NOW, "", first.title, first.text, "<p>first</p>"),
        (2, NOW + HOUR, "text", first.title, "Something else.", "<p>first</p>"),
        (3, NOW + 2 * HOUR, "title, text", "A new title", "Third.", "<p>third</p>"),
    ]
    assert store.items.first_seen([first.id]) == {first.id: NOW}


def test_an_item_appears_when_its_source_says_and_when_it_was_first_fetched(store: Store) -> None:
    dated, undated = item("lab/1", published=NOW - HOUR), item("lab/2", published=None)
    store.items.apply([undated, dated], now=NOW)
    store.items.apply([dataclasses.replace(dated, text="Else.", fingerprint="x")], now=NOW + HOUR)
    assert store.items.appearances(["lab/1", "none", "lab/2"]) == {
        "lab/1": Appearance("lab", NOW - HOUR, NOW),
        "lab/2": Appearance("lab", None, NOW),
    }


def test_items_that_come_together_are_indexed_together(store: Store) -> None:
    """Each segment of the search index that is written is merged with others again and again."""
    store.items.apply([item(f"lab/{n}") for n in range(100)], now=NOW)
    segments = "SELECT count(DISTINCT segid) FROM items_fts_idx"
    assert store.db.value(segments) == 1
    store.items.apply([item("lab/100", title="Marmalade")], now=NOW)
    assert [hit.item_id for hit in store.search.words("marmalade")] == ["lab/100"]


def versions(store: Store) -> Any:
    return store.items.versions("lab/one")


@pytest.mark.parametrize(
    "change",
    [
        {"karma": 50},
        {"links": ()},
        {"external_ids": {"doi": "10.1/y"}},
        {"updated": NOW},
        {"html": "<p>the same words, other tags</p>"},
        {"fingerprint": "another"},
        {"comments": (comment("c1"), comment("c2", parent="c1", karma=9, posted=None))},
    ],
    ids=str,
)
def test_what_is_no_edit_makes_no_version(store: Store, change: dict[str, Any]) -> None:
    before = whole_item()
    store.items.apply([before], now=NOW)
    after = dataclasses.replace(before, **change)
    assert store.items.apply([after], now=NOW + HOUR) == Applied(updated=(before.id,))
    assert store.items.get(before.id) == after
    assert len(store.items.versions(before.id)) == 1


def test_an_item_twice_in_a_batch_is_reported_once(store: Store) -> None:
    first, second = item(), item(text="Edited at once.")
    assert store.items.apply([first, second], now=NOW) == Applied(new=(first.id,))
    third, fourth = item(text="Third."), item(text="Third.", karma=3)
    assert store.items.apply([third, fourth], now=NOW) == Applied(edited=(first.id,))
    assert [version.text for version in versions(store)] == [first.text, second.text, "Third."]


def test_comments_that_were_edited_or_withdrawn_can_still_be_quoted(store: Store) -> None:
    before = item(comments=(comment("c1", "First."), comment("c2", "Second.")))
    store.items.apply([before], now=NOW)
    after = dataclasses.replace(before, comments=(comment("c2", "Second, edited."),))
    store.items.apply([after], now=NOW + HOUR)
    assert store.items.get(before.id).comments == after.comments
    said = store.items.texts([before.id])[before.id]
    assert {"First.", "Second.", "Second, edited."} <= set(said)
    assert said[0] == before.text


def test_texts_are_all_that_was_ever_said(store: Store) -> None:
    store.items.apply([item(note="12 pages"), item("lab/two", text="")], now=NOW)
    store.items.apply([item(title="Other", text="New.", note="12 pages")], now=NOW + HOUR)
    assert store.items.texts(["lab/two", "lab/one", "lab/none"]) == {
        "lab/two": ["About two"],
        "lab/one": ["New.", item().text, "Other", "About one", "12 pages"],
    }


def test_hostile_letters_are_replaced_one_for_one(store: Store) -> None:
    store.items.apply([item(title="a\ud800b\0c", authors=("D\udfff",))], now=NOW)
    found = store.items.get("lab/one")
    assert (found.title, found.authors) == ("a\ufffdb\ufffdc", ("D\ufffd",))
    again = store.items.apply([item(title="a\ud800b\0c", authors=("D\udfff",))], now=NOW + HOUR)
    assert again == Applied()


def test_times_are_kept_in_utc_to_the_second(store: Store) -> None:
    berlin = timezone(timedelta(hours=2))
    published = datetime(2026, 6, 1, 1, 30, 15, 999, tzinfo=berlin)
    store.items.apply([item(published=published)], now=NOW)
    assert store.items.get("lab/one").published == datetime(2026, 5, 31, 23, 30, 15, tzinfo=UTC)
    assert store.db.value("SELECT published FROM items") == "2026-05-31T23:30:15Z"
    with pytest.raises(ValueError, match="without a zone"):
        store.items.apply([item(published=datetime(2026, 6, 1))], now=NOW)  # noqa: DTZ001


def test_ways_are_recorded_once_and_known_by_source(store: Store) -> None:
    store.items.apply([item()], now=NOW)
    ways = [("lab/one", "lab", "one", "f1"), ("lab/one", "other", "x", "f2")]
    assert store.items.record_ways(ways, now=NOW) == 2
    assert store.items.record_ways(ways, now=NOW + DAY) == 0
    assert store.items.known(["lab/one", "lab/none"]) == {
        "lab/one": KnownItem(item(), {"lab": "f1", "other": "f2"})
    }
    assert store.items.record_ways([("lab/one", "lab", "one", "f3")], now=NOW + DAY) == 1
    assert store.items.known(["lab/one"])["lab/one"].fingerprints["lab"] == "f3"
    assert store.items.sources(["lab/one"]) == {"lab/one": ("lab", "other")}


def test_items_are_found_by_their_address(store: Store) -> None:
    same = {"url": "https://lab.example/same"}
    store.items.apply([item("lab/one", **same), item("other/two", **same)], now=NOW)
    store.items.record_ways(
        [("lab/one", "lab", "one", ""), ("other/two", "other", "two", "")], now=NOW
    )
    assert store.items.at("lab", ["https://lab.example/same", "https://no.example/"]) == {
        "https://lab.example/same": ["lab/one"]
    }
    assert store.items.by_url("https://lab.example/same") == ["lab/one", "other/two"]


def test_an_unknown_item(store: Store) -> None:
    with pytest.raises(NotFound, match="lab/none"):
        store.items.get("lab/none")
    assert store.items.many(["lab/none"]) == {}
    assert store.items.versions("lab/none") == []


def test_items_since_a_moment_oldest_first(store: Store) -> None:
    store.items.apply(
        [
            item("lab/undated", published=None),
            item("lab/old", published=NOW - 30 * DAY),
            item("lab/new", published=NOW - HOUR),
            item("lab/dated-ahead", published=NOW + 400 * DAY),
        ],
        now=NOW,
    )
    recent = ["lab/new", "lab/undated", "lab/dated-ahead"]
    assert store.items.ids_since(NOW - DAY) == recent
    assert [one.id for one in store.items.since(NOW - DAY)] == recent


def test_many_items_are_stored_at_the_cost_of_each(tmp_path: Path) -> None:
    links = tuple(Link(f"https://x.example/{n}", "x") for n in range(8))
    stores = count()

    def of(k: int) -> list[Item]:
        words = [f"word{n % 97} and more of it " * 60 for n in range(500 * k)]
        return [item(f"lab/{n}", text=text, links=links) for n, text in enumerate(words)]

    def keep(items: list[Item]) -> None:
        with Store.open(tmp_path / f"{next(stores)}.db") as store:
            store.items.apply(items, now=NOW)
            store.items.apply(items, now=NOW + HOUR)

    assert_linear(keep, of)


# ---------------------------------------------------------------------------------- any sequence

SAID = st.sampled_from(["", "a", "b", "ab", "a\n\nb", "\ud800", "é"])
STATES = st.lists(
    st.builds(
        lambda name, title, text, says: item(
            f"lab/{name}",
            title=title,
            text=text,
            comments=tuple(comment(f"c{n}", words) for n, words in enumerate(says) if words),
        ),
        st.sampled_from("xy"),
        SAID,
        SAID,
        st.lists(st.sampled_from(["", "p", "q", "r"]), max_size=3),
    ),
    max_size=12,
)


@settings(max_examples=40, deadline=None)
@given(states=STATES, cut=st.integers(0, 12))
def test_versions_never_lose_a_text(
    states: list[Item], cut: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder: Path = tmp_path_factory.mktemp("any")
    with Store.open(folder / "digest.db") as store:
        store.items.apply(states[:cut], now=NOW)
        for step, state in enumerate(states[cut:], 1):
            store.items.apply([state], now=NOW + step * HOUR)
        for name in {state.id for state in states}:
            theirs = [state for state in states if state.id == name]
            said = store.items.texts([name]).get(name, [])
            found = store.items.versions(name)
            for state in theirs:
                for words in (state.title, state.text, *(one.text for one in state.comments)):
                    assert not words or words.replace("\ud800", "\ufffd") in said
            # Each version differs from the one before, and they are in the order they were told.
            told = [(state.title, state.text) for state in theirs]
            runs = [one for n, one in enumerate(told) if n == 0 or told[n - 1] != one]
            assert [(v.title, v.text) for v in found] == [
                (title.replace("\ud800", "\ufffd"), text.replace("\ud800", "\ufffd"))
                for title, text in runs
            ]
            assert [v.number for v in found] == list(range(1, len(found) + 1))
        # The index of the words follows every change.
        store.db.execute("INSERT INTO items_fts (items_fts, rank) VALUES ('integrity-check', 1)")


@settings(max_examples=15, deadline=None)
@given(states=STATES)
def test_the_same_input_gives_the_same_rows(
    states: list[Item], tmp_path_factory: pytest.TempPathFactory
) -> None:
    found = []
    for _ in range(2):
        with Store.open(tmp_path_factory.mktemp("same") / "digest.db") as store:
            store.items.apply(states, now=NOW)
            found.append(everything(store))
    assert found[0] == found[1]
