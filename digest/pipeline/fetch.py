"""`digest fetch`: gather all sources at once, apply what they brought in a fixed order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeAlias

from digest.config.schema import ArxivSource, Source
from digest.errors import Deferred
from digest.fetch import decide
from digest.fetch.kinds import SINCE, TITLE, Failed, KnownItem
from digest.fetch.order import in_turns
from digest.markup.plain import clean
from digest.model import SourceState
from digest.pipeline.gathered import settled
from digest.pipeline.project import Project
from digest.registry import kind
from digest.store.items import Items

if TYPE_CHECKING:
    from digest.fetch.pace import Pace
    from digest.fetch.run import Progress, Result
    from digest.pipeline.harvest import Harvested

Report: TypeAlias = "Callable[[Progress], None]"

EXCHANGE, CURE = "exchange", "cure"
"""The memo's keys for the HTTP exchange of the last failure, and for what to do about it."""
_LOOK_BACK = frozenset({"forum", "mailbox"})
_MOST_OF_AN_EXCHANGE = 4096


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one source.

    Attributes:
        seen: Entries in the answer.
        new, edited: Items that were stored, or got another title or text.
        not_modified: The server or the bytes said that nothing changed.
        error: Why it failed; empty where it did not.
        warnings: What a person should know of it, in sentences.
    """

    source_id: str
    seen: int = 0
    new: int = 0
    edited: int = 0
    not_modified: bool = False
    error: str = ""
    cure: str = ""
    status: int | None = None
    failing_since: datetime | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fetched:
    """What one run of fetching did, source by source in the order of the file.

    Attributes:
        outcomes: What became of each source.
        waiting: The sources that were left alone because they are not due.
        archive: What arXiv's archive brought, where a past was asked for.
    """

    outcomes: tuple[Outcome, ...]
    waiting: tuple[str, ...] = ()
    archive: Harvested | None = None

    @property
    def failed(self) -> list[Outcome]:
        """The sources that could not be fetched."""
        return [one for one in self.outcomes if one.error]

    @property
    def new(self) -> int:
        """Items that were not known."""
        return sum(one.new for one in self.outcomes) + sum(one.new for one in self._archives)

    @property
    def edited(self) -> int:
        """Items whose title or text is now another."""
        return sum(one.edited for one in self.outcomes) + sum(one.edited for one in self._archives)

    @property
    def _archives(self) -> tuple[Harvested, ...]:
        return (self.archive,) if self.archive else ()

    def to_json(self) -> dict[str, Any]:
        """Totals first, then each source."""
        return {
            "fetched": len(self.outcomes) - len(self.failed),
            "not_modified": sum(one.not_modified for one in self.outcomes),
            "failed": len(self.failed),
            "new": self.new,
            "edited": self.edited,
            "waiting": self.waiting,
            "archive": self.archive,
            "sources": self.outcomes,
        }

    def summary(self) -> str:
        """One line for a person."""
        unchanged = sum(one.not_modified for one in self.outcomes)
        parts = [
            f"{len(self.outcomes) - len(self.failed)} sources fetched ({unchanged} unchanged)",
            f"{self.new} new items",
            f"{self.edited} edited",
        ]
        parts += [f"{len(self.failed)} failed"] if self.failed else []
        parts += [f"{len(self.waiting)} not due"] if self.waiting else []
        return "\n".join([", ".join(parts), *(one.summary() for one in self._archives)])


@dataclass(frozen=True, slots=True)
class _Known:
    """What is stored, as the fetch stage asks for it."""

    items: Items

    def __call__(self, item_ids: Sequence[str]) -> Mapping[str, KnownItem]:
        return {
            item_id: KnownItem(known.item, known.fingerprints)
            for item_id, known in self.items.known(item_ids).items()
        }

    def at(self, source_id: str, urls: Sequence[str]) -> Mapping[str, Sequence[str]]:
        return self.items.at(source_id, urls)


def fetch(
    project: Project,
    names: Sequence[str] = (),
    *,
    force: bool = False,
    since: datetime | None = None,
    report: Report = lambda _progress: None,
) -> Fetched:
    """Fetch the sources that are due, or those named, due or not.

    Each source's answer, items and validators are committed together, and with them those of other
    sources that answered at the same time. They are applied one after the other in the order of the
    file in which hosts take turns (`fetch.order`). A source that fails is recorded and disturbs no
    other.

    Args:
        project: The project.
        names: Ids of sources; none for all that are due.
        force: Fetch whether due or not, and read anew what the server says is unchanged.
        since: How far back to look: arXiv's archive is read from there on for all that the arXiv
            sources would have brought, forums and mailboxes are asked from there on; feeds and
            pages hold what they hold, and are read in full.
        report: Told how far it is.

    Raises:
        NotFound: there is no source of that name.
    """
    chosen = [project.source(name) for name in names] or list(project.sources)
    states = project.store.sources.states()
    jobs, waiting = [], []
    for source in chosen:
        state = states.get(source.id, SourceState(source.id))
        asked_for = names or force or (since and not state.retired)
        if not (asked_for or decide.due(source, state, project.now)):
            waiting.append(source.id)
            continue
        jobs.append((source, _asked(source, state, force=force, since=since)))
    project.store.sources.configured(source.id for source in project.config.sources)
    outcomes = _gathered(project, jobs, report, asked_for=bool(names) or force) if jobs else []
    _let_go(project)
    place = {source.id: number for number, source in enumerate(chosen)}
    in_order = sorted(outcomes, key=lambda one: place[one.source_id])
    papers = [source for source, _ in jobs if isinstance(source, ArxivSource)]
    archive = _archive(project, papers, since, report) if since and papers else None
    return Fetched(tuple(in_order), tuple(waiting), archive)


def _archive(
    project: Project, papers: Sequence[ArxivSource], since: datetime, report: Report
) -> Harvested:
    from digest.pipeline.harvest import harvest  # few runs ask for a past

    return harvest(project, papers, since, report)


def _asked(
    source: Source, state: SourceState, *, force: bool, since: datetime | None
) -> SourceState:
    """The state to fetch with, as the person asked."""
    if force:
        state = decide.forced(state)
    if since:
        state = decide.unread(state)
    if since and source.kind in _LOOK_BACK:
        state = replace(state, memo={**state.memo, SINCE: since.isoformat()})
    return state


def _gathered(
    project: Project,
    jobs: Sequence[tuple[Source, SourceState]],
    report: Report,
    *,
    asked_for: bool,
) -> list[Outcome]:
    import asyncio

    from digest.pipeline.rests import pacing

    with pacing(project, asked_for=asked_for) as pace:
        return asyncio.run(_gather(project, in_turns(jobs), report, pace))


async def _gather(
    project: Project, jobs: Sequence[tuple[Source, SourceState]], report: Report, pace: Pace
) -> list[Outcome]:
    from digest.fetch.run import fetch_each

    sources = {source.id: source for source, _ in jobs}
    before = dict(project.store.sources.states())
    stream = fetch_each(
        jobs,
        _Known(project.store.items),
        project.config.fetch,
        project.user_agent,
        project.now,
        report,
        kind_of=kind,
        environment=project.environment,
        pace=pace,
    )
    outcomes: list[Outcome] = []
    async for together in stream:
        with project.store.transaction():
            outcomes += [
                _apply(project, sources[result.source_id], result, before.get(result.source_id))
                for result in together
            ]
    return outcomes


def _apply(project: Project, source: Source, result: Result, before: SourceState | None) -> Outcome:
    store = project.store
    heard = decide.news(before or SourceState(source.id), result.state)
    if isinstance(result, Failed):
        _remember(project, source, _explained(result))
        return Outcome(
            source.id,
            error=result.state.error or result.error.message,
            cure=result.error.cure,
            status=result.error.status,
            failing_since=result.state.failing_since,
            warnings=heard,
        )
    found = settled(project, result)
    state = _explained(result)
    _remember(project, source, decide.unread(state) if found.waiting else state)
    for document in result.documents:
        store.documents.add(document)
    applied = store.items.apply(found.items, now=project.now)
    store.items.record_ways(
        [(item, source.id, entry, mark) for item, entry, mark in found.ways], now=project.now
    )
    return Outcome(
        source.id,
        seen=result.seen,
        new=len(applied.new),
        edited=len(applied.edited),
        not_modified=result.not_modified,
        status=result.state.status,
        warnings=(*heard, *result.warnings),
    )


def _explained(result: Result) -> SourceState:
    """The state with what explains the last failure; a success forgets it."""
    if isinstance(result, Failed) and isinstance(result.error, Deferred):
        return result.state  # nothing was asked: the failure before it is still the last
    memo = {key: said for key, said in result.state.memo.items() if key not in {EXCHANGE, CURE}}
    if isinstance(result, Failed):
        exchange = clean(result.exchange).encode()[:_MOST_OF_AN_EXCHANGE].decode(errors="ignore")
        memo |= {EXCHANGE: exchange} if exchange else {}
        memo |= {CURE: result.error.cure} if result.error.cure else {}
    return replace(result.state, memo=memo)


def _remember(project: Project, source: Source, state: SourceState) -> None:
    name = source.name or state.memo.get(TITLE, "")
    project.store.sources.save(state, kind=source.kind, url=decide.address(source), name=name)


def _let_go(project: Project) -> None:
    """Documents are kept for a while only; the texts of items stay for ever."""
    days = project.config.fetch.keep_documents_days
    project.store.documents.forget(project.now - timedelta(days=days))
