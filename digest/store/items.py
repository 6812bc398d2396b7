"""Items and their versions: `store.items`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from digest.errors import NotFound
from digest.model import Item
from digest.store.apply import Applied, Applying
from digest.store.connection import Connection, Row
from digest.store.related import reached, related
from digest.store.rows import item_of
from digest.store.sources import mention
from digest.store.values import grouped, maybe_time, time, time_text, wanted
from digest.store.versions import Version, texts, versions

_BATCH = 500


@dataclass(frozen=True, slots=True)
class KnownItem:
    """An item that is stored, and under which fingerprint each source last reported it.

    `fingerprints` has source ids as keys.
    """

    item: Item
    fingerprints: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Appearance:
    """When an item was published, as far as its source says, and when it was first fetched."""

    source_id: str
    published: datetime | None
    first_seen: datetime


class Items:
    """Posts, papers and pages: as they read now, and as they read before."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    # ------------------------------------------------------------------------------------- writing

    def apply(self, items: Sequence[Item], *, now: datetime) -> Applied:
        """Store items as they are now; an edited one keeps its earlier title and text as a version.

        Links, external ids and comments become exactly the item's; comments that were edited or are
        gone stay in `comment_versions`. Items that are stored just so are not written at all.
        Sources that were never saved get a row of their own.
        """
        if not items:
            return Applied()
        with self._db.transaction():
            return Applying(self._db, now).apply(items)

    def record_ways(self, ways: Sequence[tuple[str, str, str, str]], *, now: datetime) -> int:
        """Record how items came: `(item id, source id, entry id, fingerprint)`.

        Returns:
            How many of them are new or have another fingerprint than before.
        """
        moment = time_text(now)
        with self._db.transaction():
            mention(self._db, (way[1] for way in ways))
            return self._db.execute_many(
                "INSERT INTO item_sources"
                " (item_id, source_id, entry_id, fingerprint, first_seen)"
                " VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT DO UPDATE SET fingerprint = excluded.fingerprint"
                " WHERE fingerprint <> excluded.fingerprint",
                [(*way, moment) for way in ways],
            )

    # ---------------------------------------------------------------------------- one and several

    def get(self, item_id: str) -> Item:
        """The item of that id, complete.

        Raises:
            NotFound: there is none.
        """
        found = self.many([item_id])
        if not found:
            raise NotFound(
                f"there is no item {item_id!r}", cure="`digest search` finds items by their words."
            )
        return found[item_id]

    def many(self, item_ids: Iterable[str]) -> dict[str, Item]:
        """Those of these items that are stored, complete, by id and in the order asked."""
        unique = list(dict.fromkeys(item_ids))
        found: dict[str, Item] = {}
        for start in range(0, len(unique), _BATCH):
            found |= self._complete(unique[start : start + _BATCH])
        return found

    def known(self, item_ids: Iterable[str]) -> dict[str, KnownItem]:
        """Those of these items that are stored, with what each source last said of them."""
        items = self.many(item_ids)
        ways = grouped(
            self._db.rows(
                "SELECT item_id, source_id, fingerprint FROM item_sources"
                " WHERE item_id IN (SELECT value FROM json_each(?))"
                " ORDER BY item_id, source_id, entry_id",
                (wanted(items),),
            ),
            "item_id",
        )
        return {
            item_id: KnownItem(
                item, {way["source_id"]: way["fingerprint"] for way in ways.get(item_id, ())}
            )
            for item_id, item in items.items()
        }

    def at(self, source_id: str, urls: Sequence[str]) -> dict[str, list[str]]:
        """The ids of the items that a source reported at these addresses, by address."""
        rows = self._db.rows(
            "SELECT i.url, i.id FROM json_each(?) AS w JOIN items AS i ON i.url = w.value"
            " WHERE EXISTS (SELECT 1 FROM item_sources AS s"
            "     WHERE s.item_id = i.id AND s.source_id = ?)"
            " ORDER BY w.key, i.number",
            (wanted(dict.fromkeys(urls)), source_id),
        )
        return {url: [row["id"] for row in same] for url, same in grouped(rows, "url").items()}

    def by_url(self, url: str) -> list[str]:
        """The ids of all items at an address, the first to come first."""
        rows = self._db.rows("SELECT id FROM items WHERE url = ? ORDER BY number", (url,))
        return [row["id"] for row in rows]

    def _complete(self, item_ids: Sequence[str]) -> dict[str, Item]:
        rows = self._db.rows(
            "SELECT i.* FROM json_each(?) AS w JOIN items AS i ON i.id = w.value ORDER BY w.key",
            (wanted(item_ids),),
        )
        return {item.id: item for item in self._items(rows)}

    def _items(self, rows: Sequence[Row]) -> list[Item]:
        ids = wanted(row["id"] for row in rows)
        within = "WHERE item_id IN (SELECT value FROM json_each(?)) ORDER BY item_id, "
        links = grouped(
            self._db.rows(f"SELECT * FROM item_links {within} position", (ids,)),  # noqa: S608
            "item_id",
        )
        external = grouped(
            self._db.rows(f"SELECT * FROM external_ids {within} scheme", (ids,)),  # noqa: S608
            "item_id",
        )
        comments = grouped(
            self._db.rows(f"SELECT * FROM comments {within} position", (ids,)),  # noqa: S608
            "item_id",
        )
        return [
            item_of(
                row,
                links.get(row["id"], ()),
                external.get(row["id"], ()),
                comments.get(row["id"], ()),
            )
            for row in rows
        ]

    # ------------------------------------------------------------------------------------ many

    def count(self) -> int:
        """How many items there are."""
        return int(self._db.value("SELECT count(*) FROM items"))

    def kinds(self) -> dict[str, int]:
        """How many items there are of each kind."""
        rows = self._db.rows("SELECT kind, count(*) AS n FROM items GROUP BY kind ORDER BY kind")
        return {row["kind"]: row["n"] for row in rows}

    def related(self, item_ids: Iterable[str]) -> list[str]:
        """Items that share an address or an identifier with any of these, see `store.related`."""
        return related(self._db, item_ids)

    def reached(self, urls: Iterable[str]) -> dict[str, list[str]]:
        """The items that each of these addresses leads to, see `store.related`."""
        return reached(self._db, urls)

    def days(self, first: float, last: float) -> dict[str, float]:
        """The items dated from one day to another and their dates, all in days since 1970.

        In the order of the dates.
        """
        rows = self._db.rows(
            "SELECT id, unixepoch(dated) / 86400.0 AS day FROM items"
            " WHERE dated >= strftime('%Y-%m-%dT%H:%M:%SZ', ?1 * 86400, 'unixepoch')"
            " AND dated <= strftime('%Y-%m-%dT%H:%M:%SZ', ?2 * 86400, 'unixepoch')"
            " ORDER BY dated, number",
            (first, last),
        )
        return {row["id"]: row["day"] for row in rows}

    def days_of(self, item_ids: Iterable[str]) -> dict[str, float]:
        """The dates of these items, in days since 1970."""
        rows = self._db.rows(
            "SELECT i.id, unixepoch(i.dated) / 86400.0 AS day FROM json_each(?) AS w"
            " JOIN items AS i ON i.id = w.value ORDER BY w.key",
            (wanted(dict.fromkeys(item_ids)),),
        )
        return {row["id"]: row["day"] for row in rows}

    def ids_since(self, moment: datetime) -> list[str]:
        """The ids of items dated at or after a moment, the oldest first.

        An item's date is when it was published, or when it was first seen if that was earlier or
        the source does not say.
        """
        rows = self._db.rows(
            "SELECT id FROM items WHERE dated >= ? ORDER BY dated, number", (time_text(moment),)
        )
        return [row["id"] for row in rows]

    def since(self, moment: datetime) -> Iterator[Item]:
        """Items dated at or after a moment, complete, the oldest first, a batch at a time."""
        ids = self.ids_since(moment)
        for start in range(0, len(ids), _BATCH):
            yield from self._complete(ids[start : start + _BATCH]).values()

    def all(self) -> Iterator[Item]:
        """All items, complete, in the order they came, a batch at a time."""
        after = 0
        while rows := self._db.rows(
            "SELECT * FROM items WHERE number > ? ORDER BY number LIMIT ?", (after, _BATCH)
        ):
            yield from self._items(rows)
            after = rows[-1]["number"]

    def first_seen(self, item_ids: Iterable[str]) -> dict[str, datetime]:
        """When each of these items was first fetched."""
        rows = self._db.rows(
            "SELECT i.id, i.first_seen FROM json_each(?) AS w JOIN items AS i ON i.id = w.value"
            " ORDER BY w.key",
            (wanted(dict.fromkeys(item_ids)),),
        )
        return {row["id"]: time(row["first_seen"]) for row in rows}

    def appearances(self, item_ids: Iterable[str]) -> dict[str, Appearance]:
        """When and where each of these items appeared; nothing else of them is read."""
        rows = self._db.rows(
            "SELECT i.id, i.source_id, i.published, i.first_seen FROM json_each(?) AS w"
            " JOIN items AS i ON i.id = w.value ORDER BY w.key",
            (wanted(dict.fromkeys(item_ids)),),
        )
        return {
            row["id"]: Appearance(
                row["source_id"], maybe_time(row["published"]), time(row["first_seen"])
            )
            for row in rows
        }

    def changed(self, item_ids: Iterable[str]) -> dict[str, datetime]:
        """When the title or text of each of these items last changed here."""
        rows = self._db.rows(
            "SELECT i.id, i.changed FROM json_each(?) AS w JOIN items AS i ON i.id = w.value"
            " ORDER BY w.key",
            (wanted(dict.fromkeys(item_ids)),),
        )
        return {row["id"]: time(row["changed"]) for row in rows}

    def dates(self, item_ids: Iterable[str]) -> dict[str, str]:
        """The date of each of these items, as in `ids_since`: `2026-06-29T12:00:00Z`."""
        rows = self._db.rows(
            "SELECT i.id, i.dated FROM json_each(?) AS w JOIN items AS i ON i.id = w.value"
            " ORDER BY w.key",
            (wanted(dict.fromkeys(item_ids)),),
        )
        return {row["id"]: row["dated"] for row in rows}

    def sources(self, item_ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """The ids of all sources that reported each of these items, the first to do so first."""
        rows = self._db.rows(
            "SELECT item_id, source_id FROM item_sources"
            " WHERE item_id IN (SELECT value FROM json_each(?))"
            " ORDER BY item_id, first_seen, source_id",
            (wanted(item_ids),),
        )
        return {
            item_id: tuple(dict.fromkeys(row["source_id"] for row in ways))
            for item_id, ways in grouped(rows, "item_id").items()
        }

    # ------------------------------------------------------------------------------------ versions

    def versions(self, item_id: str) -> list[Version]:
        """All versions of an item, the first one first, see `store.versions`."""
        return versions(self._db, item_id)

    def version_numbers(self, item_ids: Iterable[str]) -> dict[str, int]:
        """The number of the text that each of these items has now."""
        rows = self._db.rows(
            "SELECT i.id, i.version FROM json_each(?) AS w JOIN items AS i ON i.id = w.value"
            " ORDER BY w.key",
            (wanted(dict.fromkeys(item_ids)),),
        )
        return {row["id"]: row["version"] for row in rows}

    def texts(self, item_ids: Iterable[str]) -> dict[str, list[str]]:
        """Everything that these items say or ever said, see `store.versions`."""
        return texts(self._db, item_ids)
