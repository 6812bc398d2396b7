"""No address that is private is ever opened, however it is written."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import httpcore
import pytest

from digest.errors import AddressRefused, FetchError
from digest.fetch.guard import GuardedBackend, host_and_port, objection

PRIVATE = [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1", "0.0.0.0", "::1", "fc00::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1", "198.18.0.1",
    "255.255.255.255", "224.0.0.1", "ff02::1", "::", "192.0.2.1", "2001:db8::1", "::127.0.0.1",
]  # fmt: skip
NEVER = [
    "169.254.169.254", "169.254.0.1", "fe80::1", "::ffff:169.254.169.254", "fd00:ec2::254",
    "100.100.100.200", "2002:a9fe:a9fe::", "64:ff9b::a9fe:a9fe",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE + NEVER)
def test_private_addresses_are_objected_to(address: str) -> None:
    assert objection(address, allowed=False)


@pytest.mark.parametrize("address", NEVER)
def test_link_local_and_metadata_addresses_cannot_be_allowed(address: str) -> None:
    assert "never" in objection(address, allowed=True)


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "::1", "fc00::1"])
def test_others_can(address: str) -> None:
    assert not objection(address, allowed=True)


@pytest.mark.parametrize("address", ["1.1.1.1", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_public_addresses_are_fine(address: str) -> None:
    assert not objection(address, allowed=False)


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "ftp://a.example/", "gopher://a/", "//a.example/x", "http://", "x", "",
     "http://[::1", "http://a:99999/", "javascript:alert(1)", "data:text/html,x"],
)  # fmt: skip
def test_other_schemes_are_refused(url: str) -> None:
    with pytest.raises(AddressRefused):
        host_and_port(url)


def test_the_port_follows_from_the_scheme() -> None:
    assert host_and_port("HTTPS://A.Example./x") == ("a.example", 443)
    assert host_and_port("http://a.example:81/") == ("a.example", 81)


def _connect(
    host: str, port: int, addresses: Sequence[str], allow: Sequence[str] = ()
) -> list[str]:
    """The addresses to which a connection was tried."""
    tried: list[str] = []

    async def resolver(_host: str, _port: int) -> Sequence[str]:
        return addresses

    class Inner(httpcore.AsyncNetworkBackend):
        async def connect_tcp(self, host: str, *_: object) -> httpcore.AsyncNetworkStream:
            tried.append(host)
            raise httpcore.ConnectError("nobody there")

    backend = GuardedBackend(allow, resolver)
    backend._inner = Inner()  # type: ignore[assignment]  # the wire is cut here
    with pytest.raises((AddressRefused, httpcore.ConnectError)):
        asyncio.run(backend.connect_tcp(host, port, 1.0))
    return tried


def test_a_name_is_judged_by_what_it_resolves_to() -> None:
    assert _connect("evil.example", 80, ["127.0.0.1", "169.254.169.254"]) == []


def test_only_the_judged_addresses_are_tried() -> None:
    assert _connect("mixed.example", 80, ["10.0.0.1", "1.1.1.1", "8.8.8.8"]) == [
        "1.1.1.1",
        "8.8.8.8",
    ]


def test_permission_belongs_to_the_name_that_was_given_it() -> None:
    allow = ["127.0.0.1:8765"]
    assert _connect("127.0.0.1", 8765, ["127.0.0.1"], allow) == ["127.0.0.1"]
    assert _connect("127.0.0.1", 8766, ["127.0.0.1"], allow) == []
    assert _connect("rebound.example", 8765, ["127.0.0.1"], allow) == []
    assert _connect("intranet.example", 80, ["169.254.1.1"], ["intranet.example:80"]) == []


def test_a_name_that_does_not_resolve_is_said_so() -> None:
    backend = GuardedBackend()
    with pytest.raises(FetchError, match=r"no\.such\.invalid does not resolve"):
        asyncio.run(backend.connect_tcp("no.such.invalid", 80, 1.0))
