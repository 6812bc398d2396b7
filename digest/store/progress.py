"""How far each kind of sorting has come, so that an hourly run costs what is new and no more.

Every item has a revision that grows whenever what sorting reads of it changes. Work that is done
for all items up to a revision remembers it, and looks only at what lies above. Work whose
fingerprint changed begins again from the start.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from digest.store.connection import Connection
from digest.store.values import time_text

SORTED = "sorted"
"""Sorting as a whole, under everything that it goes by beside the items."""
OWED = "owed "
"""Before a kind of name: what a round of sorting has yet to see to, should it be killed."""
DRAFTED = "drafted "
"""Before an issue's id: its draft, under everything that it is made from beside items and
stories."""


class Progress:
    """Work that is done, and under which conditions: `store.progress`."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def is_sorted(self, conditions: str) -> bool:
        """Whether all was sorted under these conditions, and no item has changed since."""
        return is_done(self._db, SORTED, conditions)

    def sorted(self, conditions: str) -> None:
        """Remember that all was sorted under these conditions, and nothing is owed any more."""
        with self._db.transaction():
            self._db.execute("DELETE FROM progress WHERE work GLOB ?", (f"{OWED}*",))
            advance(self._db, SORTED, conditions, 0)

    def unsorted(self) -> None:
        """Sorting begins: until `sorted` it is not done, whatever it then goes by."""
        self._db.execute("DELETE FROM progress WHERE work = ?", (SORTED,))

    def owe(self, kind: str, names: Iterable[str]) -> None:
        """Remember names until `sorted`: a later step needs them that an earlier one found."""
        with self._db.transaction():
            before = self.owed(kind)
            after = before.union(names)
            if after != before:
                advance(self._db, OWED + kind, json.dumps(sorted(after)), 0)

    def owed(self, kind: str) -> set[str]:
        """The names of that kind since the last `sorted`, in this round and in killed ones."""
        said = self._db.value("SELECT fingerprint FROM progress WHERE work = ?", (OWED + kind,))
        return set(json.loads(said)) if said else set()

    def is_drafted(self, issue_id: str, conditions: str) -> bool:
        """Whether the draft follows its sources under these conditions, and none has changed."""
        return is_done(self._db, DRAFTED + issue_id, conditions)

    def drafted(self, issue_id: str, conditions: str) -> None:
        """Remember that the draft follows its sources under these conditions."""
        with self._db.transaction():
            advance(self._db, DRAFTED + issue_id, conditions, 0)


def is_done(db: Connection, work: str, fingerprint: str) -> bool:
    """Whether the work was done under that fingerprint, how far ever it came."""
    found = db.one("SELECT 1 FROM progress WHERE work = ? AND fingerprint = ?", (work, fingerprint))
    return found is not None


def unsorted(db: Connection) -> None:
    """An item changed, or tags are gone: there is something to sort."""
    db.execute("DELETE FROM progress WHERE work = ?", (SORTED,))
    undrafted(db)


def undrafted(db: Connection) -> None:
    """An item or a story changed: drafts may have something to follow."""
    db.execute("DELETE FROM progress WHERE work GLOB ?", (f"{DRAFTED}*",))


def through(db: Connection, work: str, fingerprint: str) -> int:
    """The revision up to which the work is done under that fingerprint."""
    return int(
        db.value(
            "SELECT through FROM progress WHERE work = ? AND fingerprint = ?", (work, fingerprint)
        )
        or 0
    )


def advance(db: Connection, work: str, fingerprint: str, revision: int) -> None:
    """Remember that the work is done up to a revision."""
    db.execute(
        "INSERT INTO progress (work, fingerprint, through) VALUES (?, ?, ?)"
        " ON CONFLICT DO UPDATE SET fingerprint = excluded.fingerprint, through = excluded.through"
        " WHERE (fingerprint, through) <> (excluded.fingerprint, excluded.through)",
        (work, fingerprint, revision),
    )


def newest(db: Connection) -> int:
    """The revision of the item that changed last."""
    return int(db.value("SELECT coalesce(max(revision), 0) FROM items"))


def first_since(db: Connection, since: datetime | None) -> int:
    """A revision below those of all items first seen since a moment; 0 for all."""
    if since is None:
        return 0
    # Items come in the order of their numbers, and no item's revision is below its number's turn:
    # what was first seen before `since` and edited later only makes the look a little longer.
    # The plus sign keeps SQLite from walking all revisions to find the lowest that is late enough.
    lowest = db.value("SELECT min(+revision) FROM items WHERE first_seen >= ?", (time_text(since),))
    return newest(db) if lowest is None else int(lowest) - 1
