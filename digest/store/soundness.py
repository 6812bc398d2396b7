"""What is wrong with a database, and how much of it can be made again from the rest.

Three kinds of fault differ in what they cost. An index can be made anew from its table, and the
full-text index from the items: nothing is lost. Tags can be computed again. Anything else is a page
of a table that cannot be read, and only a backup helps.
"""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass, replace
from pathlib import Path

from digest.errors import MachineError
from digest.store.database import WAIT, Store
from digest.store.upkeep import check, rebuild_search, worth_vacuuming

_DAMAGE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
# The words of SQLite's `PRAGMA integrity_check` for an index that disagrees with its table.
_INDEX = re.compile(
    r"row \S+ missing from index |wrong # of entries in index |non-unique entry in index "
)
_SEARCH = re.compile(r"search index|items_fts")


@dataclass(frozen=True, slots=True)
class Soundness:
    """What was found, in SQLite's words, by what it takes to mend it; nothing where it is sound.

    Attributes:
        pages: Faults that only a backup mends.
        indexes: Indexes to make anew from their tables.
        search: The full-text index, to make anew from the items.
        tags: How many tags are missing or cannot be read.
        roomy: Much of the file is empty; no fault.
    """

    pages: tuple[str, ...] = ()
    indexes: tuple[str, ...] = ()
    search: tuple[str, ...] = ()
    tags: int = 0
    roomy: bool = False

    @property
    def sound(self) -> bool:
        """Whether there is nothing to mend."""
        return not (self.pages or self.indexes or self.search or self.tags)


def examine(path: Path, *, wait: float = WAIT) -> Soundness:
    """Read every page of a database and say what is wrong; changes nothing in it.

    About ten seconds for each gigabyte.

    Args:
        path: The database.
        wait: Seconds to wait while another program writes.

    Raises:
        DatabaseLocked: another program holds it.
        NewerDatabase, Refused: it is not for this version of digest, or not digest's at all.
        MachineError: the disk or the permissions are at fault, not the file.
    """
    try:
        with Store.open(path, create=False, readonly=True, wait=wait):
            pass  # an older database is told of, not migrated by looking at it
        with Store.open(path, create=False, wait=wait) as store:
            found = check(store)
            tags = 0 if found else unsound_tags(store)
            roomy = worth_vacuuming(store)
    except MachineError as problem:
        if is_damage(problem):
            return Soundness(pages=(problem.message,))
        raise
    return replace(_sorted_out(found), tags=tags, roomy=roomy)


def _sorted_out(found: list[str]) -> Soundness:
    search = tuple(one for one in found if _SEARCH.search(one))
    indexes = tuple(one for one in found if _INDEX.match(one) and one not in search)
    pages = tuple(one for one in found if one not in search and one not in indexes)
    return Soundness(pages, indexes, search)


def is_damage(problem: MachineError) -> bool:
    """Whether an error says that the file itself is damaged, not the disk, a lock, a permission."""
    said = problem.__cause__
    code = getattr(said, "sqlite_errorcode", 0) if isinstance(said, sqlite3.Error) else 0
    return (code & 0xFF) in _DAMAGE or "is damaged" in problem.message


def unsound_tags(store: Store) -> int:
    """How many tags cannot be read, or are missing where tagging is recorded as done."""
    return int(
        store.db.value(
            "SELECT (SELECT count(*) FROM tags"
            "     WHERE NOT json_valid(evidence) OR score NOT BETWEEN 0 AND 1)"
            " + (SELECT count(*) FROM progress AS p JOIN items AS i ON i.revision <= p.through"
            "     WHERE p.work GLOB 'tags *' AND NOT EXISTS (SELECT 1 FROM tags AS t"
            "         WHERE t.item_id = i.id AND t.theme = substr(p.work, 6)))"
        )
    )


def rebuild(path: Path, found: Soundness) -> None:
    """Make the indexes anew that `examine` found wanting. What the tables hold stays as it is.

    Raises:
        MachineError: a page that is needed for it cannot be read.
    """
    with Store.open(path, create=False) as store:
        if found.indexes:
            store.db.execute("REINDEX")
        if found.search:
            rebuild_search(store)
