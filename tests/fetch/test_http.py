"""The way to the web: bounded in bytes, time and redirects, conditional, and polite."""

from __future__ import annotations

import asyncio
import gzip
import threading
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from digest.errors import (
    AddressRefused,
    BadStatus,
    Deferred,
    FetchError,
    Gone,
    TimedOut,
    TooLarge,
    TooManyRedirects,
)
from digest.fetch.exchange import Answer
from digest.fetch.http import Http
from digest.fetch.pace import Pace
from tests.fetch.making import settings
from tests.fetch.server import Asked, Reply, Web


def fetch(web: Web, path: str, *, given: dict[str, Any] | None = None, **asked: Any) -> Answer:
    async def go() -> Answer:
        async with Http(settings(web.place, **(given or {})), user_agent="digest/test") as http:
            return await http.get(web.url(path), **asked)

    return asyncio.run(go())


def test_what_is_sent_and_what_comes(web: Web) -> None:
    packed = gzip.compress(b"<rss/>")
    web.routes["/feed"] = Reply(packed, headers={"Content-Encoding": "gzip", "ETag": '"1"'})
    answer = fetch(web, "/feed#part", etag='"0"', last_modified="Mon, 01 Jun 2026 10:00:00 GMT")
    assert (answer.body, answer.status, answer.media_type) == (
        b"<rss/>",
        200,
        "application/rss+xml",
    )
    assert answer.headers["etag"] == '"1"'
    sent = web.log[0].headers
    assert sent["user-agent"] == "digest/test"
    assert sent["if-none-match"] == '"0"'
    assert sent["if-modified-since"] == "Mon, 01 Jun 2026 10:00:00 GMT"
    assert {"gzip", "deflate", "br", "zstd"} == set(sent["accept-encoding"].split(", "))
    assert web.paths() == ["/feed"]


@pytest.mark.parametrize("target", [None, "http://[::1", "javascript:alert(1)", "mailto:a@b.c"])
def test_a_redirect_to_nowhere_is_called_that(web: Web, target: str | None) -> None:
    web.routes["/feed"] = Reply(status=302, headers={"Location": target} if target else {})
    with pytest.raises(FetchError, match="redirects") as caught:
        fetch(web, "/feed")
    assert caught.value.cure


def test_not_modified(web: Web) -> None:
    web.routes["/feed"] = Reply(status=304)
    answer = fetch(web, "/feed", etag='"1"')
    assert answer.not_modified
    assert answer.body == b""


@pytest.mark.parametrize(
    ("fault", "error", "words"),
    [
        ("hang", TimedOut, "within 1 s"),
        ("drip", TimedOut, "within 1 s"),
        ("big", TooLarge, "200,000 bytes"),
        ("bomb", TooLarge, "200,000 bytes"),
        ("reset", FetchError, "broke off"),
        ("short", FetchError, "broke off"),
        ("cut-gzip", FetchError, "damaged"),
        ("loop", TooManyRedirects, "more than 5"),
        ("private", AddressRefused, "never opened"),
        ("file", AddressRefused, "'file'"),
        ("gone", Gone, "410"),
        ("slow-down", BadStatus, "429"),
    ],
)
def test_each_fault_ends_with_its_error(
    web: Web, fault: str, error: type[FetchError], words: str
) -> None:
    with pytest.raises(error, match=words) as caught:
        fetch(web, f"/fault/{fault}", given={"max_bytes": 200_000})
    assert caught.value.where.startswith(("http://", "file:"))


def test_the_time_limit_is_for_all_hops_together(web: Web) -> None:
    def slow(asked: Asked) -> Reply:
        time.sleep(0.4)
        return Reply(status=302, headers={"Location": f"/hop?{asked.path[-1]}x"})

    web.routes["/hop"] = slow
    with pytest.raises(TimedOut):
        fetch(web, "/hop")
    assert len(web.log) <= 3


def test_who_reads_slowly_makes_nobody_else_late(web: Web) -> None:
    hosts = [f"h{n}.example" for n in range(50)]
    port = int(web.place.partition(":")[2])
    given = settings(*(f"{host}:{port}" for host in hosts), timeout=1.5, concurrency=50)
    late_has_asked = threading.Event()

    def at_once(_asked: Asked) -> Reply:
        late_has_asked.wait(10)
        return Reply(b"<rss/>")

    def late(_asked: Asked) -> Reply:
        late_has_asked.set()
        time.sleep(0.3)
        return Reply(b"<rss/>")

    async def home(_host: str, _port: int) -> list[str]:
        return ["127.0.0.1"]

    async def go() -> None:
        async with Http(given, user_agent="t", resolver=home) as http:

            async def one(host: str) -> None:
                path = "late" if host == hosts[-1] else "feed"
                await http.get(f"http://{host}:{port}/{path}")
                time.sleep(0.04)

            await asyncio.gather(*map(one, hosts))

    web.routes |= {"/feed": at_once, "/late": late}
    asyncio.run(go())
    assert len(web.log) == len(hosts)


def test_connections_to_many_hosts_are_closed_again(web: Web) -> None:
    hosts = [f"h{n}.example" for n in range(6)]
    port = int(web.place.partition(":")[2])
    web.routes["/feed"] = Reply(b"<rss/>")
    given = settings(*(f"{host}:{port}" for host in hosts), concurrency=2)
    opened: list[str] = []

    async def home(host: str, _port: int) -> list[str]:
        opened.append(host)
        return ["127.0.0.1"]

    async def go() -> None:
        async with Http(given, user_agent="t", resolver=home) as http:
            for host in [hosts[0], *hosts, hosts[-1]]:
                await http.get(f"http://{host}:{port}/feed")
            await http.get(f"http://{hosts[0]}:{port}/feed")

    asyncio.run(go())
    # one connection for each, used again while it is among the last two
    assert opened == [*hosts, hosts[0]]


def test_nobody_answers(web: Web) -> None:
    place = web.place
    web.close()
    with pytest.raises(FetchError, match="no connection"):
        fetch(web, "/", given={"allow_private": (place,)})


def test_private_addresses_are_not_even_asked(web: Web) -> None:
    with pytest.raises(AddressRefused, match="private") as caught:
        fetch(web, "/", given={"allow_private": ("127.0.0.1:1",)})
    assert repr(web.place) in caught.value.cure
    assert web.log == []


def test_a_name_that_leads_home_is_refused(web: Web) -> None:
    async def home(_host: str, _port: int) -> list[str]:
        return ["127.0.0.1"]

    async def go() -> None:
        port = int(web.place.partition(":")[2])
        async with Http(settings(web.place), user_agent="t", resolver=home) as http:
            await http.get(f"http://rebound.example:{port}/")

    with pytest.raises(AddressRefused):
        asyncio.run(go())
    assert web.log == []


def test_redirects_tell_what_is_for_good(web: Web) -> None:
    web.routes |= {
        "/a": Reply(status=301, headers={"Location": "/b"}),
        "/b": Reply(status=308, headers={"Location": web.url("/c")}),
        "/c": Reply(status=302, headers={"Location": "/d"}),
        "/d": Reply(status=301, headers={"Location": "/e"}),
        "/e": Reply(b"there"),
    }
    answer = fetch(web, "/a")
    assert (answer.body, answer.final_url) == (b"there", web.url("/e"))
    assert answer.permanent_url == web.url("/c")
    assert fetch(web, "/c").permanent_url is None


def test_secrets_and_bodies_stay_where_they_were_meant_for(web: Web) -> None:
    other = Web()
    try:
        other.routes["/in"] = Reply(b"in")
        web.routes["/out"] = Reply(status=302, headers={"Location": other.url("/in")})
        fetch(
            web,
            "/out",
            given={"allow_private": (web.place, other.place)},
            method="POST",
            body=b"{}",
            headers={"Authorization": "Bearer s3cret", "Content-Type": "application/json"},
        )
        assert web.log[0].headers["authorization"] == "Bearer s3cret"
        assert other.log[0].method == "GET"
        assert not {"authorization", "content-type"} & set(other.log[0].headers)
    finally:
        other.close()


def test_no_cookie_is_kept(web: Web) -> None:
    web.routes["/a"] = Reply(b"a", headers={"Set-Cookie": "id=1"})

    async def go() -> None:
        async with Http(settings(web.place), user_agent="t") as http:
            await http.get(web.url("/a"))
            await http.get(web.url("/a"))

    asyncio.run(go())
    assert "cookie" not in web.log[1].headers


def test_an_error_carries_its_exchange_without_secrets(web: Web) -> None:
    with pytest.raises(BadStatus) as caught:
        fetch(web, "/nowhere", headers={"Authorization": "Bearer s3cret"})
    assert caught.value.status == 404
    assert "GET " in caught.value.exchange
    assert "<h1>Not here</h1>" in caught.value.exchange
    assert "s3cret" not in caught.value.exchange


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ({"Retry-After": "120"}, 120),
        ({"Retry-After": "Mon, 29 Jun 2026 12:01:00 GMT"}, None),
        ({"Retry-After": "soon"}, None),
        ({}, None),
    ],
)
def test_retry_after(web: Web, header: dict[str, str], seconds: float | None) -> None:
    web.routes["/busy"] = Reply(status=503, headers=header)
    with pytest.raises(BadStatus) as caught:
        fetch(web, "/busy")
    if "GMT" not in header.get("Retry-After", ""):
        assert caught.value.retry_after == seconds
    else:  # a date counts from the server's own, which runs ahead of it here
        assert caught.value.retry_after is not None


def test_a_host_rests_once_a_second_address_asks_for_it(web: Web) -> None:
    web.routes |= {
        "/one": Reply(status=429, headers={"Retry-After": "600"}),
        "/two": Reply(status=503, headers={"Retry-After": "600"}),
        "/three": Reply(b"fine"),
    }

    async def go() -> list[type[BaseException] | bytes]:
        seen: list[type[BaseException] | bytes] = []
        async with Http(settings(web.place), user_agent="t") as http:
            for path in ("/one", "/three", "/two", "/three"):
                try:
                    seen.append((await http.get(web.url(path))).body)
                except FetchError as problem:
                    seen.append(type(problem))
        return seen

    assert asyncio.run(go()) == [BadStatus, b"fine", BadStatus, Deferred]
    assert web.paths() == ["/one", "/three", "/two"]


def test_one_connection_and_a_pause_for_each_host(web: Web) -> None:
    under_way, most = [0], [0]

    def busy(_asked: Asked) -> Reply:
        under_way[0] += 1
        most[0] = max(most[0], under_way[0])
        time.sleep(0.02)
        under_way[0] -= 1
        return Reply(b"x")

    web.routes["/x"] = busy

    async def go() -> None:
        chosen = settings(web.place, per_host_delay=0.1)
        async with Http(chosen, user_agent="t") as http:
            await asyncio.gather(*(http.get(web.url("/x")) for _ in range(4)))

    asyncio.run(go())
    times = [asked.at for asked in web.log]
    assert most == [1]
    assert all(later - earlier >= 0.1 for earlier, later in pairwise(times))


def test_many_hosts_at_once() -> None:
    webs = [Web() for _ in range(5)]
    all_asked = threading.Barrier(len(webs), timeout=30)

    def patient(_asked: Asked) -> Reply:
        all_asked.wait()
        return Reply(b"x")

    for one in webs:
        one.routes["/x"] = patient

    async def go() -> None:
        chosen = settings(*(one.place for one in webs), timeout=30)
        async with Http(chosen, user_agent="t") as http:
            await asyncio.gather(*(http.get(one.url("/x")) for one in webs))

    try:
        asyncio.run(go())
    finally:
        for one in webs:
            one.close()


def test_arxiv_is_one_lane_with_its_own_pause_across_processes(web: Web, tmp_path: Path) -> None:
    web.routes["/api/query"] = Reply(b"x")
    web.routes["/other"] = Reply(b"x")
    chosen = settings(web.place, arxiv_url=web.url("/api/query"), arxiv_delay=0.2)

    async def process() -> None:
        # a Pace of its own shares nothing with another but the file, as two processes do
        pace = Pace(chosen, folder=tmp_path)
        async with Http(chosen, user_agent="t", pace=pace) as http:
            await http.get(web.url("/api/query?a"))
            await http.get(web.url("/other"))
            await http.get(web.url("/api/query?b"))

    async def go() -> None:
        await asyncio.gather(process(), process())

    asyncio.run(go())
    times = [asked.at for asked in web.log if "query" in asked.path]
    assert len(times) == 4
    assert all(later - earlier >= 0.2 for earlier, later in pairwise(times))


def test_a_listing_shares_the_lane_of_arxiv_wherever_it_stands() -> None:
    pace = Pace(settings(arxiv_url="http://127.0.0.1:80/api", arxiv_delay=0))
    assert pace.lane("http://127.0.0.1/rss/cs.AI") is pace.lane("http://127.0.0.1/other")
    pace.as_arxiv("http://127.0.0.1/rss/cs.AI")
    assert pace.lane("http://127.0.0.1/rss/cs.AI") is pace.lane("http://127.0.0.1:80/api?q")
    assert pace.lane("http://127.0.0.1/other") is not pace.lane("http://127.0.0.1/rss/cs.AI")


def test_lanes() -> None:
    pace = Pace(settings(arxiv_url="https://export.arxiv.org/api/query", arxiv_delay=3))
    arxiv = pace.lane("https://export.arxiv.org/api/query?x")
    assert arxiv is pace.lane("http://rss.arxiv.org/rss/cs.AI") is pace.lane("https://arxiv.org/a")
    assert pace.lane("https://notarxiv.org/") is not arxiv
    assert pace.lane("https://a.example/") is pace.lane("https://A.example:443/b")
    assert pace.lane("https://a.example/") is not pace.lane("https://a.example:444/")


def test_a_host_that_is_busy_without_naming_a_time_does_not_rest(web: Web) -> None:
    web.routes |= {"/one": Reply(status=503), "/two": Reply(status=429), "/three": Reply(b"fine")}

    async def go() -> bytes:
        async with Http(settings(web.place), user_agent="t") as http:
            for path in ("/one", "/two"):
                with pytest.raises(BadStatus):
                    await http.get(web.url(path))
            return (await http.get(web.url("/three"))).body

    assert asyncio.run(go()) == b"fine"


def test_what_takes_long_is_done_aside_one_after_the_other() -> None:
    async def go() -> tuple[bool, bool]:
        async with Http(settings(), user_agent="digest/test") as http:
            event = threading.Event()
            first = asyncio.create_task(http.aside(lambda: event.wait(30)))
            second = asyncio.create_task(http.aside(event.is_set))
            await asyncio.sleep(0.05)
            event.set()  # nobody would, if the first kept everybody waiting
            return await first, await second

    assert asyncio.run(go()) == (True, True)
