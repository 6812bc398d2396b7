"""Feeds as feedparser reads them: slowly, and whatever they look like."""

from __future__ import annotations

import calendar
import io
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from xml.sax import SAXException

import feedparser

from digest.errors import ParseError
from digest.fetch.dates import read_date
from digest.fetch.entries import NOT_CONTENT, RawEntry, RawFeed, Words, person
from digest.fetch.mend import is_well_formed, mended
from digest.model import Link

# What feedparser gives a document of another sort: HTML it reads as a feed without entries.
_FEED_ROOT = re.compile(
    rb"<(?:[\w.-]{1,30}:)?(?:rss|feed|rdf|channel|entry|item)[\s>/]", re.IGNORECASE
)
# Its own parser for damaged feeds takes time that grows with the square of their size.
_LEFT_TO_FEEDPARSER = 64_000
_HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
_READABLE = re.compile("text/|application/xhtml")


def read(body: bytes, *, media_type: str = "") -> RawFeed:
    """Read a feed of any kind, well-formed or not.

    Args:
        body: The feed's bytes. No entity in them is expanded and nothing outside them is read.
        media_type: The answer's Content-Type with its parameters: its charset counts.

    Raises:
        ParseError: this is no feed.
    """
    if not _FEED_ROOT.search(_as_ascii(body)):
        raise ParseError("this is not a feed: there is no <rss>, <feed> or <rdf:RDF> in it")
    damaged = not is_well_formed(body)
    found = _parsed(mended(body, media_type), "") if damaged else _parsed(body, media_type)
    if damaged and not found.entries and len(body) <= _LEFT_TO_FEEDPARSER:
        found = _parsed(body, media_type)
    damaged = damaged or isinstance(found.get("bozo_exception"), SAXException)
    if not found.entries and (damaged or not found.version):
        raise ParseError(_reason(found))
    rss = not str(found.version).startswith("atom")
    return RawFeed(
        title=str(found.feed.get("title") or ""),
        link=str(found.feed.get("link") or ""),
        authors=() if rss else _names(found.feed),
        entries=tuple(_entry(dict(entry), rss=rss) for entry in found.entries),
    )


def _parsed(body: bytes, media_type: str) -> Any:
    """What feedparser makes of the bytes.

    A path or an address would be opened by it, so it gets a stream. It resolves nothing and cleans
    nothing: that is done for all parsers alike.
    """
    try:
        return feedparser.parse(
            io.BytesIO(body),
            response_headers={"content-type": media_type} if media_type else {},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as problem:
        # its parser for damaged feeds stumbles over some of them
        raise ParseError(f"the feed is too damaged to be read ({problem})") from problem


def _as_ascii(body: bytes) -> bytes:
    """The bytes without the zeroes of UTF-16 and UTF-32."""
    return body.replace(b"\0", b"") if b"\0" in body[:64] else body


def _reason(found: Any) -> str:
    problem = found.get("bozo_exception")
    detail = f" ({problem})" if problem else ""
    return f"this is not a feed that can be read{detail}"


def _entry(entry: Mapping[str, Any], *, rss: bool) -> RawEntry:
    # a plain dict: feedparser's own answers with the date of publication for one of change
    links = [link for link in entry.get("links", ()) if isinstance(link, Mapping)]
    contents = [part for part in entry.get("content", ()) if isinstance(part, Mapping)]
    return RawEntry(
        guid=str(entry.get("id") or ""),
        link=_alternate(entry, links),
        title=_words(entry.get("title"), entry.get("title_detail"), guess=rss),
        authors=_names(entry),
        published=_moment(entry, "published", "created"),
        updated=_moment(entry, "updated"),
        content=_content(contents),
        summary=_words(entry.get("summary"), entry.get("summary_detail"), guess=False),
        links=_others(links, contents),
        categories=_terms(entry),
        discusses=next((_href(link) for link in links if link.get("rel") == "via"), ""),
        base=_base(entry, contents),
    )


def _href(link: Mapping[str, Any]) -> str:
    return str(link.get("href") or "")


def _alternate(entry: Any, links: Sequence[Mapping[str, Any]]) -> str:
    """The page of the entry: its first alternate of type HTML, else its first alternate."""
    alternates = [link for link in links if link.get("rel", "alternate") == "alternate"]
    pages = [link for link in alternates if link.get("type", "text/html") in _HTML_TYPES]
    for link in (*pages, *alternates):
        if href := _href(link):
            return href
    if declared := str(entry.get("link") or ""):
        return declared
    return next((_href(link) for link in links if link.get("rel") == "enclosure"), "")


def _others(
    links: Sequence[Mapping[str, Any]], contents: Sequence[Mapping[str, Any]]
) -> tuple[Link, ...]:
    related = [
        Link(_href(link), str(link.get("title") or ""))
        for link in links
        if link.get("rel") not in NOT_CONTENT
    ]
    elsewhere = [Link(str(part["src"])) for part in contents if part.get("src")]
    return tuple(link for link in (*related, *elsewhere) if link.url)


def _words(value: Any, detail: Any, *, guess: bool) -> Words:
    kind = str(detail.get("type") or "") if isinstance(detail, Mapping) else ""
    if kind in _HTML_TYPES and not guess:
        return Words(str(value or ""), "html")
    return Words(str(value or ""), "guess" if guess or not kind else "text")


def _content(contents: Sequence[Mapping[str, Any]]) -> Words:
    """The first HTML there is, else the first text. What follows belongs to pictures and sounds."""
    readable = [
        (str(part["value"]), part.get("type") in _HTML_TYPES)
        for part in contents
        if part.get("value") and _READABLE.match(str(part.get("type", "text/")))
    ]
    value, html = next((part for part in readable if part[1]), (readable or [("", True)])[0])
    return Words(value, "html" if html else "text")


def _base(entry: Any, contents: Sequence[Mapping[str, Any]]) -> str:
    details = (*contents, entry.get("summary_detail") or {}, entry.get("title_detail") or {})
    return next((str(part["base"]) for part in details if part.get("base")), "")


def _names(holder: Any) -> tuple[str, ...]:
    people = [who for who in holder.get("authors") or () if who]
    # feedparser takes some names apart wrongly, but keeps what the one author was called
    raw = str(holder.get("author") or "")
    if len(people) <= 1 and "@" in raw:
        people = []
    names = [str(who.get("name") or who.get("email") or "") for who in people] or [raw]
    return tuple(dict.fromkeys(name for one in names if (name := person(one))))


def _terms(entry: Any) -> tuple[str, ...]:
    tags = (tag for tag in entry.get("tags", ()) if isinstance(tag, Mapping))
    terms = (" ".join(str(tag.get("term") or tag.get("label") or "").split()) for tag in tags)
    return tuple(term for term in terms if term)


def _moment(entry: Any, *names: str) -> datetime | None:
    for name in names:
        said = str(entry.get(name) or "").strip()
        # feedparser takes the first digits of a bare number for a year
        parsed = None if said.isdecimal() and len(said) > 8 else entry.get(f"{name}_parsed")
        try:
            if parsed:
                return datetime.fromtimestamp(calendar.timegm(parsed), UTC)
        except (ValueError, OverflowError, OSError):
            continue
        if found := read_date(said):
            return found
    return None
