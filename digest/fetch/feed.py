"""Sources of kind `feed`: RSS, RDF, Atom, JSON Feed."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from digest.config.schema import FeedSource
from digest.fetch import decide
from digest.fetch.fulltext import completed
from digest.fetch.http import Http
from digest.fetch.identity import NOTHING_READ, sift
from digest.fetch.kinds import TITLE, Gathered, Known
from digest.fetch.outcome import body_hash, document, facts, gathered, not_ahead
from digest.model import SourceState

ACCEPT = (
    "application/atom+xml, application/rss+xml, application/rdf+xml;q=0.9,"
    " application/feed+json;q=0.9, application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.5,"
    " */*;q=0.1"
)

_PAUSE = "pause"
_LARGE = 500_000
"""Bytes of a feed from which on reading it takes noticeably long."""


@dataclass(frozen=True, slots=True)
class _Pause:
    """What the feed itself says of when to come back; it counts while the feed is unchanged too."""

    ttl_minutes: int = 0
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()

    def to_text(self) -> str:
        said = [self.ttl_minutes, sorted(self.skip_hours), sorted(self.skip_days)]
        return json.dumps(said) if any(said) else ""


def _pause(text: str) -> _Pause:
    if not text:
        return _Pause()
    ttl_minutes, hours, days = json.loads(text)
    return _Pause(ttl_minutes, frozenset(hours), frozenset(days))


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
    sifted, remembered, pause = NOTHING_READ, {}, _pause(state.memo.get(_PAUSE, ""))
    read_before = answer.not_modified or body_hash(answer.body) == state.body_hash
    if not read_before:
        from digest.fetch.parse import parse  # with the parsers, which most runs hardly need

        reading = partial(
            parse,
            answer.body,
            url=answer.final_url,
            media_type=answer.headers.get("content-type", ""),
            source_id=source.id,
        )
        feed = await http.aside(reading) if len(answer.body) > _LARGE else reading()
        pause = _Pause(feed.ttl_minutes, feed.skip_hours, feed.skip_days)
        remembered = {TITLE: feed.title, _PAUSE: pause.to_text()}
        sifted = sift(source.id, not_ahead(feed.items, now), known)
    until = decide.wait_until(
        answer.headers,
        now,
        ttl_minutes=pause.ttl_minutes,
        skip_hours=pause.skip_hours,
        skip_days=pause.skip_days,
    )
    told = facts(source, answer, until)
    full = await completed(source, sifted, state, known, http, now)
    return gathered(
        state,
        replace(told, memo={**full.memo, **remembered}),
        now,
        sifted=sifted,
        items=full.items,
        documents=(*([] if read_before else [document(source.id, answer, now)]), *full.documents),
        warnings=full.warnings,
        not_modified=read_before,
    )
