"""Items as rows and rows as items: the one place that knows both shapes."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from digest.model import Comment, Item, Link
from digest.store.values import json_text, maybe_time, maybe_time_text, words

COLUMNS = (
    "id",
    "source_id",
    "entry_id",
    "url",
    "title",
    "kind",
    "authors",
    "published",
    "updated",
    "categories",
    "discusses",
    "note",
    "karma",
    "fingerprint",
    "via",
    "content_hash",
    "text",
    "html",
)
"""The columns of `items` that an `Item` decides; the store decides the others."""


_SORTED_BY = ("title", "text", "authors", "categories", "note", "url", "discusses")


def content_hash(item: Item, row: Mapping[str, Any]) -> str:
    """A digest of all that sorting reads: words for tags, addresses and ids for stories.

    Karma and comments are not part of it: they change every hour.
    """
    links = [words(link.url) for link in item.links]
    read = [[row[name] for name in _SORTED_BY], links, sorted(item.external_ids.items())]
    return hashlib.sha256(json.dumps(read).encode()).hexdigest()[:16]


def item_row(item: Item) -> dict[str, Any]:
    """The values of `COLUMNS`."""
    row = {
        "id": item.id,
        "source_id": words(item.source_id),
        "entry_id": words(item.entry_id),
        "url": words(item.url),
        "title": words(item.title),
        "kind": item.kind,
        "authors": json_text(item.authors),
        "published": maybe_time_text(item.published),
        "updated": maybe_time_text(item.updated),
        "categories": json_text(item.categories),
        "discusses": words(item.discusses),
        "note": words(item.note),
        "karma": item.karma,
        "fingerprint": words(item.fingerprint),
        "via": words(item.via),
        "text": words(item.text),
        "html": words(item.html),
    }
    return row | {"content_hash": content_hash(item, row)}


def link_rows(item: Item) -> list[tuple[Any, ...]]:
    """The item's rows in `item_links`."""
    return [
        (item.id, position, words(link.url), words(link.title))
        for position, link in enumerate(item.links)
    ]


def external_rows(item: Item) -> list[tuple[Any, ...]]:
    """The item's rows in `external_ids`."""
    return [
        (item.id, words(scheme), words(value))
        for scheme, value in sorted(item.external_ids.items())
    ]


def comment_rows(item: Item) -> list[tuple[Any, ...]]:
    """The item's rows in `comments`."""
    return [
        (
            item.id,
            position,
            words(comment.id),
            None if comment.parent is None else words(comment.parent),
            words(comment.author),
            maybe_time_text(comment.posted),
            comment.karma,
            words(comment.text),
            words(comment.html),
        )
        for position, comment in enumerate(item.comments)
    ]


def item_of(
    row: sqlite3.Row,
    links: Sequence[sqlite3.Row] = (),
    external: Sequence[sqlite3.Row] = (),
    comments: Sequence[sqlite3.Row] = (),
) -> Item:
    """The item that its rows describe."""
    ids: Mapping[str, str] = {one["scheme"]: one["value"] for one in external}
    return Item(
        id=row["id"],
        source_id=row["source_id"],
        entry_id=row["entry_id"],
        url=row["url"],
        title=row["title"],
        kind=row["kind"],
        authors=tuple(json.loads(row["authors"])),
        published=maybe_time(row["published"]),
        updated=maybe_time(row["updated"]),
        text=row["text"],
        html=row["html"],
        links=tuple(Link(one["url"], one["title"]) for one in links),
        external_ids=ids,
        categories=tuple(json.loads(row["categories"])),
        discusses=row["discusses"],
        note=row["note"],
        karma=row["karma"],
        comments=tuple(comment_of(one) for one in comments),
        fingerprint=row["fingerprint"],
        via=row["via"],
    )


def comment_of(row: sqlite3.Row) -> Comment:
    """The comment that its row describes."""
    return Comment(
        id=row["id"],
        parent=row["parent"],
        author=row["author"],
        posted=maybe_time(row["posted"]),
        karma=row["karma"],
        text=row["text"],
        html=row["html"],
    )
