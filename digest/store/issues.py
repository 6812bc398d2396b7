"""Issues, and what was published in them: `store.issues`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import blake2b

from digest.errors import NotFound
from digest.model import Issue, Status, Tag
from digest.store.codec import from_json, to_json
from digest.store.connection import Connection, Row
from digest.store.entries import Covered, covered, lengths, write_entries
from digest.store.entry_tags import EntryTags
from digest.store.records import IssueRecord, Records, record_of
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


@dataclass(frozen=True, slots=True)
class Told:
    """An issue as readers have it, not read yet: what it says may have long been built.

    Attributes:
        record: What is remembered of it.
        text: Its newest snapshot, as JSON.
        times: When each snapshot was made, and the correction that it tells of, in order.
        tags: Of an imported issue what the machine takes entries to be about that name no theme
            themselves: an entry's place from 0, and its chosen tags, the strongest first.
    """

    record: IssueRecord
    text: str
    times: tuple[tuple[datetime, str], ...]
    tags: Mapping[int, Sequence[Tag]] = field(default_factory=dict)

    @property
    def issue(self) -> Issue:
        """The issue, read."""
        return from_json(Issue, self.text)


class Issues(Records):
    """Every number of the newsletter, and its text as it went out."""

    def __init__(self, db: Connection) -> None:
        super().__init__(db)
        self._read: tuple[tuple[int, int], list[Covered]] | None = None

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
        with self._db.transaction():
            self._keep(issue, markdown, at, correction)
            before = self.find(issue.id)
            self.save(_published(issue, before, at, imported_from))
            write_entries(self._db, issue)
        return self.snapshot(issue.id)

    def schedule(self, issue: Issue, markdown: str, at: datetime, *, due: datetime) -> Snapshot:
        """Store an issue as it is to go out when its time comes; until then it is scheduled.

        Args:
            issue: The whole issue.
            markdown: The draft that it was read from, as it is to be published.
            at: When this was asked for.
            due: When it is to go out.
        """
        with self._db.transaction():
            self._keep(issue, markdown, at, "")
            record = self.find(issue.id) or IssueRecord(issue.id, issue.number)
            waiting = _said(issue, record, "scheduled")
            self.save(replace(waiting, publish_at=due, published_at=None))
            write_entries(self._db, issue)
        return self.snapshot(issue.id)

    def due(self, now: datetime) -> list[IssueRecord]:
        """The scheduled issues whose time has come, in the order of their times."""
        waiting = [one for one in self.scheduled() if one.publish_at and one.publish_at <= now]
        return sorted(waiting, key=lambda one: (one.publish_at, one.number, one.id))

    def release(self, issue_id: str, at: datetime) -> Snapshot:
        """Let a scheduled issue go out as its newest snapshot has it.

        Raises:
            NotFound: there is no such issue, or no snapshot of it.
        """
        record = self.get(issue_id)
        snapshot = self.snapshot(issue_id)
        self.save(replace(record, status="published", published_at=at))
        return snapshot

    def unpublish(self, issue_id: str) -> None:
        """Make a published or scheduled issue a draft again; its snapshots stay.

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

    def told(self, issue_id: str = "") -> list[Told]:
        """The published issues as they were last told, the oldest first; or one, in any state.

        An issue without a snapshot has not been told.
        """
        newest = self._db.rows(
            "SELECT i.*, s.issue AS text FROM issues AS i JOIN snapshots AS s"
            " ON s.issue_id = i.id AND s.number ="
            " (SELECT max(number) FROM snapshots WHERE issue_id = i.id)"
            " WHERE i.id = ?1 OR (?1 = '' AND i.status = 'published')"
            " ORDER BY i.date, i.number, i.id",
            (issue_id,),
        )
        times: dict[str, list[tuple[datetime, str]]] = {}
        for row in self._db.rows(
            "SELECT issue_id, at, correction FROM snapshots WHERE issue_id = ?1 OR ?1 = ''"
            " ORDER BY issue_id, number",
            (issue_id,),
        ):
            times.setdefault(row["issue_id"], []).append((time(row["at"]), row["correction"]))
        tags: dict[str, dict[int, Sequence[Tag]]] = {}
        for (told, position), found in EntryTags(self._db).all().items():
            tags.setdefault(told, {})[position] = found
        return [
            Told(record_of(row), row["text"], tuple(times[row["id"]]), tags.get(row["id"], {}))
            for row in newest
        ]

    def _keep(self, issue: Issue, markdown: str, at: datetime, correction: str) -> None:
        """Add a snapshot, unless the newest one says just the same."""
        text, markdown, correction = to_json(issue), words(markdown), words(correction)
        last = self._last(issue.id)
        said = (last["issue"], last["markdown"], last["correction"]) if last else None
        if said == (text, markdown, correction):
            return
        number = 1 if last is None else last["number"] + 1
        self._db.execute(
            "INSERT INTO snapshots (issue_id, number, at, correction, issue, markdown)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (issue.id, number, time_text(at), correction, text, markdown),
        )

    def _last(self, issue_id: str) -> Row | None:
        return self._db.one(
            "SELECT * FROM snapshots WHERE issue_id = ? ORDER BY number DESC", (issue_id,)
        )

    def lengths(self, most: int, *, but: str) -> list[int]:
        """How many words the entries of the newest published issues have, the newest first.

        Args:
            most: Of so many issues.
            but: The id of an issue that does not count.
        """
        return lengths(self._db, most, but=but)

    def mark(self, *, drafts: bool = True) -> str:
        """A digest of which issues there are, in which state, and how often each was told anew.

        Args:
            drafts: Those that are being written count, too.
        """
        rows = self._db.rows(
            "SELECT i.id, i.number, i.status, i.theme, i.date, i.window_start, i.window_end,"
            " (SELECT max(s.number) FROM snapshots AS s WHERE s.issue_id = i.id) AS told"
            " FROM issues AS i WHERE i.status <> 'draft' OR ? ORDER BY i.id",
            (drafts,),
        )
        return blake2b(repr([tuple(row) for row in rows]).encode(), digest_size=8).hexdigest()

    def covered(self) -> list[Covered]:
        """The entries of all published and scheduled issues, the newest first: what was covered."""
        state = self._db.state()
        if state is None:
            return covered(self._db)
        if self._read is None or self._read[0] != state:
            self._read = state, covered(self._db)
        return list(self._read[1])


def _published(
    issue: Issue, before: IssueRecord | None, at: datetime, imported_from: str
) -> IssueRecord:
    """The record of an issue that goes out: its day of publication stays when it is corrected."""
    record = _said(issue, before or IssueRecord(issue.id, issue.number), "published")
    return replace(
        record,
        published_at=record.published_at or at,
        imported_from=imported_from or record.imported_from,
    )


def _said(issue: Issue, record: IssueRecord, status: Status) -> IssueRecord:
    """The record with what the issue says of itself."""
    return replace(
        record,
        number=issue.number,
        title=issue.title,
        status=status,
        date=issue.date,
        window=issue.window or record.window,
    )


def _snapshot(row: Row) -> Snapshot:
    return Snapshot(
        issue=from_json(Issue, row["issue"]),
        markdown=row["markdown"],
        number=row["number"],
        at=time(row["at"]),
        correction=row["correction"],
    )
