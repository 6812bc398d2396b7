"""What is remembered of each issue beside its text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from digest.errors import NotFound
from digest.model import Status, Window
from digest.store.connection import Connection, Row
from digest.store.values import (
    maybe_day,
    maybe_day_text,
    maybe_time,
    maybe_time_text,
    words,
)


@dataclass(frozen=True, slots=True)
class IssueRecord:
    """What is remembered of an issue beside its text.

    Attributes:
        theme: The one theme that it is a digest of; such a digest stands beside an issue and is
            never published with the issues.
        path: Its draft, from the project's folder.
        publish_at: When it is to go out.
        published_at: When it first went out.
        imported_from: The file it was imported from.
    """

    id: str
    number: int
    title: str = ""
    status: Status = "draft"
    date: date | None = None
    window: Window | None = None
    theme: str = ""
    style: str = ""
    path: str = ""
    publish_at: datetime | None = None
    published_at: datetime | None = None
    imported_from: str = ""

    @property
    def base(self) -> str:
        """The issue beside which it stands: its own id, unless it is a digest of one theme."""
        return self.id.removesuffix(f"-{self.theme}") if self.theme else self.id


class Records:
    """The rows of `issues`."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def save(self, record: IssueRecord) -> None:
        """Remember an issue; what is stored just so is not written."""
        values = _values(record)
        names = list(values)
        with self._db.transaction():
            self._db.execute(
                f"INSERT INTO issues ({', '.join(names)})"  # noqa: S608 — our own column names
                f" VALUES ({', '.join(':' + name for name in names)}) ON CONFLICT DO UPDATE SET "
                + ", ".join(f"{name} = excluded.{name}" for name in names[1:]),
                values,
            )

    def find(self, ref: str | int) -> IssueRecord | None:
        """The issue of that id or number, or None. The newest, where two have one number."""
        row = self._db.one("SELECT * FROM issues WHERE id = ?", (str(ref),))
        if row is None and str(ref).isdecimal():
            row = self._db.one(
                "SELECT * FROM issues WHERE number = ? ORDER BY theme <> '', date DESC, id DESC",
                (int(ref),),
            )
        return None if row is None else record_of(row)

    def get(self, ref: str | int) -> IssueRecord:
        """The issue of that id or number.

        Raises:
            NotFound: there is none.
        """
        record = self.find(ref)
        if record is None:
            raise NotFound(f"there is no issue {ref}", cure="`digest status` lists the issues.")
        return record

    def all(self) -> list[IssueRecord]:
        """All issues, the oldest first."""
        # Imported issues without a date come first.
        rows = self._db.rows("SELECT * FROM issues ORDER BY date, number, id")
        return [record_of(row) for row in rows]

    def open_issue(self) -> IssueRecord | None:
        """The oldest issue that is neither scheduled, published nor skipped; None without one."""
        return next((one for one in self.having("draft") if not one.theme), None)

    def beside(self, issue_id: str) -> list[IssueRecord]:
        """The digests of one theme that stand beside an issue."""
        return [one for one in self.all() if one.theme and one.base == issue_id]

    def last(self) -> IssueRecord | None:
        """The newest issue, by its day and its number: the next one follows on it."""
        return next((one for one in reversed(self.all()) if not one.theme), None)

    def published(self) -> list[IssueRecord]:
        """The issues that are published, the oldest first."""
        return self.having("published")

    def scheduled(self) -> list[IssueRecord]:
        """The issues that wait for their time, the oldest first."""
        return self.having("scheduled")

    def having(self, status: Status) -> list[IssueRecord]:
        """The issues of a status, the oldest first."""
        return [record for record in self.all() if record.status == status]


def _values(record: IssueRecord) -> dict[str, Any]:
    window = record.window
    return {
        "id": record.id,
        "number": record.number,
        "title": words(record.title),
        "status": record.status,
        "date": maybe_day_text(record.date),
        "window_start": maybe_day_text(window.start if window else None),
        "window_end": maybe_day_text(window.end if window else None),
        "theme": words(record.theme),
        "style": words(record.style),
        "path": words(record.path),
        "publish_at": maybe_time_text(record.publish_at),
        "published_at": maybe_time_text(record.published_at),
        "imported_from": words(record.imported_from),
    }


def record_of(row: Row) -> IssueRecord:
    """The record of a row of `issues`."""
    start, end = maybe_day(row["window_start"]), maybe_day(row["window_end"])
    return IssueRecord(
        id=row["id"],
        number=row["number"],
        title=row["title"],
        status=row["status"],
        date=maybe_day(row["date"]),
        window=Window(start, end) if start and end else None,
        theme=row["theme"],
        style=row["style"],
        path=row["path"],
        publish_at=maybe_time(row["publish_at"]),
        published_at=maybe_time(row["published_at"]),
        imported_from=row["imported_from"],
    )
