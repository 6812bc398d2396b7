"""httpx over connections that the guard opens."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
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
        limits: dict[str, Any] = {
            "ssl_context": httpx.create_ssl_context(trust_env=False),
            "max_connections": most,
            "max_keepalive_connections": most,
            "keepalive_expiry": 30.0,
        }
        self._pool = httpcore.AsyncConnectionPool(network_backend=backend, **limits)
        self._proxy: httpcore.AsyncConnectionPool | None = None
        self._direct = frozenset(direct)
        if proxy:
            # whoever names a proxy means it, wherever it stands; nothing else is reached this way
            door = GuardedBackend([written(*host_and_port(proxy))])
            self._proxy = httpcore.AsyncHTTPProxy(proxy, network_backend=door, **limits)

    def _pool_for(self, url: httpx.URL) -> httpcore.AsyncConnectionPool:
        if self._proxy is None or written(*host_and_port(str(url))) in self._direct:
            return self._pool
        return self._proxy

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
            response = await self._pool_for(request.url).handle_async_request(wire)
        return httpx.Response(
            response.status,
            headers=response.headers,
            stream=_Stream(response),
            extensions=response.extensions,
        )

    async def aclose(self) -> None:
        """Close all connections."""
        await self._pool.aclose()
        if self._proxy:
            await self._proxy.aclose()
