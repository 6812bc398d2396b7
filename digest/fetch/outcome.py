"""What every kind does with an answer: documents kept, times checked, the state brought forward."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from digest.fetch import decide
from digest.fetch.exchange import Answer
from digest.fetch.identity import NOTHING_READ, Sifted
from digest.fetch.kinds import Gathered
from digest.model import Document, Item, SourceState

# clocks of servers differ; a date further ahead is a mistake or a trick to stand first
_AHEAD = timedelta(hours=1)


def body_hash(body: bytes) -> str:
    """A digest of a body, to know it again."""
    return hashlib.sha256(body).hexdigest()[:32]


def document(source_id: str, answer: Answer, now: datetime) -> Document:
    """An answer, to be kept."""
    name = hashlib.sha256(f"{source_id}\n{answer.url}\n".encode("utf-8", "replace") + answer.body)
    return Document(
        id=name.hexdigest()[:16],
        source_id=source_id,
        url=answer.url,
        final_url=answer.final_url,
        status=answer.status,
        media_type=answer.media_type,
        headers=answer.headers,
        body=answer.body,
        fetched=now,
    )


def not_ahead(items: Sequence[Item], now: datetime) -> tuple[Item, ...]:
    """The items, none of them dated later than now."""
    latest = now + _AHEAD
    return tuple(
        replace(item, published=_clamped(item.published, now), updated=_clamped(item.updated, now))
        if (item.published or now) > latest or (item.updated or now) > latest
        else item
        for item in items
    )


def _clamped(moment: datetime | None, now: datetime) -> datetime | None:
    return min(moment, now) if moment else None


def facts(source: Any, answer: Answer, wait_until: datetime | None = None) -> decide.Facts:
    """What one answer says of its source, before it is known what it brought."""
    return decide.Facts(
        configured=decide.address(source),
        status=answer.status,
        etag=answer.headers.get("etag", ""),
        last_modified=answer.headers.get("last-modified", ""),
        body_hash="" if answer.not_modified else body_hash(answer.body),
        not_modified=answer.not_modified,
        permanent_url=answer.permanent_url or "",
        wait_until=wait_until,
    )


def gathered(
    state: SourceState,
    told: decide.Facts,
    now: datetime,
    *,
    sifted: Sifted = NOTHING_READ,
    items: Sequence[Item] | None = None,
    documents: Sequence[Document] = (),
    warnings: Sequence[str] = (),
    not_modified: bool = False,
) -> Gathered:
    """What a fetch brought, with the state after it.

    Args:
        state: The state before.
        told: What the answers say of the source.
        now: The time of the fetch.
        sifted: Their entries; an answer that was read before has none.
        items: What to store; the sifted entries unless something was added to them.
        documents: The answers; kept only if they brought something.
        warnings: What a person should know besides `decide.news` of the two states.
        not_modified: The answer was read before.
    """
    changes = [found.change for found in sifted.found]
    if items is None:
        items = [found.item for found in sifted.changed]
    told = replace(told, brought=bool(items))
    after = decide.after_success(state, told, now)
    return Gathered(
        source_id=state.source_id,
        state=after,
        items=tuple(items),
        ways=sifted.ways,
        documents=tuple(documents) if items else (),
        not_modified=not_modified,
        seen=sifted.seen,
        new=sum(change.kind == "new" for change in changes),
        changed=sum(change.kind == "edited" for change in changes),
        warnings=tuple(warnings),
    )
