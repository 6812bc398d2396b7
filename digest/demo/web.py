"""The sample web as it stood at a moment: requests in, answers out, nothing else.

Addresses: `/` all sites; `/SITE/` a front page; `/SITE/SLUG` a post; `/SITE/feed.xml` or
`/SITE/feed.json` its feed; `/arxiv/api/query`, `/arxiv/rss/CATEGORIES`; `/graphql` the forum;
`/robots.txt`. A feed shows what had been published by then, in the version of then.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha256
from typing import NamedTuple

from digest.demo import archive, feeds, forum, pages
from digest.demo.library import Site, sites

BEGINS = datetime(2026, 3, 2, 7, tzinfo=UTC)
"""The morning on which the sample's three weeks begin."""
ENDS = datetime(2026, 3, 23, 8, tzinfo=UTC)
"""The morning after them."""

_HTML = "text/html; charset=utf-8"
_ATOM = "application/atom+xml; charset=utf-8"
_RSS = "application/rss+xml; charset=utf-8"
_ROBOTS = "User-agent: *\nAllow: /\nDisallow: /private/\n"


class Response(NamedTuple):
    """An HTTP answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def respond(path: str, query: Mapping[str, str], body: bytes, at: datetime, base: str) -> Response:
    """What the sample web answers to a request.

    Args:
        path: The address's path, decoded.
        query: The address's query, one value for each name.
        body: What was posted; empty for GET.
        at: The moment at which the web is looked at, aware.
        base: How addresses begin, such as `http://127.0.0.1:8642`.
    """
    if path == "/robots.txt":
        return _answer(200, "text/plain; charset=utf-8", _ROBOTS.encode())
    if path == "/":
        return _answer(200, _HTML, pages.way_in(at, base).encode())
    if path == "/arxiv/api/query":
        status, found = archive.api(query, at)
        return _answer(status, _ATOM, found)
    if match := re.fullmatch(r"/arxiv/rss/([\w.+-]+)", path):
        midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
        return _answer(200, _RSS, archive.listing(match[1], at), changed=midnight)
    if match := re.fullmatch(r"(?:/([\w-]+))?/graphql", path):
        return _graphql(match[1], body, at, base)
    if match := re.fullmatch(r"/([\w-]+)(?:/([\w.-]*))?", path):
        site = sites().get(match[1])
        if site is not None and site.kind != "arxiv":
            return _site(site, match[2] or "", at, base)
    return _missing()


def unchanged(asked: Mapping[str, str], answer: Response) -> bool:
    """Whether a client that sent these headers has the answer already, and 304 will do.

    `If-None-Match` decides alone where it is sent (RFC 9110, 13.1.3). Names in lower case.
    """
    if answer.status != 200:
        return False
    if tags := asked.get("if-none-match"):
        known = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
        return answer.headers["ETag"] in known
    since, changed = asked.get("if-modified-since"), answer.headers.get("Last-Modified")
    if not since or not changed:
        return False
    try:
        return parsedate_to_datetime(since) >= parsedate_to_datetime(changed)
    except (ValueError, TypeError):
        return False


def _site(site: Site, name: str, at: datetime, base: str) -> Response:
    if site.down:
        return _answer(500, _HTML, pages.broken(site).encode())
    changed = max((version.at for _, version in site.standing(at)), default=None)
    if not name:
        return _answer(200, _HTML, pages.front(site, at, base).encode(), changed=changed)
    if name in {"feed.xml", "feed.json"}:
        if site.kind != "feed" or (name == "feed.json") != (site.format == "json"):
            return _missing()
        feed = feeds.render(site, at, base)
        return _answer(200, feed.media_type, feed.body, changed=changed)
    for post, version in site.standing(at):
        if post.slug == name:
            found = pages.article(site, post, version, at, base)
            return _answer(200, _HTML, found.encode(), changed=version.at)
    return _missing()


def _graphql(name: str | None, body: bytes, at: datetime, base: str) -> Response:
    forums = [site for site in sites().values() if site.kind == "forum"]
    for site in forums:
        if name in (None, site.id):
            status, found = forum.graphql(site, body, at, base)
            return _answer(status, "application/json", found)
    return _missing()


def _missing() -> Response:
    return _answer(404, "text/plain; charset=utf-8", b"There is nothing here.\n")


def _answer(
    status: int, media_type: str, body: bytes, *, changed: datetime | None = None
) -> Response:
    headers = {"Content-Type": media_type, "Content-Length": str(len(body))}
    if status == 200:
        headers["ETag"] = f'"{sha256(body).hexdigest()[:16]}"'
    if changed is not None:
        headers["Last-Modified"] = format_datetime(changed.astimezone(UTC), usegmt=True)
    return Response(status, headers, body)
