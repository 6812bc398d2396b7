"""`digest sources import` and `export`: lists of feeds, as feed readers exchange them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from digest.config import edit
from digest.config.schema import ArxivSource, Config, FeedSource, Source
from digest.errors import ParseError, Refused
from digest.fetch import opml
from digest.fetch.leads import arxiv_listing
from digest.markup.addresses import canonical
from digest.pipeline.subscribe import LONGEST_NAME
from digest.pipeline.taken import Taken, changed, web_address_of


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of an OPML file, line by line.

    `duplicates` and `nonsense` are pairs of a line and a sentence.
    """

    added: tuple[tuple[str, str], ...]
    duplicates: tuple[tuple[int, str], ...]
    nonsense: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Exported:
    """The feeds as OPML, and the sources that are none, each with the reason."""

    text: str
    count: int
    left_out: tuple[tuple[str, str], ...]


def import_opml(config: Config, body: bytes, *, where: str) -> Imported:
    """Put the feeds of an OPML file into sources.yaml, those that are not there yet.

    Nothing is fetched; `digest sources check` tells which of them still live.

    Args:
        config: The project's configuration.
        body: The file.
        where: Its name, for messages.

    Raises:
        Refused: the file is no OPML; nothing was changed.
    """
    try:
        outlines = opml.read(body)
    except ParseError as problem:
        raise Refused(problem.message, where=where, cure=problem.cure) from problem
    taken = Taken(config)
    entries, groups, duplicates = [], [], []
    for outline in outlines.found:
        listing = arxiv_listing(outline.url)
        address = canonical(listing or outline.url)
        if known := taken.addresses.get(address):
            duplicates.append((outline.line, f"{outline.url} is followed already, as {known!r}"))
            continue
        entry = _entry(outline, listing, taken)
        taken.ids.add(entry["id"])
        taken.addresses[address] = entry["id"]
        entries.append(entry)
        groups.append(outline.group)
    path = config.folder / "sources.yaml"
    if entries:
        changed(path, lambda text: edit.add(text, entries, path, groups=groups))
    added = tuple((one["id"], one.get("url") or one["listing"]) for one in entries)
    return Imported(added, tuple(duplicates), outlines.nonsense)


def _entry(outline: opml.Outline, listing: str, taken: Taken) -> dict[str, Any]:
    name = outline.title[:LONGEST_NAME].strip()
    settings = {"kind": "arxiv", "listing": listing} if listing else {}
    settings = settings or {"kind": "feed", "url": outline.url}
    given = taken.name_for(name, outline.url)
    return {"id": given, **({"name": name} if name else {}), **settings}


def export_opml(config: Config, names: Mapping[str, str], now: datetime) -> Exported:
    """The feeds of sources.yaml as OPML 2.0, in the order of the file; its headings are folders.

    Args:
        config: The project's configuration.
        names: What the sources call themselves, by id, where that is known.
        now: When it is made.
    """
    outlines, left_out = [], []
    groups = edit.headings((config.folder / "sources.yaml").read_text("utf-8"))
    for source in config.sources:
        if reason := _no_feed(source):
            left_out.append((source.id, reason))
            continue
        title = source.name or names.get(source.id) or source.id
        outlines.append(opml.Outline(web_address_of(source), title, groups.get(source.id, "")))
    text = opml.write(
        outlines,
        title=f"What {config.newsletter.title} reads",
        owner=config.newsletter.editor,
        now=now,
    )
    return Exported(text, len(outlines), tuple(left_out))


def _no_feed(source: Source) -> str:
    """Why a source cannot stand in a list of feeds; empty where it can."""
    if not source.enabled:
        return "it is switched off"
    if isinstance(source, FeedSource):
        return ""
    if isinstance(source, ArxivSource):
        return "" if source.listing else "it is a query to arXiv, not a feed"
    return f"a {source.kind} is not a feed"
