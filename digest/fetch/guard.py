"""Which addresses may be opened: none that is private, unless it was allowed by name.

An address is judged twice: as it is written (scheme, host), before anything is sent, and as it
resolves, at the moment of connecting. The connection is made to the very address that was judged,
so a name that resolves differently a moment later gains nothing.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import httpcore

from digest.errors import AddressRefused, FetchError

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve: TypeAlias = Callable[[str, int], Awaitable[Sequence[str]]]

_PORTS = {"http": 80, "https": 443}

# Where clouds keep their credentials; most lie in 169.254.0.0/16, which is link-local as a whole.
_METADATA = tuple(
    ipaddress.ip_network(network)
    for network in ("fd00:ec2::254/128", "fd20:ce::254/128", "100.100.100.200/32", "192.0.0.192/32")
)
# IPv6 addresses that carry an IPv4 address to which a router would deliver them: 6to4 (RFC 3056)
# in bits 16 to 48, NAT64 (RFC 6052) and the deprecated IPv4-compatible form in the last 32.
_SIX_TO_FOUR = ipaddress.IPv6Network("2002::/16")
_EMBEDDED_LAST = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("::/96"))


def host_and_port(url: str) -> tuple[str, int]:
    """The host, in lower case, and the port that an address names.

    Raises:
        AddressRefused: it is not an absolute http or https address.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise AddressRefused("this is not a web address", where=url) from None
    if parts.scheme.lower() not in _PORTS:
        raise AddressRefused(
            f"addresses of the scheme {parts.scheme or '(none)'!r} are never opened",
            where=url,
            cure="Only http and https are.",
        )
    if not host or port == 0:
        raise AddressRefused("there is no host in this address", where=url)
    return host.rstrip("."), port or _PORTS[parts.scheme.lower()]


def written(host: str, port: int) -> str:
    """`host:port` as `fetch.allow_private` has it: IPv6 in brackets."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def objection(address: str, *, allowed: bool) -> str:
    """Why no connection may be made to this IP address; empty where one may.

    Args:
        address: An IPv4 or IPv6 address.
        allowed: Whether the host and port stand in `fetch.allow_private`. That opens private and
            loopback addresses, never link-local ones, where clouds keep their metadata.
    """
    return next(
        (
            f"{address} is {reason}"
            for ip in _meanings(ipaddress.ip_address(address.partition("%")[0]))
            if (reason := _reason(ip, allowed=allowed))
        ),
        "",
    )


def refusal(host: str, port: int, why: str, url: str = "") -> AddressRefused:
    """The error that says so."""
    cure = f"If you mean it, add {written(host, port)!r} to fetch.allow_private."
    return AddressRefused(f"refused: {why}", where=url, cure="" if "never" in why else cure)


def _meanings(ip: Address) -> Iterable[Address]:
    """The address, and the IPv4 addresses hidden in it."""
    yield ip
    if not isinstance(ip, ipaddress.IPv6Address):
        return
    if ip.ipv4_mapped:
        yield ip.ipv4_mapped
    if ip in _SIX_TO_FOUR:
        yield ipaddress.IPv4Address((int(ip) >> 80) & 0xFFFFFFFF)
    if ip.teredo:
        yield from ip.teredo
    if any(ip in network for network in _EMBEDDED_LAST) and int(ip) > 1:
        yield ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)


def _reason(ip: Address, *, allowed: bool) -> str:
    if ip.is_link_local or any(ip in network for network in _METADATA):
        return "link-local or a metadata service, which is never opened"
    if ip.is_multicast or ip.is_unspecified:
        return "not the address of one machine"
    mapped = isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None
    if allowed or mapped or ip.is_global:
        return ""
    return "private: it is not on the public internet"


async def resolve(host: str, port: int) -> list[str]:
    """The IP addresses of a host, in the system's order of preference.

    Raises:
        FetchError: the name does not resolve.
    """
    try:
        return [str(ipaddress.ip_address(host))]
    except ValueError:
        pass
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as problem:
        raise FetchError(
            f"the name {host} does not resolve", cure="Check the address, and the network."
        ) from problem
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Opens connections to addresses that may be opened, and to no others."""

    def __init__(self, allow_private: Iterable[str] = (), resolver: Resolve = resolve) -> None:
        self._allow = frozenset(entry.lower() for entry in allow_private)
        self._resolve = resolver
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Resolve, judge, and connect to the first address that may be opened and answers.

        Raises:
            AddressRefused: every address of the host is one that is never opened.
            httpcore.ConnectError, httpcore.ConnectTimeout: none of them answers.
        """
        end = None if timeout is None else time.monotonic() + timeout
        addresses = self._open_to(host, port, await self._resolve(host, port))
        problem: httpcore.ConnectError | httpcore.ConnectTimeout | None = None
        for left, address in zip(range(len(addresses), 0, -1), addresses, strict=True):
            share = None if end is None else max(0.05, (end - time.monotonic()) / left)
            try:
                return await self._inner.connect_tcp(
                    address, port, share, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as failed:
                problem = failed
        raise problem or httpcore.ConnectError(f"{host} has no address")

    def _open_to(self, host: str, port: int, addresses: Sequence[str]) -> list[str]:
        allowed = written(host.lower(), port) in self._allow
        objections = {address: objection(address, allowed=allowed) for address in addresses}
        fine = [address for address, why in objections.items() if not why]
        if objections and not fine:
            raise refusal(host, port, next(iter(objections.values())))
        return fine

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await self._inner.sleep(seconds)
