"""The sample web's pages: an article among menus and footers, a site's front page, the way in."""

from __future__ import annotations

from datetime import datetime
from html import escape

from digest.demo.feeds import iso
from digest.demo.library import Post, Site, Version, sites, to_html

_STYLE = """
body { margin: 0; font: 1.06rem/1.6 Georgia, serif; color: #222; background: #fdfcf9 }
header, main, footer, aside, .cookie-banner {
  max-width: 42rem; margin: 0 auto; padding: 1rem 1.2rem
}
header { border-bottom: 3px solid TONE }
header a { color: TONE; text-decoration: none; margin-right: 1em }
footer, aside, .cookie-banner { color: #666; font-size: .85rem }
.masthead { font-size: 1.3rem; font-weight: bold; margin: 0 }
h1 { line-height: 1.2 }
a { color: TONE }
@media (prefers-color-scheme: dark) {
  body { color: #ddd; background: #191817 } header a, a { color: #d8b98a }
}
""".strip()
_MENU = ("Home", "Writing", "About")
_COOKIES = (
    '<div class="cookie-banner" role="dialog"><p>We use cookies to remember that you have been '
    "asked about cookies.</p><button>Accept all</button> <button>Accept some</button></div>"
)


def article(site: Site, post: Post, version: Version, at: datetime, base: str) -> str:
    """One post's own page, its text where pages have it: in the middle of everything else."""
    others = [pair for pair in site.standing(at) if pair[0] is not post][:4]
    related = "".join(
        f'<li><a href="{base}/{site.id}/{other.slug}">{escape(standing.title)}</a></li>'
        for other, standing in others
    )
    replies = "".join(
        f'<section class="comment" id="{reply.id}"><p><b>{escape(reply.author)}</b> '
        f"({reply.karma})</p>{to_html(reply.text, base)}</section>"
        for reply in post.replies
        if reply.at <= at
    )
    byline = ""
    if version.authors:
        name = escape(version.byline)
        byline = f'By <span class="author" rel="author">{name}</span>, '
    inside = (
        f'<h1>{escape(version.title)}</h1>\n<p class="byline">{byline}'
        f'<time datetime="{iso(post.published)}">{_day(post.published)}</time></p>\n'
        f"<article>{to_html(version.text, base, raw=post.raw)}\n</article>\n{replies}"
    )
    aside = f"<aside><h2>More from {escape(site.name)}</h2><ul>{related}</ul></aside>"
    extras = _COOKIES + aside if site.full_text else aside
    head = f'<meta property="article:published_time" content="{iso(post.published)}">'
    if version.authors:
        head += f'<meta name="author" content="{escape(version.byline)}">'
    return _page(site, version.title, inside, base, head=head, after=extras)


def front(site: Site, at: datetime, base: str) -> str:
    """A site's front page, which is also the listing of a site without a feed."""
    notices = "\n".join(
        f'<li class="notice"><h3><a href="/{site.id}/{post.slug}">{escape(version.title)}</a></h3>'
        f'<time datetime="{iso(post.published)}">{_day(post.published)}</time></li>'
        for post, version in site.standing(at)
    )
    inside = (
        f"<h1>{escape(site.name)}</h1><p>{escape(site.about)}</p>"
        f'<ul class="notices">\n{notices}\n</ul>'
    )
    return _page(site, site.name, inside, base)


def way_in(at: datetime, base: str) -> str:
    """The first page of the sample web: all its sites."""
    listed = "".join(
        f'<li><a href="{base}/{site.id}/">{escape(site.name)}</a>: {escape(site.about)}</li>'
        for site in sites().values()
        if site.kind != "arxiv"
    )
    whole = Site(id="", name="The sample web", kind="", about="", posts=())
    inside = (
        f"<h1>The sample web</h1><p>As it stood on {_day(at)}. Everything here was invented for "
        f"the purpose: outlets, laboratories, papers and people.</p><ul>{listed}</ul>"
    )
    return _page(whole, whole.name, inside, base)


def broken(site: Site) -> str:
    """What a server says when it is about to be repaired."""
    return (
        f"<!doctype html><html><head><title>500</title></head><body><h1>{escape(site.name)}</h1>"
        "<p>Something is wrong and we know what it is.</p></body></html>"
    )


def _page(
    site: Site, title: str, inside: str, base: str, *, head: str = "", after: str = ""
) -> str:
    home = f"{base}/{site.id}/" if site.id else f"{base}/"
    menu = "".join(
        f'<a href="{home}{"" if n == 0 else "#" + word.lower().replace(" ", "-")}">'
        f"{escape(word)}</a>"
        for n, word in enumerate(site.menu or _MENU)
    )
    feed = "" if site.kind != "feed" else f'<link rel="alternate" title="Feed" {_feed(site)}>'
    whole = title if title == site.name else f"{title} | {site.name}"
    footer = site.footer or f"{site.name}. {site.about} This page is part of a sample web."
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(whole)}</title>{head}{feed}"
        f"<style>{_STYLE.replace('TONE', site.tone)}</style></head>\n"
        f'<body><header><p class="masthead">{escape(site.name)}</p><nav>{menu}</nav></header>'
        f"\n<main>{inside}</main>\n{after}\n"
        f"<footer>{escape(footer)}</footer></body></html>\n"
    )


def _feed(site: Site) -> str:
    if site.format == "json":
        return f'type="application/feed+json" href="/{site.id}/feed.json"'
    kind = "atom" if site.format == "atom" else "rss"
    return f'type="application/{kind}+xml" href="/{site.id}/feed.xml"'


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y}"
