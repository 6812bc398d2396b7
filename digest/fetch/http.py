"""The one way to the web: bounded in bytes, time and redirects, polite, blind to private places."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import TypeVar
from urllib.parse import urldefrag

import httpx

from digest.config.schema import Fetching
from digest.errors import AddressRefused, FetchError, TooManyRedirects
from digest.fetch.exchange import PERMANENT, REDIRECTS, SECRET, Answer, Ask, redirected
from digest.fetch.guard import (
    GuardedBackend,
    Resolve,
    host_and_port,
    objection,
    refusal,
    resolve,
    written,
)
from digest.fetch.pace import Pace
from digest.fetch.robots import Robots
from digest.fetch.secrets import Secret
from digest.fetch.transport import GuardedTransport
from digest.fetch.trouble import (
    MOST_SHOWN,
    answer_text,
    asked_text,
    astray,
    bad_status,
    broken,
    late,
    seconds,
)
from digest.fetch.unpack import ACCEPTED, Body

_T = TypeVar("_T")

_BUSY = frozenset({429, 503})
# never kept and never shown: what a server would have a browser remember may be a secret
_LEFT_OUT = frozenset({"set-cookie", "set-cookie2"})


class Http:
    """Fetches addresses, in an `async with`.

    Args:
        settings: How politely and how far.
        user_agent: Who we say we are.
        pace: Who may ask when; its own where none is given.
        resolver: Names to addresses; the system's unless a test says otherwise.

    Attributes:
        secret: What one source is told about who asks, see `for_source`.
        last_exchange: What was last asked and answered, as text, without secrets.
    """

    def __init__(
        self,
        settings: Fetching,
        *,
        user_agent: str,
        pace: Pace | None = None,
        resolver: Resolve = resolve,
    ) -> None:
        self.settings = settings
        self._pace = pace or Pace(settings)
        self._user_agent = user_agent
        self._robots = Robots(user_agent, self._bytes)
        self._allow = frozenset(settings.allow_private)
        self._resolve = resolver
        self._handing_over, self._aside = asyncio.Lock(), asyncio.Lock()
        self.secret: Secret | None = None
        self.last_exchange = ""
        backend = GuardedBackend(settings.allow_private, resolver)
        # Not a client of httpx's: redirects, secrets and limits are this class's own, and what a
        # source sets as a cookie must not follow us to another.
        self._transport = GuardedTransport(
            backend,
            most=settings.concurrency,
            proxy=settings.proxy,
            direct=settings.allow_private,
        )
        limits = httpx.Timeout(settings.timeout, connect=min(10.0, settings.timeout))
        self._extensions = {"timeout": limits.as_dict()}

    async def __aenter__(self) -> Http:
        """Itself."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close all connections."""
        await self._transport.aclose()

    def for_source(self, secret: Secret | None) -> Http:
        """The same way to the web for one source: with its secret, and its last exchange."""
        way = copy.copy(self)
        way.secret, way.last_exchange = secret, ""
        return way

    def as_arxiv(self, url: str) -> None:
        """See `Pace.as_arxiv`."""
        self._pace.as_arxiv(url)

    async def aside(self, work: Callable[[], _T]) -> _T:
        """Do what takes seconds on a thread, one such work at a time.

        Meanwhile the network is attended to, lest others run into their time limits.
        """
        async with self._aside:
            return await asyncio.to_thread(work)

    async def get(
        self,
        url: str,
        *,
        etag: str = "",
        last_modified: str = "",
        accept: str = "*/*",
        method: str = "GET",
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        fine: frozenset[int] = frozenset(),
        as_robot: bool = False,
    ) -> Answer:
        """Fetch one address, following redirects by hand.

        Args:
            url: An absolute http or https address.
            etag: The validator of the body that is stored, for a conditional request.
            last_modified: Its other validator.
            accept: The media types that are wanted.
            method: `GET`, or `POST` with a body.
            body: What to send.
            headers: Further headers; secrets among them do not follow a redirect to another host.
            fine: Error statuses to return like any other answer.
            as_robot: For pages that nobody named: only if the site's robots.txt lets programs.

        Raises:
            FetchError: one of its subclasses where one says more (`AddressRefused`, `TooLarge`,
                `TimedOut`, `TooManyRedirects`, `BadStatus`, `Gone`, `Deferred`).
        """
        sent = {"user-agent": self._user_agent, "accept": accept, "accept-encoding": ACCEPTED}
        sent |= {"if-none-match": etag} if etag else {}
        sent |= {"if-modified-since": last_modified} if last_modified else {}
        sent |= {name.lower(): value for name, value in (headers or {}).items()}
        if as_robot:
            await self._robots.check(url)
        ask = Ask(method, urldefrag(url)[0], sent, body, fine)
        return await self._follow(ask)

    async def _bytes(self, url: str) -> bytes:
        return (await self.get(url, accept="text/plain, */*;q=0.1")).body

    async def _follow(self, ask: Ask) -> Answer:
        """Ask, and go where the answer points, with one time limit for the whole way."""
        first, left, permanent = ask.url, self.settings.timeout, True
        permanent_url: str | None = None
        for _hop in range(self.settings.max_redirects + 1):
            answer, spent = await self._exchange(ask, left)
            left -= spent
            if answer.status in REDIRECTS and "location" not in answer.headers:
                raise astray(answer.status, ask.url)
            if answer.status not in REDIRECTS:
                return Answer(
                    first,
                    ask.url,
                    answer.status,
                    answer.headers,
                    answer.body,
                    not_modified=answer.status == 304,
                    permanent_url=permanent_url,
                )
            ask = _onward(ask, answer)
            permanent = permanent and answer.status in PERMANENT
            permanent_url = ask.url if permanent else permanent_url
        raise TooManyRedirects(
            f"redirected more than {self.settings.max_redirects} times",
            where=first,
            cure="Open the address in a browser and use the one it ends at.",
        )

    async def _exchange(self, ask: Ask, left: float) -> tuple[Answer, float]:
        """One request and its answer, and the seconds it took."""
        self._check(ask.url)
        if self.settings.proxy:
            await self._check_name(ask.url)
        self._note(ask)
        clock = asyncio.get_running_loop().time
        async with self._pace.turn(ask.url):
            begun = clock()
            try:
                async with asyncio.timeout(max(0.0, left)):
                    answer = await self._send(ask)
            except (TimeoutError, httpx.TimeoutException) as problem:
                raise late(problem, self.settings.timeout, ask.url) from problem
            except httpx.HTTPError as problem:
                found = broken(problem)
                found.where = ask.url
                raise found from problem
            except httpx.InvalidURL as problem:
                raise AddressRefused(
                    "this is no web address, or redirects to what is none",
                    where=ask.url,
                    cure="Open the address in a browser and use the one it ends at.",
                ) from problem
            except FetchError as problem:
                problem.where = problem.where or ask.url
                raise
            spent = clock() - begun
        self._note(ask, answer)
        if answer.status >= 400 and answer.status not in ask.fine:
            raise self._bad_status(ask, answer)
        if answer.body:
            # To read what came takes a while, and meanwhile nobody looks at the network: one answer
            # at a time, lest a hundred at once keep the others waiting beyond their time limits.
            async with self._handing_over:
                await asyncio.sleep(0)
        return answer, spent

    async def _send(self, ask: Ask) -> Answer:
        secret = self.secret.for_url(ask.url) if self.secret and ask.secret else {}
        request = httpx.Request(
            ask.method,
            ask.url,
            headers={**ask.headers, **secret},
            content=ask.body,
            extensions=dict(self._extensions),
        )
        response = await self._transport.handle_async_request(request)
        try:
            headers = {name.lower(): value for name, value in response.headers.items()}
            headers = {name: said for name, said in headers.items() if name not in _LEFT_OUT}
            status, body = response.status_code, b""
            if status >= 400 and status not in ask.fine:
                body = await self._glance(response)
            elif status in REDIRECTS or status == 304:
                # there should be nothing; read to its end, the connection can be used again
                await self._glance(response)
            else:
                body = await self._read(response)
        finally:
            await response.aclose()
        return Answer(ask.url, ask.url, status, headers, body)

    async def _read(self, response: httpx.Response) -> bytes:
        body = Body(response.headers.get("content-encoding", ""), self.settings.max_bytes)
        async for chunk in response.aiter_raw():
            body.feed(chunk)
        return body.end()

    async def _glance(self, response: httpx.Response) -> bytes:
        """The beginning of a body that hardly matters, as far as it can be read."""
        body = Body(response.headers.get("content-encoding", ""), self.settings.max_bytes)
        read = 0
        try:
            async for chunk in response.aiter_raw():
                body.feed(chunk)
                read += len(chunk)
                if read > MOST_SHOWN:
                    break
            return body.end()[:MOST_SHOWN]
        except (httpx.HTTPError, FetchError):
            return b""

    def _check(self, url: str) -> None:
        """Refuse what can be refused without asking anyone."""
        host, port = host_and_port(url)
        try:
            why = objection(host, allowed=written(host, port) in self._allow)
        except ValueError:
            return  # a name: judged when it is resolved
        if why:
            raise refusal(host, port, why, url)

    async def _check_name(self, url: str) -> None:
        """Refuse a name that leads to private places, where a proxy would do the connecting.

        A name that only the proxy can resolve is the proxy's to judge.
        """
        host, port = host_and_port(url)
        if written(host, port) in self._allow:
            return
        try:
            addresses = await self._resolve(host, port)
        except FetchError:
            return
        for address in addresses:
            if why := objection(address, allowed=False):
                raise refusal(host, port, why, url)

    def _bad_status(self, ask: Ask, answer: Answer) -> FetchError:
        retry_after = seconds(answer.headers) if answer.status in _BUSY else None
        if answer.status in _BUSY:
            self._pace.asked_to_wait(ask.url, retry_after)
        sent = bool(ask.secret and self.secret and self.secret.for_url(ask.url))
        error = bad_status(answer.status, ask.url, retry_after, secret_sent=sent)
        error.exchange = self.last_exchange
        return error

    def _note(self, ask: Ask, answer: Answer | None = None) -> None:
        """Keep the exchange, for whoever asks why it failed."""
        sent = {name: said for name, said in ask.headers.items() if name not in SECRET}
        came = answer_text(answer.status, answer.headers, answer.body) if answer else "(no answer)"
        text = f"{asked_text(f'{ask.method} {ask.url}', sent)}\n\n{came}"
        self.last_exchange = self.secret.hidden(text) if self.secret else text


def _onward(ask: Ask, answer: Answer) -> Ask:
    """Where a redirect points, if that is the web."""
    try:
        onward = redirected(ask, answer)
        host_and_port(onward.url)
    except (ValueError, AddressRefused) as problem:
        said = f": {problem.message}" if isinstance(problem, AddressRefused) else ""
        raise AddressRefused(
            f"the server redirects to what is no web address{said}",
            where=answer.headers["location"][:500],
            cure="Open the address in a browser and use the one it ends at.",
        ) from problem
    return onward
