"""Trackers: each running list as a table for each way to sort it, with CSV and JSON beside it.

Sorting takes no script: a column's heading leads to the same table sorted by that column, and again
the other way round.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from markupsafe import Markup

from digest.config.schema import Tracker
from digest.markup.addresses import is_web
from digest.markup.sheets import write_csv
from digest.publish import paths
from digest.publish.bodies import web_link
from digest.publish.cards import EntryCard, TrackerCard
from digest.publish.frame import Page, Site
from digest.publish.values import Filed
from digest.publish.words import inline

# A page of so many rows stays light, with long cells too.
ROWS_A_PAGE = 200

_LINK = re.compile(r"\[(?P<title>[^\[\]]+)\]\((?P<url>[^()\s]+)\)")
_NUMBER = re.compile(r"[-+−]?\d[\d,.  ]*")
_SCHEME = re.compile(r"^https?://(?:www\.)?|/$")

Entries = Mapping[tuple[str, str], EntryCard]


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell shows; `url` is where it leads, if it leads anywhere."""

    text: Markup
    url: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A row: its cells, and the entry that filed it, if one did."""

    cells: tuple[Cell, ...]
    entry: EntryCard | None


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's heading.

    `path` is the table sorted by it, empty where it holds addresses alone; `sort` is `ascending` or
    `descending` where this table is.
    """

    name: str
    path: str
    sort: str = ""


@dataclass(frozen=True, slots=True)
class Summary:
    """A tracker among the others: how many rows it has, and when the last one was filed."""

    card: TrackerCard
    count: int
    last: date | None


@dataclass(frozen=True, slots=True)
class _Order:
    """One way to sort: a column, or none, and which way; `name` is its part of the path."""

    name: str = ""
    column: int | None = None
    descending: bool = False


def tracker_pages(site: Site) -> Iterator[Page]:
    """The page of all trackers and the pages of each; nothing where sources.yaml names none."""
    if not site.trackers:
        return
    rows = {
        card.id: [row for row in site.filed if row.tracker == card.id] for card in site.trackers
    }
    found = [Summary(card, len(rows[card.id]), _last(rows[card.id])) for card in site.trackers]

    def make() -> str:
        title = f"Trackers – {site.newsletter.title}"
        about = f"Running lists that {site.newsletter.title} keeps across its issues."
        return site.render("trackers.html", site.head(paths.TRACKERS, title, about), found=found)

    yield site.page(paths.TRACKERS, found, make)
    entries = _entries(site)
    for tracker, card in zip(site.config.trackers, site.trackers, strict=True):
        yield from _tables(site, tracker, card, rows[card.id], entries)
        yield from _files(site, tracker, rows[card.id])


def _entries(site: Site) -> Entries:
    """The entries of every issue that filed a row, by issue and key."""
    filing = {row.issue_id for row in site.filed}
    return {
        (entry.issue.id, entry.key): entry
        for shelved in site.shelf
        if shelved.card.id in filing
        for entry in shelved.entries
    }


def _last(rows: Sequence[Filed]) -> date | None:
    return max((row.at.date() for row in rows), default=None)


# ------------------------------------------------------------------------------------- the tables


def _tables(
    site: Site, tracker: Tracker, card: TrackerCard, rows: Sequence[Filed], entries: Entries
) -> Iterator[Page]:
    orders = _orders(tracker, rows)
    for order in orders:
        lines = [
            Line(
                tuple(_cell(row.cells.get(column, "")) for column in tracker.columns),
                entries.get((row.issue_id, row.key)),
            )
            for row in _sorted(tracker, rows, order)
        ]
        pieces = [lines[n : n + ROWS_A_PAGE] for n in range(0, len(lines), ROWS_A_PAGE)] or [[]]
        shown: dict[str, object] = {
            "headings": _headings(tracker, orders, order),
            "count": len(rows),
            "with_issues": any(line.entry for line in lines),
            "by": tracker.columns[order.column] if order.column is not None else "",
            "descending": order.descending,
            "pages": [paths.tracker(tracker.id, order.name, n + 1) for n in range(len(pieces))],
        }
        for number, piece in enumerate(pieces, start=1):
            path = paths.tracker(tracker.id, order.name, number)
            yield _table(site, card, path, {**shown, "number": number, "lines": piece})


def _table(site: Site, card: TrackerCard, path: str, shown: Mapping[str, object]) -> Page:
    def make() -> str:
        about = f"{card.title}: a running list of {site.newsletter.title}."
        head = site.head(path, f"{card.title} – {site.newsletter.title}", about)
        # one list, however it is sorted
        head = replace(head, canonical=paths.address(site.newsletter.url, card.path))
        return site.render("tracker.html", head, tracker=card, **shown)

    return site.page(path, (card, shown), make)


def _orders(tracker: Tracker, rows: Sequence[Filed]) -> list[_Order]:
    """The ways to sort, the first of which the list is shown in: its first column, newest first."""
    names = _names(tracker.columns)
    columns = [
        place
        for place, column in enumerate(tracker.columns)
        if not rows or not all(is_web(row.cells.get(column, "")) for row in rows)
    ]
    if not columns:
        return [_Order()]
    first = columns[0]
    found = [_Order("", first, descending=True), _Order(f"by-{names[first]}", first)]
    for place in columns[1:]:
        found += [
            _Order(f"by-{names[place]}", place),
            _Order(f"by-{names[place]}-descending", place, descending=True),
        ]
    return found


def _names(columns: Sequence[str]) -> list[str]:
    """A name for each column that may stand in an address, no two alike."""
    found: list[str] = []
    for place, column in enumerate(columns, start=1):
        name = "-".join(re.findall(r"[a-z0-9]+", column.lower())) or f"column-{place}"
        taken = {one.removesuffix("-descending") for one in found}
        found.append(f"{name}-{place}" if name.removesuffix("-descending") in taken else name)
    return found


def _headings(tracker: Tracker, orders: Sequence[_Order], shown: _Order) -> list[Heading]:
    """The headings of a table that is sorted so: each leads to the next way to sort by it."""
    found = []
    for place, column in enumerate(tracker.columns):
        ways = [order for order in orders if order.column == place]
        other = next((order for order in ways if order != shown), None)
        path = paths.tracker(tracker.id, other.name) if other else ""
        sort = ""
        if shown in ways:
            sort = "descending" if shown.descending else "ascending"
        found.append(Heading(column, path, sort))
    return found


def _sorted(tracker: Tracker, rows: Sequence[Filed], order: _Order) -> list[Filed]:
    """Rows in an order; equal ones with the last filed first, empty cells at the end."""
    if order.column is None:
        return list(reversed(rows))
    column = tracker.columns[order.column]
    texts = [row.cells.get(column, "").strip() for row in rows]
    numbers = all(_NUMBER.fullmatch(text) for text in texts if text)

    def key(row: Filed) -> tuple[float, str]:
        text = row.cells.get(column, "").strip()
        return (_number(text), "") if numbers else (0.0, text.casefold())

    written = [row for row in reversed(rows) if row.cells.get(column, "").strip()]
    empty = [row for row in reversed(rows) if not row.cells.get(column, "").strip()]
    return [*sorted(written, key=key, reverse=order.descending), *empty]


def _number(text: str) -> float:
    """A number as people write it: with commas or spaces between thousands."""
    plain = re.sub(r"[,  ]", "", text).replace("−", "-")
    whole, point, rest = plain.partition(".")
    return float(whole + point + rest.replace(".", ""))


def _cell(text: str) -> Cell:
    """A cell: an address or a link alone leads there, everything else is text."""
    text = text.strip()
    if link := _LINK.fullmatch(text):
        return Cell(inline(link["title"]), web_link(link["url"]))
    if not is_web(text):
        return Cell(inline(text))
    return Cell(_host(text), web_link(text))


def _host(url: str) -> Markup:
    """An address as its host, which may be broken at its dots; the rest is for those who listen."""
    host, slash, rest = _SCHEME.sub("", url).partition("/")
    shown = Markup(".<wbr>").join(host.split("."))
    if not rest:
        return shown
    return shown + Markup('<span class="unseen">{}</span>').format(slash + rest)


# -------------------------------------------------------------------------------------- the files


def _files(site: Site, tracker: Tracker, rows: Sequence[Filed]) -> Iterator[Page]:
    """The list for programs: its columns as CSV, which can be imported, and all of it as JSON."""

    def sheet() -> str:
        cells = [[row.cells.get(column, "") for column in tracker.columns] for row in rows]
        return write_csv([tracker.columns, *cells])

    def data() -> str:
        value = {
            "tracker": tracker.id,
            "title": tracker.title,
            "url": paths.address(site.newsletter.url, paths.tracker(tracker.id)),
            "columns": list(tracker.columns),
            "rows": [
                {
                    "cells": {column: row.cells.get(column, "") for column in tracker.columns},
                    "filed": row.at.date().isoformat(),
                    "issue": row.issue_id or None,
                }
                for row in rows
            ],
        }
        return json.dumps(value, ensure_ascii=False, indent=1) + "\n"

    yield site.page(paths.tracker_file(tracker.id, "csv"), (tracker, rows), sheet)
    yield site.page(paths.tracker_file(tracker.id, "json"), (tracker, rows), data)
