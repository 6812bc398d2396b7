"""What the newsletter reads, for the page that says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from digest.config.schema import ArxivSource, FeedSource, ForumSource, PageSource, Source
from digest.markup.addresses import host

_GROUPS = {
    "feed": "Blogs, journals and news",
    "page": "Pages",
    "forum": "Forums",
    "arxiv": "Preprints",
    "mailbox": "Letters",
}


@dataclass(frozen=True, slots=True)
class Read:
    """One source: its name, its address if it has one, and what is looked for there, if said."""

    name: str
    url: str
    looks_for: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Sources of one kind, by name."""

    title: str
    sources: tuple[Read, ...]


def what_it_reads(sources: Sequence[Source]) -> tuple[Group, ...]:
    """The sources that are switched on, in groups."""
    found: dict[str, list[Read]] = {}
    for source in sources:
        if source.enabled:
            title = _GROUPS.get(source.kind, source.kind.title())
            found.setdefault(title, []).append(_read(source))
    order = [*_GROUPS.values(), *found]
    return tuple(
        Group(title, tuple(sorted(found[title], key=lambda one: one.name.casefold())))
        for title in dict.fromkeys(order)
        if title in found
    )


def _read(source: Source) -> Read:
    if isinstance(source, ArxivSource):
        url = source.listing or "https://arxiv.org/"
        return Read(source.name or f"arXiv: {source.id}", url, source.query or "")
    if not isinstance(source, FeedSource | PageSource | ForumSource):
        return Read(source.name or source.id, "")
    return Read(source.name or host(source.url).removeprefix("www.") or source.id, source.url)
