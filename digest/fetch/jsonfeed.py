"""JSON Feed, versions 1 and 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from digest.errors import ParseError
from digest.fetch.dates import read_date
from digest.fetch.entries import RawEntry, RawFeed, Words
from digest.model import Link


def looks_like_json(body: bytes) -> bool:
    """Whether the bytes begin as a JSON object does."""
    return body[:64].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")


def read(body: bytes) -> RawFeed:
    """Read a JSON Feed.

    Raises:
        ParseError: the bytes are not JSON, or not a feed.
    """
    try:
        feed = json.loads(body)
    except (ValueError, RecursionError) as problem:
        raise ParseError(f"this is not JSON ({problem})") from problem
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        raise ParseError("this is JSON, but not a JSON Feed: it has no list of items")
    return RawFeed(
        title=_text(feed, "title"),
        link=_text(feed, "home_page_url"),
        authors=tuple(_names(feed)),
        entries=tuple(_entry(item) for item in feed["items"] if isinstance(item, dict)),
    )


def _entry(item: Mapping[str, Any]) -> RawEntry:
    attachments = [part for part in _list(item, "attachments") if isinstance(part, Mapping)]
    html = _text(item, "content_html")
    external = _text(item, "external_url")
    others = [Link(external)] if external else []
    others += [Link(_text(part, "url"), _text(part, "title")) for part in attachments]
    return RawEntry(
        guid=_text(item, "id"),
        link=_text(item, "url") or external,
        title=Words(_text(item, "title"), "text"),
        authors=tuple(_names(item)),
        published=read_date(_text(item, "date_published")),
        updated=read_date(_text(item, "date_modified")),
        content=Words(html, "html") if html else Words(_text(item, "content_text"), "text"),
        summary=Words(_text(item, "summary"), "text"),
        links=tuple(link for link in others if link.url),
        categories=tuple(" ".join(tag.split()) for tag in _list(item, "tags") if _is_word(tag)),
        discusses=external,
    )


def _text(holder: Mapping[str, Any], key: str) -> str:
    value = holder.get(key)
    if isinstance(value, str):
        return value.strip()
    # ids are sometimes numbers
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return str(value) if number else ""


def _list(holder: Mapping[str, Any], key: str) -> list[Any]:
    value = holder.get(key)
    return value if isinstance(value, list) else []


def _is_word(tag: Any) -> bool:
    return isinstance(tag, str) and bool(tag.strip())


def _names(holder: Mapping[str, Any]) -> Iterator[str]:
    """The authors of version 1.1, and the one author of version 1."""
    people = [*_list(holder, "authors"), holder.get("author")]
    seen = set()
    for who in people:
        name = _text(who, "name") if isinstance(who, Mapping) else ""
        if name and name not in seen:
            seen.add(name)
            yield name
