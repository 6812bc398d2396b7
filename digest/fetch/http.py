"""The one way to the web: bounded in bytes, time and redirects, polite, blind to private places."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import TracebackType
from urllib.parse import urldefrag, urljoin, urlsplit

import httpx

from digest.config.schema import Fetching
from digest.errors import (
    AddressRefused,
    BadStatus,
    FetchError,
    Gone,
    TimedOut,
    TooManyRedirects,
)
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
from digest.fetch.transport import GuardedTransport
from digest.fetch.unpack import ACCEPTED, Body

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
_BUSY = frozenset({429, 503})
_SECRET = frozenset({"authorization", "cookie", "proxy-authorization"})
_MOST_OF_AN_ERROR = 4096


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back.

    Attributes:
        url: What was asked for.
        final_url: Where the answer came from, after redirects.
        headers: By lower-case name; of a name that came twice, the values joined by a comma.
        body: Decoded of its transfer and content encodings; empty for a 304.
        not_modified: The server says that nothing changed since the validators that were sent.
        permanent_url: Where a chain of permanent redirects led, up to the first temporary one.
    """

    url: str
    final_url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    not_modified: bool = False
    permanent_url: str | None = None

    @property
    def media_type(self) -> str:
        """The media type, in lower case and without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


@dataclass(frozen=True, slots=True)
class _Ask:
    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None
    fine: frozenset[int]


class Http:
    """Fetches addresses, in an `async with`.

    Args:
        settings: How politely and how far.
        user_agent: Who we say we are.
        pace: Who may ask when; its own where none is given.
        resolver: Names to addresses; the system's unless a test says otherwise.
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
        backend = GuardedBackend(settings.allow_private, resolver)
        self._client = httpx.AsyncClient(
            transport=GuardedTransport(backend, most=settings.concurrency),
            timeout=httpx.Timeout(settings.timeout, connect=min(10.0, settings.timeout)),
            follow_redirects=False,
            trust_env=False,
            # what one source sets must not follow us to another
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        )

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
        await self._client.aclose()

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
        ask = _Ask(method, urldefrag(url)[0], sent, body, fine)
        return await self._follow(ask)

    async def _bytes(self, url: str) -> bytes:
        return (await self.get(url, accept="text/plain, */*;q=0.1")).body

    async def _follow(self, ask: _Ask) -> Answer:
        """Ask, and go where the answer points, with one time limit for the whole way."""
        first, left, permanent = ask.url, self.settings.timeout, True
        permanent_url: str | None = None
        for _hop in range(self.settings.max_redirects + 1):
            answer, spent = await self._exchange(ask, left)
            left -= spent
            if answer.status not in _REDIRECTS or "location" not in answer.headers:
                return Answer(
                    first,
                    ask.url,
                    answer.status,
                    answer.headers,
                    answer.body,
                    not_modified=answer.status == 304,
                    permanent_url=permanent_url,
                )
            ask = _redirected(ask, answer)
            permanent = permanent and answer.status in _PERMANENT
            permanent_url = ask.url if permanent else permanent_url
        raise TooManyRedirects(
            f"redirected more than {self.settings.max_redirects} times",
            where=first,
            cure="Open the address in a browser and use the one it ends at.",
        )

    async def _exchange(self, ask: _Ask, left: float) -> tuple[Answer, float]:
        """One request and its answer, and the seconds it took."""
        self._check(ask.url)
        clock = asyncio.get_running_loop().time
        async with self._pace.turn(ask.url):
            begun = clock()
            try:
                async with asyncio.timeout(max(0.0, left)):
                    answer = await self._send(ask)
            except TimeoutError as problem:
                raise TimedOut(
                    f"no complete answer within {self.settings.timeout:g} s", where=ask.url
                ) from problem
            except httpx.TimeoutException as problem:
                raise TimedOut(_late(problem, self.settings.timeout), where=ask.url) from problem
            except httpx.HTTPError as problem:
                raise FetchError(_broken(problem), where=ask.url) from problem
            except httpx.InvalidURL as problem:
                raise AddressRefused("this is not a web address", where=ask.url) from problem
            except FetchError as problem:
                problem.where = problem.where or ask.url
                raise
            spent = clock() - begun
        if answer.status >= 400 and answer.status not in ask.fine:
            raise self._bad_status(ask, answer)
        return answer, spent

    async def _send(self, ask: _Ask) -> Answer:
        request = self._client.build_request(
            ask.method, ask.url, headers=dict(ask.headers), content=ask.body
        )
        response = await self._client.send(request, stream=True)
        try:
            headers = {name.lower(): value for name, value in response.headers.items()}
            status, body = response.status_code, b""
            if status >= 400 and status not in ask.fine:
                body = await self._glance(response)
            elif status in _REDIRECTS or status == 304:
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
                if read > _MOST_OF_AN_ERROR:
                    break
            return body.end()[:_MOST_OF_AN_ERROR]
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

    def _bad_status(self, ask: _Ask, answer: Answer) -> FetchError:
        retry_after = _seconds(answer.headers)
        if answer.status in _BUSY:
            self._pace.asked_to_wait(ask.url, retry_after)
        kind = Gone if answer.status == 410 else BadStatus
        error = kind(
            _MEANINGS.get(answer.status, f"the server answered {answer.status}"),
            where=ask.url,
            cure=_CURES.get(answer.status, ""),
            status=answer.status,
            retry_after=retry_after if answer.status in _BUSY else None,
        )
        error.exchange = _exchange_text(ask, answer)
        return error


def _redirected(ask: _Ask, answer: Answer) -> _Ask:
    """Where a redirect points. Secrets stay with the host they were meant for."""
    url = urldefrag(urljoin(ask.url, answer.headers["location"].strip()))[0]
    headers = dict(ask.headers)
    if urlsplit(url)[:2] != urlsplit(ask.url)[:2]:
        headers = {name: value for name, value in headers.items() if name not in _SECRET}
    if answer.status in {307, 308} or ask.method == "GET":
        return _Ask(ask.method, url, headers, ask.body, ask.fine)
    headers.pop("content-type", None)
    return _Ask("GET", url, headers, None, ask.fine)


def _seconds(headers: Mapping[str, str]) -> float | None:
    """What Retry-After asks for, in seconds; a date counts from the server's own."""
    value = headers.get("retry-after", "").strip()
    if value.isdecimal():
        return float(value[:9])
    try:
        until = parsedate_to_datetime(value)
        since = parsedate_to_datetime(headers.get("date", ""))
        return max(0.0, (until - since).total_seconds())
    except (TypeError, ValueError):
        return None


def _late(problem: httpx.TimeoutException, limit: float) -> str:
    if isinstance(problem, httpx.ConnectTimeout):
        return f"no connection within {min(10.0, limit):g} s"
    return f"the server said nothing for {limit:g} s"


def _broken(problem: httpx.HTTPError) -> str:
    if isinstance(problem, httpx.ConnectError):
        return f"no connection ({problem or 'refused'})"
    if isinstance(problem, httpx.RemoteProtocolError):
        return f"the answer broke off or is not HTTP ({problem})"
    return f"the connection broke ({problem or type(problem).__name__})"


def _exchange_text(ask: _Ask, answer: Answer) -> str:
    """The exchange as a person reads it, without secrets."""
    asked = [f"{ask.method} {ask.url}"]
    asked += [f"{n}: {v}" for n, v in ask.headers.items() if n not in _SECRET]
    came = [f"HTTP {answer.status}", *(f"{n}: {v}" for n, v in answer.headers.items())]
    text = answer.body.decode("utf-8", "replace")
    return "\n".join([*asked, "", *came, "", text])


_MEANINGS = {
    400: "the server does not understand the request (400)",
    401: "the server wants a name and password (401)",
    402: "the server wants to be paid (402)",
    403: "the server refuses to answer us (403)",
    404: "there is nothing at this address (404)",
    406: "the server has nothing in a form that we read (406)",
    410: "the server says that this is gone for good (410)",
    429: "the server says that we ask too often (429)",
    451: "the server may not show this for legal reasons (451)",
    500: "the server has a defect (500)",
    502: "the server's own server does not answer (502)",
    503: "the server is busy or under repair (503)",
    504: "the server's own server takes too long (504)",
}
_CURES = {
    403: "Some hosts refuse clients they do not know: see fetch.user_agent.",
    404: "Look for the feed's new address on the site.",
    410: "Remove the source from sources.yaml, or look for its new address.",
}
