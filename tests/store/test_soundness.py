"""What is wrong with a database is told by what it takes to mend it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from digest.errors import DatabaseLocked
from digest.store.database import Store
from digest.store.soundness import examine, rebuild
from tests.store.filling import fill
from tests.store.making import everything


@pytest.fixture
def filled(store: Store, path: Path) -> Path:
    fill(store)
    store.close()
    return path


def test_a_sound_database_has_nothing_to_mend(filled: Path) -> None:
    before = filled.read_bytes()
    assert examine(filled).sound
    assert filled.read_bytes() == before


def test_the_search_index_is_made_anew_from_the_items(filled: Path) -> None:
    with Store.open(filled) as store:
        rows = everything(store)
        store.db.execute("INSERT INTO items_fts (items_fts) VALUES ('delete-all')")
        assert not store.search.words("twice")
    found = examine(filled)
    assert found.search
    assert not found.pages
    rebuild(filled, found)
    assert examine(filled).sound
    with Store.open(filled) as store:
        assert store.search.words("twice")
        assert everything(store) == rows


def test_an_index_that_lost_rows_is_made_anew_from_its_table(filled: Path) -> None:
    with closing(sqlite3.connect(filled)) as raw:
        name, page = raw.execute(
            "SELECT name, rootpage FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
            " AND tbl_name = 'items' ORDER BY name LIMIT 1"
        ).fetchone()
        size = raw.execute("PRAGMA page_size").fetchone()[0]
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    empty_leaf = b"\x0a" + b"\0" * 4 + size.to_bytes(2, "big") + b"\0"
    with filled.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(empty_leaf.ljust(size, b"\0"))
    found = examine(filled)
    assert any(name in one for one in found.indexes)
    assert not found.pages
    rebuild(filled, found)
    assert examine(filled).sound


def test_tags_that_are_missing_or_no_json_are_counted(filled: Path) -> None:
    with Store.open(filled) as store:
        theme = store.db.value("SELECT theme FROM tags ORDER BY theme LIMIT 1")
        with store.transaction():
            store.db.execute(
                "INSERT INTO progress (work, fingerprint, through) VALUES (?, 'f', 1000000)"
                " ON CONFLICT DO UPDATE SET through = 1000000",
                (f"tags {theme}",),
            )
        tagged = store.db.value("SELECT count(*) FROM tags WHERE theme = ?", (theme,))
        untagged = store.items.count() - tagged
    assert examine(filled).tags == untagged
    with Store.open(filled) as store:
        store.db.execute("PRAGMA ignore_check_constraints = ON")
        store.db.execute("UPDATE tags SET evidence = '[{' WHERE theme = ?", (theme,))
    assert examine(filled).tags == untagged + tagged


def test_a_lock_is_no_damage(filled: Path) -> None:
    with closing(sqlite3.connect(filled, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(DatabaseLocked):
            examine(filled, wait=0.05)


def test_no_database_at_all_is_told_as_damage(filled: Path) -> None:
    filled.write_bytes(b"Not a database, but a letter to a friend. " * 100)
    assert examine(filled).pages


def test_a_page_of_a_table_is_beyond_an_index(filled: Path) -> None:
    with closing(sqlite3.connect(filled)) as raw:
        page = raw.execute("SELECT rootpage FROM sqlite_master WHERE name = 'items'").fetchone()[0]
        size = raw.execute("PRAGMA page_size").fetchone()[0]
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with filled.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    assert examine(filled).pages
