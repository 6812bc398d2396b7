"""Issues, and what was published in them: `store.issues`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from digest.errors import NotFound
from digest.model import Issue
from digest.store.codec import from_json, to_json
from digest.store.connection import Row
from digest.store.entries import Covered, covered, write_entries
from digest.store.records import IssueRecord, Records
from digest.store.values import time, time_text, words


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An issue as it was published.

    Attributes:
        number: 1 is the first; each correction makes another.
        correction: What readers are told was corrected; empty for the first.
        markdown: The draft that it was made from.
    """

    issue: Issue
    markdown: str
    number: int
    at: datetime
    correction: str = ""


class Issues(Records):
    """Every number of the newsletter, and its text as it went out."""

    def publish(
        self,
        issue: Issue,
        markdown: str,
        at: datetime,
        *,
        correction: str = "",
        imported_from: str = "",
    ) -> Snapshot:
        """Store an issue as it goes out, with its entries, links and quotes; it is then published.

        Publishing what is published already, word for word, changes nothing: after a crash the
        command can be repeated. Something else makes a further snapshot.

        Args:
            issue: The whole issue.
            markdown: The draft that it was read from.
            at: When.
            correction: What readers are told was corrected.
            imported_from: The file, for an issue that was published elsewhere before.
        """
        text = to_json(issue)
        with self._db.transaction():
            last = self._last(issue.id)
            same = last is not None and (last["issue"], last["markdown"], last["correction"]) == (
                text,
                words(markdown),
                words(correction),
            )
            before = self.find(issue.id)
            if not same:
                self._db.execute(
                    "INSERT INTO snapshots (issue_id, number, at, correction, issue, markdown)"
                    " VALUES (?, ?, ?, ?, ?, ?)",
                    (
                        issue.id,
                        1 if last is None else last["number"] + 1,
                        time_text(at),
                        words(correction),
                        text,
                        words(markdown),
                    ),
                )
            self.save(_published(issue, before, at, imported_from))
            write_entries(self._db, issue)
        return self.snapshot(issue.id)

    def unpublish(self, issue_id: str) -> None:
        """Make a published issue a draft again; its snapshots stay.

        Raises:
            NotFound: there is no such issue.
        """
        self.get(issue_id)
        with self._db.transaction():
            self._db.execute(
                "UPDATE issues SET status = 'draft', published_at = NULL, publish_at = NULL"
                " WHERE id = ?",
                (issue_id,),
            )
            self._db.execute("DELETE FROM entries WHERE issue_id = ?", (issue_id,))

    def snapshot(self, issue_id: str) -> Snapshot:
        """The newest snapshot of an issue.

        Raises:
            NotFound: it was never published.
        """
        row = self._last(issue_id)
        if row is None:
            raise NotFound(
                f"issue {issue_id} was never published", cure="`digest publish` does it."
            )
        return _snapshot(row)

    def snapshots(self, issue_id: str) -> list[Snapshot]:
        """All snapshots of an issue, the first one first."""
        rows = self._db.rows(
            "SELECT * FROM snapshots WHERE issue_id = ? ORDER BY number", (issue_id,)
        )
        return [_snapshot(row) for row in rows]

    def _last(self, issue_id: str) -> Row | None:
        return self._db.one(
            "SELECT * FROM snapshots WHERE issue_id = ? ORDER BY number DESC", (issue_id,)
        )

    def covered(self) -> list[Covered]:
        """The entries of all published issues, the newest issue first: what was covered before."""
        return covered(self._db)


def _published(
    issue: Issue, before: IssueRecord | None, at: datetime, imported_from: str
) -> IssueRecord:
    """The record of an issue that goes out: its day of publication stays when it is corrected."""
    record = before or IssueRecord(issue.id, issue.number)
    return replace(
        record,
        number=issue.number,
        title=issue.title,
        status="published",
        date=issue.date,
        window=issue.window or record.window,
        published_at=record.published_at or at,
        imported_from=imported_from or record.imported_from,
    )


def _snapshot(row: Row) -> Snapshot:
    return Snapshot(
        issue=from_json(Issue, row["issue"]),
        markdown=row["markdown"],
        number=row["number"],
        at=time(row["at"]),
        correction=row["correction"],
    )
