"""The sample archive of papers in arXiv's two shapes: the API's Atom, the daily listing's RSS."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from email.utils import format_datetime
from hashlib import sha256
from html import escape
from typing import TypeAlias

from digest.demo.feeds import iso
from digest.demo.library import Post, Version, sites
from digest.demo.search import search

Papers: TypeAlias = Sequence[tuple[Post, Version]]

_MOST = 2000
_NUMBER = re.compile(r"\d{4}\.\d{4,5}(v\d+)?")


def api(query: Mapping[str, str], at: datetime) -> tuple[int, bytes]:
    """The API's answer at a moment: a status and Atom, errors worded as the API words them."""
    try:
        start, limit = _page(query)
        found = _search(query, at)
    except ValueError as problem:
        return 400, _error(str(problem), at)
    words = "&".join(
        f"{key}={query.get(key, '')}" for key in ("search_query", "id_list", "start", "max_results")
    )
    entries = "".join(_entry(post, version) for post, version in found[start : start + limit])
    return 200, _atom(f"arXiv Query: {words}", entries, at, len(found), start, limit)


def _page(query: Mapping[str, str]) -> tuple[int, int]:
    try:
        start, limit = int(query.get("start") or 0), int(query.get("max_results") or 10)
    except ValueError:
        raise ValueError("start and max_results must be integers") from None
    if start < 0 or not 0 <= limit <= _MOST:
        raise ValueError(f"max_results must be between 0 and {_MOST}")
    return start, limit


def _search(query: Mapping[str, str], at: datetime) -> list[tuple[Post, Version]]:
    found = sites()["papers"].standing(at)
    if numbers := [number for number in query.get("id_list", "").split(",") if number]:
        for number in numbers:
            if not _NUMBER.fullmatch(number):
                raise ValueError(f"incorrect id format for {number}")
        wanted = {number.partition("v")[0] for number in numbers}
        found = [pair for pair in found if pair[0].slug in wanted]
    if words := query.get("search_query", ""):
        matches = search(words)
        found = [pair for pair in found if matches(*pair)]
    if query.get("sortBy") == "lastUpdatedDate":
        found.sort(key=lambda pair: (pair[1].at, pair[0].slug), reverse=True)
    return found[::-1] if query.get("sortOrder") == "ascending" else found


def number(post: Post, version: Version) -> str:
    """A paper's number with its version, such as `2603.90417v2`."""
    return f"{post.slug}v{1 + post.versions.index(version)}"


def _entry(post: Post, version: Version) -> str:
    name = number(post, version)
    pdf = f"https://arxiv.org/pdf/{name}"
    comment = f"<arxiv:comment>{escape(version.comment)}</arxiv:comment>" if version.comment else ""
    authors = "".join(
        f"<author><name>{escape(author)}</name></author>" for author in version.authors
    )
    categories = "".join(
        f'<category term="{category}" scheme="http://arxiv.org/schemas/atom"/>'
        for category in version.categories
    )
    return (
        f"<entry><id>http://arxiv.org/abs/{name}</id><title>{escape(version.title)}</title>"
        f"<updated>{iso(version.at)}</updated><published>{iso(post.published)}</published>"
        f'<link href="https://arxiv.org/abs/{name}" rel="alternate" type="text/html"/>'
        f'<link href="{pdf}" rel="related" type="application/pdf" title="pdf"/>'
        f"<summary>{escape(version.text)}</summary>{categories}{comment}"
        f'<arxiv:primary_category term="{version.categories[0]}"/>{authors}</entry>\n'
    )


def _atom(title: str, entries: str, at: datetime, total: int, start: int, limit: int) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" '
        'xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns="http://www.w3.org/2005/Atom">'
        f"<id>https://arxiv.org/api/{sha256(title.encode()).hexdigest()[:24]}</id>"
        f"<title>{escape(title)}</title><updated>{iso(at)}</updated>"
        f"<opensearch:itemsPerPage>{limit}</opensearch:itemsPerPage>"
        f"<opensearch:totalResults>{total}</opensearch:totalResults>"
        f"<opensearch:startIndex>{start}</opensearch:startIndex>\n{entries}</feed>\n"
    ).encode()


def _error(message: str, at: datetime) -> bytes:
    entry = (
        f"<entry><id>https://arxiv.org/api/errors#{escape(message.replace(' ', '_'))}</id>"
        f"<title>Error</title><summary>{escape(message)}</summary>"
        "<author><name>arXiv api core</name></author></entry>"
    )
    return _atom("arXiv Query", entry, at, 1, 0, 1)


def listing(categories: str, at: datetime) -> bytes:
    """The day's announcements in some categories (`cs.AI+cs.CY`) as RSS.

    A version is announced on the next working day; at the weekend the listing is empty.
    """
    wanted = set(categories.split("+"))
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    items = "".join(
        _announcement(post, version, midnight)
        for post in sites()["papers"].posts
        for version in post.versions
        if version.at <= at
        and announced(version.at) == midnight
        and wanted & {part for c in version.categories for part in (c, c.partition(".")[0])}
    )
    name, day = escape(categories), format_datetime(midnight)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<rss xmlns:arxiv="http://arxiv.org/schemas/atom" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" version="2.0"><channel>'
        f"<title>{name} updates on arXiv.org</title><link>http://rss.arxiv.org/rss/{name}</link>"
        f"<description>{name} updates on the arXiv.org e-print archive.</description>"
        f"<pubDate>{day}</pubDate><skipDays><day>Saturday</day><day>Sunday</day></skipDays>\n"
        f"{items}</channel></rss>\n"
    ).encode()


def announced(submitted: datetime) -> datetime:
    """The midnight at which a submission appears in the listing: that of the next working day."""
    day = submitted.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    while day.weekday() >= 5:
        day += timedelta(days=1)
    return day


def _announcement(post: Post, version: Version, day: datetime) -> str:
    name = number(post, version)
    sort = "new" if version is post.versions[0] else "replace"
    categories = "".join(f"<category>{category}</category>" for category in version.categories)
    return (
        f"<item><title>{escape(version.title)}</title>"
        f"<link>https://arxiv.org/abs/{post.slug}</link>"
        f"<description>arXiv:{name} Announce Type: {sort} \n"
        f"Abstract: {escape(version.text)}</description>"
        f'<guid isPermaLink="false">oai:arXiv.org:{name}</guid>{categories}'
        f"<pubDate>{format_datetime(day)}</pubDate>"
        f"<arxiv:announce_type>{sort}</arxiv:announce_type>"
        f"<dc:creator>{escape(version.byline)}</dc:creator></item>\n"
    )
