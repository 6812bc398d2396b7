"""What items said at any time: their versions, and every text for checking quotes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from digest.store.connection import Connection
from digest.store.values import grouped, time, wanted


@dataclass(frozen=True, slots=True)
class Version:
    """One text that an item has or had.

    Attributes:
        number: 1 is the first.
        seen: When it was first fetched.
        changed: What it changed in the one before it: `title`, `text`, `title, text`; empty for
            the first.
    """

    number: int
    seen: datetime
    changed: str
    title: str
    text: str
    html: str


def versions(db: Connection, item_id: str) -> list[Version]:
    """All versions of an item, the first one first and the present one last."""
    rows = db.rows(
        "SELECT number, seen, what_changed, title, text, html FROM item_versions"
        " WHERE item_id = ?1"
        " UNION ALL SELECT version, changed, '', title, text, html FROM items WHERE id = ?1"
        " ORDER BY 1",
        (item_id,),
    )
    # A stored version says what the next one changed; a reader asks what this one did.
    changed = ["", *(row["what_changed"] for row in rows)]
    return [
        Version(row["number"], time(row["seen"]), what, row["title"], row["text"], row["html"])
        for row, what in zip(rows, changed, strict=False)
    ]


def texts(db: Connection, item_ids: Iterable[str]) -> dict[str, list[str]]:
    """Everything that these items say or ever said, for checking quotes.

    For each item: its present text, its earlier ones from the newest back, its comments, and
    what comments said before; then titles and authors' notes in the same order. No text twice.
    """
    ids = wanted(dict.fromkeys(item_ids))
    rows = db.rows(
        "WITH w AS (SELECT value AS id, key FROM json_each(?))"
        " SELECT w.key, i.id, 0 AS part, 0 AS n, i.text FROM w JOIN items AS i USING (id)"
        " UNION ALL SELECT w.key, w.id, 1, -v.number, v.text FROM w"
        "     JOIN item_versions AS v ON v.item_id = w.id"
        " UNION ALL SELECT w.key, w.id, 2, c.position, c.text FROM w"
        "     JOIN comments AS c ON c.item_id = w.id"
        " UNION ALL SELECT w.key, w.id, 3, -c.number, c.text FROM w"
        "     JOIN comment_versions AS c ON c.item_id = w.id"
        " UNION ALL SELECT w.key, i.id, 4, 0, i.title FROM w JOIN items AS i USING (id)"
        " UNION ALL SELECT w.key, w.id, 5, -v.number, v.title FROM w"
        "     JOIN item_versions AS v ON v.item_id = w.id"
        " UNION ALL SELECT w.key, i.id, 6, 0, i.note FROM w JOIN items AS i USING (id)"
        " ORDER BY 1, 3, 4, 5",
        (ids,),
    )
    return {
        item_id: list(dict.fromkeys(row["text"] for row in same if row["text"]))
        for item_id, same in grouped(rows, "id").items()
    }
