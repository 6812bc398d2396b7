"""Copying a database while it is in use, by SQLite's backup API."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from digest.errors import MachineError
from digest.store.connection import explained
from digest.store.files import whole

_ORIGINALS = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
"""What can only be the original's fault; all else (a full disk, a permission) is the copy's."""


@contextmanager
def _blamed(origin: Path | str, target: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as problem:
        code = getattr(problem, "sqlite_errorcode", 0) & 0xFF
        with explained(origin if code in _ORIGINALS else target):
            raise


def copy(raw: sqlite3.Connection, target: Path, *, origin: Path | str) -> None:
    """Write a consistent copy of an open database; others may write to it meanwhile.

    Raises:
        MachineError: the copy cannot be written, or the database (`origin`) is damaged; an earlier
            file of the target's name is as it was.
    """
    with whole(target) as part:
        with (
            _blamed(origin, target),
            closing(sqlite3.connect(part, isolation_level=None)) as made,
        ):
            # All pages in one step: a reader sees one moment, and writers go on in the log.
            raw.backup(made)
            # Without a log of its own the copy is one file, which any tool can move.
            made.execute("PRAGMA journal_mode = DELETE")
            complaint = made.execute("PRAGMA quick_check(1)").fetchone()[0]
        if complaint != "ok":
            raise MachineError(
                f"the database is damaged ({complaint})",
                where=str(origin),
                cure="Run `digest doctor`; earlier backups were left as they are.",
            )
