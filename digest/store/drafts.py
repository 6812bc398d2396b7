"""What the machine wrote into drafts, and what drafts held before: `store.drafts`."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Literal

from digest.store.connection import Connection
from digest.store.values import grouped, time, time_text, words

State = Literal["present", "deleted", "withdrawn"]


class Drafts:
    """By this record a word that the editor wrote is told from the machine's."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    # ------------------------------------------------------------------------------- machine texts

    def machine_texts(self, issue_id: str) -> dict[str, list[str]]:
        """Everything the machine ever wrote for each key of a draft, the first one first."""
        rows = self._db.rows(
            "SELECT key, text FROM machine_texts WHERE issue_id = ? ORDER BY key, number",
            (issue_id,),
        )
        return {key: [row["text"] for row in same] for key, same in grouped(rows, "key").items()}

    def last_written(self, issue_id: str) -> dict[str, datetime]:
        """When the machine last wrote something new for each key of a draft."""
        rows = self._db.rows(
            "SELECT key, max(at) AS at FROM machine_texts WHERE issue_id = ? GROUP BY key",
            (issue_id,),
        )
        return {row["key"]: time(row["at"]) for row in rows}

    def machine_keys(self, issue_id: str) -> set[str]:
        """The keys that the machine ever wrote something for."""
        rows = self._db.rows(
            "SELECT DISTINCT key FROM machine_texts WHERE issue_id = ?", (issue_id,)
        )
        return {row["key"] for row in rows}

    def remember(self, issue_id: str, key: str, text: str, now: datetime) -> bool:
        """Record what the machine writes under a key; whether it had not written that before.

        To be committed before the file is written: an entry that the record does not know would
        be taken for the editor's.
        """
        text = words(text)
        with self._db.transaction():
            if self._db.one(
                "SELECT 1 FROM machine_texts WHERE issue_id = ? AND key = ? AND text = ?",
                (issue_id, key, text),
            ):
                return False
            self._db.execute(
                "INSERT INTO machine_texts (issue_id, key, number, at, text)"
                " SELECT ?1, ?2, coalesce(max(number), 0) + 1, ?3, ?4 FROM machine_texts"
                " WHERE issue_id = ?1 AND key = ?2",
                (issue_id, key, time_text(now), text),
            )
        return True

    # ------------------------------------------------------------------------------------- entries

    def states(self, issue_id: str) -> dict[str, State]:
        """What became of the entries that the machine wrote: still there, deleted or withdrawn."""
        rows = self._db.rows(
            "SELECT key, state FROM draft_entries WHERE issue_id = ? ORDER BY key", (issue_id,)
        )
        return {row["key"]: row["state"] for row in rows}

    def set_state(self, issue_id: str, keys: Iterable[str], state: State, now: datetime) -> None:
        """Record what became of entries."""
        with self._db.transaction():
            self._db.execute_many(
                "INSERT INTO draft_entries (issue_id, key, state, at) VALUES (?, ?, ?, ?)"
                " ON CONFLICT DO UPDATE SET state = excluded.state, at = excluded.at"
                " WHERE state <> excluded.state",
                [(issue_id, key, state, time_text(now)) for key in keys],
            )

    def mark(self, issue_id: str) -> str:
        """What is another once the machine wrote something new, or an entry's state changed."""
        written = self._db.value(
            "SELECT count(*) FROM machine_texts WHERE issue_id = ?", (issue_id,)
        )
        return f"{written} {sorted(self.states(issue_id).items())}"

    def deleted_keys(self, issue_id: str, present: Collection[str] | None = None) -> set[str]:
        """The keys of entries that the editor deleted: they stay so.

        Args:
            issue_id: The issue.
            present: The keys that the file holds now. Entries that the machine wrote, did not
                withdraw, and the file no longer holds were deleted by the editor.
        """
        states = self.states(issue_id)
        deleted = {key for key, state in states.items() if state == "deleted"}
        if present is None:
            return deleted
        gone = {key for key, state in states.items() if state == "present" and key not in present}
        return (deleted - set(present)) | gone

    # -------------------------------------------------------------------------------- whole drafts

    def save_text(self, issue_id: str, text: str, now: datetime) -> bool:
        """Keep a draft as it stands; whether it differs from the last one kept."""
        text = words(text)
        with self._db.transaction():
            if self.last_text(issue_id) == text:
                return False
            self._db.execute(
                "INSERT INTO draft_texts (issue_id, number, at, text)"
                " SELECT ?1, coalesce(max(number), 0) + 1, ?2, ?3 FROM draft_texts"
                " WHERE issue_id = ?1",
                (issue_id, time_text(now), text),
            )
        return True

    def last_text(self, issue_id: str) -> str | None:
        """The draft as it was last kept, or None."""
        text: str | None = self._db.value(
            "SELECT text FROM draft_texts WHERE issue_id = ? ORDER BY number DESC", (issue_id,)
        )
        return text

    def texts(self, issue_id: str) -> list[tuple[datetime, str]]:
        """All drafts of an issue that were kept, and when, the first one first."""
        rows = self._db.rows(
            "SELECT at, text FROM draft_texts WHERE issue_id = ? ORDER BY number", (issue_id,)
        )
        return [(time(row["at"]), row["text"]) for row in rows]
