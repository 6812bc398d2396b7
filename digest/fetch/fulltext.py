"""`full_text: true`: the page of each new item fetched, and its article put in place of a stub."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from digest.errors import Deferred, FetchError
from digest.fetch.exchange import Answer
from digest.fetch.http import Http
from digest.fetch.identity import Sifted
from digest.fetch.kinds import Known
from digest.fetch.outcome import document
from digest.markup.addresses import is_web
from digest.model import Document, Item, SourceState

_TRIES = 3
_MOST_PAGES = 50
_MOST_PENDING = 500
_MEMO = "pages"
# arXiv has no HTML version of some papers: their abstracts do, and that is no failure
_NO_HTML = frozenset({404})
_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)
ACCEPT = "text/html, application/xhtml+xml, application/pdf;q=0.9, */*;q=0.1"


@dataclass(frozen=True, slots=True)
class Full:
    """Items with their articles.

    `items` is None where there was nothing to do; `memo` is what to remember of pages that failed.
    """

    items: tuple[Item, ...] | None = None
    documents: tuple[Document, ...] = ()
    memo: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Visit:
    """One page: the item it belongs to, with its article or without, and why without."""

    item: Item
    document: Document | None = None
    problem: FetchError | None = None


async def completed(
    source: Any, sifted: Sifted, state: SourceState, known: Known, http: Http, now: datetime
) -> Full:
    """Fetch the pages of new and changed items, and those that failed before.

    A page that fails is tried again on later runs, three times in all; its item is stored
    meanwhile with what the feed said. At most fifty pages are fetched in one run, the newest first;
    the others follow on later runs.
    """
    if not source.full_text:
        return Full()
    fresh = {found.item.id: found.item for found in sifted.changed}
    stored = {found.stored.id: found.stored for found in sifted.found if found.stored}
    tries = dict.fromkeys(fresh, 0) | _pending(state)
    late = [name for name in tries if name not in fresh]
    waiting = {name: found.item for name, found in (known(late) if late else {}).items()}
    queue = sorted(
        (item for item in (fresh | waiting).values() if is_web(item.url)),
        key=lambda item: (item.published or _LONG_AGO, item.id),
        reverse=True,
    )
    visits = await asyncio.gather(*(_visit(item, http, now) for item in queue[:_MOST_PAGES]))
    by_id = {visit.item.id: _spared(visit, stored) for visit in visits}
    items = [by_id.get(name, item) for name, item in fresh.items()]
    items += [by_id[name] for name, old in waiting.items() if by_id.get(name, old) != old]
    return Full(
        tuple(items),
        tuple(visit.document for visit in visits if visit.document),
        {_MEMO: _memo(tries, queue[_MOST_PAGES:], visits)},
        _warnings(visits),
    )


def _pending(state: SourceState) -> dict[str, int]:
    """The pages to try again, and how often each was tried."""
    try:
        pending = json.loads(state.memo.get(_MEMO, "{}"))
        return {str(name): int(tries) for name, tries in pending.items()}
    except (ValueError, AttributeError, TypeError):
        return {}


def _memo(tries: Mapping[str, int], later: Sequence[Item], visits: Sequence[_Visit]) -> str:
    again = {item.id: tries.get(item.id, 0) for item in later}
    for visit in visits:
        counted = tries.get(visit.item.id, 0) + (not isinstance(visit.problem, Deferred))
        if visit.problem is not None and counted < _TRIES:
            again[visit.item.id] = counted
    kept = dict(sorted(again.items())[:_MOST_PENDING])
    return json.dumps(kept) if kept else ""


def _warnings(visits: Sequence[_Visit]) -> tuple[str, ...]:
    problems = [visit.problem for visit in visits if visit.problem]
    if not problems:
        return ()
    why = f"{problems[0].message}, {problems[0].where}"
    return (f"{len(problems)} of {len(visits)} pages could not be read ({why})",)


def _page_of(item: Item) -> str:
    """Where the whole text of an item is: for papers of arXiv their HTML version."""
    number = item.external_ids.get("arxiv")
    return f"https://arxiv.org/html/{number}" if number and item.kind == "paper" else item.url


async def _visit(item: Item, http: Http, now: datetime) -> _Visit:
    try:
        page = _page_of(item)
        fine = _NO_HTML if page != item.url else frozenset[int]()
        answer = await http.get(page, accept=ACCEPT, as_robot=True, fine=fine)
        if answer.status in _NO_HTML:
            return _Visit(item)
        return _Visit(with_article(item, answer), document(item.source_id, answer, now))
    except FetchError as problem:
        return _Visit(item, problem=problem)


def with_article(item: Item, answer: Answer) -> Item:
    """The item with the article of its page, where that says more than the source did.

    Raises:
        ParseError: the page holds no article.
    """
    from digest.fetch.article import read_answer

    article = read_answer(answer)
    filled = replace(
        item,
        title=item.title or article.title,
        authors=item.authors or article.authors,
        published=item.published or article.published,
    )
    if len(article.text) <= len(item.text):
        return filled
    return replace(filled, text=article.text, html=article.html, links=article.links)


def _spared(visit: _Visit, stored: Mapping[str, Item]) -> Item:
    """A page that failed takes nothing from an item whose article was read before."""
    old, item = stored.get(visit.item.id), visit.item
    if visit.problem is None or old is None or len(old.text) <= 2 * len(item.text):
        return item
    return replace(item, text=old.text, html=old.html, links=old.links)
