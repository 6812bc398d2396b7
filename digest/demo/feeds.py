"""A site's posts in each of the shapes that feeds have in the wild.

Written by hand, because the point is to be read by other people's parsers: among them a feed of
titles alone, one in Latin-1, and one that was never valid.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from email.utils import format_datetime
from html import escape
from typing import NamedTuple

from digest.demo.library import Post, Site, Version, to_html


class Feed(NamedTuple):
    """A feed's bytes and what the server calls them."""

    body: bytes
    media_type: str


Entries = Sequence[tuple[Post, Version]]


def render(site: Site, at: datetime, base: str) -> Feed:
    """The site's feed as it stood at a moment."""
    return _FORMATS[site.format](site, site.standing(at), base)


def entry_id(site: Site, post: Post) -> str:
    """What the site calls a post: the same on every port."""
    return f"tag:{site.id}.example,{post.published.year}:{post.slug}"


def teaser(post: Post, version: Version, base: str) -> str:
    """The line that a feed shows of a longer text."""
    from bs4 import BeautifulSoup

    if post.teaser:
        return post.teaser
    first = BeautifulSoup(to_html(version.text, base, raw=post.raw), "html.parser").find("p")
    return " ".join(first.get_text().split()) if first else ""


def iso(moment: datetime) -> str:
    """A moment as Atom writes it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _link(site: Site, post: Post, base: str) -> str:
    return f"{base}/{site.id}/{post.slug}"


def _atom(site: Site, entries: Entries, base: str) -> Feed:
    newest = max((version.at for _, version in entries), default=None)
    parts = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom">',
        f"<title>{escape(site.name)}</title><subtitle>{escape(site.about)}</subtitle>",
        f"<id>tag:{site.id}.example,2026:feed</id>",
        f'<link href="{base}/{site.id}/"/><link rel="self" href="{base}/{site.id}/feed.xml"/>',
        f"<updated>{iso(newest) if newest else '2026-01-01T00:00:00Z'}</updated>",
    ]
    for post, version in entries:
        authors = "".join(
            f"<author><name>{escape(name)}</name></author>" for name in version.authors
        )
        content = escape(to_html(version.text, base, raw=post.raw))
        parts.append(
            f"<entry><title>{escape(version.title)}</title><id>{entry_id(site, post)}</id>"
            f'<link rel="alternate" href="{_link(site, post, base)}"/>{authors}'
            f"<published>{iso(post.published)}</published><updated>{iso(version.at)}</updated>"
            f'<content type="html">{content}</content></entry>'
        )
    return Feed("\n".join([*parts, "</feed>\n"]).encode(), "application/atom+xml; charset=utf-8")


def _rss_item(site: Site, post: Post, version: Version, base: str, inside: str) -> str:
    return (
        f"<item><title>{escape(version.title)}</title><link>{_link(site, post, base)}</link>"
        f'<guid isPermaLink="false">{entry_id(site, post)}</guid>'
        f"<pubDate>{format_datetime(post.published)}</pubDate>{inside}</item>"
    )


def _rss(site: Site, entries: Entries, base: str, inside: Callable[[Post, Version], str]) -> Feed:
    items = "\n".join(
        _rss_item(site, post, version, base, inside(post, version)) for post, version in entries
    )
    whole = (
        '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>\n'
        f"<title>{escape(site.name)}</title><link>{base}/{site.id}/</link>"
        f"<description>{escape(site.about)}</description><language>en</language>\n"
        f"{items}\n</channel></rss>\n"
    )
    return Feed(whole.encode(), "application/rss+xml; charset=utf-8")


def _creator(version: Version) -> str:
    return f"<dc:creator>{escape(version.byline)}</dc:creator>" if version.authors else ""


def _rss_plain(site: Site, entries: Entries, base: str) -> Feed:
    """RSS 2.0: the whole text in the description, or the teaser where the text is elsewhere."""

    def inside(post: Post, version: Version) -> str:
        text = post.teaser if site.full_text else to_html(version.text, base, raw=post.raw)
        return f"{_creator(version)}<description>{escape(text)}</description>"

    return _rss(site, entries, base, inside)


def _rss_content(site: Site, entries: Entries, base: str) -> Feed:
    """RSS 2.0 with a teaser and, beside it, the whole text in content:encoded."""

    def inside(post: Post, version: Version) -> str:
        text = to_html(version.text, base, raw=post.raw).replace("]]>", "]]]]><![CDATA[>")
        return (
            f"{_creator(version)}<description>{escape(teaser(post, version, base))}</description>"
            f"<content:encoded><![CDATA[{text}]]></content:encoded>"
        )

    return _rss(site, entries, base, inside)


def _rss_titles(site: Site, entries: Entries, base: str) -> Feed:
    """RSS 2.0 as official gazettes like it: a title, an address and a date."""
    return _rss(site, entries, base, lambda _post, _version: "")


def _rss_malformed(site: Site, entries: Entries, base: str) -> Feed:
    """RSS that somebody types by hand: bare ampersands, an HTML entity, a tag left open.

    A person can read it, and so can a tolerant parser; an XML parser cannot.
    """
    good = _rss_plain(site, entries, base).body.decode()
    bad = good.replace("&amp; ", "& ").replace("<language>en</language>", "<language>en&nbsp;")
    return Feed(bad.removesuffix("</channel></rss>\n").encode(), "text/xml")


def _rdf(site: Site, entries: Entries, base: str) -> Feed:
    """RSS 1.0 in Latin-1, as weblogs were when this one began."""
    listed = "".join(f'<rdf:li rdf:resource="{_link(site, post, base)}"/>' for post, _ in entries)
    items = "\n".join(
        f'<item rdf:about="{_link(site, post, base)}"><title>{escape(version.title)}</title>'
        f"<link>{_link(site, post, base)}</link><dc:date>{iso(post.published)}</dc:date>"
        f"{_creator(version)}<dc:identifier>{entry_id(site, post)}</dc:identifier>"
        f"<description>{escape(teaser(post, version, base))}</description>"
        f"<content:encoded>{escape(to_html(version.text, base, raw=post.raw))}</content:encoded>"
        "</item>"
        for post, version in entries
    )
    whole = (
        '<?xml version="1.0" encoding="iso-8859-1"?>\n'
        '<rdf:RDF xmlns="http://purl.org/rss/1.0/" '
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/">\n'
        f'<channel rdf:about="{base}/{site.id}/"><title>{escape(site.name)}</title>'
        f"<link>{base}/{site.id}/</link><description>{escape(site.about)}</description>"
        f"<items><rdf:Seq>{listed}</rdf:Seq></items></channel>\n{items}\n</rdf:RDF>\n"
    )
    return Feed(whole.encode("iso-8859-1", "xmlcharrefreplace"), "application/rdf+xml")


def _json(site: Site, entries: Entries, base: str) -> Feed:
    """JSON Feed 1.1."""
    whole = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": site.name,
        "description": site.about,
        "home_page_url": f"{base}/{site.id}/",
        "feed_url": f"{base}/{site.id}/feed.json",
        "items": [
            {
                "id": entry_id(site, post),
                "url": _link(site, post, base),
                "title": version.title,
                "content_html": to_html(version.text, base, raw=post.raw),
                "date_published": iso(post.published),
                "date_modified": iso(version.at),
                "authors": [{"name": name} for name in version.authors],
            }
            for post, version in entries
        ],
    }
    return Feed(json.dumps(whole, ensure_ascii=False, indent=1).encode(), "application/feed+json")


_FORMATS: dict[str, Callable[[Site, Entries, str], Feed]] = {
    "atom": _atom,
    "rss": _rss_plain,
    "rss-content": _rss_content,
    "rss-titles": _rss_titles,
    "rss-malformed": _rss_malformed,
    "rdf": _rdf,
    "json": _json,
}
