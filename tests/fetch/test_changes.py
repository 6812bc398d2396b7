"""What is stored and what comes, brought together."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from digest.fetch.changes import merge
from digest.model import Item
from tests.fetch.making import NOW

DAY = timedelta(days=1)
POST = Item("lab/1", "lab", "1", "https://lab.example/1", "Title", text="Words.", published=NOW)
PAPER = Item(
    "arxiv:2606.00001",
    "api",
    "2606.00001",
    "https://arxiv.org/abs/2606.00001",
    "A Title",
    kind="paper",
    text="An abstract.",
    published=NOW - DAY,
    categories=("cs.AI",),
    note="12 pages",
    via="arxiv-api",
)
LISTED = replace(
    PAPER, source_id="listing", published=NOW, categories=("cs.CY",), note="", via="arxiv-listing"
)


def test_new_same_and_edited() -> None:
    assert merge(None, POST).kind == "new"
    assert merge(POST, replace(POST, fingerprint="other")).kind == "same"
    change = merge(POST, replace(POST, text="Other words."))
    assert (change.kind, change.substantial, change.item.text) == ("edited", True, "Other words.")


def test_a_counter_or_a_time_stamp_is_no_substance() -> None:
    old = replace(POST, text="Seen 41 times, 3 hours ago.")
    assert not merge(old, replace(old, text="Seen 57 times, 2 days ago.")).substantial
    assert not merge(POST, replace(POST, karma=9)).substantial
    assert merge(old, replace(old, text="Never seen.")).substantial


def test_a_date_that_wanders_stays_where_it_was_first() -> None:
    assert merge(POST, replace(POST, published=NOW + DAY)).kind == "same"
    assert merge(POST, replace(POST, published=None)).item.published == NOW
    assert merge(replace(POST, published=None), POST).item.published == NOW


def test_who_reported_it_first_stays() -> None:
    other = replace(POST, source_id="b", entry_id="2", text="New")
    assert (merge(POST, other).item.source_id, merge(POST, other).item.entry_id) == ("lab", "1")


def test_the_api_knows_better_than_the_listing_whichever_comes_first() -> None:
    up = merge(LISTED, PAPER).item
    assert (up.published, up.note, up.via) == (NOW - DAY, "12 pages", "arxiv-api")
    assert up.categories == ("cs.AI", "cs.CY")
    down = merge(PAPER, LISTED).item
    assert (down.published, down.note, down.via) == (NOW - DAY, "12 pages", "arxiv-api")
    assert down.categories == ("cs.AI", "cs.CY")


def test_a_listing_that_announces_a_later_version_is_believed() -> None:
    second = replace(LISTED, text="A better abstract.", updated=NOW, published=None)
    assert merge(PAPER, second).item.text == "A better abstract."
    assert merge(PAPER, second).item.published == NOW - DAY
    known = replace(PAPER, updated=NOW + DAY)
    assert merge(known, second).item.text == "An abstract."


def test_what_a_person_added_stays_theirs() -> None:
    assert merge(replace(PAPER, via="hand"), PAPER).item.via == "hand"


_FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "title": st.sampled_from(["A", "B"]),
    "text": st.sampled_from(["", "x", "x 1"]),
    "published": st.sampled_from([None, NOW, NOW - DAY]),
    "updated": st.sampled_from([None, NOW, NOW + DAY]),
    "categories": st.sampled_from([(), ("a",), ("b", "a")]),
    "note": st.sampled_from(["", "n"]),
    "authors": st.sampled_from([(), ("Ada",)]),
    "via": st.sampled_from(["arxiv-api", "arxiv-listing", "hand", "feed"]),
    "source_id": st.sampled_from(["a", "b"]),
}
_ITEMS = st.fixed_dictionaries(_FIELDS).map(lambda given: replace(PAPER, **given))


@given(_ITEMS, _ITEMS)
def test_merging_twice_changes_nothing_more(old: Item, new: Item) -> None:
    once = merge(old, new).item
    assert merge(once, new).kind == "same"
    assert merge(old, once).item == once or merge(merge(old, once).item, once).kind == "same"
