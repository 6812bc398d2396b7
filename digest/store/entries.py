"""The entries of published and scheduled issues, with where they lead and whom they quote."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date

from digest.model import Entry, Issue
from digest.store.connection import Connection, Row
from digest.store.values import json_text, maybe_day, wanted, words


@dataclass(frozen=True, slots=True)
class Covered:
    """An entry of a published issue: what was covered before.

    `titles` are those of its Read more lines; `imported` says that the issue was published
    elsewhere and read back.
    """

    issue_id: str
    number: int
    date: date | None
    position: int
    key: str
    story_id: str | None
    headline: str
    tagline: str
    body: str
    themes: tuple[str, ...]
    urls: tuple[str, ...]
    titles: tuple[str, ...] = ()
    imported: bool = False


def write_entries(db: Connection, issue: Issue) -> None:
    """Make the rows of an issue's entries exactly what it holds."""
    db.execute("DELETE FROM entries WHERE issue_id = ?", (issue.id,))
    stories = _stories_of(db, [entry.key for entry in issue.entries])
    for position, entry in enumerate(issue.entries):
        db.execute(
            "INSERT INTO entries (issue_id, position, key, story_id, kind, headline, tagline,"
            " body, why_thesis, why_text, themes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                issue.id,
                position,
                words(entry.key),
                stories.get(entry.key),
                entry.kind,
                words(entry.headline),
                words(entry.tagline),
                words(entry.body),
                words(entry.why.thesis),
                words(entry.why.text),
                json_text(entry.themes),
            ),
        )
        _write_links(db, issue.id, position, entry)
        _write_quotes(db, issue.id, position, entry)


def _stories_of(db: Connection, keys: list[str]) -> dict[str, str]:
    """The keys that are, or once were, ids of stories, and the stories they lead to."""
    rows = db.rows(
        "SELECT w.value AS key, coalesce(s.id, a.story_id) AS story_id FROM json_each(?) AS w"
        " LEFT JOIN stories AS s ON s.id = w.value"
        " LEFT JOIN story_aliases AS a ON a.alias = w.value",
        (wanted(keys),),
    )
    return {row["key"]: row["story_id"] for row in rows if row["story_id"]}


def _write_links(db: Connection, issue_id: str, position: int, entry: Entry) -> None:
    links = [(one.label, one.title, one.url) for one in entry.read_more]
    links += [("", one.title, one.url) for one in entry.links]
    db.execute_many(
        "INSERT INTO entry_links (issue_id, entry, position, label, title, url)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        [
            (issue_id, position, place, words(label), words(title), words(url))
            for place, (label, title, url) in enumerate(links)
        ],
    )


def _write_quotes(db: Connection, issue_id: str, position: int, entry: Entry) -> None:
    db.execute_many(
        "INSERT INTO quotes"
        " (issue_id, entry, position, text, item_id, version, span_start, span_end)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                issue_id,
                position,
                place,
                words(quote.text),
                quote.item_id or None,
                quote.version,
                quote.span.start if quote.span else None,
                quote.span.end if quote.span else None,
            )
            for place, quote in enumerate(entry.quotes)
        ],
    )


def lengths(db: Connection, most: int, *, but: str) -> list[int]:
    """How many words the entries of the newest published issues have, the newest issue first."""
    rows = db.rows(
        "SELECT i.id AS issue_id, e.headline || ' ' || e.tagline || ' ' || e.body || ' '"
        " || e.why_thesis || ' ' || e.why_text AS text"
        " FROM (SELECT id, date, number FROM issues WHERE status = 'published' AND theme = ''"
        "  AND id <> ? ORDER BY date IS NULL, date DESC, number DESC LIMIT ?) AS i"
        " JOIN entries AS e ON e.issue_id = i.id"
        " ORDER BY i.date IS NULL, i.date DESC, i.number DESC, e.position",
        (but, most),
    )
    counts: dict[str, int] = {}
    for row in rows:
        counts[row["issue_id"]] = counts.get(row["issue_id"], 0) + len(row["text"].split())
    return list(counts.values())


def covered(db: Connection) -> list[Covered]:
    """The entries of all published and scheduled issues, the newest issue first."""
    rows = db.rows(
        "SELECT e.*, i.number, i.date, i.imported_from, coalesce(a.story_id, e.story_id) AS story"
        " FROM issues AS i JOIN entries AS e ON e.issue_id = i.id"
        " LEFT JOIN story_aliases AS a ON a.alias = e.story_id"
        " WHERE i.status IN ('published', 'scheduled')"
        " ORDER BY i.date IS NULL, i.date DESC, i.number DESC, i.id, e.position"
    )
    links: dict[tuple[str, int], list[Row]] = {}
    for link in db.each("SELECT * FROM entry_links ORDER BY issue_id, entry, position"):
        links.setdefault((link["issue_id"], link["entry"]), []).append(link)
    return [_covered(row, links.get((row["issue_id"], row["position"]), [])) for row in rows]


def _covered(row: Row, links: list[Row]) -> Covered:
    return Covered(
        issue_id=row["issue_id"],
        number=row["number"],
        date=maybe_day(row["date"]),
        position=row["position"],
        key=row["key"],
        story_id=row["story"],
        headline=row["headline"],
        tagline=row["tagline"],
        body=row["body"],
        themes=tuple(json.loads(row["themes"])),
        # what was imported from plain text names its sources without addresses
        urls=tuple(dict.fromkeys(link["url"] for link in links if link["url"])),
        titles=tuple(link["title"] for link in links if link["label"] and link["title"]),
        imported=bool(row["imported_from"]),
    )
