"""Who asks: secrets go to the host that they are meant for, and are never repeated."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Mapping
from typing import Any

import pytest

from digest.config.schema import Auth, FeedSource, PageSource
from digest.errors import AddressRefused, FetchError
from digest.fetch.http import Http
from digest.fetch.kinds import Failed, Gathered
from digest.fetch.run import fetch_all
from digest.fetch.secrets import Secret, secret_of
from digest.model import SourceState
from digest.registry import kind
from tests.fetch.making import NOW, Memory, entry, feed_source, rss, settings
from tests.fetch.server import Asked, Reply, Web

BEARER = Auth(kind="bearer", env="LAB_TOKEN")
TOKEN = {"LAB_TOKEN": "s3cr3t-token"}


def gather(web: Web, source: Any, environment: Mapping[str, str], *places: str) -> Any:
    [result] = asyncio.run(
        fetch_all(
            [(source, SourceState(source.id))],
            Memory(),
            settings(web.place, *places),
            "digest/test",
            NOW,
            lambda _progress: None,
            kind_of=kind,
            environment=environment,
        )
    )
    return result


@pytest.mark.parametrize(
    ("auth", "said", "header", "value"),
    [
        ({"kind": "bearer"}, "abc", "authorization", "Bearer abc"),
        ({"kind": "cookie"}, "sid=1; b=2\n", "cookie", "sid=1; b=2"),
        ({"kind": "basic", "user": "ada"}, "löv", "authorization", "ada:löv"),
        ({"kind": "basic"}, "ada:pass", "authorization", "ada:pass"),
    ],
)
def test_each_kind_sends_its_header(
    web: Web, auth: dict[str, str], said: str, header: str, value: str
) -> None:
    web.routes["/feed"] = Reply(rss(entry(1)))
    source = feed_source(web.url("/feed"), auth=Auth.model_validate({"env": "LAB", **auth}))
    assert isinstance(gather(web, source, {"LAB": said}), Gathered)
    if auth["kind"] == "basic":
        value = f"Basic {base64.b64encode(value.encode()).decode()}"
    assert web.log[0].headers[header] == value


def test_a_source_whose_secret_is_missing_fails_alone_and_says_how(web: Web) -> None:
    result = gather(web, feed_source(web.url("/feed"), auth=BEARER), {})
    assert isinstance(result, Failed)
    assert "LAB_TOKEN is not set" in result.error.message
    assert "crontab" in result.error.cure
    assert web.log == []


def test_a_secret_that_cannot_be_sent_is_not_told(web: Web) -> None:
    result = gather(web, feed_source(web.url("/feed"), auth=BEARER), {"LAB_TOKEN": "a\r\nb: c"})
    assert "cannot be sent" in result.error.message
    assert "b: c" not in f"{result.error}{result.exchange}"
    assert web.log == []


def test_a_redirect_to_another_host_loses_the_secret_for_good(web: Web) -> None:
    other = Web()
    try:
        web.routes["/feed"] = Reply(status=302, headers={"Location": other.url("/there")})
        web.routes["/back"] = Reply(rss(entry(1)))
        other.routes["/there"] = Reply(status=302, headers={"Location": web.url("/back")})
        source = feed_source(web.url("/feed"), auth=BEARER)
        assert isinstance(gather(web, source, TOKEN, other.place), Gathered)
        assert [asked.headers.get("authorization") for asked in (*web.log, *other.log)] == [
            "Bearer s3cr3t-token",
            None,
            None,
        ]
    finally:
        other.close()


def test_pages_of_the_same_host_get_it_and_those_of_others_and_robots_do_not(web: Web) -> None:
    other = Web()
    try:
        for place in (web, other):
            place.routes["/a"] = Reply(b"<article><p>Words.</p></article>", 200, {}, "text/html")
        web.routes["/feed"] = Reply(
            rss(entry(1, link=web.url("/a")), entry(2, link=other.url("/a")))
        )
        source = feed_source(web.url("/feed"), auth=BEARER, full_text=True)
        gather(web, source, TOKEN, other.place)
        said = {asked.path: "authorization" in asked.headers for asked in web.log}
        assert said == {"/feed": True, "/robots.txt": False, "/a": True}
        assert {asked.path for asked in other.log} == {"/robots.txt", "/a"}
        assert not any("authorization" in asked.headers for asked in other.log)
    finally:
        other.close()


def test_a_server_that_repeats_the_secret_is_not_quoted(web: Web) -> None:
    def echo(asked: Asked) -> Reply:
        said = asked.headers["authorization"]
        return Reply(f"you said {said}".encode(), 401, {"X-You": said, "Set-Cookie": "sid=abcdef"})

    web.routes["/feed"] = echo
    auth = Auth(kind="basic", env="LAB", user="ada")
    result = gather(web, feed_source(web.url("/feed"), auth=auth), {"LAB": "pass-word"})
    assert "HTTP 401" in result.exchange
    assert "you said [secret]" in result.exchange
    packed = base64.b64encode(b"ada:pass-word").decode()
    for word in ("pass-word", packed, "abcdef"):
        assert word not in f"{result.exchange}{result.error}{result.state}"


def test_a_page_that_is_no_feed_is_a_failure_with_its_exchange(web: Web) -> None:
    web.routes["/feed"] = Reply(b"<!doctype html><h1>We moved</h1>", 200, {}, "text/html")
    result = gather(web, feed_source(web.url("/feed")), {})
    assert "HTTP 200" in result.exchange
    assert "We moved" in result.exchange


def test_sources_on_one_host_have_secrets_of_their_own(web: Web) -> None:
    web.routes["/feed"] = Reply(rss(entry(1)))
    page = PageSource(
        id="p", kind="page", url=web.url("/feed"), item="a", auth=Auth(kind="cookie", env="C")
    )
    feed = FeedSource(id="f", kind="feed", url=web.url("/feed"), auth=BEARER)
    one, two = secret_of(page, {"C": "x=1"}), secret_of(feed, TOKEN)
    assert isinstance(one, Secret)
    assert isinstance(two, Secret)
    assert "s3cr3t" not in repr(two)
    assert (one.for_url(page.url), two.for_url(page.url)) == (
        {"cookie": "x=1"},
        {"authorization": "Bearer s3cr3t-token"},
    )
    assert two.for_url("https://elsewhere.example/") == {}
    assert two.for_url(page.url.replace("http:", "https:")) == {}


# ------------------------------------------------------------------------------------------ a proxy


def through(web: Web, url: str, **given: Any) -> str:
    """What comes of asking for an address through the server as a proxy."""

    async def resolver(host: str, _port: int) -> list[str]:
        if host == "unknown.example":
            raise FetchError("does not resolve")
        if host[0].isdigit():
            return [host]
        return ["10.1.2.3"] if host == "inside.example" else ["93.184.216.34"]

    async def go() -> str:
        fetching = settings(proxy=f"http://{web.place}", **given)
        async with Http(fetching, user_agent="digest/test", resolver=resolver) as http:
            return (await http.get(url)).body.decode()

    return asyncio.run(go())


def test_a_proxy_is_asked_for_everything_that_is_not_private(web: Web) -> None:
    for name in ("lab.example", "unknown.example"):
        web.routes[f"http://{name}/feed"] = Reply(b"through the proxy")
        assert through(web, f"http://{name}/feed") == "through the proxy"


@pytest.mark.parametrize("host", ["127.0.0.1", "10.0.0.1", "inside.example", "169.254.169.254"])
def test_a_proxy_opens_no_private_place(web: Web, host: str) -> None:
    with pytest.raises(AddressRefused):
        through(web, f"http://{host}/feed")
    with pytest.raises(AddressRefused):
        through(web, f"http://{web.place}/feed")
    assert web.log == []


def test_what_may_be_private_is_reached_without_the_proxy(web: Web) -> None:
    other = Web()
    try:
        other.routes["/feed"] = Reply(b"at home")
        assert through(web, other.url("/feed"), allow_private=(other.place,)) == "at home"
        assert web.log == []
    finally:
        other.close()
