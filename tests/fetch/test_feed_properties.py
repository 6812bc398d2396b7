"""Whatever bytes come, items or a ParseError; and both parsers say the same."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from digest.errors import ParseError
from digest.fetch import swift, tolerant
from digest.fetch.entries import items
from digest.fetch.parse import parse
from tests.fetch.making import entry, rss
from tests.growth import assert_linear

URL = "https://lab.example/feed.xml"
FEW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])

_PIECES = st.sampled_from(
    b"<rss> <channel> <item> </item> <title> </title> <![CDATA[ ]]> &amp; &# &x; <entry> </entry>"
    b" <feed\txmlns='http://www.w3.org/2005/Atom'> <link\thref=' '/> <content\ttype='xhtml'> <guid>"
    b" </guid> \xff\xfe <!-- <!DOCTYPE\ta[ <!ENTITY\ta\t'b'> ]> <pubDate> 2026-99-99T99:99:99Z { }"
    b' "items":[ <rdf:RDF> <description> xml:base=\' \x00 <?xml\tencoding="x"?>'.split(b" ")
)
_BYTES = st.one_of(
    st.binary(max_size=400),
    st.lists(st.one_of(_PIECES, st.binary(max_size=6)), max_size=40).map(b"".join),
)
_WORDS = st.text(
    alphabet=st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30
).filter(lambda text: bool(text.strip()))
_MARKUP = st.lists(
    st.one_of(
        _WORDS, st.sampled_from(["<p>", "</p>", "<b>x</b>", "&amp;", "<a href='/x'>y</a>", "<br>"])
    ),
    max_size=6,
).map("".join)


@FEW
@given(_BYTES)
def test_items_or_a_parse_error(body: bytes) -> None:
    try:
        feed = parse(body, url=URL)
    except ParseError:
        feed = None
    for item in feed.items if feed else ():
        assert item.id
        assert item.fingerprint
        assert not item.url or item.url.startswith(("http://", "https://"))


@FEW
@given(st.integers(0, 999), st.integers(0, 60), st.binary(max_size=8))
def test_a_damaged_feed_is_read_or_refused(place: int, length: int, patch: bytes) -> None:
    body = rss(*(entry(n, "<p>Words & more</p>") for n in range(3)))
    place %= len(body)
    damaged = body[:place] + patch + body[place + length :]
    try:
        parse(damaged, url=URL)
    except ParseError:
        return


@FEW
@given(st.lists(st.tuples(_WORDS, _MARKUP, _WORDS), min_size=1, max_size=4))
def test_both_parsers_say_the_same(parts: list[tuple[str, str, str]]) -> None:
    body = rss(
        *(entry(n, text, title=title, category=tag) for n, (title, text, tag) in enumerate(parts))
    )
    fast = swift.read(body)
    if fast is not None:
        slow = tolerant.read(body)
        assert items(fast, source_id="s", url=URL) == items(slow, source_id="s", url=URL)


@pytest.mark.parametrize(
    "flood",
    [
        lambda k: b"<rss><channel>" + b"<item>" * 15_000 * k,
        lambda k: b"<rss><channel><item><title>" + b"&lt;" * 40_000 * k,
        lambda k: b"<rss><channel><item><description>" + b"<div>" * 15_000 * k,
        lambda k: b"<feed xmlns='http://www.w3.org/2005/Atom'>" + b"<entry><title>x" * 5_000 * k,
        lambda k: b"<rss><!--" + b"--" * 50_000 * k,
        lambda k: b"<rss " + b"a='b' " * 15_000 * k + b"><channel/>",
        lambda k: b"<rss><channel>" + b"<![CDATA[" * 15_000 * k,
        lambda k: b"<rss><channel><item><author>" + b"a@" * 25_000 * k,
    ],
)
def test_large_hostile_feeds_cost_their_size(flood: Callable[[int], bytes]) -> None:
    def read(body: bytes) -> None:
        with suppress(ParseError):
            parse(body, url=URL)

    assert_linear(read, flood)
