"""The pages that list: the archive and the themes, with the older years on pages of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from digest.publish import paths
from digest.publish.cards import EntryCard, IssueCard, ThemeCard
from digest.publish.frame import Page, Site
from digest.publish.shares import share_picture

# A page of a list holds the newest years, up to about so many lines; each older year has its own.
LONGEST_LIST = 150

Card = TypeVar("Card")


@dataclass(frozen=True, slots=True)
class Year(Generic[Card]):
    """What a list shows of one year, newest first; `path` is the year's own page, if it has one."""

    year: int
    count: int
    cards: tuple[Card, ...] = ()
    path: str = ""


def archive_pages(site: Site) -> Iterator[Page]:
    """Every issue, by year."""
    cards = [one.card for one in reversed(site.shelf)]
    years = by_year(cards, lambda card: card, paths.archive)
    title = f"Archive – {site.newsletter.title}"
    about = f"Every issue of {site.newsletter.title}, by year."

    def page(path: str, title: str, shown: Sequence[Year[IssueCard]]) -> Page:
        def make() -> str:
            head = site.head(path, title, about)
            return site.render("archive.html", head, years=shown, count=len(cards))

        return site.page(path, (shown, len(cards)), make)

    yield page(paths.ARCHIVE, title, [_short(year) for year in years])
    for year in years:
        if year.path:
            yield page(year.path, f"{year.year} – {title}", [replace(year, path="")])


def theme_pages(site: Site) -> Iterator[Page]:
    """The page of all themes, and each theme's own pages."""
    entries: dict[str, list[EntryCard]] = {theme.id: [] for theme in site.themes}
    for shelved in reversed(site.shelf):
        for entry in shelved.entries:
            for theme in entry.themes:
                entries[theme.id].append(entry)
    yield _themes(site, entries)
    for theme in site.themes:
        yield from _theme(site, theme, entries[theme.id])


def _themes(site: Site, entries: Mapping[str, Sequence[EntryCard]]) -> Page:
    counted = [
        (theme, entries[theme.id][:3], share_picture(theme, site.shelf)) for theme in site.themes
    ]

    def make() -> str:
        title = f"Themes – {site.newsletter.title}"
        head = site.head(paths.THEMES, title, f"What {site.newsletter.title} follows.")
        return site.render("themes.html", head, counted=counted)

    return site.page(paths.THEMES, counted, make)


def _theme(site: Site, theme: ThemeCard, entries: Sequence[EntryCard]) -> Iterator[Page]:
    years = by_year(entries, lambda entry: entry.issue, lambda year: paths.theme(theme.id, year))
    title = f"{theme.title} – {site.newsletter.title}"
    about = f"Everything in {site.newsletter.title} about {theme.title}, newest first."
    picture = share_picture(theme, site.shelf)

    def page(path: str, title: str, shown: Sequence[Year[EntryCard]]) -> Page:
        values = {"theme": theme, "years": shown, "count": len(entries), "picture": picture}

        def make() -> str:
            return site.render("theme.html", site.head(path, title, about), **values)

        return site.page(path, values, make)

    yield page(theme.path, title, [_short(year) for year in years])
    for year in years:
        if year.path:
            yield page(year.path, f"{year.year} – {title}", [replace(year, path="")])


def by_year(
    cards: Iterable[Card],
    issue_of: Callable[[Card], IssueCard],
    path: Callable[[int], str],
) -> list[Year[Card]]:
    """Cards, newest first, by year; years that do not fit on the first page get their own."""
    found: dict[int, list[Card]] = {}
    for card in cards:
        found.setdefault(issue_of(card).day.year, []).append(card)
    years: list[Year[Card]] = []
    lines = 0
    for year, its in found.items():
        lines += len(its)
        own = path(year) if years and lines > LONGEST_LIST else ""
        years.append(Year(year, len(its), tuple(its), own))
    return years


def _short(year: Year[Card]) -> Year[Card]:
    """A year as the first page of a list shows it: without cards where it has its own page."""
    return replace(year, cards=()) if year.path else year
