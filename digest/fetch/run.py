"""All sources at once, each on its own: what one does never disturbs another."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeAlias

from digest.config.schema import Fetching
from digest.errors import DigestError, FetchError
from digest.fetch import decide
from digest.fetch.http import Http
from digest.fetch.kinds import Failed, Gathered, KindOf, Known
from digest.fetch.pace import Pace
from digest.fetch.secrets import secret_of
from digest.model import NOTHING, SourceState

Job: TypeAlias = tuple[Any, SourceState]
Result: TypeAlias = Gathered | Failed

_TOGETHER = 20
"""How many results are handed on at once, at most."""
_A_MOMENT = 1.0
"""Seconds that a result waits for those after it: to store many at once takes far less work."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is; `waiting` are the sources that are not done, in their order."""

    total: int
    done: int
    waiting: tuple[str, ...]


async def fetch_all(
    jobs: Sequence[Job],
    known: Known,
    settings: Fetching,
    user_agent: str,
    now: datetime,
    report: Callable[[Progress], None],
    *,
    kind_of: KindOf,
    environment: Mapping[str, str] = NOTHING,
) -> list[Result]:
    """Fetch sources, and return what each brought in the order of `jobs`.

    Args:
        jobs: Sources with their states.
        known: What is stored already.
        settings: How politely and how far to fetch.
        user_agent: Who we say we are.
        now: The time of the run.
        report: Told whenever a source is done.
        kind_of: The name of a kind -> what fetches it.
        environment: Where the secrets stand that sources name.
    """
    stream = fetch_each(
        jobs, known, settings, user_agent, now, report, kind_of=kind_of, environment=environment
    )
    return [result async for together in stream for result in together]


async def fetch_each(
    jobs: Sequence[Job],
    known: Known,
    settings: Fetching,
    user_agent: str,
    now: datetime,
    report: Callable[[Progress], None],
    *,
    kind_of: KindOf,
    environment: Mapping[str, str] = NOTHING,
    pace: Pace | None = None,
) -> AsyncIterator[Sequence[Result]]:
    """`fetch_all`, as it goes: each result as soon as all before it are there.

    Those that are there within a moment come together, up to twenty, so that they can be stored
    together. `pace` is who may ask when; its own where none is given.
    """
    async with Http(settings, user_agent=user_agent, pace=pace) as http:
        board = _Board([source.id for source, _ in jobs], report)
        board.begin()
        # results wait in memory for those before them, so only so many may be ahead
        at_most = 2 * settings.concurrency
        ahead, at_once = asyncio.Semaphore(at_most), min(_TOGETHER, at_most)

        async def in_turn(source: Any, state: SourceState) -> Result:
            await ahead.acquire()
            try:
                secret = secret_of(source, environment)
            except FetchError as problem:
                board.done(source.id)
                return failed(source, state, problem, now)
            return await _one(source, state, kind_of, known, http.for_source(secret), now, board)

        tasks = [asyncio.create_task(in_turn(source, state)) for source, state in jobs]
        try:
            while tasks:
                await asyncio.wait(tasks[:1])
                await asyncio.wait(tasks[:at_once], timeout=_A_MOMENT)
                together = [tasks.pop(0).result()]
                while tasks and tasks[0].done() and len(together) < at_once:
                    together.append(tasks.pop(0).result())
                yield together
                for _ in together:
                    ahead.release()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


class _Board:
    """Who is under way."""

    def __init__(self, source_ids: Sequence[str], report: Callable[[Progress], None]) -> None:
        self._total = len(source_ids)
        self._open = dict.fromkeys(source_ids)
        self._report = report

    def begin(self) -> None:
        self._tell()

    def done(self, source_id: str) -> None:
        self._open.pop(source_id, None)
        self._tell()

    def _tell(self) -> None:
        left = tuple(self._open)
        self._report(Progress(self._total, self._total - len(left), left))


async def _one(
    source: Any,
    state: SourceState,
    kind_of: KindOf,
    known: Known,
    http: Http,
    now: datetime,
    board: _Board,
) -> Result:
    try:
        return await kind_of(source.kind).gather(source, state, known, http, now)
    except FetchError as problem:
        problem.exchange = problem.exchange or http.last_exchange
        return failed(source, state, problem, now)
    except DigestError as problem:
        return failed(source, state, FetchError(problem.message, cure=problem.cure), now)
    except Exception as defect:
        # the program's own fault, or a plug-in's: it costs this source alone, and is told in full
        found = FetchError(
            f"a defect in digest: {type(defect).__name__}: {defect}",
            cure="Please report it, with what `digest sources show` says of this source.",
        )
        trace = "".join(traceback.format_exception(defect))
        return replace(failed(source, state, found, now), exchange=trace, defect=True)
    finally:
        board.done(source.id)


def failed(source: Any, state: SourceState, problem: FetchError, now: datetime) -> Failed:
    """A failure, with the state after it."""
    settled = decide.settled(source, state)
    after = decide.after_failure(settled, problem, source.id, now)
    memo = {**after.memo, "configured": decide.address(source)}
    return Failed(source.id, replace(after, memo=memo), problem, exchange=problem.exchange)
