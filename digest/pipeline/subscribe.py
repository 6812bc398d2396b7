"""`digest sources add` and `remove`: what is followed, changed.

The file is read, changed as text, checked whole, and only then replaced, if it is still the same.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from digest.config import edit
from digest.config.rules import web_address
from digest.config.schema import Config
from digest.errors import DatabaseLocked, FetchError, Gone, Refused, UsageError, at
from digest.fetch.discover import Discovery, discover
from digest.fetch.http import Http
from digest.fetch.leads import Lead
from digest.markup.plain import one_line
from digest.pipeline.project import named_source, user_agent
from digest.pipeline.sources import Sample, newest
from digest.pipeline.taken import Taken, changed

if TYPE_CHECKING:
    from digest.store.database import Store

LONGEST_NAME = 100
"""How much of what a source calls itself is written."""


@dataclass(frozen=True, slots=True)
class Added:
    """A source that was added, or would be.

    Attributes:
        id: Its id.
        settings: What sources.yaml says of it.
        how: How it was found, in words.
        entries: How many it holds now.
        newest: The newest of them.
        others: Further feeds that the page names.
        written: Whether sources.yaml has it.
        where: Its place there; the file alone where it was not written.
    """

    id: str
    settings: Mapping[str, Any]
    how: str
    entries: int
    newest: tuple[Sample, ...]
    others: tuple[Lead, ...]
    written: bool
    where: str


@dataclass(frozen=True, slots=True)
class Removed:
    """A source that sources.yaml no longer has; its items stay."""

    id: str
    items: int


def add(
    config: Config,
    url: str,
    *,
    now: datetime,
    source_id: str = "",
    name: str = "",
    weight: float | None = None,
    dry_run: bool = False,
) -> Added:
    """Find the source that an address makes, and put it into sources.yaml.

    Args:
        config: The project's configuration.
        url: The address of a site, a page or a feed.
        now: The time of the fetch.
        source_id: The id to give it; made from its name where empty.
        name: What to call it; what it calls itself where empty.
        weight: How much it counts in ranking; the default where None.
        dry_run: Find and show it only.

    Raises:
        UsageError: the address or the id is none.
        Refused: it is followed already, or nothing there can be followed.
    """
    url = _address(url)
    taken = Taken(config)
    taken.refuse_address(url)
    if source_id:
        taken.refuse_id(source_id)
    found = _discovered(config, url, now)
    for key in ("url", "listing"):
        taken.refuse_address(found.settings.get(key, ""))
    called = one_line(name or found.title)[:LONGEST_NAME]
    given = source_id or taken.name_for(called, url)
    entry: dict[str, Any] = {"id": given, **({"name": called} if called else {}), **found.settings}
    entry |= {} if weight is None else {"weight": weight}
    path = config.folder / "sources.yaml"
    text = changed(path, lambda text: edit.add(text, [entry], path), dry_run=dry_run)
    return Added(
        id=given,
        settings=entry,
        how=found.how,
        entries=len(found.items),
        newest=newest(found.items),
        others=found.others,
        written=not dry_run,
        where=at(path, None if dry_run else edit.line_of(text, given)),
    )


def _address(url: str) -> str:
    """The address that a person typed, with the scheme that they left out."""
    typed = url.strip()
    try:
        return web_address(typed if "://" in typed else f"https://{typed}")
    except ValueError as problem:
        raise UsageError(f"{url!r}: {problem}") from problem


def _discovered(config: Config, url: str, now: datetime) -> Discovery:
    async def go() -> Discovery:
        async with Http(config.fetch, user_agent=user_agent(config)) as http:
            return await discover(url, http, now)

    try:
        return asyncio.run(go())
    except FetchError as problem:
        raise Refused(problem.message, where=problem.where or url, cure=_cure(problem)) from problem


def _cure(problem: FetchError) -> str:
    """What to do about an address that cannot be followed: it is in no file yet."""
    if problem.retry_after:
        return f"Try again in {problem.retry_after:.0f} seconds; nothing was changed."
    if isinstance(problem, Gone) or not problem.cure:
        return "Open the address in a browser; nothing was changed."
    return problem.cure


def remove(config: Config, store: Store | None, source_id: str, now: datetime) -> Removed:
    """Take a source out of sources.yaml. What it brought stays, stored and searchable.

    Raises:
        NotFound: there is no source of that id.
    """
    named_source(config, source_id)
    path = config.folder / "sources.yaml"
    items = 0
    if store:
        health = {one.source_id: one for one in store.sources.health(now)}
        items = health[source_id].items if source_id in health else 0
    changed(path, lambda text: edit.remove(text, source_id, path))
    if store:
        with suppress(DatabaseLocked):  # the next fetch says it to the store anyway
            store.sources.configured(one.id for one in config.sources if one.id != source_id)
    return Removed(source_id, items)
