"""The newsletter as feeds, every piece whole: Atom (RFC 4287), RSS 2.0 and JSON Feed 1.1.

A piece is made from its issue alone, never from the build's time or from its neighbours, so a new
issue leaves every older piece byte for byte as it was.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from typing import Any

from digest.config.schema import Newsletter
from digest.publish import paths

# Readers keep what they saw; a year of a weekly newsletter is enough for those who come later.
LONGEST = 52

_LOCAL = re.compile(r'(?<= href=")(?=[#/])')
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Piece:
    """An issue, or an entry of one, for a feed.

    Attributes:
        url: Its permanent address, which is its id too.
        title, summary: Plain text.
        published, updated: When it first went out, and when its text last changed.
        themes: Id and title of each.
        content: HTML with absolute links.
    """

    url: str
    title: str
    summary: str
    published: datetime
    updated: datetime
    themes: tuple[tuple[str, str], ...]
    content: str


@dataclass(frozen=True, slots=True)
class Feed:
    """What all formats say of a feed; `page` is the path of the page whose feed it is."""

    newsletter: Newsletter
    title: str
    description: str
    page: str
    pieces: Sequence[Piece]

    @property
    def home(self) -> str:
        """The address of the page it belongs to."""
        return paths.address(self.newsletter.url, self.page)

    @property
    def updated(self) -> datetime:
        """When any of its pieces last changed."""
        return max((piece.updated for piece in self.pieces), default=_EPOCH)

    @property
    def author(self) -> str:
        """Who writes it."""
        return self.newsletter.editor or self.newsletter.title

    def address(self, name: str) -> str:
        """Where it stands itself, by the name of its file."""
        return paths.address(self.newsletter.url, paths.beside(self.page, name))


def absolute(html: str, address: str) -> str:
    """HTML whose local links lead to the page at `address` and its server."""
    page = address.partition("#")[0]
    origin = "/".join(address.split("/")[:3])

    def place(match: re.Match[str]) -> str:
        return escape(page if match.string[match.end()] == "#" else origin)

    return _LOCAL.sub(place, html)


# ------------------------------------------------------------------------------------------- Atom


def atom(feed: Feed) -> str:
    """The feed as Atom."""
    language = _quoted(feed.newsletter.language)
    own = _quoted(feed.address(paths.FEED))
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang={language}>',
        _element("id", feed.home),
        _element("title", feed.title),
        *_maybe("subtitle", feed.description),
        _element("updated", _moment(feed.updated)),
        f'<link rel="self" type="application/atom+xml" href={own}/>',
        f'<link rel="alternate" type="text/html" href={_quoted(feed.home)}/>',
        _element("icon", paths.address(feed.newsletter.url, paths.FAVICON)),
        f"<author>{_element('name', feed.author)}</author>",
        *(_atom_entry(piece) for piece in feed.pieces),
        "</feed>",
        "",
    ]
    return "\n".join(lines)


def _atom_entry(piece: Piece) -> str:
    lines = [
        "<entry>",
        _element("id", piece.url),
        _element("title", piece.title),
        *_maybe("summary", piece.summary),
        _element("published", _moment(piece.published)),
        _element("updated", _moment(piece.updated)),
        f'<link rel="alternate" type="text/html" href={_quoted(piece.url)}/>',
        *(
            f"<category term={_quoted(theme)} label={_quoted(title)}/>"
            for theme, title in piece.themes
        ),
        f'<content type="html">{escape(piece.content)}</content>',
        "</entry>",
    ]
    return "\n".join(lines)


# -------------------------------------------------------------------------------------------- RSS

_RSS_SPACES = (
    ("content", "http://purl.org/rss/1.0/modules/content/"),
    ("dc", "http://purl.org/dc/elements/1.1/"),
    ("atom", "http://www.w3.org/2005/Atom"),
)


def rss(feed: Feed) -> str:
    """The feed as RSS 2.0, content and author by the modules made for them."""
    spaces = "".join(f' xmlns:{name}="{space}"' for name, space in _RSS_SPACES)
    own = _quoted(feed.address(paths.RSS))
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<rss version="2.0"{spaces}>',
        "<channel>",
        _element("title", feed.title),
        _element("link", feed.home),
        _element("description", feed.description or feed.title),
        _element("language", feed.newsletter.language),
        _element("lastBuildDate", format_datetime(feed.updated)),
        f'<atom:link rel="self" type="application/rss+xml" href={own}/>',
        *(_rss_item(piece, feed.author) for piece in feed.pieces),
        "</channel>",
        "</rss>",
        "",
    ]
    return "\n".join(lines)


def _rss_item(piece: Piece, author: str) -> str:
    lines = [
        "<item>",
        _element("title", piece.title),
        _element("link", piece.url),
        f'<guid isPermaLink="true">{escape(piece.url)}</guid>',
        _element("pubDate", format_datetime(piece.published.astimezone(UTC))),
        _element("dc:creator", author),
        *(_element("category", title) for _, title in piece.themes),
        *_maybe("description", piece.summary),
        _element("content:encoded", piece.content),
        "</item>",
    ]
    return "\n".join(lines)


# ------------------------------------------------------------------------------------------- JSON


def json_feed(feed: Feed) -> str:
    """The feed as JSON Feed 1.1."""
    newsletter = feed.newsletter
    whole: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.home,
        "feed_url": feed.address(paths.JSON_FEED),
        "description": feed.description,
        "favicon": paths.address(newsletter.url, paths.FAVICON),
        "language": newsletter.language,
        "authors": [{"name": feed.author}],
        "items": [_json_item(piece) for piece in feed.pieces],
    }
    return json.dumps({key: value for key, value in whole.items() if value != ""}, **_JSON) + "\n"


_JSON: dict[str, Any] = {"ensure_ascii": False, "indent": 1}


def _json_item(piece: Piece) -> dict[str, Any]:
    return {
        "id": piece.url,
        "url": piece.url,
        "title": piece.title,
        **({"summary": piece.summary} if piece.summary else {}),
        "date_published": _moment(piece.published),
        "date_modified": _moment(piece.updated),
        "tags": [title for _, title in piece.themes],
        "content_html": piece.content,
    }


# ------------------------------------------------------------------------------------------- parts


def _element(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>"


def _quoted(text: str) -> str:
    return f'"{escape(text)}"'


def _maybe(name: str, text: str) -> list[str]:
    return [_element(name, text)] if text else []


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
