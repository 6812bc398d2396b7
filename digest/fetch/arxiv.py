"""Sources of kind `arxiv`: a query to the API, or the daily listing."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from digest.config.schema import ArxivSource
from digest.errors import BadStatus, FetchError, ParseError
from digest.fetch import decide, papers
from digest.fetch.exchange import Answer
from digest.fetch.feed import gather_feed
from digest.fetch.fulltext import completed
from digest.fetch.http import Http
from digest.fetch.identity import sift
from digest.fetch.kinds import Gathered, Known
from digest.fetch.outcome import document, gathered
from digest.model import Item, SourceState

_OVERLAP = timedelta(days=3)
_PAGE = 2000
_TRIES = 3
_PATIENCE = 60.0
_REFUSED = frozenset({400})
_COVERED = "covered"


class ArxivKind:
    """Fetches papers by query or by listing."""

    async def gather(
        self, source: ArxivSource, state: SourceState, known: Known, http: Http, now: datetime
    ) -> Gathered:
        """Fetch the papers submitted since the last time, or the listing.

        Raises:
            FetchError: arXiv could not be asked, or refused the query.
        """
        if source.listing is not None:
            http.as_arxiv(source.listing)
        if source.query is None:
            return await gather_feed(source, state, known, http, now)
        return await _gather_query(source, source.query, state, known, http, now)


async def _gather_query(
    source: ArxivSource, query: str, state: SourceState, known: Known, http: Http, now: datetime
) -> Gathered:
    state = decide.settled(source, state)
    since = window_start(state, now, lookback_days=http.settings.lookback_days)
    found = await search(windowed(query, since, now), source.max_results, source.id, http)
    sifted = sift(source.id, found.papers, known)
    full = await completed(source, sifted, state, known, http, now)
    covered = now.isoformat() if found.complete else state.memo.get(_COVERED, "")
    return gathered(
        state,
        decide.Facts(
            configured=decide.address(source),
            memo={**full.memo, _COVERED: covered},
        ),
        now,
        sifted=sifted,
        items=full.items,
        documents=(
            *(document(source.id, answer, now) for answer in found.answers),
            *full.documents,
        ),
        warnings=(*found.warnings, *full.warnings),
    )


def window_start(state: SourceState, now: datetime, *, lookback_days: int) -> datetime:
    """From when on papers are asked for.

    A source fetched for the first time looks back some whole days; later ones to the last complete
    answer, with an overlap for what arXiv announces late.
    """
    if covered := state.memo.get(_COVERED):
        return datetime.fromisoformat(covered) - _OVERLAP
    first_day = now - timedelta(days=lookback_days)
    return first_day.replace(hour=0, minute=0, second=0, microsecond=0)


def windowed(query: str, since: datetime, until: datetime) -> str:
    """The query, limited to what was submitted between two moments."""
    first, last = (moment.astimezone(UTC).strftime("%Y%m%d%H%M") for moment in (since, until))
    return f"({query}) AND submittedDate:[{first} TO {last}]"


@dataclass(frozen=True, slots=True)
class Papers:
    """What a query found; `complete` unless arXiv broke off in the middle."""

    papers: tuple[Item, ...]
    answers: tuple[Answer, ...]
    complete: bool
    warnings: tuple[str, ...]


async def search(query: str, most: int, source_id: str, http: Http) -> Papers:
    """The papers that a query finds, the latest first.

    Args:
        query: In arXiv's syntax.
        most: How many papers to ask for at most.
        source_id: The source they belong to.
        http: The way to arXiv, which keeps its pauses.

    Raises:
        FetchError: arXiv could not be asked, or refused the query.
    """
    found: dict[str, Item] = {}
    answers: list[Answer] = []
    start, total = 0, 1
    while start < min(total, most):
        answer, page = await _page(query, start, min(_PAGE, most - start), source_id, http)
        total = page.total
        if not page.entries:
            break
        answers.append(answer)
        found |= {paper.id: paper for paper in page.papers if paper.id not in found}
        start += page.entries
    warnings = []
    complete = start >= min(total, most)
    if not complete:
        warnings.append(
            f"arXiv's answer ended after {start} of {total} papers: asked again next time"
        )
    if total > most:
        warnings.append(f"the query finds {total} papers, more than max_results: {most}")
    return Papers(tuple(found.values())[:most], tuple(answers), complete, tuple(warnings))


async def by_id(number: str, source_id: str, http: Http) -> tuple[Item, Answer]:
    """One paper.

    Raises:
        ParseError: arXiv knows no paper of that id.
        FetchError: arXiv could not be asked.
    """
    answer = await _ask({"id_list": number, "start": "0", "max_results": "1"}, http)
    page = papers.read_api(answer.body, source_id=source_id)
    if not page.papers:
        raise ParseError(f"arXiv knows no paper {number}", where=answer.url)
    return page.papers[0], answer


async def _page(
    query: str, start: int, size: int, source_id: str, http: Http
) -> tuple[Answer, papers.Page]:
    """One page of a query's answer; one that is empty in mid-query is asked for again."""
    asked = {
        "search_query": query,
        "sortBy": "submittedDate",
        "sortOrder": "descending",
        "start": str(start),
        "max_results": str(size),
    }
    for _try in range(_TRIES):
        answer = await _ask(asked, http)
        page = papers.read_api(answer.body, source_id=source_id)
        if page.entries or page.total <= start:
            break
    return answer, page


async def _ask(asked: Mapping[str, str], http: Http) -> Answer:
    """One request to the API.

    Raises:
        ParseError: arXiv refuses the request and says why. That is not asked again.
        FetchError: no answer after several tries.
    """
    url = f"{http.settings.arxiv_url}?{urlencode(asked)}"
    answer = await patiently(url, http, accept="application/atom+xml", fine=_REFUSED)
    if answer.status in _REFUSED:
        papers.refuse(answer.body)
    return answer


async def patiently(
    url: str, http: Http, *, accept: str, fine: frozenset[int] = frozenset()
) -> Answer:
    """Ask arXiv, patient with what passes: its 500s, 503s and short pauses.

    Raises:
        FetchError: no answer after several tries.
    """
    for tries_left in range(_TRIES - 1, -1, -1):
        try:
            return await http.get(url, accept=accept, fine=fine)
        except BadStatus as problem:
            wait = problem.retry_after or 0.0
            if (problem.status or 0) < 500 or not tries_left or wait > _PATIENCE:
                raise
            await asyncio.sleep(wait)
    raise FetchError("arXiv does not answer", where=url)
