"""The editor's decisions, and what tells the editor's words from the machine's."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest

from digest.errors import NotFound
from digest.model import Decision
from digest.store.database import Store
from digest.store.decisions import Standing, current
from tests.store.making import DAY, HOUR, NOW

A, B = "aaaaaaaaaa", "bbbbbbbbbb"


def test_decisions_are_numbered_and_kept(store: Store) -> None:
    first = store.decisions.add(A, "keep", "", NOW)
    second = store.decisions.add(B, "note", "with \ud800 care", NOW + HOUR)
    assert first == Decision(1, NOW, A, "keep", "")
    assert store.decisions.all() == [first, second]
    assert second.value == "with \ufffd care"


def test_the_last_verdict_counts_and_every_note(store: Store) -> None:
    for verb, value in [
        ("keep", ""),
        ("note", "one"),
        ("retheme", "policy"),
        ("skip", ""),
        ("note", "two"),
        ("retheme", "policy, simulation"),
    ]:
        store.decisions.add(A, verb, value, NOW)  # type: ignore[arg-type]  # a word of the list above
    assert store.decisions.current() == {
        A: Standing("skip", NOW, ("one", "two"), ("policy", "simulation"))
    }


def test_undo_takes_back_the_last_that_holds(store: Store) -> None:
    store.decisions.add(A, "keep", "", NOW)
    store.decisions.add(A, "skip", "", NOW)
    store.decisions.add(B, "keep", "", NOW)
    undo = store.decisions.add(A, "undo", "", NOW + HOUR)
    assert (undo.verb, undo.value) == ("undo", "2")
    assert store.decisions.current()[A].verdict == "keep"
    assert store.decisions.last() == store.decisions.all()[2]
    store.decisions.add(A, "undo", "", NOW + HOUR)
    assert A not in store.decisions.current()
    with pytest.raises(NotFound, match="nothing was decided"):
        store.decisions.add(A, "undo", "", NOW)
    with pytest.raises(NotFound):
        store.decisions.add(A, "undo", "3", NOW)  # B's
    assert len(store.decisions.all()) == 5


def test_a_decision_can_be_undone_by_its_number(store: Store) -> None:
    store.decisions.add(A, "note", "one", NOW)
    store.decisions.add(A, "note", "two", NOW)
    store.decisions.add(A, "undo", "1", NOW)
    assert store.decisions.current()[A].notes == ("two",)


def test_merges_and_splits_stand_until_undone(store: Store) -> None:
    merge = store.decisions.add(A, "merge", B, NOW)
    store.decisions.add(A, "split", "lab/1", NOW)
    store.decisions.add(A, "undo", "", NOW)
    assert store.decisions.standing() == [merge]
    assert current([merge]) == {}


def test_what_the_machine_wrote_is_remembered_once(store: Store) -> None:
    assert store.drafts.remember("2026-w27", "k1", "First.", NOW)
    assert store.drafts.remember("2026-w27", "k1", "Second.", NOW + HOUR)
    assert not store.drafts.remember("2026-w27", "k1", "First.", NOW + DAY)
    assert store.drafts.remember("2026-w28", "k1", "First.", NOW)
    assert store.drafts.machine_texts("2026-w27") == {"k1": ["First.", "Second."]}
    assert store.drafts.machine_texts("2026-w30") == {}


def test_deleted_entries_are_told_from_those_that_the_machine_withdrew(store: Store) -> None:
    drafts = store.drafts
    drafts.set_state("2026-w27", ["k1", "k2", "k3"], "present", NOW)
    drafts.set_state("2026-w27", ["k3"], "withdrawn", NOW)
    assert drafts.deleted_keys("2026-w27") == set()
    assert drafts.deleted_keys("2026-w27", present={"k1", "mine"}) == {"k2"}
    drafts.set_state("2026-w27", ["k2"], "deleted", NOW)
    assert drafts.deleted_keys("2026-w27") == {"k2"}
    assert drafts.deleted_keys("2026-w27", present={"k1", "k2"}) == set()  # put back by hand
    assert drafts.states("2026-w27") == {"k1": "present", "k2": "deleted", "k3": "withdrawn"}


def test_every_draft_is_kept_that_differs_from_the_last(store: Store) -> None:
    assert store.drafts.last_text("2026-w27") is None
    kept = [store.drafts.save_text("2026-w27", text, NOW) for text in ("a", "a", "b", "a")]
    assert kept == [True, False, True, True]
    assert store.drafts.texts("2026-w27") == [(NOW, "a"), (NOW, "b"), (NOW, "a")]
    assert store.drafts.last_text("2026-w27") == "a"


def test_the_last_title_counts_and_undo_gives_the_one_before(store: Store) -> None:
    store.decisions.add(A, "rename", "One", NOW)
    store.decisions.add(A, "rename", "Two", NOW)
    assert store.decisions.current()[A].title == "Two"
    store.decisions.add(A, "undo", "", NOW)
    assert store.decisions.current()[A].title == "One"


def test_what_was_read_once_is_read_again_after_any_change(store: Store) -> None:
    store.decisions.add(A, "keep", "", NOW)
    assert set(store.decisions.current()) == {A}
    with Store.open(Path(store.db.path)) as another:
        another.decisions.add(B, "keep", "", NOW)
    assert set(store.decisions.current()) == {A, B}
    with suppress(ValueError), store.transaction():
        store.decisions.add(A, "undo", "", NOW)
        assert set(store.decisions.current()) == {B}
        raise ValueError
    assert set(store.decisions.current()) == {A, B}
