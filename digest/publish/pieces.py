"""Which feeds there are, and what each holds: issues for the newsletter, entries for a theme."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial

from digest.publish import paths
from digest.publish.cards import EntryCard, Shelved, ThemeCard
from digest.publish.feeds import LONGEST, Feed, Piece, absolute, atom, json_feed, rss
from digest.publish.frame import Page, Site

_FORMATS = ((paths.FEED, atom), (paths.RSS, rss), (paths.JSON_FEED, json_feed))


def feed_files(site: Site) -> Iterator[Page]:
    """Every feed, in every format."""
    newsletter = site.newsletter
    newest = _fresh(site)[:LONGEST]

    def issues() -> Feed:
        pieces = [_issue_piece(site, one) for one in newest]
        return Feed(newsletter, newsletter.title, newsletter.description, paths.HOME, pieces)

    yield from _in_all_formats(site, paths.HOME, [site.mark(one) for one in newest], issues)
    for theme in site.themes:
        yield from _theme_feeds(site, theme)


def _fresh(site: Site) -> list[Shelved]:
    """The issues that feeds bring, the newest first: what readers had before is no news to them."""
    return [one for one in reversed(site.shelf) if not one.published.imported]


def _theme_feeds(site: Site, theme: ThemeCard) -> Iterator[Page]:
    found = [
        (one, entry) for one in _fresh(site) for entry in one.entries if theme in entry.themes
    ][:LONGEST]

    def entries() -> Feed:
        title = f"{site.newsletter.title}: {theme.title}"
        pieces = [_entry_piece(site, one, entry) for one, entry in found]
        return Feed(site.newsletter, title, theme.description, theme.path, pieces)

    depends = [(site.mark(one), entry.number) for one, entry in found]
    yield from _in_all_formats(site, theme.path, depends, entries)


def _in_all_formats(
    site: Site, page: str, depends: Sequence[object], make: Callable[[], Feed]
) -> Iterator[Page]:
    once = cache(make)
    for name, write in _FORMATS:
        yield site.page(paths.beside(page, name), depends, partial(_written, write, once))


def _written(write: Callable[[Feed], str], make: Callable[[], Feed]) -> str:
    return write(make())


def _issue_piece(site: Site, shelved: Shelved) -> Piece:
    card, published = shelved.card, shelved.published
    url = paths.address(site.newsletter.url, card.path)
    values = {"issue": shelved, "body": site.body(shelved)}
    themes = {theme.id: theme.title for entry in shelved.entries for theme in entry.themes}
    return Piece(
        url=url,
        title=card.title,
        summary=card.summary,
        published=published.published,
        updated=published.updated,
        themes=tuple(themes.items()),
        content=absolute(site.templates.render("feed_issue.html", values), url),
    )


def _entry_piece(site: Site, shelved: Shelved, card: EntryCard) -> Piece:
    url = paths.address(site.newsletter.url, card.path)
    entry = site.body(shelved).entries[card.number - 1]
    return Piece(
        url=url,
        title=card.title,
        summary=card.summary,
        published=shelved.published.published,
        updated=shelved.published.updated,
        themes=tuple((theme.id, theme.title) for theme in card.themes),
        content=absolute(site.templates.render("feed_entry.html", {"entry": entry}), url),
    )
