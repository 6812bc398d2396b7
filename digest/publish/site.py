"""The whole site from snapshots: every page is computed before one is written.

Pure but for `update`: the same issues, configuration and templates give the same bytes, in any
folder, on any day.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from html import escape
from pathlib import Path

import jinja2
import markdown_it

from digest.config.schema import Config
from digest.errors import Refused
from digest.publish import paths
from digest.publish.cards import Shelved, shelve, theme_cards
from digest.publish.earlier import earlier_entries
from digest.publish.frame import Page, Site, fingerprint
from digest.publish.pages import pages
from digest.publish.parallel import make_all
from digest.publish.pieces import feed_files
from digest.publish.templates import Templates
from digest.publish.values import Published
from digest.publish.writer import Written, standing, write


def build(config: Config, issues: Sequence[Published], templates: Templates) -> dict[str, bytes]:
    """Every file of the site: path from its root -> bytes.

    Args:
        config: The newsletter, its themes, its weekday and what it reads.
        issues: What was published, in any order.
        templates: The built-in templates and the project's own.

    Raises:
        ConfigError: a template cannot be used.
        Refused: two issues have one id.
    """
    return make_all(plan(config, issues, templates))


def update(
    config: Config, issues: Sequence[Published], templates: Templates, folder: Path
) -> Written:
    """Bring the site in a folder up to date, making only the pages whose making has changed.

    Afterwards the folder holds what `build` gives. All that is made is made before anything is
    written.

    Raises:
        ConfigError, Refused: as `build` and `write` raise them; nothing was written.
        MachineError: the folder cannot be read or written.
    """
    planned = plan(config, issues, templates)
    old = standing(folder)
    keep = {page.path for page in planned if old.get(page.path) == page.key}
    fresh = make_all([page for page in planned if page.path not in keep])
    return write(folder, fresh, keep=keep, keys={page.path: page.key for page in planned})


def plan(config: Config, issues: Sequence[Published], templates: Templates) -> list[Page]:
    """Every file of the site, none of them made yet.

    Raises:
        Refused: two issues have one id.
    """
    site = shared(config, issues, templates)
    planned = [*pages(site), *feed_files(site), *_files(site)]
    seen: set[str] = set()
    for page in planned:
        if page.path in seen:
            raise Refused("two pages have one address", where=page.path)
        seen.add(page.path)
    return planned


def shared(config: Config, issues: Sequence[Published], templates: Templates) -> Site:
    """What all pages, and all mails, are made from."""
    themes = theme_cards(config.themes)
    shelf = shelve(issues, config.newsletter, themes)
    maker = fingerprint(_program(), templates.fingerprint(), repr(config.newsletter), repr(themes))
    return Site(config, themes, shelf, earlier_entries(shelf), templates, maker)


@cache
def _program() -> str:
    """A digest of the code that makes the pages, and of the libraries it makes them with."""
    folder = Path(__file__).parent
    sources = sorted([*folder.glob("*.py"), *(folder.parent / "markup").glob("*.py")])
    texts = [path.read_text(encoding="utf-8") for path in sources]
    return fingerprint(jinja2.__version__, markdown_it.__version__, *texts)


def _files(site: Site) -> Iterator[Page]:
    """What stands beside the pages: their style, their sign, and notes for search engines."""
    yield site.page(paths.STYLE, (), lambda: site.templates.text(paths.STYLE))
    yield site.page(
        paths.FAVICON,
        (),
        lambda: site.templates.render("favicon.svg", {"newsletter": site.newsletter}),
    )
    sitemap = paths.address(site.newsletter.url, "sitemap.xml")
    yield site.page("robots.txt", (), lambda: f"User-agent: *\nAllow: /\n\nSitemap: {sitemap}\n")
    days = [(path, one.published.updated.date()) for one in site.shelf for path in _places(one)]
    yield site.page("sitemap.xml", days, lambda: _sitemap(site, days))


def _places(shelved: Shelved) -> Iterator[str]:
    """The pages of an issue."""
    yield shelved.card.path
    yield shelved.card.companion
    yield from (entry.companion for entry in shelved.entries)


def _sitemap(site: Site, days: Sequence[tuple[str, date]]) -> str:
    """The permanent addresses, those of an issue with the day its text last changed."""
    lists = [paths.HOME, paths.ARCHIVE, paths.THEMES, *(theme.path for theme in site.themes)]
    lists += [paths.ABOUT, paths.SOURCES]
    found = [(path, "") for path in lists]
    found += [(path, f"<lastmod>{day}</lastmod>") for path, day in days]
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
