"""How much items belong to themes: `store.tags`."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from digest.model import Evidence, Tag
from digest.store.connection import Connection, Row
from digest.store.progress import advance, first_since, newest, through, unsorted
from digest.store.values import grouped, json_text, time_text, wanted, words

_STALE = (
    "NOT EXISTS (SELECT 1 FROM tags AS t WHERE t.item_id = i.id AND t.theme = :theme"
    " AND t.fingerprint = :fingerprint AND t.content_hash = i.content_hash)"
)


class Tags:
    """One tag for each item and theme, with the evidence and what computed it."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def save(self, tags: Sequence[Tag], fingerprints: Mapping[str, str]) -> None:
        """Store tags of items as they are now.

        Args:
            tags: Any number, of any items and themes; each replaces the one before it.
            fingerprints: For each of their themes, a digest of what computed them.

        Raises:
            KeyError: a tag's theme has no fingerprint.
        """
        with self._db.transaction():
            self._db.execute_many(
                "INSERT INTO tags"
                " (item_id, theme, score, chosen, evidence, fingerprint, content_hash)"
                " SELECT id, ?, ?, ?, ?, ?, content_hash FROM items WHERE id = ?"
                " ON CONFLICT DO UPDATE SET score = excluded.score, chosen = excluded.chosen,"
                "     evidence = excluded.evidence, fingerprint = excluded.fingerprint,"
                "     content_hash = excluded.content_hash"
                " WHERE (score, chosen, evidence, fingerprint, content_hash)"
                "     <> (excluded.score, excluded.chosen, excluded.evidence,"
                "         excluded.fingerprint, excluded.content_hash)",
                (
                    (
                        tag.theme,
                        float(tag.score),
                        int(tag.chosen),
                        evidence_text(tag.evidence),
                        fingerprints[tag.theme],
                        tag.item_id,
                    )
                    for tag in tags
                ),
            )
            for theme in sorted({tag.theme for tag in tags}):
                self._settle(theme, fingerprints[theme])

    def stale(self, theme: str, fingerprint: str, *, since: datetime | None = None) -> list[str]:
        """The ids of items without a tag of this theme, fingerprint and their present words.

        In the order they came. Where everything older is done, only what is new is looked at.

        Args:
            theme: The theme's id.
            fingerprint: A digest of what computes its tags now.
            since: Leave out items first seen before that moment and not changed since: after a
                theme changed, a year-old item need not be tagged again.
        """
        above = max(through(self._db, f"tags {theme}", fingerprint), first_since(self._db, since))
        rows = self._db.rows(
            f"SELECT i.id FROM items AS i WHERE i.revision > :above AND {_STALE}"  # noqa: S608
            " ORDER BY i.revision",
            {"above": above, "theme": theme, "fingerprint": fingerprint},
        )
        return [row["id"] for row in rows]

    def of(self, item_ids: Iterable[str]) -> dict[str, list[Tag]]:
        """The tags of each of these items, the strongest first; an empty list for one without."""
        ids = list(dict.fromkeys(item_ids))
        rows = self._db.rows(
            "SELECT t.* FROM json_each(?) AS w JOIN tags AS t ON t.item_id = w.value"
            " ORDER BY w.key, t.score DESC, t.theme",
            (wanted(ids),),
        )
        found = grouped(rows, "item_id")
        return {item_id: [_tag(row) for row in found.get(item_id, ())] for item_id in ids}

    def by_day(self, since: datetime) -> list[tuple[str, str, int]]:
        """How many items of each day are in each theme: `(day, theme, items)`.

        The theme is empty where all items of the day are counted.
        """
        rows = self._db.rows(
            "SELECT substr(dated, 1, 10) AS day, '' AS theme, count(*) AS n FROM items"
            " WHERE dated >= ?1 GROUP BY 1"
            " UNION ALL SELECT substr(i.dated, 1, 10), t.theme, count(*) FROM items AS i"
            " JOIN tags AS t ON t.item_id = i.id AND t.chosen WHERE i.dated >= ?1 GROUP BY 1, 2"
            " ORDER BY 1, 2",
            (time_text(since),),
        )
        return [(row["day"], row["theme"], row["n"]) for row in rows]

    def drop_themes(self, keep: Collection[str]) -> int:
        """Let go of the tags of themes that sources.yaml no longer has; how many there were."""
        with self._db.transaction():
            # Every theme that was ever tagged has its progress; the tags are too many to ask.
            works = self._db.rows("SELECT work FROM progress WHERE work GLOB 'tags *' ORDER BY 1")
            themes = [row["work"].removeprefix("tags ") for row in works]
            return sum(self._drop(theme) for theme in themes if theme not in keep)

    def _drop(self, theme: str) -> int:
        unsorted(self._db)
        self._db.execute("DELETE FROM progress WHERE work = ?", (f"tags {theme}",))
        return self._db.execute("DELETE FROM tags WHERE theme = ?", (theme,))

    def _settle(self, theme: str, fingerprint: str) -> None:
        """Remember how far all items have tags: up to the first that has none."""
        work = f"tags {theme}"
        first_stale = self._db.value(
            f"SELECT i.revision FROM items AS i WHERE i.revision > :above AND {_STALE}"  # noqa: S608
            " ORDER BY i.revision LIMIT 1",
            {
                "above": through(self._db, work, fingerprint),
                "theme": theme,
                "fingerprint": fingerprint,
            },
        )
        done = newest(self._db) if first_stale is None else first_stale - 1
        advance(self._db, work, fingerprint, done)


def evidence_text(evidence: Sequence[Evidence]) -> str:
    """Evidence as it is stored."""
    return json_text(
        [
            {"kind": one.kind, "what": words(one.what), "weight": float(one.weight)}
            for one in evidence
        ]
    )


def _tag(row: Row) -> Tag:
    return Tag(
        item_id=row["item_id"],
        theme=row["theme"],
        score=row["score"],
        chosen=bool(row["chosen"]),
        evidence=evidence_of(row["evidence"]),
    )


def evidence_of(text: str) -> tuple[Evidence, ...]:
    """Evidence as it was stored, read."""
    return tuple(Evidence(one["kind"], one["what"], one["weight"]) for one in json.loads(text))
