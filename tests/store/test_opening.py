"""Opening: making, migrating, refusing, and what the machine can do to it."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from digest.errors import DatabaseLocked, MachineError, NewerDatabase, NotFound, Refused
from digest.store import schema
from digest.store.connection import Connection, explain
from digest.store.database import Store
from tests.store.making import NOW, bulk, damage, item


def test_a_new_database_has_every_migration_and_waits_for_nobody(path: Path) -> None:
    with Store.open(path) as store:
        assert schema.applied(store.db.raw, path) == schema.names()
        assert store.db.value("PRAGMA journal_mode") == "wal"
        assert store.db.value("PRAGMA foreign_keys") == 1
        assert store.items.count() == 0


def test_what_was_stored_is_there_when_opened_again(path: Path) -> None:
    with Store.open(path) as store:
        store.items.apply([item()], now=NOW)
    with Store.open(path, create=False) as store:
        assert store.items.get("lab/one") == item()


def test_nothing_is_made_where_nothing_should_be(path: Path) -> None:
    with pytest.raises(NotFound, match="nothing has been stored"):
        Store.open(path, create=False)
    with pytest.raises(NotFound):
        Store.open(path, readonly=True)
    assert not path.exists()


def test_read_only_reads_and_refuses_to_write(path: Path) -> None:
    Store.open(path).close()
    with Store.open(path, readonly=True) as store:
        assert store.items.count() == 0
        with pytest.raises(MachineError, match="cannot be written") as caught:
            store.items.apply([item()], now=NOW)
    assert caught.value.exit_code == 4


def test_a_newer_database_is_refused_and_not_touched(path: Path) -> None:
    with Store.open(path) as store:
        store.db.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
            " VALUES ('digest', '9999_from_the_future', '2030-01-01')"
        )
    before = path.read_bytes()
    with pytest.raises(NewerDatabase, match="9999_from_the_future") as caught:
        Store.open(path)
    assert caught.value.exit_code == 2
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_a_newer_database_is_told_by_what_is_in_its_log_too(path: Path) -> None:
    with Store.open(path) as store:
        store.db.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
            " VALUES ('digest', '9999_from_the_future', '2030-01-01')"
        )
        with pytest.raises(NewerDatabase):
            Store.open(path)


def test_another_programs_database_is_left_alone(path: Path) -> None:
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("CREATE TABLE recipes (name TEXT)")
    before = path.read_bytes()
    with pytest.raises(Refused, match="not digest's"):
        Store.open(path)
    assert path.read_bytes() == before


def test_migrations_of_other_tools_in_the_same_file_do_not_confuse(path: Path) -> None:
    with Store.open(path) as store:
        store.db.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
            " VALUES ('a-plugin', 'm001', '2026-01-01')"
        )
    Store.open(path).close()


def test_an_empty_file_becomes_a_database(path: Path) -> None:
    path.touch()
    with Store.open(path) as store:
        assert store.items.count() == 0


def test_an_earlier_database_is_copied_then_migrated(path: Path) -> None:
    first = schema.names()[0]
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        schema.migrate(raw, through=first)
        raw.execute("INSERT INTO sources (id) VALUES ('lab')")
    with pytest.raises(Refused, match="earlier version"):
        Store.open(path, readonly=True)
    with Store.open(path) as store:
        assert schema.applied(store.db.raw, path) == schema.names()
        assert list(store.sources.states()) == ["lab"]
    copy = path.with_name(f"digest-before-{schema.names()[1]}.db")
    with closing(sqlite3.connect(copy)) as raw:
        assert schema.applied(raw, copy) == (first,)


def test_a_migration_that_fails_leaves_the_database_as_it_was(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(name: str) -> list[str]:
        good = list(original(name))
        return good if name == schema.names()[0] else [*good, "CREATE TABLE broken ("]

    original = schema.statements
    monkeypatch.setattr(schema, "statements", broken)
    with pytest.raises(sqlite3.OperationalError):
        Store.open(path)
    monkeypatch.undo()
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
    Store.open(path).close()


def test_two_programs_may_make_the_database_at_once(path: Path) -> None:
    failures: list[BaseException] = []

    def make() -> None:
        try:
            Store.open(path).close()
        except BaseException as problem:
            failures.append(problem)

    threads = [threading.Thread(target=make) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with Store.open(path) as store:
        assert schema.applied(store.db.raw, path) == schema.names()


def test_a_database_held_by_another_program_says_so(path: Path) -> None:
    Store.open(path).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with Store.open(path, wait=0.05) as store:
            assert store.items.count() == 0  # reading goes on
            with pytest.raises(DatabaseLocked, match="another program") as caught:
                store.items.apply([item()], now=NOW)
            assert caught.value.exit_code == 4
            other.execute("COMMIT")
            store.items.apply([item()], now=NOW)
            assert store.items.count() == 1


def test_a_file_that_is_no_database(path: Path) -> None:
    path.write_text("Dear diary, " * 100)
    before = path.read_bytes()
    with pytest.raises(MachineError, match="no database") as caught:
        Store.open(path)
    assert caught.value.cure
    assert path.read_bytes() == before


def test_a_folder_in_its_place(path: Path) -> None:
    path.mkdir()
    with pytest.raises(MachineError, match=r"disk gave an error|cannot be opened"):
        Store.open(path)


def test_damage_is_named_and_the_cure_too(path: Path) -> None:
    with Store.open(path) as store:
        store.items.apply(bulk(), now=NOW)
    damage(path)
    with Store.open(path) as store, pytest.raises(MachineError, match="damaged") as caught:
        list(store.items.all())
    assert "digest doctor" in caught.value.cure


def test_a_full_disk_undoes_the_transaction_and_loses_nothing(path: Path) -> None:
    with Store.open(path) as store:
        store.items.apply([item("lab/kept")], now=NOW)
        pages = store.db.value("PRAGMA page_count")
        store.db.rows(f"PRAGMA max_page_count = {pages + 20}")
        many = [item(f"lab/{n}", text=f"word{n} " * 2000) for n in range(100)]
        with pytest.raises(MachineError, match="disk is full"):
            store.items.apply(many, now=NOW)
        assert list(store.items.many(["lab/kept", "lab/1"])) == ["lab/kept"]
        store.db.rows("PRAGMA max_page_count = 1000000")
        store.items.apply(many, now=NOW)
        assert store.items.count() == 101


def test_errors_that_are_our_own_are_not_blamed_on_the_machine(store: Store) -> None:
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        store.db.rows("SELECT * FROM itens")
    assert explain(sqlite3.OperationalError("no such table: itens"), "x") is None


def test_a_misspelt_table_is_never_made(store: Store) -> None:
    before = store.counts()
    with pytest.raises(sqlite3.OperationalError):
        store.db.execute("INSERT INTO itens (id) VALUES ('x')")
    assert store.counts() == before


def test_transactions_are_whole_and_nested_ones_join(store: Store) -> None:
    def stumble(name: str) -> None:
        with store.transaction():
            store.items.apply([item(name)], now=NOW)
            with store.transaction():
                store.items.apply([item("lab/nested")], now=NOW)
            raise KeyError(name)

    with pytest.raises(KeyError):
        stumble("lab/one")
    assert store.items.count() == 0

    with store.transaction():
        store.items.apply([item("lab/one")], now=NOW)
        with pytest.raises(KeyError):
            stumble("lab/two")
    assert [one.id for one in store.items.all()] == ["lab/one"]


def test_reading_sees_one_moment(path: Path, store: Store) -> None:
    store.items.apply([item("lab/one")], now=NOW)
    with Store.open(path) as other, store.db.reading():
        assert store.items.count() == 1
        other.items.apply([item("lab/two")], now=NOW)
        assert store.items.count() == 1
    assert store.items.count() == 2


def test_rows_can_be_read_one_by_one(store: Store) -> None:
    store.items.apply([item(f"lab/{n}") for n in range(1203)], now=NOW)
    seen = [row["id"] for row in store.db.each("SELECT id FROM items ORDER BY number")]
    assert seen == [f"lab/{n}" for n in range(1203)]
    assert isinstance(store.db, Connection)
