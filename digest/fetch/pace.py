"""One request at a time to a host, with a pause between two; arXiv's rule above that.

A lane is what requests share: a host and port, or arXiv as a whole. arXiv asks for one connection
and three seconds between requests (https://info.arxiv.org/help/api/tou.html); its lane is shared by
all processes of this user on this machine, through a lock file that holds the time of the last
request.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from digest.config.schema import Fetching
from digest.errors import Deferred
from digest.fetch.guard import host_and_port, written

_ARXIV = "arxiv.org"
_ARXIVS_OWN = 3.0
"""arXiv itself gets its pause whatever the settings say; a shorter one is for one's own server."""
_LONGEST_REST = 7 * 86400.0


@dataclass(frozen=True, slots=True)
class Rest:
    """What a host asked for that outlasts a process. Times are in seconds since a `Pace` was made.

    Attributes:
        until: When the host may be asked again; 0 where only single addresses wait.
        addresses: The addresses that were asked to wait, and until when.
    """

    until: float = 0.0
    addresses: Mapping[str, float] = field(default_factory=dict)


@dataclass(slots=True)
class Lane:
    """What the requests to one host share. Times are of the monotonic clock, in seconds."""

    name: str
    delay: float
    shared: SharedTurn | None = None
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    free_at: float = 0.0
    resting_until: float = 0.0
    asked_to_wait: dict[str, float] = field(default_factory=dict)


class Pace:
    """Who may ask when.

    Args:
        settings: The pauses, and how many hosts at once.
        rests: Lane -> what its host asked an earlier process for.
        clock: Monotonic, in seconds.
        folder: Where the locks of shared turns lie.
    """

    def __init__(
        self,
        settings: Fetching,
        *,
        rests: Mapping[str, Rest] | None = None,
        clock: Callable[[], float] = time.monotonic,
        folder: Path | None = None,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._made = clock()
        self._rests = rests or {}
        self._folder = folder
        self._lanes: dict[str, Lane] = {}
        self._everyone = asyncio.Semaphore(settings.concurrency)
        self._arxiv = [_place(url) for url in (settings.arxiv_url, settings.oai_url)]

    def as_arxiv(self, url: str) -> None:
        """What this address begins with is arXiv, wherever it stands: it shares arXiv's lane."""
        if (place := _place(url)) not in self._arxiv:
            self._arxiv.append(place)

    @asynccontextmanager
    async def turn(self, url: str) -> AsyncIterator[None]:
        """Wait until this address may be asked, and hold its lane meanwhile.

        Raises:
            Deferred: its host asked for a pause that is not over.
        """
        lane = self.lane(url)
        self._refuse_while_resting(lane, url)
        async with lane.lock:
            self._refuse_while_resting(lane, url)
            await asyncio.sleep(max(0.0, lane.free_at - self._clock()))
            async with lane.shared or _Nobody(), self._everyone:
                try:
                    yield
                finally:
                    lane.free_at = self._clock() + lane.delay

    def asked_to_wait(self, url: str, seconds: float | None) -> None:
        """A 429 or 503 came from this address, and asked for so many seconds or for none.

        One address that is asked to wait says nothing of its host: it may be the only one that is
        busy. When a second one is, the whole host rests. Without a Retry-After nobody asked to be
        left alone.
        """
        if not seconds:
            return
        lane = self.lane(url)
        until = self._clock() + min(seconds, _LONGEST_REST)
        lane.asked_to_wait[url] = max(until, lane.asked_to_wait.get(url, until))
        if len(lane.asked_to_wait) > 1:
            lane.resting_until = max(lane.resting_until, until)

    def rests(self) -> dict[str, Rest]:
        """Lane -> what its host asked for that is not over, for the next process."""
        now = self._clock()
        found = {}
        for name, lane in self._lanes.items():
            waiting = {
                url: until - self._made for url, until in lane.asked_to_wait.items() if until > now
            }
            until = lane.resting_until - self._made if lane.resting_until > now else 0.0
            if until or waiting:
                found[name] = Rest(until, waiting)
        untouched = {name: rest for name, rest in self._rests.items() if name not in self._lanes}
        return untouched | found

    def lane(self, url: str) -> Lane:
        """The lane that an address belongs to."""
        host, port = host_and_port(url)
        place = written(host, port)
        if host == _ARXIV or host.endswith("." + _ARXIV):
            return self._lane(_ARXIV, arxiv=True)
        if any(place == ours and url.startswith(start) for ours, start in self._arxiv):
            return self._lane(self._arxiv[0][1], arxiv=True)
        return self._lane(place)

    def _lane(self, name: str, *, arxiv: bool = False) -> Lane:
        if name not in self._lanes:
            delay = self._settings.arxiv_delay if arxiv else self._settings.per_host_delay
            delay = max(delay, _ARXIVS_OWN) if name == _ARXIV else delay
            shared = SharedTurn(name, delay, clock=self._clock, folder=self._folder)
            lane = Lane(name, delay, shared if arxiv else None)
            if told := self._rests.get(name):
                lane.resting_until = self._made + told.until if told.until else 0.0
                lane.asked_to_wait = {
                    url: self._made + until for url, until in told.addresses.items()
                }
            self._lanes[name] = lane
        return self._lanes[name]

    def _refuse_while_resting(self, lane: Lane, url: str) -> None:
        left = lane.resting_until - self._clock()
        if left > 0:
            raise Deferred(
                f"{lane.name} asked to be left alone for another {_said(left)}",
                where=url,
                cure="It is asked again by itself after that.",
                retry_after=left,
            )


def _place(url: str) -> tuple[str, str]:
    """The host and port of an address, and all of it that comes before a query."""
    return written(*host_and_port(url)), url.partition("?")[0]


def _said(seconds: float) -> str:
    """A time as a person says it."""
    for unit, size in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"


class _Nobody:
    """Nothing to share a turn with."""

    async def __aenter__(self) -> None:
        return

    async def __aexit__(self, *_: object) -> None:
        return


class SharedTurn:
    """A turn that all processes of this user on this machine take one after another.

    The lock is a file in the folder for temporary files; it holds the monotonic time at which the
    last request ended, which on one machine all processes count alike. Where there is no such
    lock (no permission, no `fcntl`), a process keeps to its own turns.
    """

    def __init__(
        self,
        name: str,
        delay: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        folder: Path | None = None,
    ) -> None:
        user = os.getuid() if hasattr(os, "getuid") else 0
        key = hashlib.sha256(name.encode()).hexdigest()[:10]
        self._path = (folder or Path(tempfile.gettempdir())) / f"digest-turn-{user}-{key}"
        self._delay = delay
        self._clock = clock
        self._file: int | None = None

    async def __aenter__(self) -> None:
        self._file = await self._lock()
        if self._file is not None:
            await asyncio.sleep(self._still_to_wait(os.pread(self._file, 64, 0)))

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file is None:
            return
        try:
            os.pwrite(self._file, f"{self._clock():024.6f}\n".encode(), 0)
        finally:
            os.close(self._file)
            self._file = None

    def _still_to_wait(self, stamp: bytes) -> float:
        try:
            left = float(stamp) + self._delay - self._clock()
        except ValueError:
            return 0.0
        # a time that lies ahead is of before a restart of the machine
        return max(0.0, left) if left <= self._delay else 0.0

    async def _lock(self) -> int | None:
        try:
            import fcntl

            # no following of links: the folder is everyone's
            file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        except (ImportError, OSError, AttributeError):
            return None
        try:
            while True:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    await asyncio.sleep(0.05)
                else:
                    return file
        except BaseException:
            os.close(file)
            raise
