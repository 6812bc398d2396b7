"""The migrations: named SQL files, each applied once, in the order of their names.

A file that was released is never edited; the next change is the next file. sqlite-utils records
what was applied in `_sqlite_migrations`, in the same transaction as the change itself. It is
imported only when something is pending: an up-to-date database opens without it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from digest.errors import NewerDatabase, Refused

if TYPE_CHECKING:
    from sqlite_utils import Database

SET = "digest"
RECORD = "_sqlite_migrations"
_FOLDER = Path(__file__).parent / "migrations"


@cache
def names() -> tuple[str, ...]:
    """The names of all migrations this version knows, in their order."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.sql")))


def statements(name: str) -> Iterator[str]:
    """The SQL statements of a migration, one by one.

    `executescript` would commit what came before it, and a migration is one transaction.
    """
    gathered: list[str] = []
    for line in (_FOLDER / f"{name}.sql").read_text("utf-8").splitlines(keepends=True):
        if not gathered and (not line.strip() or line.startswith("--")):
            continue
        gathered.append(line)
        # SQLite itself tells where a statement ends, whatever a trigger's body or a comment holds.
        if ";" in line and sqlite3.complete_statement("".join(gathered)):
            yield "".join(gathered).strip().removesuffix(";")
            gathered.clear()
    if gathered:
        raise ValueError(f"{name}.sql ends within a statement")


def applied(raw: sqlite3.Connection, path: Path | str) -> tuple[str, ...]:
    """The migrations that a database has had; none where it is empty.

    Raises:
        NewerDatabase: it has had one that this version does not know.
        Refused: it is a database of something else.
    """
    tables = {row[0] for row in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    found: tuple[str, ...] = ()
    if RECORD in tables:
        found = tuple(
            row[0]
            for row in raw.execute(
                f"SELECT name FROM {RECORD} WHERE migration_set = ? ORDER BY id",  # noqa: S608
                (SET,),
            )
        )
    if tables and not found:
        raise Refused(
            "this database is not digest's",
            where=str(path),
            cure="Move the file away; digest makes its own.",
        )
    unknown = [name for name in found if name not in names()]
    if unknown:
        raise NewerDatabase(
            f"this database was written by a newer version of digest (it has {unknown[-1]})",
            where=str(path),
            cure="Update digest, or work with a backup from before; nothing was changed.",
        )
    return found


def migrate(raw: sqlite3.Connection, *, through: str | None = None) -> None:
    """Apply what is pending, all of it in one transaction.

    Args:
        raw: A connection in autocommit mode.
        through: The last migration to apply; all of them without it.
    """
    from sqlite_utils import Database, Migrations

    migrations = Migrations(SET)
    for name in names():
        if through is None or name <= through:
            migrations(name=name)(_step(name))
    database = Database(raw, execute_plugins=False, recursive_triggers=False)
    # What is pending is read once more within the transaction: two programs may open at once.
    raw.execute("BEGIN IMMEDIATE")
    try:
        migrations.apply(database)
        raw.execute("COMMIT")
    finally:
        if raw.in_transaction:
            raw.execute("ROLLBACK")


def _step(name: str) -> Callable[[Database], None]:
    def step(database: Database) -> None:
        for statement in statements(name):
            database.conn.execute(statement)

    return step
