"""Opening the database, and the one object through which everything in it is reached."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from digest.errors import NotFound, OlderDatabase
from digest.store import schema
from digest.store.answers import Answers
from digest.store.connection import Connection, explained
from digest.store.copying import copy
from digest.store.decisions import Decisions
from digest.store.documents import Documents
from digest.store.drafts import Drafts
from digest.store.entry_tags import EntryTags
from digest.store.issues import Issues
from digest.store.items import Items
from digest.store.progress import Progress
from digest.store.runs import Runs
from digest.store.search import Search
from digest.store.sources import Sources
from digest.store.stories import Stories
from digest.store.tags import Tags
from digest.store.trackers import Trackers

if TYPE_CHECKING:
    from digest.store.embeddings import Embeddings

WAIT = 10.0
"""Seconds to wait for another program's write before giving up."""

_PAUSE = 0.02
_PRAGMAS = (
    "foreign_keys = ON",
    # In KiB. What else of the file is read often, the system keeps for all programs.
    "cache_size = -16384",
    # In bytes: after one large transaction the log shrinks again.
    "journal_size_limit = 67108864",
    # Some builds overwrite whatever is deleted. Nothing in here is secret.
    "secure_delete = OFF",
)


class Store:
    """The database, by its parts.

    Every method that writes commits by itself, unless it is called within `transaction()`; then all
    of it is committed together. A store belongs to the thread that opened it.
    """

    def __init__(self, db: Connection) -> None:
        self.db = db
        self.sources = Sources(db)
        self.documents = Documents(db)
        self.items = Items(db)
        self.tags = Tags(db)
        self.entry_tags = EntryTags(db)
        self.stories = Stories(db)
        self.decisions = Decisions(db)
        self.issues = Issues(db)
        self.drafts = Drafts(db)
        self.trackers = Trackers(db)
        self.answers = Answers(db)
        self.progress = Progress(db)
        self.runs = Runs(db)
        self.search = Search(db)

    @cached_property
    def embeddings(self) -> Embeddings:
        """Vectors of items. NumPy is loaded only now: most commands never ask."""
        from digest.store.embeddings import Embeddings

        return Embeddings(self.db)

    @classmethod
    def open(
        cls, path: Path, *, create: bool = True, readonly: bool = False, wait: float = WAIT
    ) -> Store:
        """Open a database, bringing it up to date; make it where there is none.

        Before an existing database is migrated, a copy of it is laid beside it.

        Args:
            path: The file.
            create: Make it where there is none.
            readonly: Change nothing, not even to migrate.
            wait: Seconds to wait while another program writes.

        Raises:
            NotFound: there is none, and none is to be made.
            NewerDatabase: a newer version of digest wrote it; it was not touched.
            Refused: it is the database of another program; or it must be migrated and may not be.
            DatabaseLocked: another program held it for longer than `wait`.
            MachineError: the disk, the permissions or the file are at fault.
        """
        exists = path.exists()
        if not exists and (readonly or not create):
            raise NotFound(
                "nothing has been stored yet", where=str(path), cure="Run `digest fetch` first."
            )
        with explained(path):
            before = _look(path, wait) if exists else ()
            pending = before != schema.names()
            if pending and readonly:
                raise OlderDatabase(
                    "the database is of an earlier version of digest",
                    where=str(path),
                    cure="Run `digest fetch`, which brings it up to date.",
                )
            raw = _connect(path, _reading(path) if readonly else "rwc", wait)
            try:
                if pending:
                    _bring_up_to_date(raw, path, before)
                if not readonly:
                    _use_log(raw, wait)
                for pragma in _PRAGMAS:
                    raw.execute(f"PRAGMA {pragma}")
            except BaseException:
                raw.close()
                raise
        return cls(Connection(raw, path))

    def close(self) -> None:
        """Close it. What was not committed is lost."""
        self.db.raw.close()

    def __enter__(self) -> Store:
        """Itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it."""
        self.close()

    @contextmanager
    def transaction(self) -> Iterator[Store]:
        """Commit all that is written within, or nothing. A nested one joins the outer."""
        with self.db.transaction():
            yield self

    def counts(self, only: Collection[str] | None = None) -> dict[str, int]:
        """How many rows each table has, or each of some, by name."""
        names = self.db.rows(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB 'sqlite_*'"
            " AND name NOT GLOB '_*' AND name NOT GLOB 'items_fts*' ORDER BY name"
        )
        return {
            row["name"]: int(self.db.value(f"SELECT count(*) FROM {row['name']}"))  # noqa: S608
            for row in names
            if only is None or row["name"] in only
        }


def _connect(path: Path, mode: str, wait: float) -> sqlite3.Connection:
    # Autocommit, with transactions of our own: the driver's implicit ones commit at odd moments.
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}", uri=True, timeout=wait, isolation_level=None
    )


def may_write(path: Path) -> bool:
    """Whether the database at a path, and its log beside it, may be written."""
    return os.access(path.parent, os.W_OK) and os.access(path, os.W_OK)


def _reading(path: Path) -> str:
    """How to read without writing: where no log can be made and none stands, as a mere file."""
    log = path.with_name(path.name + "-wal")
    return "ro" if may_write(path) or log.exists() else "ro&immutable=1"


def _look(path: Path, wait: float) -> tuple[str, ...]:
    """The migrations an existing database has had, read without being able to write."""
    # A read-only connection leaves a -wal and a -shm file behind where there were none; another one
    # moves what a -wal holds into the database when it is closed. So neither leaves a trace.
    log = path.with_name(path.name + "-wal")
    mode = "rw" if may_write(path) and not log.exists() else _reading(path)
    with closing(_connect(path, mode, wait)) as raw:
        return schema.applied(raw, path)


def _use_log(raw: sqlite3.Connection, wait: float) -> None:
    """Write through a log: readers and a writer at once, and a crash leaves whole transactions.

    The file remembers it, but a restored or loaded one has yet to learn it.
    """
    tries = int(wait / _PAUSE)
    while raw.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        try:
            raw.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as problem:
            # This one statement does not wait by itself while another program does the same.
            if problem.sqlite_errorcode != sqlite3.SQLITE_BUSY or tries == 0:
                raise
            tries -= 1
            time.sleep(_PAUSE)


def _bring_up_to_date(raw: sqlite3.Connection, path: Path, before: tuple[str, ...]) -> None:
    if before:
        name = f"{path.stem}-before-{schema.names()[len(before)]}{path.suffix}"
        copy(raw, path.with_name(name), origin=path)
    schema.migrate(raw)
