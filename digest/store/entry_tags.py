"""The themes that the machine found in entries of imported issues: `store.entry_tags`.

They are shown where an entry names no theme itself, and nothing is learned from them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from digest.model import Tag
from digest.store.connection import Connection
from digest.store.progress import advance, is_done
from digest.store.tags import evidence_of, evidence_text

_WORK = "entry tags"

Place = tuple[str, int]
"""An entry: its issue's id, and its position in it, from 0."""


class EntryTags:
    """The chosen tags of imported entries without themes of their own."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def are_of(self, mark: str) -> bool:
        """Whether what is stored was found under these conditions."""
        return is_done(self._db, _WORK, mark)

    def replace(self, tags: Mapping[Place, Sequence[Tag]], mark: str) -> None:
        """Store the tags of all entries that have any; there are no others then.

        Args:
            tags: The chosen ones of each entry.
            mark: A digest of what they were found by: issues, themes, and what was learned.
        """
        rows = [
            (issue_id, position, one.theme, float(one.score), evidence_text(one.evidence))
            for (issue_id, position), found in tags.items()
            for one in found
        ]
        with self._db.transaction():
            self._db.execute("DELETE FROM entry_tags")
            self._db.execute_many(
                "INSERT INTO entry_tags (issue_id, entry, theme, score, evidence)"
                " VALUES (?, ?, ?, ?, ?)",
                rows,
            )
            advance(self._db, _WORK, mark, 0)

    def all(self) -> dict[Place, list[Tag]]:
        """The tags of all entries that have any, each entry's strongest first."""
        found: dict[Place, list[Tag]] = {}
        for row in self._db.rows(
            "SELECT * FROM entry_tags ORDER BY issue_id, entry, score DESC, theme"
        ):
            place = (row["issue_id"], row["entry"])
            tag = Tag(
                f"{place[0]}#{place[1]}",
                row["theme"],
                row["score"],
                True,
                evidence_of(row["evidence"]),
            )
            found.setdefault(place, []).append(tag)
        return found
