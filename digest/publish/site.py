"""The whole site from snapshots: every page is computed before one is written.

Pure: the same issues, configuration and templates give the same bytes, in any folder, on any day.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

from digest.config.schema import Config
from digest.errors import Refused
from digest.publish import paths
from digest.publish.cards import Shelved, shelve, theme_cards
from digest.publish.feeds import LONGEST, atom
from digest.publish.head import page_head
from digest.publish.pages import Page, Site, pages
from digest.publish.templates import Templates
from digest.publish.values import Published
from digest.publish.words import encode


def build(config: Config, issues: Sequence[Published], templates: Templates) -> dict[str, bytes]:
    """Every file of the site: path from its root -> bytes.

    Args:
        config: The newsletter and its themes; nothing else of it counts.
        issues: What was published, in any order.
        templates: The built-in templates and the project's own.

    Raises:
        ConfigError: a template cannot be used.
        Refused: two issues have one id.
    """
    themes = theme_cards(config.themes)
    shelf = shelve(issues, config.newsletter, themes)
    site = Site(config.newsletter, themes, shelf, templates)
    files: dict[str, bytes] = {}
    for page in (*pages(site), *_feeds(site), *_files(site)):
        if page.path in files:
            raise Refused("two pages have one address", where=page.path)
        files[page.path] = encode(page.make())
    return files


def _feeds(site: Site) -> Iterator[Page]:
    """The newsletter for feed readers."""
    newest = site.shelf[-LONGEST:]

    def content(shelved: Shelved) -> str:
        head = page_head(site.newsletter, shelved.card.path, shelved.card.title, "")
        return site.render("feed_issue.html", head, issue=shelved, body=site.body(shelved))

    yield Page(paths.FEED, newest, lambda: atom(site.newsletter, newest, content))


def _files(site: Site) -> Iterator[Page]:
    """What stands beside the pages: their style, their sign, and notes for search engines."""
    yield Page(paths.STYLE, (), lambda: site.templates.text(paths.STYLE))
    yield Page(
        paths.FAVICON,
        (),
        lambda: site.templates.render("favicon.svg", {"newsletter": site.newsletter}),
    )
    sitemap = paths.address(site.newsletter.url, "sitemap.xml")
    yield Page("robots.txt", (), lambda: f"User-agent: *\nAllow: /\n\nSitemap: {sitemap}\n")
    yield Page("sitemap.xml", site.shelf, lambda: _sitemap(site))


def _sitemap(site: Site) -> str:
    """The permanent addresses, an issue's with the day its text last changed."""
    lists = [paths.HOME, paths.ARCHIVE, paths.THEMES, *(theme.path for theme in site.themes)]
    found = [(path, "") for path in lists]
    found += [
        (one.card.path, f"<lastmod>{one.published.updated.date()}</lastmod>") for one in site.shelf
    ]
    lines = (
        f"<url><loc>{escape(paths.address(site.newsletter.url, path))}</loc>{day}</url>"
        for path, day in found
    )
    return "\n".join(
        [
            '<?xml version="1.0" encoding="utf-8"?>',
            '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">',
            *lines,
            "</urlset>",
            "",
        ]
    )
