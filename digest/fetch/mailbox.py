"""Sources of kind `mailbox`: newsletters that came by mail, in a Maildir or an mbox file.

The mail is only read: no flag is set, nothing is moved, nothing is asked of the network but for
the full text of what `full_text` names.
"""

from __future__ import annotations

import asyncio
import hashlib
import mailbox
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.parser import BytesHeaderParser
from pathlib import Path
from typing import Any, TypeVar

from digest.config.schema import MailboxSource
from digest.errors import FetchError, ParseError
from digest.fetch import decide
from digest.fetch.exchange import Answer
from digest.fetch.fulltext import completed
from digest.fetch.http import Http
from digest.fetch.identity import NOTHING_READ, distinct, sift
from digest.fetch.kinds import SINCE, Gathered, Known
from digest.fetch.letter import dated, letter, letter_id
from digest.fetch.outcome import document, gathered, not_ahead
from digest.model import Item, SourceState

_FROM = "from"
"""The memo's key for the day before which mail is not read."""
_OVERLAP = timedelta(days=3)
_MOST_OF_A_HEAD = 65_536
# what some mail servers keep in an mbox for themselves
_INTERNAL = "FOLDER INTERNAL DATA"

# without any of these, something else lies among the letters
_OF_A_LETTER = ("from", "date", "subject", "message-id")

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class _Post:
    """What is to be read of a mailbox: letters with their bytes, and what went wrong."""

    letters: tuple[tuple[Item, bytes], ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Head:
    """A message as far as its head tells; `size` is exact up to what may be read."""

    key: Any
    item_id: str
    sent: datetime | None
    size: int
    is_letter: bool


class MailboxKind:
    """Reads what is new in a mailbox."""

    async def gather(
        self, source: MailboxSource, state: SourceState, known: Known, http: Http, now: datetime
    ) -> Gathered:
        """Read the messages that are not known, and those of the last days again.

        The first time it looks back some whole days, by what the messages say of when they were
        sent; later times from the same day on, so that mail filed late is found too.

        Raises:
            FetchError: there is no mailbox at the path, or it cannot be read.
        """
        state = decide.settled(source, state)
        path = _place(source)
        since = _since(state, now, http.settings.lookback_days)
        mark = await asyncio.to_thread(_guarded, path, lambda: _mark(path))
        told = decide.Facts(
            configured=decide.address(source),
            body_hash=mark,
            memo={_FROM: since.isoformat(), SINCE: ""},
        )
        read_before = mark == state.body_hash and not state.memo.get(SINCE)
        sifted, documents, warnings = NOTHING_READ, [], tuple[str, ...]()
        if not read_before:
            most = http.settings.max_bytes
            heads = await asyncio.to_thread(_guarded, path, lambda: _heads(path, source.id, most))
            heads = [head for head in heads if head.sent is None or head.sent >= since]
            wanted = _wanted(heads, state, known)
            post = await asyncio.to_thread(
                _guarded, path, lambda: _letters(path, wanted, source.id, most)
            )
            raw = {item.id: body for item, body in post.letters}
            items = distinct(not_ahead([item for item, _ in post.letters], now))
            sifted = replace(sift(source.id, items, known), seen=len(heads))
            documents = [
                document(source.id, _answer(found.item, raw[found.item.id]), now)
                for found in sifted.found
                if found.item.id in raw
            ]
            warnings = post.warnings
        full = await completed(source, sifted, state, known, http, now)
        return gathered(
            state,
            replace(told, memo={**told.memo, **full.memo}),
            now,
            sifted=sifted,
            items=full.items,
            documents=(*documents, *full.documents),
            warnings=(*warnings, *full.warnings),
            not_modified=read_before,
        )


def _place(source: MailboxSource) -> Path:
    try:
        return Path(source.path).expanduser()
    except RuntimeError as problem:
        raise FetchError(
            "nobody's home is known, where `~` would lead",
            where=source.path,
            cure="Write the whole path into sources.yaml, or set HOME.",
        ) from problem


def _since(state: SourceState, now: datetime, lookback_days: int) -> datetime:
    if said := state.memo.get(SINCE) or state.memo.get(_FROM):
        return datetime.fromisoformat(said)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - timedelta(days=lookback_days)


def _wanted(heads: Sequence[_Head], state: SourceState, known: Known) -> list[_Head]:
    """The messages to read whole: those that are not known, and again those of the last days.

    A message may have been read while it was being written; after some days it was not.
    """
    if not state.body_hash or state.last_success is None:
        return list(heads)
    settled = state.last_success - _OVERLAP
    old = known([head.item_id for head in heads])
    return [
        head for head in heads if head.item_id not in old or (head.sent and head.sent >= settled)
    ]


def _guarded(path: Path, read: Callable[[], _Result]) -> _Result:
    try:
        return read()
    except OSError as problem:
        raise FetchError(
            f"the mailbox cannot be read: {problem.strerror or problem}",
            where=str(path),
            cure="Check `path` and the permissions of what is there.",
        ) from problem


def _answer(item: Item, raw: bytes) -> Answer:
    """A message as if it had been fetched, to be kept as a document (RFC 2392)."""
    url = f"mid:{item.entry_id}"
    return Answer(url, url, 200, {"content-type": "message/rfc822"}, raw)


# ------------------------------------------------------------------------------------------- files


def _mark(path: Path) -> str:
    """A digest that changes when mail comes or goes; flags that a reader sets do not count.

    Raises:
        OSError: there is nothing there, or it cannot be looked at.
    """
    if path.is_dir():
        names = sorted(
            found.name.partition(":")[0]
            for part in ("cur", "new")
            for found in (path / part).iterdir()
        )
        said = "\n".join(names)
    else:
        found = path.stat()
        said = f"{found.st_size} {found.st_mtime_ns}"
    return hashlib.sha256(said.encode("utf-8", "surrogateescape")).hexdigest()[:32]


@contextmanager
def _opened(path: Path) -> Iterator[mailbox.Maildir | mailbox.mbox]:
    """The mailbox, to be read."""
    if not path.is_dir():
        _refuse_no_mbox(path)
    box = (mailbox.Maildir if path.is_dir() else mailbox.mbox)(path, create=False)
    try:
        yield box
    finally:
        box.close()


def _refuse_no_mbox(path: Path) -> None:
    with path.open("rb") as file:
        start = file.read(5)
    if start not in {b"", b"From "}:
        raise ParseError(
            "this file is no mbox: it does not begin with `From `",
            where=str(path),
            cure="`path` must name a Maildir (a folder with cur and new in it) or an mbox file.",
        )


def _heads(path: Path, source_id: str, most: int) -> list[_Head]:
    """What the head of each message says, in an order that does not depend on the disk."""
    heads = []
    with _opened(path) as box:
        for key in sorted(box.keys()):
            with suppress(KeyError), box.get_file(key) as file:  # it may have gone meanwhile
                start = file.read(_MOST_OF_A_HEAD)
                size = len(start)
                if size == _MOST_OF_A_HEAD:
                    size += len(file.read(max(0, most + 1 - size)))
                parsed = BytesHeaderParser().parsebytes(start)
                if _INTERNAL in str(parsed.get("subject") or ""):
                    continue
                is_letter = any(parsed.get(name) for name in _OF_A_LETTER)
                named = letter_id(source_id, parsed)
                heads.append(_Head(key, named, dated(parsed), size, is_letter))
    return heads


def _letters(path: Path, heads: Sequence[_Head], source_id: str, most: int) -> _Post:
    letters, warnings = [], []
    with _opened(path) as box:
        for head in heads:
            if not head.is_letter:
                warnings.append(f"no message, for it has no sender, date or subject: {head.key}")
                continue
            if head.size > most:
                warnings.append(f"a message of more than {most} bytes was not read: {head.key}")
                continue
            with suppress(KeyError):
                raw = box.get_bytes(head.key)
                try:
                    letters.append((letter(raw, source_id), raw))
                except ParseError as problem:
                    warnings.append(f"{problem.message}: {head.key}")
    return _Post(tuple(letters), tuple(warnings))
