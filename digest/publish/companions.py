"""Companions: a page about one entry, and one for an issue made of its entries'.

An entry's points with the quotations they rest on, the editor's bottom line, and where it all comes
from. Of third parties' words a companion shows verified quotations and titles, nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, partial

from markupsafe import Markup

from digest.markup.addresses import canonical
from digest.model import Entry, Quote, ReadMore, Reference
from digest.publish.bodies import Pointer, web_link
from digest.publish.cards import EntryCard, Shelved
from digest.publish.frame import Page, Site
from digest.publish.head import companion_head
from digest.publish.points import Point, points_of
from digest.publish.words import block, inline, is_unwritten

# Of each entry an issue's companion shows so many points; the entry's own has them all.
FIRST_POINTS = 3
MOST_NAMES = 3

_BOTTOM_LINE = re.compile(
    r"^[ \t]*\*\*[ \t]*bottom line[ \t]*:?[ \t]*\*\*[ \t]*:?(?P<text>(?:.|\n(?![ \t]*\n))*)",
    re.IGNORECASE | re.MULTILINE,
)
_HEADING = re.compile(r"(?<=<h|/h)[2-6](?=>)")


@dataclass(frozen=True, slots=True)
class Cited:
    """A source: `url` is empty where the address is none that a reader may open."""

    title: Markup
    url: str
    authors: str
    outlet: Markup
    day: date | None
    comments: int = 0


@dataclass(frozen=True, slots=True)
class Pulled:
    """A verbatim quotation, and the source that it stands in, where that is known."""

    paragraphs: tuple[str, ...]
    source: Cited | None


@dataclass(frozen=True, slots=True)
class Shown:
    """A point as the page shows it."""

    lead: Markup
    text: Markup
    details: tuple[tuple[Markup, Markup], ...]
    pulled: tuple[Pulled, ...]


@dataclass(frozen=True, slots=True)
class Companion:
    """The companion of one entry.

    Attributes:
        points: In the entry's order.
        thesis, bottom_line: The editor's, both empty where none was written.
        sources: What it quotes and links to.
        discussions: Where forums spoke of it.
    """

    card: EntryCard
    points: tuple[Shown, ...]
    thesis: Markup
    bottom_line: Markup
    sources: tuple[Cited, ...]
    discussions: tuple[Cited, ...]


def companion_pages(site: Site, shelved: Shelved) -> Iterator[Page]:
    """The companion of an issue, then those of its entries."""

    # Both kinds of pages show them, and are made one after the other.
    @cache
    def companions() -> list[Companion]:
        return [_companion(site, shelved, place) for place in range(len(shelved.entries))]

    yield _issue_page(site, shelved, companions)
    for place, card in enumerate(shelved.entries):
        yield _entry_page(site, shelved, card, partial(_nth, companions, place))


def _nth(companions: Callable[[], list[Companion]], place: int) -> Companion:
    return companions()[place]


def _issue_page(site: Site, shelved: Shelved, found: Callable[[], list[Companion]]) -> Page:
    card = shelved.card

    def make() -> str:
        return site.render(
            "companions.html",
            companion_head(site.newsletter, shelved, card.companion, card.title, card.summary),
            issue=shelved,
            companions=found(),
            first_points=FIRST_POINTS,
        )

    return site.page(card.companion, site.mark(shelved), make)


def _entry_page(
    site: Site, shelved: Shelved, card: EntryCard, found: Callable[[], Companion]
) -> Page:
    description = card.summary or f"{card.title}, in {card.issue.name}."

    def make() -> str:
        companion = found()
        return site.render(
            "companion.html",
            companion_head(site.newsletter, shelved, card.companion, card.title, description),
            issue=shelved,
            companion=companion,
            bottom_line=raised(companion.bottom_line),
        )

    return site.page(card.companion, site.mark(shelved), make)


# --------------------------------------------------------------------------------- what they show


def _companion(site: Site, shelved: Shelved, place: int) -> Companion:
    entry = shelved.published.issue.entries[place]
    body = site.body(shelved).entries[place]
    thesis, bottom_line = (body.thesis, body.why) if body.signed else (Markup(), Markup())
    if own := bottom_line_of(entry):
        anchor = f"{shelved.entries[place].anchor}:bottom"
        thesis, bottom_line = Markup(), block(own, anchor=anchor, level=4)
    points = points_of(_BOTTOM_LINE.sub("", entry.body), entry.quotes)
    cited = {one.item_id: _cited(one) for one in entry.sources}
    return Companion(
        card=shelved.entries[place],
        points=tuple(_shown(point, cited) for point in points),
        thesis=thesis,
        bottom_line=bottom_line,
        sources=tuple(_sources(entry, body.read_more, cited)),
        discussions=tuple(cited[one.item_id] for one in entry.sources if one.comments),
    )


def bottom_line_of(entry: Entry) -> str:
    """The paragraph that an entry begins with `**Bottom line:**`; empty where nobody wrote one.

    Without it, the editor's "Why this matters" is a companion's bottom line.
    """
    for text in (entry.extra, entry.why.text, entry.body):
        found = _BOTTOM_LINE.search(text)
        if found and not is_unwritten(found["text"]):
            return found["text"].strip()
    return ""


def _sources(
    entry: Entry, pointers: Sequence[Pointer], cited: Mapping[str, Cited]
) -> Iterator[Cited]:
    """What the entry sends readers to, in its order, then what else it draws on."""
    own = {canonical(one.url): one for one in entry.sources}
    read = set()
    for line, pointer in zip(entry.read_more, pointers, strict=True):
        address = canonical(line.url) if pointer.url else ""
        read.add(address)
        yield _listed(line, pointer, own.get(address))
    used = {quote.item_id for quote in entry.quotes}
    for one in entry.sources:
        # What is there for its discussion alone is listed as such.
        if canonical(one.url) not in read and (one.item_id in used or not one.comments):
            yield cited[one.item_id]


def _listed(line: ReadMore, pointer: Pointer, known: Reference | None) -> Cited:
    """A "Read more" line as a source, with what is stored of it."""
    title = Markup.escape(known.title) if known and not line.title else pointer.title
    outlet = Markup(", ").join(pointer.venues) or Markup.escape(known.outlet if known else "")
    authors = _names(known.authors) if known else ""
    day = known.published.date() if known and known.published else None
    return Cited(title, pointer.url, authors, outlet, day)


def _cited(one: Reference) -> Cited:
    return Cited(
        title=Markup.escape(one.title or one.url),
        url=web_link(one.url),
        authors=_names(one.authors),
        outlet=Markup.escape(one.outlet),
        day=one.published.date() if one.published else None,
        comments=one.comments,
    )


def _names(authors: Sequence[str]) -> str:
    """Up to three names, or the first and what stands for the others."""
    if len(authors) > MOST_NAMES:
        return f"{authors[0]} et al."
    return " and ".join(filter(None, (", ".join(authors[:-1]), *authors[-1:])))


def _shown(point: Point, cited: Mapping[str, Cited]) -> Shown:
    return Shown(
        lead=inline(point.lead),
        text=inline(point.text),
        details=tuple((inline(lead), inline(text)) for lead, text in point.details),
        pulled=tuple(_pulled(quote, cited) for quote in point.pulled),
    )


def _pulled(quote: Quote, cited: Mapping[str, Cited]) -> Pulled:
    paragraphs = (" ".join(part.split()) for part in re.split(r"\n\s*\n", quote.text))
    return Pulled(tuple(filter(None, paragraphs)), cited.get(quote.item_id))


def raised(html: Markup) -> Markup:
    """A text with its headings one level up, for where it stands below one heading less."""
    if "<h" not in html:
        return html
    return Markup(_HEADING.sub(lambda level: str(int(level[0]) - 1), html))  # noqa: S704 - ours
