"""httpx over connections that the guard opens."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from functools import cached_property
from types import TracebackType
from typing import Any

import httpcore
import httpx

from digest.fetch.guard import GuardedBackend, host_and_port, written

# The most specific first: what httpcore raises -> what httpx calls it.
_ERRORS: tuple[tuple[type[Exception], type[httpx.TransportError]], ...] = (
    (httpcore.ConnectTimeout, httpx.ConnectTimeout),
    (httpcore.ReadTimeout, httpx.ReadTimeout),
    (httpcore.WriteTimeout, httpx.WriteTimeout),
    (httpcore.PoolTimeout, httpx.PoolTimeout),
    (httpcore.ConnectError, httpx.ConnectError),
    (httpcore.ReadError, httpx.ReadError),
    (httpcore.WriteError, httpx.WriteError),
    (httpcore.ProxyError, httpx.ProxyError),
    (httpcore.RemoteProtocolError, httpx.RemoteProtocolError),
    (httpcore.LocalProtocolError, httpx.LocalProtocolError),
    (httpcore.UnsupportedProtocol, httpx.UnsupportedProtocol),
)


class _Translated:
    """Turns httpcore's errors into httpx's."""

    def __enter__(self) -> None:
        return

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for theirs, ours in _ERRORS:
            if isinstance(problem, theirs):
                raise ours(str(problem)) from problem


class _Stream(httpx.AsyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _Translated():
            async for part in self._response.aiter_stream():
                yield part

    async def aclose(self) -> None:
        await self._response.aclose()


class GuardedTransport(httpx.AsyncBaseTransport):
    """httpx's own transport takes no network backend; this one does.

    Each origin has a pool of its own: httpcore looks through all connections of a pool at every
    request, and hundreds of sources are as many hosts. Of these the least recently used are closed.

    Args:
        backend: Opens the connections.
        most: How many at once.
        proxy: The address of an HTTP proxy that connects in our place, or None.
        direct: `host:port` of those that are reached without it.
    """

    def __init__(
        self,
        backend: httpcore.AsyncNetworkBackend,
        *,
        most: int,
        proxy: str | None = None,
        direct: Iterable[str] = (),
    ) -> None:
        self._backend = backend
        self._most = most
        self._pools: dict[str, httpcore.AsyncConnectionPool] = {}
        self._proxy: httpcore.AsyncConnectionPool | None = None
        self._direct = frozenset(direct)
        if proxy:
            # whoever names a proxy means it, wherever it stands; nothing else is reached this way
            door = GuardedBackend([written(*host_and_port(proxy))])
            self._proxy = httpcore.AsyncHTTPProxy(
                proxy, network_backend=door, max_keepalive_connections=most, **self._limits
            )

    @cached_property
    def _limits(self) -> dict[str, Any]:
        return {
            "ssl_context": httpx.create_ssl_context(trust_env=False),
            "max_connections": self._most,
            "keepalive_expiry": 30.0,
        }

    async def _pool_for(self, url: httpcore.URL, written_url: str) -> httpcore.AsyncConnectionPool:
        if self._proxy and written(*host_and_port(written_url)) not in self._direct:
            return self._proxy
        await self._make_room()
        # last in the order of use; nothing may be waited for from here until the request is in it
        origin = str(url.origin)
        pool = self._pools.pop(origin, None) or httpcore.AsyncConnectionPool(
            network_backend=self._backend, max_keepalive_connections=1, **self._limits
        )
        self._pools[origin] = pool
        return pool

    async def _make_room(self) -> None:
        """Close the hosts that nobody asks at the moment, the longest unused first."""
        while len(self._pools) >= self._most:
            idle = (origin for origin, pool in self._pools.items() if _is_idle(pool))
            oldest = next(idle, None)
            if oldest is None:
                return
            await self._pools.pop(oldest).aclose()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request; its answer's body is read by whoever asked."""
        wire = httpcore.Request(
            method=request.method,
            url=httpcore.URL(
                scheme=request.url.raw_scheme,
                host=request.url.raw_host,
                port=request.url.port,
                target=request.url.raw_path,
            ),
            headers=request.headers.raw,
            content=request.stream,
            extensions=request.extensions,
        )
        with _Translated():
            pool = await self._pool_for(wire.url, str(request.url))
            response = await pool.handle_async_request(wire)
        return httpx.Response(
            response.status,
            headers=response.headers,
            stream=_Stream(response),
            extensions=response.extensions,
        )

    async def aclose(self) -> None:
        """Close all connections."""
        for pool in self._pools.values():
            await pool.aclose()
        if self._proxy:
            await self._proxy.aclose()


def _is_idle(pool: httpcore.AsyncConnectionPool) -> bool:
    return all(one.is_idle() or one.is_closed() for one in pool.connections)
