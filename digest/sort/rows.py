"""Rows of `digest try` as items: what they say, defaults for the rest."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from digest.errors import UsageError
from digest.markup.identifiers import external_ids
from digest.model import Item, ItemKind, Link

MILLISECONDS = 1e11
"""What is greater counts milliseconds: as seconds it would be later than the year 5000."""


def item_of(row: Mapping[str, Any]) -> Item:
    """An item with what a row says.

    Reads `id`, `title`, `text`, `url`, `published` (ISO 8601, a mail's date, or seconds since
    1970), `links` (addresses, or objects with `url` and `title`), `authors`, `categories`,
    `source`, `comment`.

    Raises:
        UsageError: The row has no id, or a date that is none.
    """
    if row.get("id") is None:
        raise UsageError("a row without an id", cure="Give every line an `id`.")
    url = _text(row, "url")
    ids = external_ids(url)
    kind: ItemKind = "paper" if "arxiv" in ids or row.get("categories") else "post"
    return Item(
        id=str(row["id"]),
        source_id=_text(row, "source"),
        entry_id=str(row["id"]),
        url=url,
        title=_text(row, "title"),
        kind=kind,
        authors=_texts(row.get("authors")),
        published=_time(row.get("published"), str(row["id"])),
        text=_text(row, "text"),
        links=tuple(_link(link) for link in row.get("links") or ()),
        external_ids=ids,
        categories=_texts(row.get("categories")),
        note=_text(row, "comment"),
        karma=row["karma"] if isinstance(row.get("karma"), int) else None,
    )


def _text(row: Mapping[str, Any], key: str) -> str:
    value = row.get(key)
    return "" if value is None else str(value)


def _texts(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return tuple(str(part) for part in value or ())


def _link(link: Any) -> Link:
    if isinstance(link, Mapping):
        return Link(_text(link, "url"), _text(link, "title"))
    return Link(str(link))


def _time(value: Any, row_id: str) -> datetime | None:
    """A moment: ISO 8601, as mails write it, or seconds or milliseconds since 1970."""
    if value is None or not str(value).strip():
        return None
    said = str(value).strip()
    for read in (_since_1970, datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = read(said)
        except (ValueError, TypeError, OverflowError, OSError):
            continue
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    raise UsageError(
        f"row {row_id}: {value!r} is not a time", cure="Write times as 2026-06-29T12:00:00Z."
    )


def _since_1970(said: str) -> datetime:
    # A date such as 20260629 is no number of seconds.
    if said.isdecimal() and len(said) == len("20260629"):
        raise ValueError(said)
    seconds = float(said)
    return datetime.fromtimestamp(seconds / 1000 if abs(seconds) > MILLISECONDS else seconds, UTC)
