"""Bytes into items: what kind of feed they are is found out from the bytes themselves."""

from __future__ import annotations

import re
from dataclasses import replace

from digest.errors import FetchError, ParseError
from digest.fetch import jsonfeed, papers, swift
from digest.fetch.entries import ParsedFeed, RawFeed, items
from digest.fetch.unpack import unzipped
from digest.markup.addresses import resolve
from digest.markup.plain import one_line

_MOST_UNZIPPED = 64_000_000
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_HTML = re.compile(rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_ALTERNATE = re.compile(
    r"<link\b(?=[^>]*\brel\s*=\s*[\"']?alternate)"
    r"(?=[^>]*\btype\s*=\s*[\"']?application/(?:rss\+xml|atom\+xml|feed\+json))"
    r"[^>]*?\bhref\s*=\s*[\"']?([^\"'\s>]+)",
    re.IGNORECASE,
)
_FIRST_ENTRY = re.compile(rb"<(?:\w+:)?(?:item|entry)[\s>]", re.IGNORECASE)
_TTL = re.compile(rb"<ttl>\s*(\d{1,6})\s*</ttl>", re.IGNORECASE)
_SKIP_HOURS = re.compile(rb"<skipHours>(.*?)</skipHours>", re.IGNORECASE | re.DOTALL)
_SKIP_DAYS = re.compile(rb"<skipDays>(.*?)</skipDays>", re.IGNORECASE | re.DOTALL)
_DAYS = [b"monday", b"tuesday", b"wednesday", b"thursday", b"friday", b"saturday", b"sunday"]


def parse(
    body: bytes, *, url: str = "", media_type: str = "", source_id: str = "stdin"
) -> ParsedFeed:
    """Read a feed, an arXiv listing or an answer of arXiv's API.

    Args:
        body: The bytes, as they came.
        url: Where they came from: relative addresses count from here.
        media_type: The answer's Content-Type, with its parameters: its charset counts.
        source_id: The source that the items belong to.

    Raises:
        ParseError: the bytes are none of these. Nothing else, whatever they are.
    """
    if not body.strip():
        raise ParseError("the answer is empty", where=url)
    try:
        body = unzipped(body, _MOST_UNZIPPED)
        return _parse(body, url=url, media_type=media_type, source_id=source_id)
    except ParseError as problem:
        problem.where = problem.where or url
        raise
    except FetchError as problem:
        raise ParseError(problem.message, where=url) from problem


def _parse(body: bytes, *, url: str, media_type: str, source_id: str) -> ParsedFeed:
    if jsonfeed.looks_like_json(body):
        return _parsed(jsonfeed.read(body), body=b"", url=url, source_id=source_id)
    if papers.is_api_answer(body):
        page = papers.read_api(body, source_id=source_id)
        return ParsedFeed("arXiv", "https://arxiv.org/", page.papers)
    _refuse_html(body, url)
    charset = _CHARSET.search(media_type)
    feed = swift.read(body, charset=charset[1] if charset else "")
    if feed is None:
        from digest.fetch import tolerant  # few feeds need it

        feed = tolerant.read(body, media_type=media_type)
    parsed = _parsed(feed, body=body, url=url, source_id=source_id)
    if papers.is_listing(parsed.items):
        return replace(parsed, items=papers.listed(parsed.items))
    return parsed


def _parsed(feed: RawFeed, *, body: bytes, url: str, source_id: str) -> ParsedFeed:
    first = _FIRST_ENTRY.search(body)
    head = body[: first.start()] if first else body[:65536]
    ttl = _TTL.search(head)
    return ParsedFeed(
        title=one_line(feed.title),
        link=resolve(url, feed.link) if feed.link else "",
        items=items(feed, source_id=source_id, url=url),
        ttl_minutes=int(ttl[1]) if ttl else 0,
        skip_hours=_skip_hours(head),
        skip_days=_skip_days(head),
    )


def _skip_hours(head: bytes) -> frozenset[int]:
    found = _SKIP_HOURS.search(head)
    hours = re.findall(rb"<hour>\s*(\d{1,2})\s*<", found[1], re.IGNORECASE) if found else []
    # some number the hours from 1 to 24
    return frozenset(int(hour) % 24 for hour in hours)


def _skip_days(head: bytes) -> frozenset[int]:
    found = _SKIP_DAYS.search(head)
    names = re.findall(rb"<day>\s*([a-z]+)\s*<", found[1].lower()) if found else []
    return frozenset(_DAYS.index(name) for name in names if name in _DAYS)


def _refuse_html(body: bytes, url: str) -> None:
    """Say so where a web page came instead of a feed, and name the feed that it names."""
    if not _HTML.match(body.removeprefix(b"\xef\xbb\xbf")[:4096]):
        return
    named = _ALTERNATE.search(body[:262_144].decode("utf-8", "replace"))
    if not named and re.search(rb"<(?:rss|rdf:RDF)[\s>]", body):
        return  # a feed behind some HTML: damaged, but a feed
    raise ParseError(
        "this is a web page, not a feed",
        where=url,
        cure=f"The page names a feed: {resolve(url, named[1])}"
        if named
        else "`digest sources add` with the site's address looks for its feed.",
    )
