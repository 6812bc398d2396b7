"""How values stand in the database: times, days, lists, words and lookups by many ids."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

# made once: `json.dumps` makes one at each call that says how
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(", ", ": "))


def time_text(moment: datetime) -> str:
    """`2026-06-29T12:00:00Z`, to the second, so that texts sort as times do.

    Raises:
        ValueError: the moment has no time zone.
    """
    if moment.tzinfo is None:
        raise ValueError(f"a time without a zone cannot be stored: {moment!r}")
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def maybe_time_text(moment: datetime | None) -> str | None:
    """The same, of a time that may be missing."""
    return None if moment is None else time_text(moment)


def time(text: str) -> datetime:
    """The moment that a stored text names."""
    return datetime.fromisoformat(text)


def maybe_time(text: str | None) -> datetime | None:
    """The same, of a text that may be missing."""
    return None if text is None else datetime.fromisoformat(text)


def maybe_day_text(day: date | None) -> str | None:
    """`2026-06-29`, or None."""
    return None if day is None else day.isoformat()


def maybe_day(text: str | None) -> date | None:
    """The day that a stored text names, or None."""
    return None if text is None else date.fromisoformat(text)


def json_text(value: Any) -> str:
    """JSON on one line, in letters that people read, the keys in their order."""
    return words(_JSON.encode(value))


def sorted_json(value: Mapping[str, Any]) -> str:
    """JSON of a mapping whose order means nothing: the keys sorted."""
    return json_text(dict(sorted(value.items())))


def words(text: str) -> str:
    """The text with what SQLite cannot hold replaced, one character for one.

    Lone surrogates have no UTF-8, and after a NUL SQLite's own functions see nothing. Neither is
    ever part of a real text; spans into the text stay right.
    """
    if "\0" in text:
        text = text.replace("\0", "\ufffd")
    try:
        text.encode()
    except UnicodeEncodeError:
        return "".join("\ufffd" if "\ud800" <= letter <= "\udfff" else letter for letter in text)
    return text


def wanted(ids: Iterable[str | int]) -> str:
    """The one parameter of `… FROM json_each(?)`: any number of ids in one statement."""
    return json.dumps(list(ids))


def grouped(rows: Sequence[sqlite3.Row], key: str) -> dict[str, list[sqlite3.Row]]:
    """Rows by one of their columns, in the order they came."""
    groups: dict[str, list[sqlite3.Row]] = {}
    for row in rows:
        groups.setdefault(row[key], []).append(row)
    return groups
