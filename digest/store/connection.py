"""One connection: transactions, rows, and SQLite's complaints turned into errors with a cure."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

from digest.errors import DatabaseLocked, MachineError

Values: TypeAlias = Sequence[Any] | Mapping[str, Any]
Row: TypeAlias = sqlite3.Row

_CURES: dict[int, tuple[str, str]] = {
    sqlite3.SQLITE_FULL: ("the disk is full", "Make room on that disk and run the command again."),
    sqlite3.SQLITE_READONLY: (
        "the database cannot be written to",
        "Check the permissions of the file and its folder, and that the disk is not read-only.",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        "the database cannot be opened",
        "Check that the file and its folder exist and may be read and written.",
    ),
    sqlite3.SQLITE_PERM: (
        "the database may not be opened",
        "Check the permissions of the file and its folder.",
    ),
    sqlite3.SQLITE_IOERR: (
        "the disk gave an error",
        "Check the disk; what was stored before this command is still there.",
    ),
    sqlite3.SQLITE_CORRUPT: (
        "the database is damaged",
        "Leave the file as it is and run `digest doctor`, which can restore the newest backup.",
    ),
    sqlite3.SQLITE_NOTADB: (
        "this file is no database",
        "Move it away, or restore the newest backup in its place.",
    ),
}


def explain(problem: sqlite3.Error, path: Path | str) -> MachineError | None:
    """The error that a person can act on, or None where the fault is the program's own."""
    # The extended code carries more than its last byte, which names the kind of fault.
    code = getattr(problem, "sqlite_errorcode", 0) & 0xFF
    if str(problem).startswith("Could not decode to UTF-8"):
        # Nothing but text is ever stored as text: the page it stood on was overwritten.
        code, problem = sqlite3.SQLITE_CORRUPT, sqlite3.DatabaseError("a text is no text any more")
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return DatabaseLocked(
            "another program holds the database",
            where=str(path),
            cure="Wait until it has finished, or close it, and run the command again.",
        )
    if code not in _CURES:
        return None
    message, cure = _CURES[code]
    return MachineError(f"{message} ({problem})", where=str(path), cure=cure)


@contextmanager
def explained(path: Path | str) -> Iterator[None]:
    """Turn what SQLite says of the machine into a `MachineError`.

    Raises:
        DatabaseLocked: another program holds the database.
        MachineError: the disk, the permissions or the file are at fault.
    """
    try:
        yield
    except sqlite3.Error as problem:
        error = explain(problem, path)
        if error is None:
            raise
        raise error from problem


class Connection:
    """A SQLite connection in autocommit mode, with explicit transactions.

    `path` is only named in messages. The parts of the store share one connection and hold nothing
    else, so that what they write in one transaction is committed together.
    """

    def __init__(self, raw: sqlite3.Connection, path: Path | str) -> None:
        raw.row_factory = sqlite3.Row
        self.raw = raw
        self.path = path
        self._depth = 0

    def execute(self, sql: str, values: Values = ()) -> int:
        """Run one statement; how many rows it changed."""
        with explained(self.path):
            return self.raw.execute(sql, values).rowcount

    def execute_many(self, sql: str, values: Iterable[Values]) -> int:
        """Run one statement for each row of values; how many rows they changed."""
        with explained(self.path):
            return self.raw.executemany(sql, values).rowcount

    def insert(self, sql: str, values: Values = ()) -> int:
        """Run an INSERT; the rowid it gave."""
        with explained(self.path):
            return int(self.raw.execute(sql, values).lastrowid or 0)

    def rows(self, sql: str, values: Values = ()) -> list[Row]:
        """All rows of a query."""
        with explained(self.path):
            return self.raw.execute(sql, values).fetchall()

    def each(self, sql: str, values: Values = ()) -> Iterator[Row]:
        """The rows of a query one by one, for results that do not fit in memory."""
        with explained(self.path):
            cursor = self.raw.execute(sql, values)
        while True:
            with explained(self.path):
                some = cursor.fetchmany(500)
            if not some:
                return
            yield from some

    def one(self, sql: str, values: Values = ()) -> Row | None:
        """The first row of a query, or None."""
        with explained(self.path):
            row: Row | None = self.raw.execute(sql, values).fetchone()
            return row

    def value(self, sql: str, values: Values = ()) -> Any:
        """The first column of the first row of a query, or None."""
        row = self.one(sql, values)
        return None if row is None else row[0]

    def state(self) -> tuple[int, int] | None:
        """What is another after every change, by whomever; None within a transaction.

        What was read outside of one holds as long as this is the same.
        """
        if self.raw.in_transaction:
            return None
        return self.raw.total_changes, int(self.value("PRAGMA data_version"))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit all or nothing. A nested one joins the outer: it commits with it.

        Where an error leaves a nested one and is caught before it leaves the outer one, only what
        the nested one wrote is undone.
        """
        begin, commit, rollback = self._words()
        self.execute(begin)
        self._depth += 1
        try:
            yield
        except BaseException:
            self._depth -= 1
            self._undo(rollback)
            raise
        self._depth -= 1
        try:
            self.execute(commit)
        except BaseException:
            self._undo(rollback)
            raise

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Read several times of one moment, while others may write."""
        self.execute("BEGIN" if self._depth == 0 else "SAVEPOINT reading")
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1
            self.execute("COMMIT" if self._depth == 0 else "RELEASE reading")

    def _words(self) -> tuple[str, str, tuple[str, ...]]:
        if self._depth == 0:
            # IMMEDIATE: waits for another writer now, rather than failing after work was done.
            return "BEGIN IMMEDIATE", "COMMIT", ("ROLLBACK",)
        name = f"nested_{self._depth}"
        return f"SAVEPOINT {name}", f"RELEASE {name}", (f"ROLLBACK TO {name}", f"RELEASE {name}")

    def _undo(self, rollback: tuple[str, ...]) -> None:
        # A full disk or a damaged page makes SQLite roll back by itself: nothing is left to undo.
        if self.raw.in_transaction:
            for statement in rollback:
                self.raw.execute(statement)
