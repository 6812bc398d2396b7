"""`digest add`: what the editor found elsewhere, straight into the inbox, kept."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from digest.errors import FetchError, NeedsPerson, NotFound, UsageError
from digest.fetch.decide import merge
from digest.fetch.http import Http
from digest.fetch.one import SOURCE, fetch_one
from digest.markup.addresses import is_web
from digest.markup.identifiers import arxiv_id
from digest.model import Document, Item, SourceState
from digest.pipeline.project import Project
from digest.pipeline.sort import sort
from digest.store.decisions import seen_text


@dataclass(frozen=True, slots=True)
class Added:
    """One thing that was added: the item, and the story that it is in."""

    url: str
    title: str
    item_id: str
    story_id: str


def add(project: Project, urls: Sequence[str], *, note: str, theme: str | None) -> list[Added]:
    """Fetch each address, store it, sort it, and keep its story.

    What could be fetched is added even where another address fails.

    Raises:
        UsageError: an address is none of the web.
        NotFound: sources.yaml has no such theme.
        NeedsPerson: an address could not be fetched; the others were added.
    """
    urls = [_address(url) for url in urls]
    _refuse_nonsense(project, urls, theme)
    fetched, failed = [], []
    for url, result in asyncio.run(_fetch(project, urls)):
        if isinstance(result, FetchError):
            failed.append(f"{url}: {result.message}" + (f" ({result.cure})" if result.cure else ""))
        else:
            fetched.append((url, _keep(project, *result)))
    sort(project)
    added = [_decide(project, url, item, note, theme) for url, item in fetched]
    if failed:
        raise NeedsPerson(
            "; ".join(failed),
            cure=f"The others were added: {', '.join(one.title for one in added)}."
            if added
            else "Check the address in a browser.",
        )
    return added


def _address(name: str) -> str:
    """What was typed, or the address of the paper that a bare arXiv id names."""
    bare = name.strip().removeprefix("arxiv:").removeprefix("arXiv:")
    number = arxiv_id(bare)
    return f"https://arxiv.org/abs/{number}" if number and bare.startswith(number) else name.strip()


def _refuse_nonsense(project: Project, urls: Sequence[str], theme: str | None) -> None:
    for url in urls:
        if not is_web(url):
            raise UsageError(f"{url!r} is no address", cure="It should begin with https://.")
    themes = [one.id for one in project.config.themes]
    if theme is not None and theme not in themes:
        raise NotFound(f"there is no theme {theme!r}", cure=f"The themes are {', '.join(themes)}.")


async def _fetch(
    project: Project, urls: Sequence[str]
) -> list[tuple[str, tuple[Item, Document] | FetchError]]:
    found: list[tuple[str, tuple[Item, Document] | FetchError]] = []
    async with Http(project.config.fetch, user_agent=project.user_agent) as http:
        for url in urls:
            try:
                found.append((url, await fetch_one(url, http, project.now)))
            except FetchError as problem:
                found.append((url, problem))
    return found


def _keep(project: Project, item: Item, document: Document) -> Item:
    """Store the item and how it came; a paper that is stored already stays one item."""
    store = project.store
    with store.transaction():
        state = store.sources.state(SOURCE)
        first = state.first_success or project.now
        seen = SourceState(SOURCE, first_success=first, last_success=project.now)
        store.sources.save(seen, kind=SOURCE, url="", name="")
        store.documents.add(document)
        known = store.items.known([item.id]).get(item.id)
        merged = merge(known.item if known else None, item).item
        store.items.apply([merged], now=project.now)
        store.items.record_ways(
            [(item.id, SOURCE, item.entry_id, item.fingerprint)], now=project.now
        )
    return merged


def _decide(project: Project, url: str, item: Item, note: str, theme: str | None) -> Added:
    store = project.store
    with store.transaction():
        story_id = store.stories.of_items([item.id])[item.id]
        themes = store.stories.many([story_id])[story_id].themes
        store.decisions.add(story_id, "keep", seen_text(themes), project.now)
        if theme:
            store.decisions.add(story_id, "retheme", theme, project.now)
        if note:
            store.decisions.add(story_id, "note", note, project.now)
    return Added(url, item.title, item.id, story_id)
