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
from digest.fetch.entries import PAGES, RawEntry, RawFeed, Words, is_content, people
from digest.fetch.mend import is_well_formed, mended, without_false_width
from digest.model import Link

# What feedparser gives a document of another sort: HTML it reads as a feed without entries.
_FEED_ROOT = re.compile(
    rb"<(?:[\w.-]{1,30}:)?(?:rss|feed|rdf|channel|entry|item)[\s>/]", re.IGNORECASE
)
# Its own parser for damaged feeds takes time that grows with the square of their size.
_LEFT_TO_FEEDPARSER = 64_000
# RFC 4287 lets a registered relation be written as an address.
_REGISTERED = "http://www.iana.org/assignments/relation/"
_READABLE = re.compile("text/|application/xhtml")
_BYTES = "application/octet-stream"
_PLAIN = re.compile("text/(?!html)")


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
    body = without_false_width(body)
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
    content = _content(contents)
    summary = _words(entry.get("summary"), entry.get("summary_detail"), guess=False)
    if rss and content.form == "text" and summary.value:
        # what feedparser calls content is then a podcast's second, plain description
        content, summary = summary, content
    title = entry.get("title") or entry.get("itunes_title")
    return RawEntry(
        guid=str(entry.get("id") or ""),
        link=_alternate(entry, links),
        title=_words(title, entry.get("title_detail"), guess=rss),
        authors=_names(entry) or _names(entry.get("source") or {}),
        published=_moment(entry, "published", "created"),
        updated=_moment(entry, "updated"),
        content=content,
        summary=summary,
        links=_others(links, contents),
        categories=_terms(entry),
        discusses=next((_href(link) for link in links if _relation(link) == "via"), ""),
        base=_base(entry, contents),
    )


def _href(link: Mapping[str, Any]) -> str:
    return str(link.get("href") or "")


def _relation(link: Mapping[str, Any]) -> str:
    return str(link.get("rel") or "alternate").removeprefix(_REGISTERED).lower()


def _alternate(entry: Any, links: Sequence[Mapping[str, Any]]) -> str:
    """The page of the entry: its first alternate of type HTML, else its first alternate."""
    alternates = [link for link in links if _relation(link) == "alternate"]
    pages = [link for link in alternates if link.get("type", "text/html") in PAGES]
    for link in (*pages, *alternates):
        if href := _href(link):
            return href
    if declared := str(entry.get("link") or ""):
        return declared
    return next((_href(link) for link in links if _relation(link) == "enclosure"), "")


def _others(
    links: Sequence[Mapping[str, Any]], contents: Sequence[Mapping[str, Any]]
) -> tuple[Link, ...]:
    related = [
        Link(_href(link), str(link.get("title") or ""))
        for link in links
        if is_content(_relation(link), str(link.get("type") or "text/html"))
    ]
    elsewhere = [Link(str(part["src"])) for part in contents if part.get("src")]
    return tuple(link for link in (*related, *elsewhere) if link.url)


def _words(value: Any, detail: Any, *, guess: bool) -> Words:
    kind = str(detail.get("type") or "") if isinstance(detail, Mapping) else ""
    if kind in PAGES and not guess:
        return Words(str(value or ""), "html")
    return Words(str(value or ""), "guess" if guess or not kind else "text")


def _content(contents: Sequence[Mapping[str, Any]]) -> Words:
    """The first HTML there is, else the first text. What follows belongs to pictures and sounds."""
    typed = [
        (str(part.get("value") or ""), str(part.get("type") or "text/html")) for part in contents
    ]
    readable = [
        (value, not _PLAIN.match(kind))
        for value, kind in typed
        # bytes of no kind have been decoded if they are HTML
        if value and (_READABLE.match(kind) or (kind == _BYTES and "<" in value))
    ]
    value, html = next((part for part in readable if part[1]), (readable or [("", True)])[0])
    return Words(value, "html" if html else "text")


def _base(entry: Any, contents: Sequence[Mapping[str, Any]]) -> str:
    details = (*contents, entry.get("summary_detail") or {}, entry.get("title_detail") or {})
    return next((str(part["base"]) for part in details if part.get("base")), "")


def _names(holder: Any) -> tuple[str, ...]:
    several = [who for who in holder.get("authors") or () if who]
    # feedparser takes some names apart wrongly, but keeps what the one author was called
    raw = str(holder.get("author") or "")
    if len(several) <= 1 and "@" in raw:
        several = []
    said = [str(who.get("name") or who.get("email") or "") for who in several] or [raw]
    return tuple(dict.fromkeys(name for one in said for name in people(one)))


def _terms(entry: Any) -> tuple[str, ...]:
    tags = (tag for tag in entry.get("tags", ()) if isinstance(tag, Mapping))
    terms = (" ".join(str(tag.get("term") or tag.get("label") or "").split()) for tag in tags)
    return tuple(term for term in terms if term)


def _moment(entry: Any, *names: str) -> datetime | None:
    """When something happened, by the first of these that names a moment.

    feedparser knows more forms of dates, but it doubts less: it takes the digits of a number for a
    year, forgets zones that it does not know, and takes the month from the clock where it finds
    none. So it is asked for what is left.
    """
    for name in names:
        said = str(entry.get(name) or "").strip()
        if found := read_date(said):
            return found
        parsed = None if _GUESSED.match(said) else entry.get(f"{name}_parsed")
        try:
            if parsed:
                return datetime.fromtimestamp(calendar.timegm(parsed), UTC)
        except (ValueError, OverflowError, OSError):
            continue
    return None


# It reads what begins with digits by its first ones, unless they are all: 2004, 2004-01, 2004-360.
_GUESSED = re.compile(r"(?!(?:\d{4}(?:-?\d{2,3})?|\d{2}-\d{2}-\d{2})\Z)[-\d]")
