"""What is remembered of sources between fetches: `store.sources`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from hashlib import blake2b
from typing import Any

from digest.model import SourceState
from digest.store.connection import Connection, Row
from digest.store.health import Health, health
from digest.store.values import grouped, maybe_time, maybe_time_text, sorted_json, wanted, words

_COLUMNS = (
    "id",
    "kind",
    "name",
    "url",
    "moved_to",
    "etag",
    "last_modified",
    "body_hash",
    "first_success",
    "last_success",
    "last_change",
    "last_attempt",
    "next_due",
    "failures",
    "failing_since",
    "error",
    "status",
    "retired",
    "memo",
    "in_config",
)
_SAVE = (
    f"INSERT INTO sources ({', '.join(_COLUMNS)})"  # noqa: S608 — the columns are named above
    f" VALUES ({', '.join(':' + name for name in _COLUMNS)}) ON CONFLICT DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS[1:])
)
_LAST_TITLES = 50


def mention(db: Connection, source_ids: Iterable[str]) -> None:
    """Give sources that were never saved a row, so that items and documents may name them."""
    db.execute_many(
        "INSERT INTO sources (id, in_config) VALUES (?, 0) ON CONFLICT DO NOTHING",
        [(source_id,) for source_id in sorted(set(source_ids))],
    )


class Sources:
    """The state of every source that was ever fetched from."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def state(self, source_id: str) -> SourceState:
        """What is remembered of a source; a fresh state where that is nothing."""
        row = self._db.one("SELECT * FROM sources WHERE id = ?", (source_id,))
        return SourceState(source_id) if row is None else _state(row)

    def states(self) -> dict[str, SourceState]:
        """What is remembered of all sources, by id."""
        rows = self._db.rows("SELECT * FROM sources ORDER BY id")
        return {row["id"]: _state(row) for row in rows}

    def save(self, state: SourceState, *, kind: str, url: str, name: str) -> None:
        """Remember a source's state.

        `kind`, `url` and `name` are what sources.yaml says; `state.url` is the address to fetch
        instead after a permanent move. What has no address (added by hand) is not in sources.yaml.
        """
        values: dict[str, Any] = {
            "id": state.source_id,
            "kind": kind,
            "name": words(name),
            "url": words(url),
            "moved_to": words(state.url),
            "etag": words(state.etag),
            "last_modified": words(state.last_modified),
            "body_hash": state.body_hash,
            "first_success": maybe_time_text(state.first_success),
            "last_success": maybe_time_text(state.last_success),
            "last_change": maybe_time_text(state.last_change),
            "last_attempt": maybe_time_text(state.last_attempt),
            "next_due": maybe_time_text(state.next_due),
            "failures": state.failures,
            "failing_since": maybe_time_text(state.failing_since),
            "error": words(state.error),
            "status": state.status,
            "retired": int(state.retired),
            "memo": sorted_json(state.memo),
            "in_config": int(bool(url)),
        }
        with self._db.transaction():
            self._db.execute(_SAVE, values)

    def configured(self, source_ids: Iterable[str]) -> None:
        """Say which sources sources.yaml has now; the others keep items but leave the views."""
        with self._db.transaction():
            self._db.execute(
                "UPDATE sources SET in_config = NOT in_config"
                " WHERE in_config <> (id IN (SELECT value FROM json_each(?)))",
                (wanted(source_ids),),
            )

    def names(self) -> dict[str, str]:
        """What people call each source, by id; the id itself where it has no name."""
        rows = self._db.rows("SELECT id, name FROM sources ORDER BY id")
        return {row["id"]: row["name"] or row["id"] for row in rows}

    def mark(self) -> str:
        """What is another once a source gets a name, or was fetched well for the first time."""
        rows = self._db.rows("SELECT id, name, first_success FROM sources ORDER BY id")
        return blake2b(repr([tuple(row) for row in rows]).encode(), digest_size=8).hexdigest()

    def last_titles(self, source_ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """What these sources called their last items, the newest first."""
        rows = self._db.rows(
            "SELECT w.value AS source_id, i.title FROM json_each(?) AS w JOIN items AS i"
            " ON i.number IN (SELECT number FROM items WHERE source_id = w.value"
            "     ORDER BY dated DESC, number DESC LIMIT ?)"
            " ORDER BY w.key, i.dated DESC, i.number DESC",
            (wanted(dict.fromkeys(source_ids)), _LAST_TITLES),
        )
        titled = grouped(rows, "source_id").items()
        return {source: tuple(row["title"] for row in same) for source, same in titled}

    def health(self, now: datetime) -> list[Health]:
        """How each source of sources.yaml does, those that need a person first."""
        return health(self._db, now)


def _state(row: Row) -> SourceState:
    return SourceState(
        source_id=row["id"],
        url=row["moved_to"],
        etag=row["etag"],
        last_modified=row["last_modified"],
        body_hash=row["body_hash"],
        first_success=maybe_time(row["first_success"]),
        last_success=maybe_time(row["last_success"]),
        last_change=maybe_time(row["last_change"]),
        last_attempt=maybe_time(row["last_attempt"]),
        next_due=maybe_time(row["next_due"]),
        failures=row["failures"],
        failing_since=maybe_time(row["failing_since"]),
        error=row["error"],
        status=row["status"],
        retired=bool(row["retired"]),
        memo=json.loads(row["memo"]),
    )
