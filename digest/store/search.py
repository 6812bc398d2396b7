"""Finding items by their words: `store.search`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from digest.store.connection import Connection, Row
from digest.store.values import wanted

_PART = re.compile(r'"([^"]*)"|(\S+)')
_WORD = re.compile(r"\w")
_SHORTEST = 3  # what begins with one letter is half of all words

OPEN, CLOSE = "\x02", "\x03"
"""Around the words that were found, in a snippet. No stored text needs them, so whoever shows a
snippet can escape it first and mark the words after."""

CANDIDATES = 20_000
"""Of words that more items hold than this, the newest so many are ranked: about 0.04 s of work."""

_BEST = (
    "FROM (SELECT * FROM (SELECT rowid AS number, bm25(items_fts, 4.0, 1.0, 2.0) AS score"
    "         FROM items_fts WHERE items_fts MATCH :typed ORDER BY rowid DESC LIMIT :candidates)"
    "     ORDER BY score, number LIMIT :limit) AS f"
)
_ORDER = "ORDER BY f.score, f.number"


@dataclass(frozen=True, slots=True)
class Hit:
    """An item that holds the words.

    Attributes:
        score: How well it matches; higher is better (Okapi BM25, the title counting four times).
        snippet: Where, with `OPEN` and `CLOSE` around the words found.
    """

    item_id: str
    title: str
    url: str
    source_id: str
    dated: str
    score: float
    snippet: str


def match(query: str) -> str:
    """What a person typed, as an FTS5 query that cannot fail.

    All words must be there; words in quotation marks stand next to each other; a last star finds
    beginnings of three letters or more (`simul*`). Every word goes in as a string: nothing that was
    typed is an operator.
    """
    parts = []
    for phrase, word in _PART.findall(query.replace("\0", " ")):
        text = phrase or word
        if not _WORD.search(text):
            continue
        stem = text.rstrip("*")
        star = "*" if word.endswith("*") and len(stem) >= _SHORTEST else ""
        parts.append('"' + stem.replace('"', '""') + '"' + star)
    # An empty phrase is a query that finds nothing; an empty query is none at all.
    return " ".join(parts) or '""'


class Search:
    """Full text over the items, by SQLite's FTS5."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def ranked(self, query: str, limit: int = 1000) -> list[tuple[str, float]]:
        """The ids of items that hold all the words of a query, with their scores, the best first.

        For whoever goes on to reorder them; `words` is for people.
        """
        rows = self._db.rows(
            f"SELECT i.id, f.score {_BEST} JOIN items AS i ON i.number = f.number {_ORDER}",
            {"typed": match(query), "candidates": CANDIDATES, "limit": limit},
        )
        return [(row["id"], -row["score"]) for row in rows]

    def shown(self, query: str, item_ids: Sequence[str]) -> list[Hit]:
        """These of the items that hold all the words of a query, in the order asked; score 0."""
        rows = self._db.rows(
            "SELECT i.id, i.title, i.url, i.source_id, i.dated, 0.0 AS score,"
            " snippet(items_fts, 1, :open, :close, ' … ', 24) AS snippet"
            # CROSS keeps SQLite from reading all that match to find the few that are asked for.
            " FROM json_each(:ids) AS w CROSS JOIN items AS i ON i.id = w.value"
            " CROSS JOIN items_fts ON items_fts.rowid = i.number AND items_fts MATCH :typed"
            " ORDER BY w.key",
            {"ids": wanted(item_ids), "typed": match(query), "open": OPEN, "close": CLOSE},
        )
        return [_hit(row) for row in rows]

    def words(self, query: str, limit: int = 50) -> list[Hit]:
        """The items that hold all the words of a query, the best first; none for no words."""
        # The inner query ranks by the index alone; only what is shown is read and cut to snippets.
        rows = self._db.rows(
            "SELECT i.id, i.title, i.url, i.source_id, i.dated, f.score,"
            f" snippet(items_fts, 1, :open, :close, ' … ', 24) AS snippet {_BEST}"
            " CROSS JOIN items_fts ON items_fts.rowid = f.number AND items_fts MATCH :typed"
            f" JOIN items AS i ON i.number = f.number {_ORDER}",
            {
                "typed": match(query),
                "candidates": CANDIDATES,
                "limit": limit,
                "open": OPEN,
                "close": CLOSE,
            },
        )
        return [_hit(row) for row in rows]


def _hit(row: Row) -> Hit:
    return Hit(
        item_id=row["id"],
        title=row["title"],
        url=row["url"],
        source_id=row["source_id"],
        dated=row["dated"],
        score=-row["score"],
        snippet=row["snippet"],
    )
