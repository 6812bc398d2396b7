"""A site's address -> its feed, or the page itself."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from digest.config.schema import PageSource
from digest.errors import BadStatus, FetchError, ParseError
from digest.fetch.discover import Discovery, discover
from digest.fetch.guess import Selectors, guess
from digest.fetch.http import Http
from digest.fetch.leads import arxiv_listing, forum, named, well_known
from digest.fetch.page import listed
from tests.fetch.making import NOW, entry, rss, settings
from tests.fetch.server import Reply, Web
from tests.growth import assert_linear

HOME = "https://lab.example/blog/"


def soup(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "lxml")


def page(body: str, head: str = "") -> Reply:
    html = (
        f"<!doctype html><html><head><title>The Lab</title>{head}</head><body>{body}</body></html>"
    )
    return Reply(html.encode(), media_type="text/html; charset=utf-8")


def link(href: str, title: str = "", kind: str = "rss+xml") -> str:
    return f'<link rel="alternate" type="application/{kind}" title="{title}" href="{href}">'


def find(web: Web, path: str, **given: Any) -> Discovery:
    async def go() -> Discovery:
        async with Http(
            settings(**{"allow_private": (web.place,), **given}), user_agent="digest-test"
        ) as http:
            return await discover(web.url(path), http, NOW)

    return asyncio.run(go())


# --------------------------------------------------------------------------- what is said, unasked


def test_feeds_of_comments_tags_and_other_hosts_come_after_the_main_one() -> None:
    head = "".join(
        [
            link("/comments/feed", "The Lab: Comments Feed"),
            link("/tag/ai/feed", "The Lab: AI"),
            link("https://mirror.example/feed", "Mirror"),
            link("/feed", "The Lab"),
            link("/blog/feed", "The Blog", "atom+xml"),
            '<link rel="alternate" hreflang="de" href="/de/">',
            '<link rel="stylesheet" type="text/css" href="/feed.css">',
        ]
    )
    assert [lead.url.removeprefix("https://lab.example") for lead in named(soup(head), HOME)] == [
        "/blog/feed",
        "/feed",
        "https://mirror.example/feed",
        "/tag/ai/feed",
        "/comments/feed",
    ]


def test_the_feed_of_the_part_that_was_asked_for_comes_first() -> None:
    head = link("/feed", "All") + link("/category/worlds/feed", "Worlds")
    leads = named(soup(head), "https://lab.example/category/worlds/")
    assert leads[0].title == "Worlds"


def test_links_in_the_text_are_followed_where_they_read_as_feeds() -> None:
    body = '<base href="/x/"><a href="rss.xml">Follow</a><a href="/sy">RSS</a><a href="/a">A</a>'
    assert [lead.url for lead in named(soup(body), HOME)] == [
        "https://lab.example/x/rss.xml",
        "https://lab.example/sy",
    ]


def test_known_places_begin_beside_the_page() -> None:
    places = well_known("https://lab.example/blog")
    assert places[0] == "https://lab.example/blog/feed"
    assert "https://lab.example/rss.xml" in places
    assert well_known("https://lab.example/a/b.html")[0] == "https://lab.example/a/feed"
    assert (
        len(set(well_known("https://lab.example"))) == len(well_known("https://lab.example")) == 7
    )


@pytest.mark.parametrize(
    ("url", "listing"),
    [
        ("https://arxiv.org/list/cs.AI/recent", "https://rss.arxiv.org/rss/cs.AI"),
        ("https://arxiv.org/list/astro-ph/new", "https://rss.arxiv.org/rss/astro-ph"),
        ("https://rss.arxiv.org/rss/cs.CY", "https://rss.arxiv.org/rss/cs.CY"),
        ("https://arxiv.org/abs/2606.01234", ""),
        ("https://lab.example/list/cs.AI/recent", ""),
    ],
)
def test_a_list_of_arxiv_is_known_by_its_address(url: str, listing: str) -> None:
    assert arxiv_listing(url) == listing


def test_a_forum_is_known_by_its_front_page() -> None:
    assert forum("https://www.lesswrong.com/") == "https://www.lesswrong.com"
    assert forum("https://www.alignmentforum.org") == "https://www.alignmentforum.org"
    assert forum("https://www.lesswrong.com/tag/ai") == forum("https://lab.example/") == ""


# --------------------------------------------------------------------------------------- selectors

MENU = "<nav><ul>" + "".join(
    f'<li><a href="/m{n}">A menu entry of words</a></li>' for n in range(9)
)
MENU += "</ul></nav>"
FOOT = '<footer><div class="x">' + "".join(
    f'<p><a href="/f{n}">A footer link with words</a></p>' for n in range(9)
)
FOOT += "</div></footer>"
FOOT += '<div class="side-bar sidebar"><ul class="popular">'
FOOT += "".join(f'<li><a href="/p{n}">Read by everyone, number {n}</a></li>' for n in range(7))
FOOT += "</ul></div>"
HEADS = [
    "A first thing that happened",
    "A second thing of note",
    "A third, longer thing altogether",
]


def rows(template: str) -> str:
    return "".join(
        template.format(n=n, head=head, day=f"{n + 10} June 2026", iso=f"2026-06-{n + 10}")
        for n, head in enumerate(HEADS)
    )


LAYOUTS = {
    "articles": '<article><h3><a href="/n{n}">{head}</a></h3><time datetime="{iso}">{day}</time>'
    "</article>",
    "cards": '<div class="col"><div class="card mt-4 md:flex"><a href="/n{n}"><h2>{head}</h2></a>'
    '<span class="date">{day}</span><p>Words, <a href="/x">and a link</a>.</p></div></div>',
    "whole links": '<a class="tile" href="/n{n}"><span class="tile-date">{day}</span>'
    '<span class="tile-title">{head}</span></a>',
    "table": '<tr class="row"><td class="when">{day}</td><td><a href="/n{n}">{head}</a></td></tr>',
    "read more": '<div class="post"><h4>{head}</h4><p>Text.</p><a href="/n{n}">Read on</a></div>',
    "bare list": '<li><a href="/n{n}">{head}</a></li>',
    "drupal": '<div class="views-row"><div class="views-field-title"><span class="field-content">'
    '<a href="/n{n}">{head}</a></span></div><div class="views-field-created">'
    '<span class="field-content">{day}</span></div></div>',
    "entries": '<article class="post hentry"><header><h2><a href="/n{n}">{head}</a></h2></header>'
    '<time datetime="{iso}">{day}</time> by <a href="/author/x">Some Author of Note</a>'
    '<p>Words. <a href="/n{n}">Continue reading this</a></p></article>',
    "nameless": '<p><span>{day}</span> <a href="/n{n}">{head}</a></p>',
    "utilities": '<div class="flex md:flex-col"><a class="block" href="/n{n}">{head}</a>'
    '<p class="text-sm">{day}</p></div>',
    "authors": '<li class="p"><a class="by" href="/who/{n}">Someone</a>'
    ' <a class="t" href="/n{n}">{head}</a></li>',
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_guessed_selectors_read_what_a_page_lists(layout: str) -> None:
    inside = rows(LAYOUTS[layout])
    inside = {
        "table": f"<table>{inside}</table>",
        "bare list": f'<ul class="list">{inside}</ul>',
        "nameless": f'<div id="content">{inside}</div>',
    }.get(layout, f'<div class="grid">{inside}</div>')
    html = f"<body>{MENU}<main><h1>News of the laboratory</h1>{inside}</main>{FOOT}</body>"
    found = guess(soup(html), HOME)
    assert found is not None
    source = PageSource.model_validate(
        {"id": "x", "kind": "page", "url": HOME, "item": found.item, "link": found.link}
        | ({"title": found.title} if found.title else {})
        | ({"date": found.date} if found.date else {})
    )
    items = listed(html.encode(), source, HOME)
    assert [item.url for item in items] == [f"https://lab.example/n{n}" for n in range(3)]
    assert [item.title for item in items] == HEADS
    if "{day}" in LAYOUTS[layout]:
        assert [item.published for item in items] == [
            datetime(2026, 6, n + 10, tzinfo=UTC) for n in range(3)
        ]


def test_a_page_that_lists_nothing_gives_no_selectors() -> None:
    words = "<p>A page about us, with <a href='/about'>one link of some length</a>.</p>"
    assert guess(soup(f"<body>{MENU}{words}{FOOT}</body>"), HOME) is None
    assert guess(soup(""), HOME) is None


def test_classes_that_css_cannot_name_are_left_alone() -> None:
    html = rows('<div class="md:flex 2xl"><h3><a href="/n{n}">{head}</a></h3></div>')
    found = guess(soup(f'<main class="page">{html}</main>'), HOME)
    assert found == Selectors("main.page > div", "h3 a", "h3")


@limits(max_examples=60, deadline=None)
@given(st.text(alphabet='<>/="adivlh3 cs.\n', max_size=400))
def test_guessing_never_fails(html: str) -> None:
    found = guess(soup(html), HOME)
    assert found is None or found.item


def test_guessing_is_bounded_on_a_page_made_to_be_slow() -> None:
    link = "<a href='/1'>a link of some length</a>"

    def page(k: int) -> BeautifulSoup:
        deep = "<div class='a b c'>" * 100 * k + link + "</div>" * 100 * k
        wide = "".join(
            f"<li class='k{n % 500} x{n % 7}'><a href='/{n}'>a link of some length</a></li>"
            for n in range(1500 * k)
        )
        return soup(f"<main>{deep}<ul>{wide}</ul></main>")

    assert_linear(lambda read: guess(read, HOME), page)


# ---------------------------------------------------------------------------------------- searching


def test_the_address_may_be_a_feed_already(web: Web) -> None:
    web.routes["/any"] = Reply(rss(entry(1), entry(2)))
    found = find(web, "/any")
    assert found.settings == {"kind": "feed", "url": web.url("/any")}
    assert (found.title, len(found.items)) == ("The Lab", 2)
    assert web.paths() == ["/any"]


def test_the_feed_that_the_page_names_is_taken_and_the_others_told(web: Web) -> None:
    web.routes["/"] = page(
        "hello", link("/c", "Comments") + link("/f", "Posts") + link("/g", "Also")
    )
    web.routes["/f"] = Reply(rss(entry(1)))
    found = find(web, "/")
    assert found.settings["url"] == web.url("/f")
    assert [lead.title for lead in found.others] == ["Also", "Comments"]
    assert web.paths() == ["/", "/f"]


def test_a_named_feed_that_is_dead_or_empty_gives_way_to_the_next(web: Web) -> None:
    web.routes["/"] = page("hello", link("/dead") + link("/empty") + link("/page") + link("/good"))
    web.routes["/empty"] = Reply(rss())
    web.routes["/page"] = page("not a feed")
    web.routes["/good"] = Reply(rss(entry(1)))
    assert find(web, "/").settings["url"] == web.url("/good")
    del web.routes["/good"]
    found = find(web, "/")
    assert found.settings["url"] == web.url("/empty")
    assert found.items == ()


def test_well_known_places_are_tried_where_the_page_names_none(web: Web) -> None:
    web.routes["/blog/"] = page("<p>Words.</p>")
    web.routes["/blog/feed"] = page("one page answers for everything")
    web.routes["/atom.xml"] = Reply(rss(entry(1)))
    found = find(web, "/blog/")
    assert found.settings["url"] == web.url("/atom.xml")
    assert found.how == "at a well-known address"
    assert len(web.paths()) == len(set(web.paths()))


def test_a_site_that_refuses_its_pages_may_still_give_its_feed(web: Web) -> None:
    web.routes["/"] = Reply(b"no robots", 403)
    web.routes["/feed"] = Reply(rss(entry(1)))
    assert find(web, "/").settings["url"] == web.url("/feed")
    del web.routes["/feed"]
    with pytest.raises(BadStatus) as caught:
        find(web, "/")
    assert caught.value.status == 403


def test_a_page_without_a_feed_is_read_itself(web: Web) -> None:
    web.routes["/news"] = page(f"<main>{rows(LAYOUTS['articles'])}</main>")
    found = find(web, "/news")
    assert found.settings == {
        "kind": "page",
        "url": web.url("/news"),
        "item": "article",
        "link": "h3 a",
        "title": "h3",
        "date": "time",
    }
    assert [item.title for item in found.items] == HEADS


def test_where_there_is_nothing_to_follow_that_is_said_with_the_cure(web: Web) -> None:
    web.routes["/"] = page("<p>Under construction.</p>")
    with pytest.raises(ParseError, match="neither a feed nor a list") as caught:
        find(web, "/")
    assert "by hand" in caught.value.cure
    web.routes["/bytes"] = Reply(b"\x00\x01\x02", media_type="application/octet-stream")
    with pytest.raises(FetchError):
        find(web, "/bytes")


def test_a_permanent_redirect_gives_the_address_to_write_a_temporary_one_does_not(web: Web) -> None:
    web.routes["/new"] = Reply(rss(entry(1)))
    web.routes["/old"] = Reply(status=301, headers={"Location": "/new"})
    web.routes["/tmp"] = Reply(status=302, headers={"Location": "/new"})
    assert find(web, "/old").settings["url"] == web.url("/new")
    assert find(web, "/tmp").settings["url"] == web.url("/tmp")


def test_a_private_address_that_a_page_names_is_never_asked(web: Web) -> None:
    other = Web()
    try:
        web.routes["/"] = page("", link(other.url("/rss")) + link("http://169.254.169.254/feed"))
        web.routes["/rss"] = Reply(rss(entry(1)))
        assert find(web, "/").settings["url"] == web.url("/rss")
        assert other.log == []
    finally:
        other.close()


def test_a_host_that_asks_for_a_pause_gets_it(web: Web) -> None:
    web.routes["/"] = page(f"<main>{rows(LAYOUTS['articles'])}</main>")
    web.routes["/feed"] = Reply(b"slow down", 429, {"Retry-After": "60"})
    with pytest.raises(BadStatus) as caught:
        find(web, "/")
    assert caught.value.status == 429
    assert web.paths() == ["/", "/feed"]


def test_a_feed_that_cannot_be_reached_now_is_not_replaced_by_a_guess(web: Web) -> None:
    other = Web()
    silent = other.url("/feed")
    place = other.place
    other.close()
    body = f"<main>{rows(LAYOUTS['articles'])}</main>"
    web.routes["/"] = page(body, link(silent) + link(silent + "2"))
    with pytest.raises(FetchError, match="no connection"):
        find(web, "/", allow_private=(web.place, place))
    web.routes["/rss"] = Reply(rss(entry(1)))
    found = find(web, "/", allow_private=(web.place, place))
    assert found.settings["url"] == web.url("/rss")


def test_what_is_broken_or_missing_is_not_searched_further(web: Web) -> None:
    web.routes["/down"] = Reply(b"", 500)
    web.routes["/feed"] = Reply(rss(entry(1)))
    for path, status in (("/down", 500), ("/none", 404), ("/fault/gone", 410)):
        with pytest.raises(BadStatus) as caught:
            find(web, path)
        assert caught.value.status == status
    assert web.paths() == ["/down", "/none", "/fault/gone"]
