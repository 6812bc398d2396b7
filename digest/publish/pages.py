"""The pages, each as a promise: where it stands, what it depends on, and how it is made.

Nothing is rendered before it is asked for, so that a build can leave alone what has not changed.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any, Generic, TypeVar

from markupsafe import Markup

from digest.config.schema import Newsletter
from digest.publish import paths
from digest.publish.bodies import IssueBody, issue_body
from digest.publish.cards import EntryCard, IssueCard, Shelved, ThemeCard
from digest.publish.head import POLICY, Head, home_head, issue_head, page_head
from digest.publish.templates import Templates

# A page of a list holds the newest years, up to about so many lines; each older year has its own.
LONGEST_LIST = 150
RECENT = 8

Card = TypeVar("Card")


@dataclass(frozen=True, slots=True)
class Page:
    """A file of the site: its path from the root, a digest of all it is made of, and its making."""

    path: str
    key: str
    make: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Year(Generic[Card]):
    """What a list shows of one year, newest first; `path` is the year's own page, if it has one."""

    year: int
    count: int
    cards: tuple[Card, ...] = ()
    path: str = ""


@dataclass(frozen=True)
class Site:
    """What the pages share.

    Attributes:
        newsletter: Its particulars, from the configuration.
        themes: In the configuration's order.
        shelf: Every issue, oldest first.
        templates: What renders them.
        maker: A digest of all that every page depends on, the program itself among it.
    """

    newsletter: Newsletter
    themes: tuple[ThemeCard, ...]
    shelf: tuple[Shelved, ...]
    templates: Templates
    maker: str
    _bodies: dict[str, IssueBody] = field(default_factory=dict)
    _marks: dict[str, str] = field(default_factory=dict)

    def page(self, path: str, depends: object, make: Callable[[], str]) -> Page:
        """A page that changes when what it depends on does; cards say enough by their `repr`."""
        return Page(path, fingerprint(self.maker, path, repr(depends)), make)

    def mark(self, shelved: Shelved) -> str:
        """A digest of an issue with all its texts."""
        if shelved.card.id not in self._marks:
            self._marks[shelved.card.id] = fingerprint(repr(shelved))
        return self._marks[shelved.card.id]

    def body(self, shelved: Shelved) -> IssueBody:
        """An issue's texts, rendered once for its page and the feeds."""
        if shelved.card.id not in self._bodies:
            self._bodies[shelved.card.id] = issue_body(shelved)
        return self._bodies[shelved.card.id]

    def render(self, template: str, head: Head, **values: object) -> str:
        """A page's text."""
        shared: Mapping[str, Any] = {
            "newsletter": self.newsletter,
            "themes": self.themes,
            "head": head,
            "root": head.root,
            "paths": paths,
        }
        return self.templates.render(template, {**shared, **values})

    def head(self, path: str, title: str, description: str) -> Head:
        """The head of a page that lists things."""
        return page_head(self.newsletter, path, title, description)


def fingerprint(*parts: str) -> str:
    """A digest of some texts."""
    found = sha256()
    for part in parts:
        found.update(part.encode("utf-8", "surrogatepass") + b"\0")
    return found.hexdigest()[:32]


def pages(site: Site) -> Iterator[Page]:
    """Every page for readers."""
    yield _home(site)
    yield from _issues(site)
    yield from _archive(site)
    yield _themes(site)
    for theme in site.themes:
        yield from _theme(site, theme)
    yield _not_found(site)


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


def _issue(site: Site, shelved: Shelved, before: IssueCard | None, after: IssueCard | None) -> Page:
    def make() -> str:
        return site.render(
            "issue.html",
            issue_head(site.newsletter, shelved),
            issue=shelved,
            body=site.body(shelved),
            before=before,
            after=after,
        )

    return site.page(shelved.card.path, (site.mark(shelved), before, after), make)


# ------------------------------------------------------------------------------------------ lists


def _archive(site: Site) -> Iterator[Page]:
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


def _theme(site: Site, theme: ThemeCard) -> Iterator[Page]:
    entries = _entries_of(site, theme)
    years = by_year(entries, lambda entry: entry.issue, lambda year: paths.theme(theme.id, year))
    title = f"{theme.title} – {site.newsletter.title}"
    about = f"Everything in {site.newsletter.title} about {theme.title}, newest first."

    def page(path: str, title: str, shown: Sequence[Year[EntryCard]]) -> Page:
        def make() -> str:
            head = site.head(path, title, about)
            return site.render("theme.html", head, theme=theme, years=shown, count=len(entries))

        return site.page(path, (theme, shown, len(entries)), make)

    yield page(theme.path, title, [_short(year) for year in years])
    for year in years:
        if year.path:
            yield page(year.path, f"{year.year} – {title}", [replace(year, path="")])


def _themes(site: Site) -> Page:
    counted = [(theme, _entries_of(site, theme)[:3]) for theme in site.themes]

    def make() -> str:
        title = f"Themes – {site.newsletter.title}"
        head = site.head(paths.THEMES, title, f"What {site.newsletter.title} follows.")
        return site.render("themes.html", head, counted=counted)

    return site.page(paths.THEMES, counted, make)


def _entries_of(site: Site, theme: ThemeCard) -> list[EntryCard]:
    """The entries of a theme, newest issue first, in each issue's own order."""
    return [entry for one in reversed(site.shelf) for entry in one.entries if theme in entry.themes]


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
