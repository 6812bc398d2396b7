"""What feeds write that is rare or wrong, and what a reader of them would expect to find."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime

import pytest

from digest.errors import ParseError
from digest.fetch import swift
from digest.fetch.entries import people
from digest.fetch.parse import parse
from digest.model import Item, Link
from tests.fetch.making import entry, rss

URL = "https://lab.example/feed.xml"


def read(body: bytes | str, url: str = URL, media_type: str = "") -> tuple[Item, ...]:
    data = body.encode() if isinstance(body, str) else body
    return parse(data, url=url, media_type=media_type, source_id="lab").items


def one(inner: str, root: str = "") -> Item:
    """The one item of an RSS feed."""
    [item] = read(f'<rss version="2.0" {root}><channel><item>{inner}</item></channel></rss>')
    return item


def atom(inner: str, head: str = "") -> Item:
    """The one entry of an Atom feed."""
    [item] = read(
        f'<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title>{head}'
        f"<entry><title>t</title><id>urn:1</id>{inner}</entry></feed>"
    )
    return item


# ------------------------------------------------------------------------------------------ people


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ("ada@lab.example (Ada Q), bo@lab.example (Bo R)", ("Ada Q", "Bo R")),
        ("Ada Q <ada@lab.example>; Bo R <bo@lab.example>", ("Ada Q", "Bo R")),
        ("Ada Q ada@lab.example", ("Ada Q",)),
        ("ada@lab.example Ada Q", ("Ada Q",)),
        ("mailto:ada@lab.example", ("ada@lab.example",)),
        ("Quill, Ada", ("Quill, Ada",)),
        ("Smith &amp; Daughters", ("Smith & Daughters",)),
        ("ada@lab.example, bo@lab.example", ("ada@lab.example", "bo@lab.example")),
        ("", ()),
    ],
)
def test_one_element_may_hold_several_people(said: str, names: tuple[str, ...]) -> None:
    assert people(said) == names
    assert read(rss(entry(1, author=said)))[0].authors == names


def test_an_entry_that_was_taken_over_keeps_its_author() -> None:
    source = "<source><title>S</title><author><name>Ada</name></author></source>"
    feed = "<author><name>The aggregator</name></author>"
    assert atom(source, feed).authors == ("Ada",)
    assert atom(f"<author><name>Bo</name></author>{source}", feed).authors == ("Bo",)
    assert atom("", feed).authors == ("The aggregator",)


# ------------------------------------------------------------------------------------------- links


def test_all_pages_of_an_entry_are_links() -> None:
    item = one("<title>t</title><link>https://a.example/1</link><link>https://a.example/2</link>")
    assert (item.url, item.links) == ("https://a.example/1", (Link("https://a.example/2"),))
    de = '<link href="https://a.example/de" hreflang="de" title="auf Deutsch"/>'
    machine = '<link rel="alternate" type="application/json" href="https://a.example/json"/>'
    item = atom(f'<link href="https://a.example/1"/>{de}{machine}<updated>2026-06-01</updated>')
    assert item.links == (Link("https://a.example/de", "auf Deutsch"),)


def test_a_relation_may_be_written_as_an_address() -> None:
    relation = "http://www.iana.org/assignments/relation/alternate"
    assert atom(f'<link rel="{relation}" href="https://a.example/1"/>').url == "https://a.example/1"


@pytest.mark.parametrize(
    ("said", "url"),
    [
        ("HTTPS://Lab.Example/A?B=C", "https://lab.example/A?B=C"),
        ("https://lab.example", "https://lab.example/"),
        ("https://lab.example?a=1", "https://lab.example/?a=1"),
        ("https://Ada@Lab.example:8080", "https://Ada@lab.example:8080/"),
        ("https://lab.example/Path", "https://lab.example/Path"),
    ],
)
def test_an_address_is_as_browsers_show_it(said: str, url: str) -> None:
    assert read(rss(entry(1, link=said)))[0].url == url


def test_without_a_base_a_relative_link_stays_as_it_is_written() -> None:
    feed = (
        '<rss version="2.0"><channel><item><title>t</title><link>{}</link></item></channel></rss>'
    )
    assert read(feed.format("/blog/1"), url="")[0].url == "/blog/1"
    assert read(feed.format("/blog/1"))[0].url == "https://lab.example/blog/1"
    assert read(feed.format("javascript:alert(1)"), url="")[0].url == ""


# ------------------------------------------------------------------------------------------- texts

ITUNES = 'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"'


def test_a_podcast_has_its_description_and_its_own_title() -> None:
    item = one(
        "<itunes:title>Episode</itunes:title><description>&lt;p&gt;With &lt;a"
        ' href="/notes"&gt;notes&lt;/a&gt;&lt;/p&gt;</description>'
        "<itunes:summary>With notes</itunes:summary>",
        ITUNES,
    )
    assert (item.title, item.text) == ("Episode", "With notes")
    assert item.links == (Link("https://lab.example/notes", "notes"),)
    only = one("<title>t</title><itunes:summary>Words</itunes:summary>", ITUNES)
    assert only.text == "Words"


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ('type="application/octet-stream">PHA+eDwvcD4=<', "x"),
        ('type="image/png">iVBORw0KGgo=<', ""),
        ('type="application/octet-stream">iVBORw0KGgoAAAA=<', ""),
        ('type="image/svg+xml"><svg xmlns="http://www.w3.org/2000/svg"><text>a</text></svg><', ""),
        ('type="text/markdown">*a* &lt;b&gt;<', "*a* <b>"),
        (">a &lt;b&gt;<", "a <b>"),
    ],
)
def test_content_is_read_as_its_type_says(content: str, text: str) -> None:
    page = '<link href="https://a.example/1"/><updated>2026-06-01T00:00:00Z</updated>'
    assert atom(f"{page}<content {content}/content>").text == text


def test_prefixes_that_nobody_declared_mean_what_they_usually_do() -> None:
    item = one(
        "<title>t</title><link>https://a.example/1</link><dc:creator>Ada</dc:creator>"
        "<content:encoded><![CDATA[<p>Words</p>]]></content:encoded><odd:thing>x</odd:thing>"
    )
    assert (item.authors, item.text) == (("Ada",), "Words")


@pytest.mark.parametrize(
    ("bare", "text"),
    [
        ("one<br>two<p>three", "one\ntwo\n\nthree"),
        ("a &lt; b<br>&eacute;", "a < b\né"),
        ('<img src="a.png">words', "words"),
    ],
)
def test_bare_html_that_is_left_open_takes_nothing_with_it(bare: str, text: str) -> None:
    first, second = read(
        f'<rss version="2.0"><channel><item><title>t</title><description>{bare}</description>'
        "<link>https://a.example/1</link></item><item><title>u</title></item></channel></rss>"
    )
    assert (first.text, first.url, second.title) == (text, "https://a.example/1", "u")


def test_what_has_no_end_does_not_swallow_the_next() -> None:
    found = read(
        '<rss version="2.0"><channel><item><title>t<link>https://a.example/1</link></item>'
        "<item><title>s</item><item><title>u</title><description>a<br></item>"
        "<item><title>v</title><description><![CDATA[</description>]]>b</description></item>"
        "</channel></rss>"
    )
    assert [(item.title, item.url, item.text) for item in found] == [
        ("t", "https://a.example/1", ""),
        ("s", "", ""),
        ("u", "", "a"),
        ("v", "", "b"),
    ]


@pytest.mark.parametrize(
    "empty", ["<description/>", "<description />", '<description xml:lang="en"/>']
)
def test_what_closes_itself_swallows_nothing(empty: str) -> None:
    [item] = read(
        f'<rss version="2.0"><channel><item><title>t & u</title>{empty}'
        "<link>https://a.example/1</link><guid>g</guid></item></channel></rss>"
    )
    assert (item.title, item.url, item.text) == ("t & u", "https://a.example/1", "")


# ---------------------------------------------------------------------------------- characters


@pytest.mark.parametrize(
    ("written", "title"),
    [
        (b"caf\xc3\xa9 \x93so\x94", "café “so”"),
        (b"a\xffb", "aÿb"),
        (b"R&amp D &lt 3", "R& D < 3"),
        (b"&#55357;&#56832; &eacute;", "😀 é"),
        (b"&#55357; alone", "alone"),
    ],
)
def test_characters_that_are_written_wrongly(written: bytes, title: str) -> None:
    [item] = read(rss(entry(1)).replace(b"Item 1", written))
    assert title in item.title


def test_a_claim_of_two_bytes_to_a_character_is_checked() -> None:
    [item] = read(rss(entry(1, title="Füße")).replace(b"UTF-8", b"UTF-16"))
    assert item.title == "Füße"
    [wide] = read(rss(entry(1, title="Füße")).decode().replace("UTF-8", "UTF-16").encode("utf-16"))
    assert wide.title == "Füße"


def test_a_feed_that_is_kept_packed() -> None:
    [item] = read(gzip.compress(rss(entry(1))))
    assert item.title == "Item 1"
    with pytest.raises(ParseError, match="damaged"):
        read(gzip.compress(rss(entry(1)))[:-9])


# --------------------------------------------------------------------------------------- dates


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        ("Thu, 01 Jan 2004 19:48:60 GMT", datetime(2004, 1, 1, 19, 48, 59, tzinfo=UTC)),
        ("Thu, 01 Jan 2004 19:48:21 CEST", datetime(2004, 1, 1, 17, 48, 21, tzinfo=UTC)),
        ("Κυρ, 11 Ιούλ 2004 12:00:00 EST", datetime(2004, 7, 11, 17, tzinfo=UTC)),
        ("2004-július-13T9:15-05:00", datetime(2004, 7, 13, 14, 15, tzinfo=UTC)),
        ("2004년 05월 25일 오후 11:16:11", datetime(2004, 5, 25, 14, 16, 11, tzinfo=UTC)),
        ("2004-360", datetime(2004, 12, 25, tzinfo=UTC)),
        ("2004-05", datetime(2004, 5, 1, tzinfo=UTC)),
        ("2004", datetime(2004, 1, 1, tzinfo=UTC)),
        ("2004-quatorze", None),
        ("1072986501999999", None),
    ],
)
def test_dates_that_are_left_to_feedparser_or_kept_from_it(
    said: str, moment: datetime | None
) -> None:
    assert read(rss(entry(1, pubDate=said)))[0].published == moment


def test_an_hour_or_second_that_no_clock_shows_is_not_read_swiftly() -> None:
    assert swift.read(rss(entry(1, pubDate="Thu, 01 Jan 2004 19:48:60 GMT"))) is None
    assert swift.read(rss(entry(1, pubDate="Thu, 01 Jan 2004 24:00:00 GMT"))) is None
