"""When commands ran and how they ended: `store.runs`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from digest.store.connection import Connection, Row
from digest.store.values import json_text, maybe_time, time, time_text


@dataclass(frozen=True, slots=True)
class Run:
    """One command that wrote. `finished` is None while it runs, and where it was killed."""

    id: int
    verb: str
    started: datetime
    finished: datetime | None = None
    exit_code: int | None = None
    report: Mapping[str, Any] = field(default_factory=dict)


class Runs:
    """The record of commands."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def start(self, verb: str, at: datetime) -> int:
        """Record that a command begins; the id to finish it by."""
        with self._db.transaction():
            return self._db.insert(
                "INSERT INTO runs (verb, started) VALUES (?, ?)", (verb, time_text(at))
            )

    def finish(self, run_id: int, at: datetime, exit_code: int, report: Mapping[str, Any]) -> None:
        """Record how it ended. `report` is anything that JSON can hold."""
        with self._db.transaction():
            self._db.execute(
                "UPDATE runs SET finished = ?, exit_code = ?, report = ? WHERE id = ?",
                (time_text(at), exit_code, json_text(report), run_id),
            )

    def last(self, limit: int = 10, *, verb: str | None = None) -> list[Run]:
        """The last runs, the newest first."""
        rows = self._db.rows(
            "SELECT * FROM runs WHERE ?1 IS NULL OR verb = ?1 ORDER BY id DESC LIMIT ?2",
            (verb, limit),
        )
        return [_run(row) for row in rows]

    def forget(self, before: datetime) -> int:
        """Let go of runs that began before a moment; how many there were."""
        with self._db.transaction():
            return self._db.execute("DELETE FROM runs WHERE started < ?", (time_text(before),))


def _run(row: Row) -> Run:
    return Run(
        id=row["id"],
        verb=row["verb"],
        started=time(row["started"]),
        finished=maybe_time(row["finished"]),
        exit_code=row["exit_code"],
        report=json.loads(row["report"]),
    )
