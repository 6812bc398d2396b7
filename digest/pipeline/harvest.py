"""`digest fetch --since DATE`: a long past of arXiv out of its archive, page by page.

The archive (OAI-PMH) knows no queries: it gives every record of a set, and what the project's arXiv
sources would bring of them is decided here. Each page is committed with the place of the next one,
so that a harvest which is killed, or which the archive turns away, goes on where it stopped.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from digest.config.schema import ArxivSource
from digest.errors import FetchError
from digest.fetch import decide
from digest.fetch.http import Http
from digest.fetch.matching import Wanted, archive_sets, wanted
from digest.fetch.oai import Expired, Page, Wish, page
from digest.fetch.run import Progress
from digest.model import Item, SourceState
from digest.pipeline.project import Project

ARCHIVE = "arxiv:archive"
"""Where the store keeps how far a harvest is; no source of sources.yaml can have this id."""

_MEMO = "harvest"
_TRIES = 3


@dataclass(frozen=True, slots=True)
class Harvested:
    """What a harvest brought.

    Attributes:
        records: How many records were read in this run.
        new, edited: Items that were stored, or got another title or text.
        resumed: The day at which it went on, if an earlier one had stopped; else empty.
        reached: The day up to which the archive was read.
        error: Why it stopped before its end; empty at the end.
    """

    records: int = 0
    new: int = 0
    edited: int = 0
    resumed: str = ""
    reached: str = ""
    error: str = ""

    def summary(self) -> str:
        """One line for a person."""
        resumed = f" (resumed at {self.resumed})" if self.resumed else ""
        said = (
            f"arXiv's archive{resumed}: {self.records} records read, {self.new} new items,"
            f" {self.edited} edited"
        )
        if not self.error:
            return said
        reached = f"stopped at {self.reached}" if self.reached else "stopped"
        return f"{said}; {reached}, {self.error}; the same command goes on from there"


@dataclass(frozen=True, slots=True)
class _Place:
    """How far a harvest is: the sets still to read, and within the first of them the next page.

    `asked` is a digest of what it was asked for: another question begins anew.
    """

    asked: str
    since: str
    until: str
    sets: tuple[str, ...]
    token: str = ""
    reached: str = ""
    read: int = field(default=0)

    @property
    def wish(self) -> Wish:
        return Wish(self.reached or self.since, self.until, self.sets[0])

    def after(self, found: Page) -> _Place:
        reached = max(self.reached, found.reached)
        if found.token:
            read = self.read + len(found.papers)
            return replace(self, token=found.token, reached=reached, read=read)
        return replace(self, sets=self.sets[1:], token="", reached="", read=0)


def harvest(
    project: Project,
    sources: Sequence[ArxivSource],
    since: datetime,
    report: Callable[[Progress], None] = lambda _progress: None,
) -> Harvested:
    """Read the archive from a day on, and store what the sources would have brought.

    Papers are those first submitted since then. Their whole texts are not fetched: a long past has
    too many.
    """
    return asyncio.run(_harvest(project, sources, since, report))


async def _harvest(
    project: Project,
    sources: Sequence[ArxivSource],
    since: datetime,
    report: Callable[[Progress], None],
) -> Harvested:
    place = _begin(project, sources, since)
    done = Harvested(resumed=place.reached)
    pickers = [(source.id, wanted(source)) for source in sources]
    async with Http(project.config.fetch, user_agent=project.user_agent) as http:
        while place.sets:
            try:
                found, place = await _next(place, http)
            except FetchError as problem:
                return replace(done, reached=place.reached, error=str(problem))
            following = place.after(found)
            new, edited = _keep(project, found, pickers, since, following)
            done = replace(
                done,
                records=done.records + len(found.papers),
                new=done.new + new,
                edited=done.edited + edited,
                reached=found.reached or done.reached,
            )
            read = place.read + len(found.papers)
            slow = f"arXiv's archive, at {done.reached or place.since}"
            report(Progress(max(found.total, read), read, (slow,)))
            place = following
    return done


async def _next(place: _Place, http: Http) -> tuple[Page, _Place]:
    """The next page; where its token has expired, the first one from the day that was reached."""
    for _try in range(_TRIES):
        try:
            return await page(place.wish, place.token, http, source_id=ARCHIVE), place
        except Expired:
            if not place.token:
                raise
            place = replace(place, token="", read=0)
    raise FetchError("arXiv's archive lets every token expire", where=http.settings.oai_url)


def _begin(project: Project, sources: Sequence[ArxivSource], since: datetime) -> _Place:
    """Where an interrupted harvest of the same question stands, or the beginning."""
    sets = [archive_sets(source) for source in sources]
    known = {name for one in sets for name in one or ()}
    wishes = tuple(sorted(known)) if all(one is not None for one in sets) else ("",)
    day = since.astimezone(UTC).date().isoformat()
    told = [since.isoformat(), wishes, [(source.id, decide.address(source)) for source in sources]]
    asked = hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]
    try:
        said = json.loads(project.store.sources.state(ARCHIVE).memo.get(_MEMO, "{}"))
        place = _Place(**{**said, "sets": tuple(said["sets"])})
    except (ValueError, TypeError, KeyError):
        place = None
    if place and place.asked == asked and place.sets:
        return place
    return _Place(asked, day, project.now.astimezone(UTC).date().isoformat(), wishes)


def _keep(
    project: Project,
    found: Page,
    pickers: Sequence[tuple[str, Wanted]],
    since: datetime,
    following: _Place,
) -> tuple[int, int]:
    """Store what a page brings and where the next one is, together; how many are new and edited."""
    store = project.store
    chosen = {
        paper.id: (paper, names)
        for paper in found.papers
        if paper.published and since <= paper.published <= project.now
        if (names := [source_id for source_id, wants in pickers if wants(paper)])
    }
    known = store.items.known(chosen)
    items: list[Item] = []
    ways: list[tuple[str, str, str, str]] = []
    for item_id, (paper, names) in chosen.items():
        stored = known.get(item_id)
        change = decide.merge(stored.item if stored else None, replace(paper, source_id=names[0]))
        items += [change.item] if change.kind != "same" else []
        said: Mapping[str, Any] = stored.fingerprints if stored else {}
        ways += [
            (item_id, name, paper.entry_id, paper.fingerprint) for name in names if name not in said
        ]
    with store.transaction():
        applied = store.items.apply(items, now=project.now)
        store.items.record_ways(ways, now=project.now)
        _remember(project, following)
    return len(applied.new), len(applied.edited)


def _remember(project: Project, place: _Place) -> None:
    said = {name: getattr(place, name) for name in _Place.__slots__}
    memo = {_MEMO: json.dumps(said)} if place.sets else {}
    state = SourceState(ARCHIVE, last_success=project.now, memo=memo)
    project.store.sources.save(state, kind="arxiv", url="", name="")
