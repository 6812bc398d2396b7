"""Keeping the database: backups, checks, sizes, and giving back what is not needed."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from digest.errors import MachineError
from digest.store.connection import explained
from digest.store.copying import copy
from digest.store.database import Store
from digest.store.files import on_disk

_WORTH_PAGES = 5_000
_WORTH_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class Size:
    """What a table and its indexes hold. `size` is in bytes."""

    table: str
    rows: int
    size: int


def backup(store: Store, target: Path) -> Path:
    """Write a consistent copy of the database while it is in use; others may write meanwhile.

    Raises:
        MachineError: the copy cannot be written, or would not be sound; an earlier file of that
            name is as it was.
    """
    copy(store.db.raw, target, origin=store.db.path)
    return target


def restore(backup_file: Path, path: Path) -> Path | None:
    """Put a backup in the place of a database that nobody has open.

    What was there stays beside it under another name, with its log.

    Returns:
        The new name of what was there; None where nothing was.

    Raises:
        MachineError: the backup is not sound, or a file cannot be moved; nothing was changed.
    """
    fresh = path.with_name(path.name + ".restored")
    with explained(backup_file), closing(sqlite3.connect(_uri(backup_file), uri=True)) as raw:
        copy(raw, fresh, origin=backup_file)
    with on_disk(path):
        aside = _set_aside(path)
        fresh.replace(path)
    return aside


def _uri(path: Path) -> str:
    return f"{path.absolute().as_uri()}?mode=ro"


def _set_aside(path: Path) -> Path | None:
    if not path.exists():
        return None
    free = (path.with_name(f"{path.name}.replaced-{number}") for number in count(1))
    aside = next(name for name in free if not name.exists())
    # The log goes first: were the database gone and its log left, the log would be another's.
    for ending in ("-wal", "-shm", ""):
        file = path.with_name(path.name + ending)
        if file.exists():
            file.rename(aside.with_name(aside.name + ending))
    return aside


def check(store: Store) -> list[str]:
    """What is wrong with the database, in SQLite's words; nothing when it is sound.

    Reads every page: about ten seconds for each gigabyte.
    """
    found: list[str] = []
    try:
        rows = store.db.rows("PRAGMA integrity_check(20)")
        found += [row[0] for row in rows if row[0] != "ok"]
        found += [
            f"a row of {row['table']} speaks of a row of {row['parent']} that is not there"
            for row in store.db.rows("PRAGMA foreign_key_check")
        ]
    except MachineError as damage:
        return [*found, damage.message]
    if not search_index_sound(store):
        found.append("the search index does not agree with the items")
    return found


def search_index_sound(store: Store) -> bool:
    """Whether the full-text index holds just what the items do."""
    try:
        # Rank 1 compares the index with the items, and not only with itself.
        with store.transaction():
            store.db.execute(
                "INSERT INTO items_fts (items_fts, rank) VALUES ('integrity-check', 1)"
            )
    except MachineError as problem:
        said = problem.__cause__
        if isinstance(said, sqlite3.Error) and said.sqlite_errorcode == sqlite3.SQLITE_CORRUPT_VTAB:
            return False
        raise
    return True


def rebuild_search(store: Store) -> None:
    """Make the full-text index anew from the items."""
    with store.transaction():
        store.db.execute("INSERT INTO items_fts (items_fts) VALUES ('rebuild')")


def sizes(store: Store) -> list[Size]:
    """Rows and bytes of every table with its indexes, the largest first.

    The full-text index stands beside the tables as `items_fts`; its rows are not counted.
    """
    counts = store.counts()
    found: dict[str, int] = dict.fromkeys(counts, 0)
    for row in store.db.rows(
        # Here `pageno` is a number of pages; `pgsize` overflows at two gigabytes.
        "SELECT m.tbl_name AS name,"
        "     sum(d.pageno) * (SELECT page_size FROM pragma_page_size) AS size"
        " FROM dbstat AS d JOIN sqlite_master AS m ON m.name = d.name WHERE d.aggregate = TRUE"
        " GROUP BY 1 ORDER BY 1"
    ):
        name = "items_fts" if row["name"].startswith("items_fts") else row["name"]
        found[name] = found.get(name, 0) + row["size"]
    every = [Size(name, counts.get(name, 0), size) for name, size in found.items()]
    return sorted(every, key=lambda one: (-one.size, one.table))


def file_size(store: Store) -> int:
    """How many bytes the database holds, its log aside."""
    pages, size = store.db.value("PRAGMA page_count"), store.db.value("PRAGMA page_size")
    return int(pages) * int(size)


def worth_vacuuming(store: Store) -> bool:
    """Whether a quarter of the file, and at least 20 MB, is empty."""
    free, pages = store.db.value("PRAGMA freelist_count"), store.db.value("PRAGMA page_count")
    return bool(free >= max(_WORTH_PAGES, _WORTH_SHARE * pages))


def vacuum(store: Store) -> None:
    """Write the database anew without its empty pages. Needs as much room again on the disk."""
    store.db.execute("VACUUM")
    checkpoint(store)


def checkpoint(store: Store) -> None:
    """Move what the log holds into the database and shorten the log, as far as readers allow."""
    store.db.rows("PRAGMA wal_checkpoint(TRUNCATE)")
