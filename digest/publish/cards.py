"""What lists show of issues and entries: titles, days, themes and the way there.

Cards are made for every issue at each build, so they hold nothing that needs the long texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from digest.config.schema import Newsletter, Theme, Tracker
from digest.model import Entry
from digest.publish import paths
from digest.publish.values import Published
from digest.publish.words import count_slots, inline, is_unwritten, plain

# The style sheet has so many colours that readers of every colour vision can tell apart.
COLOURS = 8

_UNTITLED = Markup("Untitled")


@dataclass(frozen=True, slots=True)
class ThemeCard:
    """A theme: its title, the page about it, and its colour, 1 to 8, in the style sheet."""

    id: str
    title: str
    description: str
    colour: int
    path: str


@dataclass(frozen=True, slots=True)
class TrackerCard:
    """A tracker: its title, its theme if it has one, and its page."""

    id: str
    title: str
    theme: ThemeCard | None
    path: str


@dataclass(frozen=True, slots=True)
class IssueCard:
    """An issue in a list.

    Attributes:
        id: Its permanent id, as in its address.
        number: Its number.
        name: The newsletter's title and the number.
        title: The whole title as plain text, for places that show no markup.
        parts: What the title is made of, without name and number.
        subtitle: The line under the title.
        summary: The subtitle as plain text, or else the headlines.
        day: The day it bears, and stands in order by.
        shown: The same; None where an imported issue bears no day, and only its place is known.
        path: Its page, from the site's root.
    """

    id: str
    number: int
    name: str
    title: str
    parts: tuple[Markup, ...]
    subtitle: Markup
    summary: str
    day: date
    path: str
    shown: date | None = None

    @property
    def companion(self) -> str:
        """Its companion's page, from the site's root."""
        return paths.companion(self.id)


@dataclass(frozen=True, slots=True)
class EntryCard:
    """An entry in a list: its place in its issue, its headline and tagline, its themes.

    `headline` is as the editor wrote it; `heading` lacks the colon that leads to the tagline;
    `title` and `summary` are heading and tagline as plain text.
    """

    issue: IssueCard
    key: str
    number: int
    kind: str
    anchor: str
    headline: Markup
    heading: Markup
    title: str
    tagline: Markup
    summary: str
    themes: tuple[ThemeCard, ...]

    @property
    def path(self) -> str:
        """Its permanent place, from the site's root."""
        return f"{self.issue.path}#{self.anchor}"

    @property
    def companion(self) -> str:
        """Its companion's page, from the site's root."""
        return paths.companion(self.issue.id, self.anchor)


@dataclass(frozen=True, slots=True)
class Shelved:
    """An issue among the others: the snapshot, its card, and its entries' cards in order."""

    published: Published
    card: IssueCard
    entries: tuple[EntryCard, ...]


def theme_cards(themes: Sequence[Theme]) -> tuple[ThemeCard, ...]:
    """The configured themes, each with a colour of its own as far as the colours go."""
    return tuple(
        ThemeCard(
            theme.id,
            theme.title,
            " ".join(theme.description.split()),
            index % COLOURS + 1,
            paths.theme(theme.id),
        )
        for index, theme in enumerate(themes)
    )


def tracker_cards(
    trackers: Sequence[Tracker], themes: Sequence[ThemeCard]
) -> tuple[TrackerCard, ...]:
    """The configured trackers, each with its theme."""
    by_id = {theme.id: theme for theme in themes}
    return tuple(
        TrackerCard(one.id, one.title, by_id.get(one.theme or ""), paths.tracker(one.id))
        for one in trackers
    )


def shelve(
    issues: Sequence[Published], newsletter: Newsletter, themes: Sequence[ThemeCard]
) -> tuple[Shelved, ...]:
    """All issues, oldest first, with their cards."""
    by_id = {theme.id: theme for theme in themes}
    shelf = []
    for published in issues:
        card = _issue_card(published, newsletter)
        anchors = _anchors(published.issue.entries)
        entries = tuple(
            _entry_card(card, number, entry, anchor, _themes(published, number - 1, by_id))
            for number, (entry, anchor) in enumerate(
                zip(published.issue.entries, anchors, strict=True), start=1
            )
        )
        shelf.append(Shelved(published, card, entries))
    return tuple(sorted(shelf, key=lambda one: (one.card.day, one.card.number, one.card.id)))


def _issue_card(published: Published, newsletter: Newsletter) -> IssueCard:
    issue = published.issue
    name = f"{newsletter.title} {issue.number}"
    named = issue.parts or _parts(issue.title, name)
    parts = [part for part in named if not is_unwritten(part)]
    title = plain(issue.title)
    if count_slots(issue.title) or not title.startswith(newsletter.title):
        words = "; ".join(filter(None, map(plain, parts)))
        title = f"{name}: {words}" if words else name
    headlines = (plain(entry.headline).rstrip(":") for entry in issue.entries)
    day = issue.date or published.published.astimezone(newsletter.zone).date()
    return IssueCard(
        id=issue.id,
        number=issue.number,
        name=name,
        title=title,
        parts=tuple(filter(None, map(inline, parts))) or (Markup.escape(name),),
        subtitle=inline(issue.subtitle),
        summary=plain(issue.subtitle) or "; ".join(filter(None, headlines)),
        day=day,
        path=paths.issue(issue.id),
        shown=issue.date if published.imported else day,
    )


def _parts(title: str, name: str) -> tuple[str, ...]:
    """The parts of a title that the draft did not take apart: what stands between semicolons."""
    rest = title.strip().removeprefix(name).lstrip(":").strip()
    return tuple(part.strip() for part in rest.split(";") if part.strip())


def _entry_card(
    card: IssueCard, number: int, entry: Entry, anchor: str, themes: tuple[ThemeCard, ...]
) -> EntryCard:
    return EntryCard(
        issue=card,
        key=entry.key,
        number=number,
        kind=entry.kind,
        anchor=anchor,
        headline=inline(entry.headline) or _UNTITLED,
        heading=inline(entry.headline.strip().removesuffix(":")) or _UNTITLED,
        title=plain(entry.headline).rstrip(":") or str(_UNTITLED),
        tagline=inline(entry.tagline),
        summary=plain(entry.tagline),
        themes=themes,
    )


def _themes(
    published: Published, place: int, themes: dict[str, ThemeCard]
) -> tuple[ThemeCard, ...]:
    """What an entry is about: what it says itself, else what it was tagged with."""
    said = published.issue.entries[place].themes
    names = said or [theme for theme, _ in published.tags.get(place, ())]
    return tuple(themes[one] for one in dict.fromkeys(names) if one in themes)


def _anchors(entries: Sequence[Entry]) -> list[str]:
    """Anchors made from the keys; a second entry of one key gets a number behind it."""
    found: list[str] = []
    for entry in entries:
        anchor, number = paths.anchor(entry.key), 1
        while (anchor if number == 1 else f"{anchor}.{number}") in found:
            number += 1
        found.append(anchor if number == 1 else f"{anchor}.{number}")
    return found
