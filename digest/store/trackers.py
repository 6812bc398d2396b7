"""What trackers hold: `store.trackers`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from digest.store.connection import Connection, Row
from digest.store.values import json_text, time, time_text, words


@dataclass(frozen=True, slots=True)
class TrackerRow:
    """One row of a tracker.

    Attributes:
        id: Its number; rows are numbered in the order they were filed.
        cells: Column -> text; columns that sources.yaml no longer has are kept.
        issue_id, key: The issue and the entry that filed it; empty for a row by hand.
        story_id: The story that a row by hand was made from; may be empty.
        published: Whether readers may see it: by hand, or of an issue that is out.
    """

    id: int
    tracker: str
    cells: Mapping[str, str]
    at: datetime
    issue_id: str = ""
    key: str = ""
    story_id: str = ""
    published: bool = True


class Trackers:
    """Rows by tracker; a row says the same as another where all its cells do, white space aside."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def rows(self, tracker: str = "") -> list[TrackerRow]:
        """The rows of one tracker or of all, in the order they were filed."""
        found = self._db.rows(
            "SELECT r.*, coalesce(i.status, 'published') AS status FROM tracker_rows AS r"
            " LEFT JOIN issues AS i ON i.id = r.issue_id"
            " WHERE r.tracker = ?1 OR ?1 = '' ORDER BY r.tracker, r.id",
            (tracker,),
        )
        return [_row(row) for row in found]

    def add(
        self, tracker: str, rows: Sequence[Mapping[str, str]], at: datetime, story_id: str = ""
    ) -> list[int]:
        """File rows by hand; the numbers of those that were not there already."""
        with self._db.transaction():
            here = {said(row.cells) for row in self.rows(tracker)}
            added = []
            for cells in rows:
                if said(cells) in here:
                    continue
                here.add(said(cells))
                added.append(self._insert(tracker, cells, at, None, "", story_id))
        return added

    def file(
        self, issue_id: str, rows: Sequence[tuple[str, str, Mapping[str, str]]], at: datetime
    ) -> None:
        """Make the rows of an issue exactly these; those that stay keep their numbers.

        Args:
            issue_id: The issue, which is stored.
            rows: The entry's key, the tracker and the cells of each.
            at: When.
        """
        with self._db.transaction():
            wanted = [(key, tracker, said(cells)) for key, tracker, cells in rows]
            held = [row for row in self.rows() if row.issue_id == issue_id]
            here = {(row.key, row.tracker, said(row.cells)): row.id for row in held}
            gone = {row.id for row in held} - {here[one] for one in wanted if one in here}
            for number in sorted(gone):
                self.remove(number)
            for one, (key, tracker, cells) in zip(wanted, rows, strict=True):
                if one not in here:
                    here[one] = self._insert(tracker, cells, at, issue_id, key, "")

    def remove(self, number: int) -> None:
        """Take a row away."""
        self._db.execute("DELETE FROM tracker_rows WHERE id = ?", (number,))

    def _insert(
        self,
        tracker: str,
        cells: Mapping[str, str],
        at: datetime,
        issue_id: str | None,
        key: str,
        story_id: str,
    ) -> int:
        plain = {words(name): words(text) for name, text in cells.items()}
        return self._db.insert(
            "INSERT INTO tracker_rows (tracker, cells, at, issue_id, key, story_id)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (words(tracker), json_text(plain), time_text(at), issue_id, words(key), story_id),
        )


def said(cells: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """What a row says, in a form that compares: without empty cells, white space squeezed."""
    squeezed = ((name, " ".join(text.split())) for name, text in cells.items())
    return tuple(sorted((name, text) for name, text in squeezed if text))


def _row(row: Row) -> TrackerRow:
    return TrackerRow(
        id=row["id"],
        tracker=row["tracker"],
        cells=json.loads(row["cells"]),
        at=time(row["at"]),
        issue_id=row["issue_id"] or "",
        key=row["key"],
        story_id=row["story_id"],
        published=row["status"] == "published",
    )
