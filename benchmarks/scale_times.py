"""A database made of another: as many times its items, with other words and at other dates."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime, timedelta
from hashlib import blake2b
from itertools import chain
from pathlib import Path
from zlib import crc32

_SPAN = timedelta(days=3650)
_YEAR = timedelta(days=365)
# What one copy adds to each table; :k is its number, :n how many items the first one has.
_COPIES = (
    (
        "INSERT INTO items (number, id, source_id, entry_id, url, title, kind, authors, published,"
        " updated, first_seen, changed, version, categories, discusses, note, karma, fingerprint,"
        " via, content_hash, revision, text, html)"
        " SELECT number + :k * :n, again(id, :k), source_id, entry_id || '-' || :k,"
        " url || '-' || :k, title || ', ' || :k, kind, authors, moved(published, :k), NULL,"
        " moved(published, :k), moved(published, :k), 1, categories, '', '', NULL,"
        " fingerprint || :k, via, content_hash || :k, revision + :k * :n, t, '<p>' || t || '</p>'"
        " FROM (SELECT *, altered(text, :k) AS t FROM items WHERE number <= :n)"
    ),
    (
        "INSERT INTO item_sources SELECT again(item_id, :k), source_id, entry_id || '-' || :k,"
        " fingerprint || :k, moved(first_seen, :k) FROM item_sources WHERE item_id NOT GLOB '*/*-*'"
    ),
    (
        "INSERT INTO item_links SELECT again(item_id, :k), position, url || '-' || :k, title"
        " FROM item_links WHERE item_id NOT GLOB '*/*-*'"
    ),
    (
        "INSERT INTO external_ids SELECT again(item_id, :k), scheme, value || '-' || :k"
        " FROM external_ids WHERE item_id NOT GLOB '*/*-*'"
    ),
    (
        "INSERT INTO embeddings SELECT item_number + :k * :n, model, content_hash || :k, vector"
        " FROM embeddings WHERE item_number <= :n"
    ),
    (
        "INSERT INTO tags SELECT again(item_id, :k), theme, score, chosen, evidence, fingerprint,"
        " content_hash || :k FROM tags WHERE item_id NOT GLOB '*/*-*'"
    ),
    (
        "INSERT OR IGNORE INTO stories SELECT renamed(id, :k), title || ', ' || :k, themes,"
        " score * (1 - :k / 1e3), why, moved(newest, :k), moved(newest, :k) FROM stories"
        " WHERE title NOT GLOB '*, [0-9]'"
    ),
    (
        "INSERT INTO story_items SELECT renamed(story_id, :k), again(item_id, :k), position, reason"
        " FROM story_items WHERE item_id NOT GLOB '*/*-*'"
    ),
)


def multiply(path: Path, times: int, texts: Sequence[tuple[str, str]], end: datetime) -> None:
    """Make a database hold `times` as many items (at most ten), each copy a year further back.

    A fifth of each text's words become others, so that no two copies in one month are alike.
    """
    words = list(chain.from_iterable(text.split() for _, text in texts[:4000]))
    random.Random(1).shuffle(words)

    def altered(text: str, copy: int) -> str:
        found = text.split()
        lot = crc32(text.encode()) + copy
        for place in range(lot % 5, len(found), 5):
            found[place] = words[lot * (place + 1) % len(words)]
        return " ".join(found)

    def moved(moment: str, copy: int) -> str:
        back = (end - datetime.fromisoformat(moment) + copy * _YEAR) % _SPAN
        return f"{end - back:%Y-%m-%dT%H:%M:%SZ}"

    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        for name, function in (("altered", altered), ("moved", moved)):
            db.create_function(name, 2, function, deterministic=True)
        db.create_function("again", 2, lambda item, copy: f"{item}-{copy}", deterministic=True)
        db.create_function("renamed", 2, _renamed, deterministic=True)
        for pragma in ("synchronous = OFF", "journal_mode = OFF", "cache_size = -3000000"):
            db.execute(f"PRAGMA {pragma}")
        later = _without_indexes(db)
        count = db.execute("SELECT max(number) FROM items").fetchone()[0]
        for copy in range(1, times):
            for statement in _COPIES:
                db.execute(statement, {"k": copy, "n": count})
            print(f"\r{count * (copy + 1):,} items", end="", flush=True)
        db.execute("UPDATE progress SET through = (SELECT max(revision) FROM items)")
        for statement in later:
            db.execute(statement)
        db.execute("INSERT INTO items_fts (items_fts) VALUES ('rebuild')")
        db.execute("PRAGMA journal_mode = WAL")
        print()


def _renamed(story_id: str, copy: int) -> str:
    return blake2b(f"{story_id} {copy}".encode(), digest_size=5).hexdigest()


def _without_indexes(db: sqlite3.Connection) -> list[str]:
    """Drop what is quicker to make anew; the statements that do so."""
    rows = db.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE sql NOT NULL"
        " AND (type = 'index' OR name GLOB 'items_fts_*' AND type = 'trigger')"
    ).fetchall()
    for kind, name, _ in rows:
        db.execute(f"DROP {kind} {name}")
    return [sql for _, _, sql in rows]
