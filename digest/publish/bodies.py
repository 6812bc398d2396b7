"""An issue's long texts as its page shows them, rendered once and used for page, feeds and mail."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from markupsafe import Markup

from digest.markup.addresses import is_web
from digest.model import Coda, Entry, Issue, ReadMore
from digest.publish.cards import EntryCard, Shelved
from digest.publish.words import block, count_slots, inline, is_unwritten

# Adults read English prose silently at 238 words a minute on average: Brysbaert, "How many words do
# we read per minute? A review and meta-analysis of reading rate", 2019.
WORDS_A_MINUTE = 238

_BRACKETED = re.compile(r"\s*\[([^\[\]]*)\]\s*\Z")
_UNSAFE = re.compile(r"""[\s"'<>\\^`{|}]""")
_TAGS = re.compile(r'<(?:[^<>"]|"[^"]*")*>')


@dataclass(frozen=True, slots=True)
class Pointer:
    """One "Read more" line: `url` is empty where the address is none that a reader may open."""

    label: str
    title: Markup
    url: str
    venues: tuple[Markup, ...]


@dataclass(frozen=True, slots=True)
class EntryBody:
    """An entry, whole.

    `thesis` and `why` are the editor's "Why this matters", under the name that the editor gave it;
    `signed` is whether there is a word of the editor's in them.
    """

    card: EntryCard
    body: Markup
    why_label: str
    thesis: Markup
    why: Markup
    signed: bool
    read_more: tuple[Pointer, ...]
    extra: Markup


@dataclass(frozen=True, slots=True)
class Tale:
    """The story that ends an issue, and what inspired it."""

    title: Markup
    setting: Markup
    text: Markup
    inspired: tuple[Markup, ...]
    extra: Markup


@dataclass(frozen=True, slots=True)
class IssueBody:
    """An issue, whole.

    Attributes:
        welcome, thanks, extra: The editor's lines before and after the entries.
        entries: In order.
        tale: None where the issue has none.
        minutes: How long it takes to read, at least 1.
        slots: How many places nobody has written yet.
    """

    welcome: Markup
    entries: tuple[EntryBody, ...]
    tale: Tale | None
    thanks: Markup
    extra: Markup
    minutes: int
    slots: int


def issue_body(shelved: Shelved) -> IssueBody:
    """Render an issue's texts."""
    issue, imported = shelved.published.issue, shelved.published.imported
    entries = tuple(
        _entry_body(entry, card) for entry, card in zip(issue.entries, shelved.entries, strict=True)
    )
    tale = _tale(issue.coda) if issue.coda else None
    welcome = block(issue.welcome, anchor="_welcome", level=2)
    return IssueBody(
        welcome=welcome,
        entries=entries,
        tale=tale,
        thanks=block(issue.thanks, anchor="_thanks", level=2),
        # beside an imported issue stood comments and buttons: they are kept, not published again
        extra=block("" if imported else issue.extra, anchor="_extra", level=2),
        minutes=_minutes([welcome, *_long_texts(entries, tale)]),
        slots=count_slots(*_written(issue)),
    )


def _entry_body(entry: Entry, card: EntryCard) -> EntryBody:
    thesis, why = entry.why.thesis, entry.why.text
    unwritten = is_unwritten(thesis, why)
    if unwritten and count_slots(why):
        # One mark says it; two would make it no plainer.
        thesis = ""
    return EntryBody(
        card=card,
        body=block(entry.body, anchor=f"{card.anchor}:body", level=3),
        why_label=entry.why.label or "Why this matters",
        thesis=inline(thesis),
        why=block(why, anchor=f"{card.anchor}:why", level=4),
        signed=not unwritten,
        read_more=tuple(_pointer(line) for line in entry.read_more),
        extra=block(entry.extra, anchor=f"{card.anchor}:extra", level=3),
    )


def _pointer(line: ReadMore) -> Pointer:
    return Pointer(
        label=line.label.strip().rstrip(":") or "Read more",
        title=inline(line.title or line.url),
        url=web_link(line.url),
        venues=tuple(inline(venue) for venue in line.venues if venue.strip()),
    )


def web_link(url: str) -> str:
    """An address fit for a link; empty where it is none that a reader may open."""
    return _UNSAFE.sub(lambda found: quote(found[0]), url) if is_web(url) else ""


def _tale(coda: Coda) -> Tale | None:
    """The tale; None where there is none, or nobody has written it."""
    if is_unwritten(coda.text):
        return None
    tale = Tale(
        title=inline(coda.title),
        setting=inline(_BRACKETED.sub(r"\1", coda.setting)),
        text=block(coda.text, anchor="_tale", level=3),
        inspired=tuple(inline(one) for one in coda.inspired if one.strip()),
        extra=block(coda.extra, anchor="_tale.extra", level=3),
    )
    return tale if any((tale.title, tale.text, tale.extra, tale.inspired)) else None


# --------------------------------------------------------------------------------------- measures


def _long_texts(entries: tuple[EntryBody, ...], tale: Tale | None) -> Iterator[Markup]:
    for entry in entries:
        yield from (entry.card.headline, entry.body, entry.thesis, entry.why, entry.extra)
    if tale:
        yield from (tale.text, tale.extra)


def _minutes(texts: list[Markup]) -> int:
    words = sum(len(_TAGS.sub(" ", text).split()) for text in texts)
    return max(1, round(words / WORDS_A_MINUTE))


def _written(issue: Issue) -> Iterator[str]:
    """Every text of an issue in which something may be left to write."""
    yield from (issue.title, issue.subtitle, issue.welcome, issue.thanks, issue.extra)
    for entry in issue.entries:
        yield from (entry.headline, entry.tagline, entry.body, entry.extra)
        yield from (entry.why.thesis, entry.why.text)
        for line in entry.read_more:
            yield from (line.title, *line.venues)
    if issue.coda:
        coda = issue.coda
        yield from (coda.title, coda.setting, coda.text, coda.extra, *coda.inspired)
