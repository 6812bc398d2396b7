"""Finding items by their words, and the record of runs."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.store.database import Store
from digest.store.runs import Run
from digest.store.search import CLOSE, OPEN, match
from tests.store.making import DAY, HOUR, NOW, item


@pytest.fixture
def filled(store: Store) -> Store:
    store.items.apply(
        [
            item("lab/1", title="Simulating markets", text="Agents trade in a small model."),
            item("lab/2", title="A letter", text="We simulate a market. " * 9, authors=("Zoë Ek",)),
            item(
                "lab/3", title="Weather", text="Rain <b>and</b> a small market in the model town."
            ),
        ],
        now=NOW,
    )
    return store


def found(store: Store, query: str) -> list[str]:
    return [hit.item_id for hit in store.search.words(query)]


def test_words_are_found_in_titles_first_and_by_their_stems(filled: Store) -> None:
    assert found(filled, "simulation market") == ["lab/1", "lab/2"]
    assert found(filled, "zoe") == ["lab/2"]
    assert set(found(filled, '"small market"')) == {"lab/3"}
    assert set(found(filled, "sim*")) == {"lab/1", "lab/2"}
    assert found(filled, "nothing-like-it") == []
    assert filled.search.words("market", limit=1)[0].item_id == "lab/1"


def test_of_very_common_words_the_newest_are_ranked(
    filled: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [item_id for item_id, _ in filled.search.ranked("market")] == found(filled, "market")
    assert len(filled.search.ranked("market", limit=2)) == 2
    monkeypatch.setattr("digest.store.search.CANDIDATES", 2)
    assert set(found(filled, "market")) == {"lab/2", "lab/3"}


def test_a_snippet_marks_the_words(filled: Store) -> None:
    (hit,) = filled.search.words("rain")
    assert f"{OPEN}Rain{CLOSE} <b>and</b>" in hit.snippet
    assert (hit.title, hit.source_id, hit.dated) == ("Weather", "lab", "2026-06-28T12:00:00Z")
    assert hit.score > 0


def test_the_index_follows_edits(filled: Store) -> None:
    filled.items.apply([item("lab/3", title="Weather", text="Snow.")], now=NOW + HOUR)
    assert found(filled, "rain") == []
    assert found(filled, "snow") == ["lab/3"]


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("", '""'),
        ("  - * \" ' ( )", '""'),
        ("a b", '"a" "b"'),
        ('say "two words" now', '"say" "two words" "now"'),
        ("NEAR(a b) OR NOT c", '"NEAR(a" "b)" "OR" "NOT" "c"'),
        ('an "open end', '"an" """open" "end"'),
        ("title:x col^y sim* s*", '"title:x" "col^y" "sim"* "s"'),
    ],
)
def test_what_is_typed_is_never_an_operator(typed: str, asked: str) -> None:
    assert match(typed) == asked


@settings(max_examples=150, deadline=None)
@given(query=st.text() | st.text('ab"*(){}:^-+ \n\0NOTANDNEAR,'))
def test_no_query_fails(query: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.getbasetemp() / "queries"
    folder.mkdir(exist_ok=True)
    with Store.open(folder / "digest.db") as store:
        assert isinstance(store.search.words(query), list)


def test_runs_are_recorded_from_their_start(store: Store) -> None:
    first = store.runs.start("fetch", NOW)
    second = store.runs.start("run", NOW + HOUR)
    report = {"items": 3, "needs": ["a person"]}
    store.runs.finish(first, NOW + HOUR, 3, report)
    assert store.runs.last() == [
        Run(second, "run", NOW + HOUR),
        Run(first, "fetch", NOW, NOW + HOUR, 3, report),
    ]
    assert [run.id for run in store.runs.last(verb="fetch")] == [first]
    assert store.runs.forget(NOW + HOUR) == 1
    assert store.runs.start("fetch", NOW + DAY) == 3


def test_counts_are_by_table(filled: Store) -> None:
    counts = filled.counts()
    assert (counts["items"], counts["sources"], counts["runs"]) == (3, 1, 0)
    assert not [name for name in counts if "fts" in name or name.startswith("_")]
