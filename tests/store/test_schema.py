"""The schema explains itself and keeps its promises."""

from __future__ import annotations

import re
import sqlite3

import pytest

from digest.store import schema
from digest.store.database import Store

PROMISED = [
    "sources",
    "documents",
    "items",
    "item_sources",
    "item_versions",
    "item_links",
    "external_ids",
    "tags",
    "stories",
    "story_items",
    "decisions",
    "issues",
    "entries",
    "quotes",
    "runs",
]
VIEWS = ["inbox", "covered", "source_health"]


def _created(store: Store, kind: str) -> dict[str, str]:
    rows = store.db.rows("SELECT name, sql FROM sqlite_master WHERE type = ?", (kind,))
    return {row["name"]: row["sql"] for row in rows if row["sql"]}


def test_the_promised_tables_and_views_are_there(store: Store) -> None:
    assert set(PROMISED) <= set(store.counts())
    assert set(VIEWS) <= set(_created(store, "view"))


def test_every_table_and_column_says_what_it_is(store: Store) -> None:
    tables = _created(store, "table")
    silent = []
    for table in store.counts():
        lines = [line.strip() for line in tables[table].splitlines()]
        if not lines[1].startswith("-- "):
            silent.append(table)
        for column in store.db.rows("SELECT name FROM pragma_table_xinfo(?)", (table,)):
            (line,) = [line for line in lines if line.startswith(f"{column['name']} ")]
            if " -- " not in line:
                silent.append(f"{table}.{column['name']}")
    for view, sql in _created(store, "view").items():
        if not sql.splitlines()[1].strip().startswith("-- "):
            silent.append(view)
    assert silent == []


def test_every_table_is_strict(store: Store) -> None:
    strict = {
        row["name"]: row["strict"]
        for row in store.db.rows("SELECT name, strict FROM pragma_table_list WHERE type = 'table'")
    }
    assert [table for table in store.counts() if not strict[table]] == []


def test_every_reference_has_an_index(store: Store) -> None:
    """Otherwise removing one row reads a whole table."""
    bare: list[str] = []
    for table in store.counts():
        firsts = {
            row["name"]
            for row in store.db.rows(
                "SELECT i.name FROM pragma_index_list(?) AS l, pragma_index_info(l.name) AS i"
                " WHERE i.seqno = 0",
                (table,),
            )
        }
        keys = store.db.rows("SELECT name FROM pragma_table_xinfo(?) WHERE pk = 1", (table,))
        firsts |= {row["name"] for row in keys}
        references = store.db.rows('SELECT "from" FROM pragma_foreign_key_list(?)', (table,))
        # Of a reference by two columns the first one's index serves.
        named = {row["from"] for row in references} - {"entry"}
        bare += [f"{table}.{name}" for name in sorted(named - firsts)]
    assert bare == []


def test_decisions_cannot_be_changed_or_removed(store: Store) -> None:
    from tests.store.making import NOW

    store.decisions.add("aaaaaaaaaa", "keep", "", NOW)
    for statement in ("UPDATE decisions SET verb = 'skip'", "DELETE FROM decisions"):
        with pytest.raises(sqlite3.IntegrityError, match="only ever appended"):
            store.db.execute(statement)
    assert [decision.verb for decision in store.decisions.all()] == ["keep"]


def test_unknown_words_are_refused(store: Store) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        store.db.execute(
            "INSERT INTO decisions (at, story_id, verb, value) VALUES ('', '', 'erase', '')"
        )


def test_a_file_is_split_where_its_statements_end() -> None:
    for name in schema.names():
        found = list(schema.statements(name))
        assert found
        assert all(re.match(r"CREATE|DROP|ALTER|INSERT|UPDATE|DELETE", one) for one in found)
    triggers = [one for one in schema.statements("0001_tables") if one.startswith("CREATE TRIGGER")]
    assert len(triggers) == 5
    assert all(one.endswith("END") for one in triggers)


def test_migrations_are_named_in_their_order() -> None:
    assert [int(name[:4]) for name in schema.names()] == list(range(1, len(schema.names()) + 1))
