"""`digest try parse` and `digest try extract`: what fetching makes of bytes at hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from digest.fetch.parse import parse
from digest.model import Item


def entry_lines(body: bytes, *, url: str = "", media_type: str = "") -> Iterator[dict[str, Any]]:
    """The entries of a feed, listing or answer of arXiv, as `try parse` prints them.

    Raises:
        ParseError: the bytes are none of these.
    """
    for item in parse(body, url=url, media_type=media_type).items:
        yield _line(item)


def _line(item: Item) -> dict[str, Any]:
    return {
        "id": item.id if item.id.startswith("arxiv:") else item.entry_id,
        "url": item.url,
        "title": item.title,
        "authors": list(item.authors),
        "published": _iso(item.published),
        "updated": _iso(item.updated),
        "text": item.text,
        "html": item.html,
        "links": [link.url for link in item.links],
        "external_ids": dict(item.external_ids),
    }


def article_line(body: bytes, *, url: str = "") -> dict[str, Any]:
    """The article of a page, as `try extract` prints it.

    Raises:
        ParseError: there is none.
    """
    from digest.fetch.article import extract  # with trafilatura behind it

    article = extract(body, url)
    return {
        "title": article.title,
        "authors": list(article.authors),
        "published": _iso(article.published),
        "text": article.text,
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None
