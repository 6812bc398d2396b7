"""Tags and vectors: stored with what computed them, so that a run does only what is new."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from digest.model import Evidence, Link, Tag
from digest.store.database import Store
from tests.store.making import DAY, HOUR, NOW, item


def tag(item_id: str, theme: str = "policy", score: float = 0.5, chosen: bool = True) -> Tag:
    evidence = (Evidence("keyword", "export “control”", 0.4), Evidence("description", "near", -0.1))
    return Tag(item_id, theme, score, chosen, evidence)


@pytest.fixture
def filled(store: Store) -> Store:
    store.items.apply([item(f"lab/{n}") for n in range(4)], now=NOW)
    return store


ALL = [f"lab/{n}" for n in range(4)]


def test_tags_come_back_strongest_first(filled: Store) -> None:
    tags = [tag("lab/1", "policy", 0.2, chosen=False), tag("lab/1", "simulation", 0.9)]
    filled.tags.save(tags, {"policy": "p1", "simulation": "s1"})
    assert filled.tags.of(["lab/1", "lab/2"]) == {"lab/1": tags[::-1], "lab/2": []}


def test_what_is_stale_is_what_was_not_computed_so(filled: Store) -> None:
    assert filled.tags.stale("policy", "p1") == ALL
    filled.tags.save([tag("lab/0"), tag("lab/2")], {"policy": "p1"})
    assert filled.tags.stale("policy", "p1") == ["lab/1", "lab/3"]
    assert filled.tags.stale("policy", "p2") == ALL
    assert filled.tags.stale("simulation", "p1") == ALL
    filled.tags.save([tag("lab/1"), tag("lab/3")], {"policy": "p1"})
    assert filled.tags.stale("policy", "p1") == []


def test_an_edited_item_is_stale_again_and_a_mere_karma_is_not(filled: Store) -> None:
    filled.tags.save([tag(name) for name in ALL], {"policy": "p1"})
    filled.items.apply([item("lab/1", karma=9)], now=NOW + HOUR)
    assert filled.tags.stale("policy", "p1") == []
    filled.items.apply([item("lab/2", text="Edited.", karma=9)], now=NOW + HOUR)
    filled.items.apply([item("lab/new")], now=NOW + HOUR)
    assert filled.tags.stale("policy", "p1") == ["lab/2", "lab/new"]
    assert filled.tags.of(["lab/2"])["lab/2"] == [tag("lab/2")]  # the old one holds until then


def test_only_what_is_new_is_looked_at(filled: Store) -> None:
    filled.tags.save([tag(name) for name in ALL], {"policy": "p1"})
    filled.items.apply([item("lab/new")], now=NOW + HOUR)
    looked_at = "SELECT count(*) FROM items WHERE revision > (SELECT through FROM progress)"
    assert filled.db.value(looked_at) == 1


def test_an_older_item_may_be_left_as_it_is(filled: Store) -> None:
    filled.items.apply([item("lab/new")], now=NOW + 30 * DAY)
    filled.items.apply([item("lab/0", text="Edited.")], now=NOW + 30 * DAY)
    assert filled.tags.stale("policy", "p1", since=NOW + DAY) == ["lab/new", "lab/0"]
    assert filled.tags.stale("policy", "p1", since=NOW + 31 * DAY) == []
    filled.tags.save([tag("lab/new"), tag("lab/0")], {"policy": "p1"})
    assert filled.tags.stale("policy", "p1", since=NOW + DAY) == []
    assert filled.tags.stale("policy", "p1") == ["lab/1", "lab/2", "lab/3"]


def test_the_same_tags_again_write_nothing(filled: Store) -> None:
    filled.tags.save([tag(name) for name in ALL], {"policy": "p1"})
    writes = filled.db.raw.total_changes
    filled.tags.save([tag(name) for name in ALL], {"policy": "p1"})
    assert filled.db.raw.total_changes == writes


def test_themes_that_are_gone_take_their_tags_along(filled: Store) -> None:
    filled.tags.save([tag("lab/0"), tag("lab/0", "old")], {"policy": "p1", "old": "o1"})
    assert filled.tags.drop_themes({"policy", "new"}) == 1
    assert [one.theme for one in filled.tags.of(["lab/0"])["lab/0"]] == ["policy"]
    assert filled.tags.stale("old", "o1") == ALL


def test_a_tag_without_a_fingerprint_is_a_mistake(filled: Store) -> None:
    with pytest.raises(KeyError):
        filled.tags.save([tag("lab/0", "other")], {"policy": "p1"})
    assert filled.tags.of(["lab/0"]) == {"lab/0": []}


def test_vectors_come_back_in_the_order_asked(filled: Store) -> None:
    vectors = np.arange(12, dtype=np.float64).reshape(3, 4) / 7
    filled.embeddings.save("m1", ["lab/2", "lab/0", "lab/1"], vectors)
    found = filled.embeddings.load("m1", ["lab/0", "lab/3", "lab/2", "lab/0"])
    assert found.dtype == np.float32
    np.testing.assert_allclose(
        found, [vectors[1], [0, 0, 0, 0], vectors[0], vectors[1]], rtol=2**-11
    )
    assert filled.embeddings.load("m2", ["lab/0"]).shape == (1, 0)
    assert filled.embeddings.load("m1", []).shape == (0, 0)


def test_vectors_are_missing_where_the_words_are_others(filled: Store) -> None:
    embeddings = filled.embeddings
    assert embeddings.missing("m1") == ALL
    embeddings.save("m1", ALL[:3], np.ones((3, 2)))
    assert embeddings.missing("m1") == ["lab/3"]
    embeddings.save("m1", ALL[3:], np.ones((1, 2)))
    assert embeddings.missing("m1") == []
    assert embeddings.missing("m2") == ALL
    filled.items.apply([item("lab/1", text="Edited.")], now=NOW)
    filled.items.apply([item("lab/2", karma=1)], now=NOW)
    assert embeddings.missing("m1") == ["lab/1"]
    assert embeddings.missing("m1", ["lab/3", "lab/1"]) == ["lab/1"]
    assert embeddings.missing("m2", ["lab/3", "lab/1"]) == ["lab/3", "lab/1"]
    assert embeddings.load("m1", ["lab/1"]).tolist() == [
        [1, 1]
    ]  # the old one, until it is replaced


def test_other_models_are_let_go(filled: Store) -> None:
    filled.embeddings.save("m1", ALL, np.ones((4, 2)))
    filled.embeddings.save("m2", ALL, np.ones((4, 3)))
    assert filled.embeddings.drop_models({"m2"}) == 4
    assert filled.embeddings.missing("m1") == ALL
    assert filled.embeddings.missing("m2") == []


def test_vectors_that_cannot_be_stored(filled: Store) -> None:
    with pytest.raises(ValueError, match="2 items"):
        filled.embeddings.save("m1", ALL[:2], np.ones((3, 2)))
    for bad in (1e9, np.nan):
        with pytest.raises(ValueError, match="half precision"):
            filled.embeddings.save("m1", ALL[:1], np.full((1, 2), bad))
    assert filled.embeddings.missing("m1") == ALL


@pytest.mark.parametrize(
    "change",
    [
        {"categories": ("cs.CY",)},
        {"authors": ("Ada Quill",)},
        {"links": (Link("https://arxiv.org/abs/2606.00001"),)},
        {"external_ids": {"arxiv": "2606.00001"}},
        {"discusses": "https://other.example/"},
    ],
    ids=str,
)
def test_whatever_sorting_reads_makes_it_look_again(filled: Store, change: dict[str, Any]) -> None:
    filled.embeddings.save("m1", ALL, np.ones((4, 2)))
    filled.stories.placed(filled.stories.unplaced()[1])
    filled.items.apply([dataclasses.replace(item("lab/3"), **change)], now=NOW)
    assert filled.embeddings.missing("m1") == ["lab/3"]
    assert filled.stories.unplaced()[0] == ["lab/3"]
