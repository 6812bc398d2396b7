"""What an address or an identifier ties together, however old."""

from __future__ import annotations

import pytest

from digest.model import Link
from digest.store.database import Store
from tests.store.making import DAY, NOW, item

PAPER = "https://arxiv.org/abs/2606.00001"


@pytest.fixture
def filled(store: Store) -> Store:
    store.items.apply(
        [
            item("arxiv/paper", url=PAPER, external_ids={"arxiv": "2606.00001"}, kind="paper"),
            item("lab/post", links=(Link(PAPER), Link("https://far.example/"))),
            item("forum/thread", discusses="https://lab.example/post", kind="thread"),
            item("news/piece", links=(Link("https://lab.example/post"),)),
            item("other/copy", external_ids={"arxiv": "2606.00001"}, published=NOW - 900 * DAY),
            item("far/alone", links=(Link("https://far.example/"),)),
        ],
        now=NOW,
    )
    return store


@pytest.mark.parametrize(
    ("item_id", "tied"),
    [
        ("arxiv/paper", ["lab/post", "other/copy"]),
        ("lab/post", ["arxiv/paper", "forum/thread", "news/piece", "other/copy"]),
        ("forum/thread", ["lab/post", "news/piece"]),
        ("news/piece", ["lab/post"]),
        ("other/copy", ["arxiv/paper"]),
        ("far/alone", []),
    ],
)
def test_ties_hold_both_ways(filled: Store, item_id: str, tied: list[str]) -> None:
    assert filled.items.related([item_id]) == tied


def test_those_asked_about_are_left_out(filled: Store) -> None:
    everyone = [one.id for one in filled.items.all()]
    assert filled.items.related(everyone) == []
    assert filled.items.related([]) == []


def test_kinds_and_version_numbers(filled: Store) -> None:
    assert filled.items.kinds() == {"paper": 1, "post": 4, "thread": 1}
    filled.items.apply([item("far/alone", text="Edited.")], now=NOW)
    assert filled.items.version_numbers(["far/alone", "lab/post", "none"]) == {
        "far/alone": 2,
        "lab/post": 1,
    }


def test_what_has_no_address_shares_none(store: Store) -> None:
    store.items.apply([item("mail/a", url=""), item("mail/b", url="")], now=NOW)
    assert store.items.related(["mail/a"]) == []
