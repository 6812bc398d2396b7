"""Storing items: what is new, what was edited, and the texts that edits replace."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

from digest.model import Item
from digest.store import rows as shape
from digest.store.connection import Connection, Row
from digest.store.progress import unsorted
from digest.store.sources import mention
from digest.store.values import time_text, wanted

_INSERT = (
    f"INSERT INTO items ({', '.join(shape.COLUMNS)}, first_seen, changed, revision) "  # noqa: S608
    f"VALUES ({', '.join(':' + name for name in shape.COLUMNS)}, :now, :now, :revision)"
)
# In one statement for all of them: FTS5 writes a segment of its index for each that it is part of.
_INDEX = (
    "INSERT INTO items_fts (rowid, title, text, authors)"
    " SELECT number, title, text, authors FROM items WHERE number > ?"
)
_UPDATE = (
    "UPDATE items SET "  # noqa: S608
    + ", ".join(f"{name} = :{name}" for name in shape.COLUMNS if name != "id")
    + ", changed = :changed, version = :version, revision = :revision WHERE number = :number"
)


class _Part:
    """A table that holds a part of items, and what is done with it."""

    def __init__(
        self, table: str, columns: str, rows_of: Callable[[Item], list[tuple[Any, ...]]]
    ) -> None:
        self.rows_of = rows_of
        places = ", ".join("?" for _ in columns.split(","))
        # The table and its columns are this module's own words; values are always parameters.
        self.select = f"SELECT {columns} FROM {table} WHERE item_id = ? ORDER BY 2"  # noqa: S608
        self.delete = f"DELETE FROM {table} WHERE item_id = ?"  # noqa: S608
        self.insert = f"INSERT INTO {table} ({columns}) VALUES ({places})"  # noqa: S608


_PARTS = (
    _Part("item_links", "item_id, position, url, title", shape.link_rows),
    _Part("external_ids", "item_id, scheme, value", shape.external_rows),
    _Part(
        "comments",
        "item_id, position, id, parent, author, posted, karma, text, html",
        shape.comment_rows,
    ),
)


@dataclass(frozen=True, slots=True)
class Applied:
    """What storing items did.

    Attributes:
        new: The ids that were not known.
        edited: The ids whose title or text is now another; what they were is kept as a version.
        updated: The ids that changed in something else only: karma, comments, links, dates.
    """

    new: tuple[str, ...] = ()
    edited: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()


class Applying:
    """Stores a batch of items. Used within one transaction, then thrown away."""

    def __init__(self, db: Connection, now: datetime) -> None:
        self._db = db
        self._now = time_text(now)
        self._revision: int = db.value("SELECT coalesce(max(revision), 0) FROM items")
        # By id, and as keys: an item twice in a batch is reported once, in the order it first came.
        self._new: dict[str, None] = {}
        self._edited: dict[str, None] = {}
        self._updated: dict[str, None] = {}

    def apply(self, items: Sequence[Item]) -> Applied:
        """Store them: what is new all at once, then what is known, each in its order."""
        mention(self._db, (item.source_id for item in items))
        new = self._unknown(items)
        self._insert(list(new.values()))
        for item in items:
            if new.get(item.id) is not item:
                self._compare(item)
        if self._new or self._edited or self._updated:
            unsorted(self._db)
        return Applied(tuple(self._new), tuple(self._edited), tuple(self._updated))

    def _unknown(self, items: Sequence[Item]) -> dict[str, Item]:
        """The items that are not stored, by id; of one that is there twice, the first."""
        stored = self._db.rows(
            "SELECT i.id FROM json_each(?) AS w JOIN items AS i ON i.id = w.value",
            (wanted(item.id for item in items),),
        )
        known = {row["id"] for row in stored}
        new: dict[str, Item] = {}
        for item in items:
            if item.id not in known:
                new.setdefault(item.id, item)
        return new

    def _insert(self, items: Sequence[Item]) -> None:
        if not items:
            return
        rows = [
            shape.item_row(item) | {"now": self._now, "revision": self._revision + place}
            for place, item in enumerate(items, 1)
        ]
        self._revision += len(rows)
        last: int = self._db.value("SELECT coalesce(max(number), 0) FROM items")
        self._db.execute_many(_INSERT, rows)
        self._db.execute(_INDEX, (last,))
        for part in _PARTS:
            self._db.execute_many(part.insert, chain.from_iterable(map(part.rows_of, items)))
        self._new = dict.fromkeys(item.id for item in items)

    def _compare(self, item: Item) -> None:
        values = shape.item_row(item)
        old = self._db.one("SELECT * FROM items WHERE id = ?", (item.id,))
        changed = self._replace_parts(item)
        if old and (changed or any(old[name] != values[name] for name in values)):
            self._change(old, values)

    def _change(self, old: Row, values: dict[str, Any]) -> None:
        item_id = values["id"]
        what = [name for name in ("title", "text") if old[name] != values[name]]
        if what:
            self._db.execute(
                "INSERT INTO item_versions"
                " (item_id, number, seen, replaced, what_changed, title, text, html)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    item_id,
                    old["version"],
                    old["changed"],
                    self._now,
                    ", ".join(what),
                    old["title"],
                    old["text"],
                    old["html"],
                ),
            )
        store_decides = {
            "number": old["number"],
            "changed": self._now if what else old["changed"],
            "version": old["version"] + bool(what),
            "revision": old["revision"],
        }
        if old["content_hash"] != values["content_hash"]:
            self._revision += 1
            store_decides["revision"] = self._revision
        self._db.execute(_UPDATE, values | store_decides)
        if item_id not in self._new:
            (self._edited if what else self._updated)[item_id] = None
        if item_id in self._edited:
            self._updated.pop(item_id, None)

    def _replace_parts(self, item: Item) -> bool:
        """Replace links, external ids and comments where they differ; whether any did."""
        self._keep_comments(item.id, {row[2]: row[7] for row in shape.comment_rows(item)})
        replaced = [self._replace(part, item) for part in _PARTS]
        return any(replaced)

    def _replace(self, part: _Part, item: Item) -> bool:
        fresh = part.rows_of(item)
        if [tuple(row) for row in self._db.rows(part.select, (item.id,))] == fresh:
            return False
        self._db.execute(part.delete, (item.id,))
        self._db.execute_many(part.insert, fresh)
        return True

    def _keep_comments(self, item_id: str, now_reads: dict[str, str]) -> None:
        """Keep the texts of comments that were edited or are gone: they may have been quoted."""
        for row in self._db.rows(
            "SELECT id, author, text FROM comments WHERE item_id = ? ORDER BY position", (item_id,)
        ):
            if now_reads.get(row["id"]) != row["text"]:
                self._db.execute(
                    "INSERT INTO comment_versions (item_id, id, number, replaced, author, text)"
                    " SELECT ?1, ?2, coalesce(max(number), 0) + 1, ?3, ?4, ?5"
                    " FROM comment_versions WHERE item_id = ?1 AND id = ?2",
                    (item_id, row["id"], self._now, row["author"], row["text"]),
                )
