"""What to do, worked out from what was, what came and the time: no network, no clock, no store."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from digest.errors import Deferred, FetchError, Gone
from digest.fetch.changes import Change, merge
from digest.model import SourceState

__all__ = [
    "Change",
    "Facts",
    "address",
    "after_failure",
    "after_success",
    "due",
    "fetched_from",
    "forced",
    "merge",
    "news",
    "settled",
    "unread",
    "validators",
    "wait_until",
]

_FIRST_RETRY = timedelta(minutes=30)
_LONGEST_RETRY = timedelta(days=1)
_LONGEST_REST = timedelta(days=7)
_LONGEST_PAUSE = timedelta(hours=12)
# cron calls at the full hour give or take a few seconds
_SLACK = timedelta(minutes=1)
_BELIEVED_FOR = timedelta(days=1)
_BELIEVED_TIMES = 2
_MOVES_BEFORE_BELIEVED = 3
_FAILURES_BEFORE_RETURN = 3

# ------------------------------------------------------------------------------------ when to fetch


def address(source: Any) -> str:
    """What a source's configuration says it is fetched from: an address, or arXiv's query."""
    for key in ("url", "listing", "query", "path"):
        if value := getattr(source, key, None):
            return str(value)
    return ""


def settled(source: Any, state: SourceState) -> SourceState:
    """The state to fetch with: all but forgotten where sources.yaml now names another address."""
    configured = address(source)
    if state.memo.get("configured", configured) == configured:
        return state
    return SourceState(state.source_id, first_success=state.first_success)


def fetched_from(source: Any, state: SourceState) -> str:
    """The address to fetch: the configured one, or the one that it has moved to."""
    return state.url or address(source)


def due(source: Any, state: SourceState, now: datetime) -> bool:
    """Whether a source should be fetched at `now`."""
    state = settled(source, state)
    if not source.enabled or state.retired:
        return False
    return state.next_due is None or state.next_due <= now


def forced(state: SourceState) -> SourceState:
    """A state that has a source read anew, whatever its server says of its last answer."""
    return replace(unread(state), retired=False, next_due=None)


def unread(state: SourceState) -> SourceState:
    """A state that has a source read again next time, even if its bytes are then the same."""
    return replace(state, etag="", last_modified="", body_hash="")


def validators(state: SourceState, now: datetime) -> tuple[str, str]:
    """The ETag and Last-Modified to send: none from time to time, or to a server that lied.

    A server may say "not modified" for ever by mistake. So after a day of saying so, and several
    times, the whole body is asked for; a body that changed under the same ETag ends the belief.
    """
    full, said = _time(state.memo.get("full", "")), int(state.memo.get("unmodified") or 0)
    doubtful = full is None or (now - full >= _BELIEVED_FOR and said >= _BELIEVED_TIMES)
    if state.memo.get("distrusted") or doubtful:
        return "", ""
    return state.etag, state.last_modified


@dataclass(frozen=True, slots=True)
class Facts:
    """What a successful fetch says of its source.

    Attributes:
        configured: What sources.yaml names, see `address`.
        body_hash: Of the decoded body; empty for a 304 and where several answers make one fetch.
        permanent_url: Where permanent redirects led, or empty.
        brought: Whether any item was new or changed.
        wait_until: When the source asks to be fetched again at the earliest.
    """

    configured: str
    status: int = 200
    etag: str = ""
    last_modified: str = ""
    body_hash: str = ""
    not_modified: bool = False
    permanent_url: str = ""
    brought: bool = False
    wait_until: datetime | None = None
    memo: Mapping[str, str] = field(default_factory=dict)


def after_success(state: SourceState, facts: Facts, now: datetime) -> SourceState:
    """The state after a fetch that went well."""
    moved = _moved(state, facts)
    memo = {**state.memo, **moved, **facts.memo, "configured": facts.configured}
    if facts.not_modified:
        memo["unmodified"] = str(int(state.memo.get("unmodified") or 0) + 1)
    else:
        memo |= {"full": now.isoformat(), "unmodified": ""}
        memo["distrusted"] = "1" if _lied(state, facts) else state.memo.get("distrusted", "")
    held = int(moved["moves"] or 0) >= _MOVES_BEFORE_BELIEVED
    kept = facts.not_modified
    return replace(
        state,
        url=facts.permanent_url if held else state.url,
        etag=state.etag if kept else facts.etag,
        last_modified=state.last_modified if kept else facts.last_modified,
        body_hash=state.body_hash if kept else facts.body_hash,
        first_success=state.first_success or now,
        last_success=now,
        last_change=now if facts.brought else state.last_change,
        last_attempt=now,
        next_due=facts.wait_until,
        failures=0,
        failing_since=None,
        error="",
        status=facts.status,
        retired=False,
        memo={name: value for name, value in memo.items() if value},
    )


def _moved(state: SourceState, facts: Facts) -> dict[str, str]:
    """How often in a row the same permanent redirect was seen."""
    if not facts.permanent_url:
        return {"moved_to": "", "moves": ""}
    same = state.memo.get("moved_to") == facts.permanent_url
    before = int(state.memo.get("moves") or 0) if same else 0
    return {"moved_to": facts.permanent_url, "moves": str(before + 1)}


def _lied(state: SourceState, facts: Facts) -> bool:
    """Whether the body changed while its validators did not."""
    if not state.body_hash or state.body_hash == facts.body_hash:
        return False
    if state.etag or facts.etag:
        return state.etag == facts.etag
    return bool(facts.last_modified) and state.last_modified == facts.last_modified


def after_failure(
    state: SourceState, error: FetchError, source_id: str, now: datetime
) -> SourceState:
    """The state after a fetch that went wrong: tried again later and later, but never given up.

    Exponential from half an hour to a day, spread by up to a quarter in a way that depends on the
    source alone; Retry-After counts where it asks for more. 410 retires the source.
    """
    if isinstance(error, Deferred):
        return replace(state, next_due=now + _rest(error.retry_after), error=_line(error))
    failures = state.failures + 1
    wait = max(_backoff(source_id, failures), _rest(error.retry_after))
    return replace(
        state,
        # an address that was believed and fails gives way to the configured one again
        url="" if failures >= _FAILURES_BEFORE_RETURN else state.url,
        last_attempt=now,
        next_due=now + wait,
        failures=failures,
        failing_since=state.failing_since or now,
        error=_line(error),
        status=error.status,
        retired=isinstance(error, Gone),
    )


def _backoff(source_id: str, failures: int) -> timedelta:
    wait: timedelta = min(_FIRST_RETRY * (1 << min(failures - 1, 10)), _LONGEST_RETRY)
    digest = hashlib.sha256(f"{source_id} {failures}".encode()).digest()
    return wait * (1 - digest[0] / 255 / 4)


def _rest(seconds: float | None) -> timedelta:
    return min(timedelta(seconds=seconds or 0), _LONGEST_REST)


def _line(error: FetchError) -> str:
    where = f" <{error.where}>" if error.where else ""
    return f"{error.message}{where}"


def wait_until(
    headers: Mapping[str, str],
    now: datetime,
    *,
    ttl_minutes: int = 0,
    skip_hours: frozenset[int] = frozenset(),
    skip_days: frozenset[int] = frozenset(),
) -> datetime | None:
    """When a source asks to be fetched again, within bounds; None where it does not care.

    Args:
        headers: The answer's, of which Cache-Control counts, or else Expires (RFC 9111).
        now: The time of the fetch.
        ttl_minutes: RSS's `ttl`.
        skip_hours: RSS's `skipHours`, 0 to 23 in UTC.
        skip_days: RSS's `skipDays`, Monday being 0.
    """
    asked = max(_fresh_for(headers), timedelta(minutes=ttl_minutes))
    earliest = now + max(min(asked, _LONGEST_PAUSE) - _SLACK, timedelta())
    for hours in range(24 * 7):
        moment = earliest if not hours else _full_hour(earliest) + timedelta(hours=hours)
        if moment.hour not in skip_hours and moment.weekday() not in skip_days:
            return moment if moment > now else None
    return None


def _fresh_for(headers: Mapping[str, str]) -> timedelta:
    """How long a server calls its answer fresh."""
    cache = headers.get("cache-control", "")
    if age := re.search(r"(?:^|[\s,])max-age=\"?(\d{1,9})", cache, re.IGNORECASE):
        return timedelta(seconds=int(age[1]))
    try:
        expires = parsedate_to_datetime(headers.get("expires", ""))
        return expires - parsedate_to_datetime(headers.get("date", ""))
    except (ValueError, TypeError, IndexError):
        return timedelta()


def _full_hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def _time(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def news(before: SourceState, after: SourceState) -> tuple[str, ...]:
    """What a person should hear of a change of state."""
    heard = []
    if after.url and after.url != before.url:
        heard.append(f"has moved for good: put {after.url} into sources.yaml")
    if after.memo.get("distrusted") and not before.memo.get("distrusted"):
        heard.append(
            "its server says 'not modified' when it is: from now on read in full each time"
        )
    if after.retired and not before.retired:
        heard.append("is gone for good (410): no longer fetched")
    if before.retired and not after.retired:
        heard.append("is back")
    return tuple(heard)
