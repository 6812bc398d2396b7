"""Backups while writing, restoring, checking, and moving everything through text."""

from __future__ import annotations

import json
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from digest.errors import MachineError, NewerDatabase, Refused
from digest.model import SourceState
from digest.store import schema, upkeep
from digest.store.database import Store
from digest.store.dump import MANIFEST, dump, load
from tests.store.filling import fill
from tests.store.making import (
    NOW,
    bulk,
    damage,
    everything,
    item,
)


@pytest.fixture
def filled(store: Store) -> Store:
    fill(store)
    return store


def test_a_backup_holds_everything_and_is_one_file(filled: Store, tmp_path: Path) -> None:
    copy = upkeep.backup(filled, tmp_path / "backups" / "monday.db")
    assert [file.name for file in copy.parent.iterdir()] == ["monday.db"]
    with Store.open(copy) as opened:
        assert everything(opened) == everything(filled)
        assert upkeep.check(opened) == []
        assert opened.search.words("twice")


def test_a_backup_is_consistent_while_another_writes(path: Path, tmp_path: Path) -> None:
    """Items and the validators of their source are written together, so a copy has both or none."""
    stop = threading.Event()

    def write() -> None:
        with Store.open(path) as store:
            for n in range(100_000):
                if stop.is_set():
                    return
                with store.transaction():
                    store.items.apply([item(f"lab/{n}", text="word " * 200)], now=NOW)
                    state = SourceState("lab", etag=str(n + 1))
                    store.sources.save(state, kind="feed", url="", name="")

    with Store.open(path) as store:
        writer = threading.Thread(target=write)
        writer.start()
        copies = [upkeep.backup(store, tmp_path / f"{n}.db") for n in range(5)]
        stop.set()
        writer.join()
    counts = []
    for copy in copies:
        with Store.open(copy) as opened:
            counts.append(opened.items.count())
            assert int(opened.sources.state("lab").etag or 0) == counts[-1]
    assert counts == sorted(counts)


def test_a_backup_that_cannot_be_written_leaves_the_last_one(filled: Store, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(MachineError, match="cannot be written"):
        upkeep.backup(filled, tmp_path / "file" / "monday.db")


def test_a_damaged_database_gives_no_backup(path: Path, tmp_path: Path) -> None:
    with Store.open(path) as store:
        store.items.apply(bulk(), now=NOW)
        last = upkeep.backup(store, tmp_path / "monday.db").read_bytes()
    damage(path)
    with Store.open(path) as store:
        assert upkeep.check(store) != []
        with pytest.raises(MachineError, match="damaged"):
            upkeep.backup(store, tmp_path / "monday.db")
    assert (tmp_path / "monday.db").read_bytes() == last
    aside = upkeep.restore(tmp_path / "monday.db", path)
    assert aside == path.with_name("digest.db.replaced-1")
    with Store.open(path) as store:
        assert upkeep.check(store) == []
        assert store.items.count() == len(bulk())


def test_restoring_sets_the_log_aside_too(filled: Store, path: Path, tmp_path: Path) -> None:
    copy = upkeep.backup(filled, tmp_path / "monday.db")
    before = everything(filled)
    filled.items.apply([item("lab/later")], now=NOW)
    # As after a crash: the database is not closed, its newest rows stand in its log alone.
    assert path.with_name("digest.db-wal").stat().st_size > 0
    aside = upkeep.restore(copy, path)
    assert aside is not None
    with Store.open(path) as store:
        assert everything(store) == before
    with Store.open(aside) as store:
        assert store.items.get("lab/later")
    assert upkeep.restore(copy, tmp_path / "elsewhere.db") is None


def test_restoring_what_is_no_backup_changes_nothing(filled: Store, path: Path) -> None:
    bad = path.with_name("bad.db")
    bad.write_text("no database at all " * 50)
    with pytest.raises(MachineError, match="no database"):
        upkeep.restore(bad, path)
    assert filled.items.get("lab/one")
    assert sorted(file.name for file in path.parent.glob("*.replaced*")) == []


def test_a_search_index_that_lies_is_found_and_mended(filled: Store) -> None:
    assert upkeep.check(filled) == []
    filled.db.execute(
        "INSERT INTO items_fts (rowid, title, text, authors) VALUES (1, 'forged', 'x', '')"
    )
    assert upkeep.check(filled) == ["the search index does not agree with the items"]
    upkeep.rebuild_search(filled)
    assert upkeep.check(filled) == []
    assert filled.search.words("forged") == []


def test_a_row_that_speaks_of_nothing_is_found(filled: Store) -> None:
    filled.db.execute("PRAGMA foreign_keys = OFF")
    filled.db.execute("DELETE FROM items WHERE id = 'lab/two'")
    assert "a row of story_items speaks of a row of items that is not there" in upkeep.check(filled)


def test_sizes_and_vacuum(store: Store) -> None:
    texts = [item(f"lab/{n}", text=f"w{n} " * 3000, html="x" * 60_000) for n in range(400)]
    store.items.apply(texts, now=NOW)
    upkeep.checkpoint(store)
    found = {one.table: one for one in upkeep.sizes(store)}
    assert found["items"].rows == 400
    assert upkeep.sizes(store)[0].table == "items"
    assert {"items_fts", "runs"} <= set(found)
    assert sum(one.size for one in found.values()) <= upkeep.file_size(store)
    assert not upkeep.worth_vacuuming(store)
    store.db.execute("DELETE FROM items")
    assert upkeep.worth_vacuuming(store)
    before = upkeep.file_size(store)
    upkeep.vacuum(store)
    assert upkeep.file_size(store) < before / 4
    assert not upkeep.worth_vacuuming(store)


# --------------------------------------------------------------------------------------- as text


def test_a_dump_loads_to_the_same_database(filled: Store, tmp_path: Path) -> None:
    folder, again = tmp_path / "dump", tmp_path / "again.db"
    written = dump(filled, folder)
    assert written == filled.counts()
    assert load(folder, again) == filled.counts()
    with Store.open(again) as store:
        assert everything(store) == everything(filled)
        assert upkeep.check(store) == []
        assert [hit.item_id for hit in store.search.words("twice")] == ["lab/one"]
        store.items.apply([item("lab/new")], now=NOW)
        assert store.decisions.add("aaaaaaaaaa", "skip", "", NOW).id == 2


def test_the_same_database_gives_the_same_dump(filled: Store, tmp_path: Path) -> None:
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        dump(filled, folder)
        dump(filled, folder)  # and again over itself
    files = [{f.name: f.read_bytes() for f in folder.iterdir()} for folder in folders]
    assert files[0] == files[1]
    line = (folders[0] / "items.jsonl").read_text("utf-8").splitlines()[1]
    assert json.loads(line)["text"] == "Edited — “twice”."
    assert "“twice”" in line


def test_a_dump_may_be_made_while_only_reading(filled: Store, path: Path, tmp_path: Path) -> None:
    with Store.open(path, readonly=True) as reader:
        assert dump(reader, tmp_path / "dump") == filled.counts()


def test_a_folder_with_other_things_is_left_alone(filled: Store, tmp_path: Path) -> None:
    folder = tmp_path / "letters"
    folder.mkdir()
    (folder / "novel.txt").write_text("Chapter one")
    with pytest.raises(Refused, match="something else"):
        dump(filled, folder)
    assert not (folder / MANIFEST).exists()


def test_loading_never_mixes(filled: Store, path: Path, tmp_path: Path) -> None:
    dump(filled, tmp_path / "dump")
    with pytest.raises(Refused, match="already"):
        load(tmp_path / "dump", path)


@pytest.mark.parametrize(
    ("file", "old", "new", "complaint"),
    [
        ("items.jsonl", '"id": "lab/one"', '"ID": "lab/one"', "items.jsonl:2: this line"),
        ("items.jsonl", "}\n", "}\n{", "items.jsonl:2: this line"),
        ("runs.jsonl", "}\n", "}\n}\n", "runs.jsonl:2: this line"),
        ("decisions.jsonl", "{", "\n{", "decisions.jsonl:1"),
        ("story_items.jsonl", '"lab/two"', '"lab/gone"', "story_items speaks of"),
        (MANIFEST, '"runs": 1', '"runs": 2', "1 rows where 2 belong"),
        (MANIFEST, '"format"', '"shape"', "no dump of digest"),
        (MANIFEST, '"started"', '"started) --"', "no such table or column: runs"),
    ],
)
def test_a_damaged_dump_is_refused_whole(
    filled: Store, tmp_path: Path, file: str, old: str, new: str, complaint: str
) -> None:
    folder, again = tmp_path / "dump", tmp_path / "again.db"
    dump(filled, folder)
    text = (folder / file).read_text("utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(Refused, match=complaint):
        load(folder, again)
    assert [f.name for f in tmp_path.iterdir() if f.name.startswith("again")] == []


def test_a_dump_of_the_future_is_refused(filled: Store, tmp_path: Path) -> None:
    folder = tmp_path / "dump"
    dump(filled, folder)
    text = (folder / MANIFEST).read_text("utf-8")
    (folder / MANIFEST).write_text(text.replace(schema.names()[-1], "9999_later"), "utf-8")
    with pytest.raises(NewerDatabase):
        load(folder, tmp_path / "again.db")


def test_a_dump_of_an_earlier_schema_is_brought_up_to_date(tmp_path: Path) -> None:
    old, folder = tmp_path / "old.db", tmp_path / "dump"
    with closing(sqlite3.connect(old, isolation_level=None)) as raw:
        schema.migrate(raw, through=schema.names()[0])
        raw.execute("INSERT INTO sources (id) VALUES ('lab')")
        from digest.store.connection import Connection

        dump(Store(Connection(raw, old)), folder)
    assert json.loads((folder / MANIFEST).read_text("utf-8"))["migrations"] == [schema.names()[0]]
    assert load(folder, tmp_path / "new.db")["sources"] == 1
    with Store.open(tmp_path / "new.db") as store:
        assert store.stories.inbox() == []
