"""What robots.txt asks is done, as RFC 9309 reads it."""

from __future__ import annotations

import asyncio

import pytest

from digest.errors import FetchError
from digest.fetch.http import Http
from digest.fetch.robots import rules_for
from tests.fetch.making import settings
from tests.fetch.server import Reply, Web

TEXT = """
User-agent: other
User-agent: another
Disallow: /

User-agent: *   # everyone else
Disallow: /private/
Allow: /private/open
Disallow: /*.pdf$
Disallow: /search?*q=
Disallow: /a%20b
Crawl-delay: 9
"""


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/", True),
        ("", True),
        ("/private", True),
        ("/private/", False),
        ("/private/x", False),
        ("/private/open/x", True),
        ("/x.pdf", False),
        ("/x.pdf?y", True),
        ("/a.pdf.pdf", False),
        ("/search?lang=en&q=x", False),
        ("/search?lang=en", True),
        ("/a%20b/c", False),
        ("/a b", False),
    ],
)
def test_the_longest_rule_that_fits(path: str, allowed: bool) -> None:
    assert rules_for(TEXT, "digest").allow(f"https://a.example{path}") is allowed


def test_groups_and_the_empty_file() -> None:
    assert not rules_for(TEXT, "Another").allow("https://a.example/x")
    assert rules_for("", "digest").allow("https://a.example/x")
    assert rules_for("Disallow: /", "digest").allow("https://a.example/x")
    assert rules_for("User-agent: *\nDisallow:", "digest").allow("https://a.example/x")
    tie = "User-agent: *\nDisallow: /x\nAllow: /x"
    assert rules_for(tie, "digest").allow("https://a.example/x")
    own = "User-agent: digest\nAllow: /\n\nUser-agent: *\nDisallow: /"
    assert rules_for(own, "digest").allow("https://a.example/x")


@pytest.mark.parametrize(
    ("robots", "words"),
    [
        (Reply(b"User-agent: *\nDisallow: /page"), "robots.txt"),
        (Reply(status=503), "busy"),
        (Reply(b"User-agent: digest\nDisallow: /page"), "robots.txt"),
        (Reply(status=404), ""),
        (Reply(b"User-agent: *\nDisallow: /other"), ""),
    ],
)
def test_pages_that_nobody_named(web: Web, robots: Reply, words: str) -> None:
    web.routes |= {"/robots.txt": robots, "/page": Reply(b"words")}

    async def go(as_robot: bool) -> bytes:
        async with Http(settings(web.place), user_agent="digest/1 (+https://x)") as http:
            asked = (http.get(web.url("/page"), as_robot=as_robot) for _ in range(2))
            return (await asyncio.gather(*asked))[0].body

    if words:
        with pytest.raises(FetchError, match=words):
            asyncio.run(go(True))
        assert web.paths() == ["/robots.txt"]
    else:
        assert asyncio.run(go(True)) == b"words"
        assert web.paths() == ["/robots.txt", "/page", "/page"]
    assert asyncio.run(go(False)) == b"words"
