"""Feeds of all kinds and conditions, read into items."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from digest.errors import ParseError
from digest.fetch import swift, tolerant
from digest.fetch.entries import items, looks_like_html, person
from digest.fetch.parse import parse
from digest.model import Item, Link
from tests.fetch.making import entry, rss

URL = "https://lab.example/feed.xml"


def read(body: bytes | str, media_type: str = "") -> tuple[Item, ...]:
    data = body.encode() if isinstance(body, str) else body
    return parse(data, url=URL, media_type=media_type, source_id="lab").items


def one(*entries: str) -> Item:
    [item] = read(rss(*entries))
    return item


ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://b.example/">
<title>The Atom Lab</title><author><name>Ada Quill</name></author><id>urn:x</id>
<entry xml:base="blog/"><id>urn:1</id>
<title type="html">On &amp;lt;T&amp;gt; &lt;em&gt;types&lt;/em&gt;</title>
<link rel="edit" href="/edit"/><link href="one"/><link rel="related" href="/code" title="code"/>
<published>2026-06-01T10:00:00.25+02:00</published><updated>2026-06-02T10:00:00Z</updated>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">
<p>See <a href="two">two</a>.</p></div></content>
<category term="cs.AI"/><link rel="via" href="https://c.example/found"/></entry>
<entry><id>urn:2</id><title>Plain &lt;b&gt;</title><link href="/2"/>
<author><name>Bo Röm</name></author>
<author><name>Cy Dee</name></author><updated>2026-06-03T00:00:00Z</updated>
<summary>Just a summary</summary></entry>
</feed>"""


def test_atom_with_bases_types_and_authors() -> None:
    first, second = read(ATOM)
    assert first.entry_id == "urn:1"
    assert first.title == "On <T> types"
    assert first.url == "https://b.example/blog/one"
    assert first.authors == ("Ada Quill",)
    assert first.published == datetime(2026, 6, 1, 8, tzinfo=UTC)
    assert first.updated == datetime(2026, 6, 2, 10, tzinfo=UTC)
    assert first.text == "See two."
    assert Link("https://b.example/blog/two", "two") in first.links
    assert Link("https://b.example/code", "code") in first.links
    assert first.discusses == "https://c.example/found"
    assert first.categories == ("cs.AI",)
    assert second.title == "Plain <b>"
    assert second.authors == ("Bo Röm", "Cy Dee")
    assert second.published == second.updated == datetime(2026, 6, 3, tzinfo=UTC)
    assert second.text == "Just a summary"


def test_rss_of_the_usual_sort() -> None:
    item = one(entry(1, '<p>See <a href="/x">x</a>.</p>', title="AT&amp;T <b>buys</b>", guid="g 1"))
    assert item.id.startswith("lab/")
    assert (item.entry_id, item.url) == ("g 1", "https://lab.example/1")
    assert item.title == "AT&T buys"
    assert item.published == datetime(2026, 6, 1, 10, tzinfo=UTC)
    assert item.updated is None
    assert item.text == "See x."
    assert item.links == (Link("https://lab.example/x", "x"),)
    assert 'href="https://lab.example/x"' in item.html


def test_titles_that_speak_of_tags_stay_whole() -> None:
    assert one(entry(1, title="Why <T> in Rust")).title == "Why <T> in Rust"
    assert one(entry(1, title="if a<b and b>c")).title == "if a<b and b>c"
    assert one(entry(1, "<p>First words.</p>", title="")).title == "First words."
    assert looks_like_html("a <b>b</b>")
    assert not looks_like_html("a </made-up>")


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("ada@lab.example (Ada Quill)", "Ada Quill"),
        ("Ada Quill <ada@lab.example>", "Ada Quill"),
        ("Ada Quill (mailto:ada@lab.example)", "Ada Quill"),
        ("ada@lab.example", "ada@lab.example"),
        ("ada@insanity.industries (Ada Q)", "Ada Q"),
        ("  Ada   Quill ", "Ada Quill"),
        ("", ""),
    ],
)
def test_authors_without_their_addresses(said: str, name: str) -> None:
    assert person(said) == name
    item = one(entry(1, author=said))
    assert item.authors == ((name,) if name else ())


def test_rdf_and_older_formats() -> None:
    rdf = """<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
    <channel rdf:about="https://lab.example/"><title>RDF</title></channel>
    <item rdf:about="https://lab.example/r1"><title>One</title><link>https://lab.example/r1</link>
    <dc:date>2026-06-01</dc:date><dc:creator>Ada</dc:creator><description>Words</description></item></rdf:RDF>"""
    [item] = read(rdf)
    assert (item.entry_id, item.title, item.authors) == ("https://lab.example/r1", "One", ("Ada",))
    assert item.published == datetime(2026, 6, 1, tzinfo=UTC)
    [old] = read(
        '<rss version="0.91"><channel><title>x</title><item><title>One</title>'
        "<link>https://lab.example/1</link></item></channel></rss>"
    )
    assert old.entry_id == old.url == "https://lab.example/1"


def test_json_feed() -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "J",
        "home_page_url": "https://j.example/",
        "authors": [{"name": "House"}],
        "items": [
            {
                "id": 7,
                "url": "/7",
                "external_url": "https://e.example/",
                "title": "T <1>",
                "content_html": "<p>H</p>",
                "date_published": "2026-06-01T10:00:00+02:00",
                "authors": [{"name": "Ada"}, {"name": "Bo"}],
                "tags": ["a", ""],
            },
            {"id": "8", "content_text": "a <b\n\nsecond", "author": {"name": "Cy"}},
            {"id": "9", "url": "/9"},
            "nonsense",
        ],
    }
    first, second, third = read(json.dumps(feed))
    assert (first.entry_id, first.url, first.title) == ("7", "https://lab.example/7", "T <1>")
    assert first.discusses == "https://e.example/"
    assert first.published == datetime(2026, 6, 1, 8, tzinfo=UTC)
    assert (first.authors, first.categories) == (("Ada", "Bo"), ("a",))
    assert second.text == "a <b\n\nsecond"
    assert second.authors == ("Cy",)
    assert third.authors == ("House",)


def test_charsets_as_declared_sniffed_or_sent() -> None:
    latin = rss(entry(1, "café naïve")).decode().encode("latin-1")
    assert read(latin.replace(b"UTF-8", b"ISO-8859-1"))[0].text == "café naïve"
    assert read(latin.replace(b' encoding="UTF-8"', b""))[0].text == "café naïve"
    plain = rss(entry(1, "café naïve"))
    assert read(plain)[0].text == "café naïve"
    assert read(b"\xef\xbb\xbf" + plain)[0].text == "café naïve"
    assert read(plain.decode().replace("UTF-8", "UTF-16").encode("utf-16"))[0].text == "café naïve"
    sent = "application/xml; charset=iso-8859-1"
    assert read(latin.replace(b' encoding="UTF-8"', b""), sent)[0].text == "café naïve"


def test_an_entity_is_never_expanded() -> None:
    lol = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 9))
    bomb = f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY e0 "lol">{lol}]>'
    [item] = read(bomb + rss("<item><title>t &e8;</title><guid>x</guid></item>").decode()[38:])
    assert "lol" not in item.title
    thief = '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    [item] = read(thief + rss("<item><title>t &x;</title><guid>x</guid></item>").decode()[38:])
    assert "root:" not in item.title


def test_scripts_do_not_come_through() -> None:
    item = one(
        entry(1, "<p onclick='x()'>ok</p><script>bad()</script><a href='javascript:x'>a</a>")
    )
    assert item.text.startswith("ok")
    for bad in ("script", "onclick", "javascript"):
        assert bad not in item.html


def test_a_guid_is_a_link_only_if_it_is_an_address() -> None:
    assert one("<item><title>a</title><guid>x</guid></item>").url == ""
    assert one("<item><title>a</title><guid>https://g.example/1</guid></item>").url == (
        "https://g.example/1"
    )
    named = '<item><title>a</title><guid isPermaLink="false">https://g.example/1</guid></item>'
    assert one(named).entry_id == "https://g.example/1"


def test_a_feed_cut_short_gives_what_it_holds() -> None:
    whole = rss(*(entry(n) for n in range(4)))
    assert len(read(whole[:-120])) >= 3


def test_content_and_a_summary_that_says_far_more() -> None:
    both = (
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        "<title>x</title><item><title>a</title><link>https://lab.example/1</link>"
        "<description>{}</description><content:encoded>{}</content:encoded></item></channel></rss>"
    )
    [usual] = read(both.format("Short", "The whole long text of it"))
    assert usual.text == "The whole long text of it"
    [odd] = read(both.format("A very long description that says it all", "Heading"))
    assert odd.text == "Heading A very long description that says it all"


@pytest.mark.parametrize("size", [1, 2000])
def test_a_feed_with_the_usual_mistakes_small_or_large(size: int) -> None:
    """Bare ampersands, HTML's entities, an element left open: by feedparser, or mended before."""
    mistakes = (
        "<item><title>Q&A &eacute;t&eacute;</title><link>https://lab.example/?a=1&b=2</link>"
        "<guid>g</guid><description>one &lt;br&gt; two<description></item>"
    )
    body = rss(*(entry(n) for n in range(size)), mistakes)
    found = {item.entry_id: item for item in read(body)}
    assert len(found) == size + 1
    assert found["g"].title == "Q&A été"
    assert found["g"].url == "https://lab.example/?a=1&b=2"
    assert found["https://lab.example/0"].text == "Plain words."


def test_when_the_channel_wants_to_be_asked_again() -> None:
    channel = (
        "<ttl>90</ttl><skipHours><hour>0</hour><hour>24</hour><hour>5</hour></skipHours>"
        "<skipDays><day>Sunday</day><day>Nonday</day></skipDays>"
    )
    feed = parse(rss(entry(1), channel=channel), url=URL)
    assert (feed.title, feed.link) == ("The Lab", "https://lab.example/")
    assert (feed.ttl_minutes, set(feed.skip_hours), set(feed.skip_days)) == (90, {0, 5}, {6})


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "empty"),
        (b"   \n", "empty"),
        (b"<catalog><book/></catalog>", "not a feed"),
        (b"{}", "not a JSON Feed"),
        (b"{nonsense", "not JSON"),
        (b"[" * 9999, "not a feed"),
        (b'{"a":' * 99999, "not JSON"),
        (b"\x00\x01\x02", "not a feed"),
        (b"<rss version='2.0'><channel><title>cut", "cannot|can be read|damaged|not a feed"),
    ],
)
def test_what_is_no_feed_is_said_to_be_none(body: bytes, words: str) -> None:
    with pytest.raises(ParseError, match=words) as caught:
        read(body)
    assert caught.value.where == URL


def test_a_page_instead_of_a_feed_names_the_feed_it_has() -> None:
    page = (
        b"<!doctype html><html><head><link rel=alternate type='application/rss+xml' href='/f.xml'>"
    )
    with pytest.raises(ParseError, match="web page") as caught:
        read(page)
    assert "https://lab.example/f.xml" in caught.value.cure


def test_an_empty_feed_is_a_feed() -> None:
    assert read(rss()) == ()


def test_the_swift_reader_takes_plain_feeds_and_leaves_the_others() -> None:
    assert swift.read(rss(entry(1), entry(2))) is not None
    assert swift.read(rss(entry(1, '<img src="/a.png"> is no base="/b/"'))) is not None
    assert swift.read(rss(entry(1)).replace(b"<item>", b"<item class='a>b' lang=\"it's\">"))
    odd = [
        rss(entry(1)).replace(b"<rss ", b"<!DOCTYPE rss><rss "),
        rss(entry(1, pubDate="yesterday")),
        rss(entry(1), entry(2, pubDate="")),
        rss(entry(1, link="/relative")),
        rss(entry(1, author="a@b.example")),
        rss("<item><link>https://a.example/</link><link>https://b.example/</link></item>"),
        rss(entry(1)).replace(b"<item>", b"<item xml:base='/x/'>"),
        rss(entry(1)).replace(b"<item>", b"<item class='a>b' xml:base = '/x/'>"),
        rss(entry(1)).replace(b"<guid>", b"<guid xmlns='urn:x'>"),
        rss(entry(1)).replace(b"</channel>", b""),
        rss(entry(1)).replace(b"Plain words.", b"&nbsp;"),
        rss(entry(1)).replace(b"UTF-8", b"latin-1"),
        ATOM.encode(),
    ]
    assert [swift.read(body) for body in odd] == [None] * len(odd)
    assert swift.read(rss(entry(1)), charset="latin-1") is None


def test_both_readers_agree_on_real_feeds(shared: object) -> None:
    import tarfile
    from pathlib import Path

    read_alike = 0
    with tarfile.open(Path(str(shared)) / "data/web/feeds.tar.xz") as tar:
        for number, member in enumerate(tar):
            file = tar.extractfile(member) if number % 9 == 0 else None
            body = file.read() if file else b""
            if (fast := swift.read(body)) is None:
                continue
            slow = tolerant.read(body)
            assert items(fast, source_id="s", url=URL) == items(slow, source_id="s", url=URL)
            read_alike += 1
    assert read_alike > 20
