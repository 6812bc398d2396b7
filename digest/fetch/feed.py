"""Sources of kind `feed`: RSS, RDF, Atom, JSON Feed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from digest.config.schema import FeedSource
from digest.fetch import decide
from digest.fetch.fulltext import completed
from digest.fetch.http import Http
from digest.fetch.identity import NOTHING_READ, sift
from digest.fetch.kinds import Gathered, Known
from digest.fetch.outcome import body_hash, document, facts, gathered, not_ahead
from digest.fetch.parse import parse
from digest.model import SourceState

ACCEPT = (
    "application/atom+xml, application/rss+xml, application/rdf+xml;q=0.9,"
    " application/feed+json;q=0.9, application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.5,"
    " */*;q=0.1"
)

TITLE = "title"
"""The memo's key for what the feed calls itself."""


class FeedKind:
    """Fetches a feed; conditionally, and parsed only if its bytes changed."""

    async def gather(
        self, source: FeedSource, state: SourceState, known: Known, http: Http, now: datetime
    ) -> Gathered:
        """Fetch a feed and return its new and changed entries.

        Raises:
            FetchError: it could not be fetched or read.
        """
        return await gather_feed(source, state, known, http, now)


async def gather_feed(
    source: Any, state: SourceState, known: Known, http: Http, now: datetime
) -> Gathered:
    """Fetch the feed that a source names, of whatever kind the source is.

    Raises:
        FetchError: it could not be fetched or read.
    """
    state = decide.settled(source, state)
    etag, last_modified = decide.validators(state, now)
    answer = await http.get(
        decide.fetched_from(source, state), etag=etag, last_modified=last_modified, accept=ACCEPT
    )
    sifted, told = NOTHING_READ, facts(source, answer, decide.wait_until(answer.headers, now))
    title: dict[str, str] = {}
    read_before = answer.not_modified or body_hash(answer.body) == state.body_hash
    if not read_before:
        feed = parse(
            answer.body,
            url=answer.final_url,
            media_type=answer.headers.get("content-type", ""),
            source_id=source.id,
        )
        title = {TITLE: feed.title}
        pause = decide.wait_until(
            answer.headers,
            now,
            ttl_minutes=feed.ttl_minutes,
            skip_hours=feed.skip_hours,
            skip_days=feed.skip_days,
        )
        told = replace(told, wait_until=pause)
        sifted = sift(source.id, not_ahead(feed.items, now), known)
    full = await completed(source, sifted, state, known, http, now)
    return gathered(
        state,
        replace(told, memo={**full.memo, **title}),
        now,
        sifted=sifted,
        items=full.items,
        documents=(*([] if read_before else [document(source.id, answer, now)]), *full.documents),
        warnings=full.warnings,
        not_modified=read_before,
    )
