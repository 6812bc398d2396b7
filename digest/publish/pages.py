"""The pages for readers: home, issues and companions, what it is and reads, a missing page."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256

from markupsafe import Markup

from digest.publish import paths
from digest.publish.cards import IssueCard, Shelved
from digest.publish.companions import companion_pages
from digest.publish.frame import Page, Site
from digest.publish.head import POLICY, Head, home_head, issue_head
from digest.publish.lists import archive_pages, theme_pages
from digest.publish.reads import what_it_reads
from digest.publish.trackers import tracker_pages

RECENT = 8


def pages(site: Site) -> Iterator[Page]:
    """Every page for readers."""
    yield _home(site)
    yield from archive_pages(site)
    yield from theme_pages(site)
    yield from tracker_pages(site)
    yield from _about(site)
    yield _not_found(site)
    # The last, for the feeds that are made next share the newest issues' texts with them.
    yield from _issues(site)


def _home(site: Site) -> Page:
    newest = site.shelf[::-1]
    recent = [one.card for one in newest[1 : RECENT + 1]]

    def make() -> str:
        return site.render(
            "home.html",
            home_head(site.newsletter),
            latest=newest[0] if newest else None,
            recent=recent,
            count=len(newest),
        )

    depends = ([site.mark(one) for one in newest[:1]], recent, len(newest))
    return site.page(paths.HOME, depends, make)


def _issues(site: Site) -> Iterator[Page]:
    cards = [None, *(one.card for one in site.shelf), None]
    for index, shelved in enumerate(site.shelf):
        yield _issue(site, shelved, cards[index], cards[index + 2])
        yield from companion_pages(site, shelved)


def _issue(site: Site, shelved: Shelved, before: IssueCard | None, after: IssueCard | None) -> Page:
    earlier = {entry.anchor: site.earlier.get(entry.path, ()) for entry in shelved.entries}

    def make() -> str:
        return site.render(
            "issue.html",
            issue_head(site.newsletter, shelved),
            issue=shelved,
            body=site.body(shelved),
            before=before,
            after=after,
            earlier=earlier,
        )

    return site.page(shelved.card.path, (site.mark(shelved), before, after, earlier), make)


def _about(site: Site) -> Iterator[Page]:
    newsletter = site.newsletter
    weekday = site.config.issue.weekday.title()
    reads = what_it_reads(site.config.sources)

    def about() -> str:
        title = f"About {newsletter.title}"
        head = site.head(paths.ABOUT, title, newsletter.description or f"What {title} is.")
        return site.render("about.html", head, weekday=weekday, count=len(site.shelf))

    def sources() -> str:
        title = f"What we read – {newsletter.title}"
        head = site.head(paths.SOURCES, title, f"Where {newsletter.title} finds what it reports.")
        return site.render("sources.html", head, groups=reads)

    yield site.page(paths.ABOUT, (weekday, len(site.shelf)), about)
    yield site.page(paths.SOURCES, reads, sources)


# ------------------------------------------------------------------------------- the missing page


def _not_found(site: Site) -> Page:
    """A server shows this page at any depth, so it carries its style and names whole addresses."""

    def make() -> str:
        style = site.templates.text(paths.STYLE)
        digest = b64encode(sha256(style.encode()).digest()).decode()
        head = Head(
            path=paths.NOT_FOUND,
            title=f"Not found – {site.newsletter.title}",
            description="There is no such page.",
            canonical="",
            policy=POLICY.format(style=f"'sha256-{digest}'"),
        )
        home = paths.address(site.newsletter.url, paths.HOME)
        latest = [one.card for one in site.shelf[-3:]][::-1]
        # The site's own file: it may hold no text of anybody else's.
        inline_style = Markup(style)  # noqa: S704
        return site.render("404.html", head, root=home, inline_style=inline_style, latest=latest)

    return site.page(paths.NOT_FOUND, [one.card for one in site.shelf[-3:]], make)
