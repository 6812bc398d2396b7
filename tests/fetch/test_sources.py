"""The kinds of source against a server: what they ask, what they bring, also a second time."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from html import escape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from digest.config.schema import ArxivSource, ForumSource, PageSource
from digest.errors import BadStatus, ParseError, TimedOut
from digest.fetch import decide
from digest.fetch.arxiv import windowed
from digest.fetch.http import Http
from digest.fetch.kinds import Failed, Gathered
from digest.fetch.one import fetch_one
from digest.fetch.run import Progress, fetch_all, fetch_each
from digest.model import SourceState
from digest.registry import kind
from tests.fetch.making import NOW, Memory, entry, feed_source, rss, settings
from tests.fetch.server import Asked, Reply, Web

HOUR = timedelta(hours=1)


class Newsroom:
    """Sources, their states and a store: `fetch` is one run."""

    def __init__(self, web: Web, memory: Memory, *sources: Any, **given: Any) -> None:
        self.settings = settings(web.place, **given)
        self.memory = memory
        self.sources = sources
        self.states = {source.id: SourceState(source.id) for source in sources}
        self.seen: list[Progress] = []
        self.kind_of: Callable[[str], Any] = kind

    def fetch(self, now: Any = NOW) -> list[Gathered | Failed]:
        jobs = [(source, self.states[source.id]) for source in self.sources]
        results = asyncio.run(
            fetch_all(
                jobs,
                self.memory,
                self.settings,
                "digest/test",
                now,
                self.seen.append,
                kind_of=self.kind_of,
            )
        )
        self.states |= {result.source_id: result.state for result in results}
        self.memory.apply(results)
        return results

    def one(self, now: Any = NOW) -> Gathered:
        [result] = self.fetch(now)
        assert isinstance(result, Gathered), result
        return result


# -------------------------------------------------------------------------------------------- feeds


def _conditional(body: bytes) -> Callable[[Asked], Reply]:
    def answer(asked: Asked) -> Reply:
        if asked.headers.get("if-none-match") == '"1"':
            return Reply(status=304, headers={"ETag": '"1"'})
        return Reply(body, headers={"ETag": '"1"'})

    return answer


def test_a_feed_and_a_second_time(web: Web, memory: Memory) -> None:
    web.routes["/feed"] = _conditional(rss(entry(1), entry(2)))
    room = Newsroom(web, memory, feed_source(web.url("/feed")))
    first = room.one()
    assert (first.seen, first.new, first.changed, len(first.documents)) == (2, 2, 0, 1)
    assert first.documents[0].body == rss(entry(1), entry(2))
    second = room.one(NOW + HOUR)
    assert second.not_modified
    assert (second.items, second.ways, second.documents) == ((), (), ())
    assert second.state.status == 304


def test_the_same_bytes_are_not_read_twice(web: Web, memory: Memory) -> None:
    web.routes["/feed"] = Reply(rss(entry(1)))
    room = Newsroom(web, memory, feed_source(web.url("/feed")))
    room.one()
    again = room.one(NOW + HOUR)
    assert (again.not_modified, again.seen, again.state.status) == (True, 0, 200)
    forced = decide.forced(room.states["lab"])
    room.states["lab"] = forced
    assert room.one(NOW + HOUR).seen == 1


def test_a_server_whose_etag_never_changes_is_noticed(web: Web, memory: Memory) -> None:
    web.routes["/feed"] = _conditional(rss(entry(1)))
    room = Newsroom(web, memory, feed_source(web.url("/feed")))
    room.one()
    web.routes["/feed"] = _conditional(rss(entry(1), entry(2)))
    assert all(room.one(NOW + hours * HOUR).not_modified for hours in (1, 2, 23))
    assert room.one(NOW + 24 * HOUR).new == 1
    web.routes["/feed"] = _conditional(rss(entry(1), entry(2), entry(3)))
    assert room.one(NOW + 26 * HOUR).new == 1


def test_an_entry_that_disappears_stays_and_one_that_changes_is_edited(
    web: Web, memory: Memory
) -> None:
    web.routes["/feed"] = Reply(rss(entry(1), entry(2)))
    room = Newsroom(web, memory, feed_source(web.url("/feed")))
    room.one()
    web.routes["/feed"] = Reply(rss(entry(2, "Other words.")))
    result = room.one(NOW + HOUR)
    assert (result.new, result.changed) == (0, 1)
    assert {item.text for item in memory.items.values()} == {"Plain words.", "Other words."}


def test_a_date_that_lies_ahead_becomes_now(web: Web, memory: Memory) -> None:
    web.routes["/feed"] = Reply(rss(entry(1, pubDate="Tue, 29 Jun 2027 12:00:00 GMT")))
    room = Newsroom(web, memory, feed_source(web.url("/feed")))
    assert room.one().items[0].published == NOW
    web.routes["/feed"] = Reply(rss(entry(1, pubDate="Tue, 29 Jun 2027 12:00:00 GMT"), entry(2)))
    assert [item.title for item in room.one(NOW + HOUR).items] == ["Item 2"]


def test_a_channel_that_asks_for_rest(web: Web, memory: Memory) -> None:
    web.routes["/feed"] = Reply(rss(entry(1), channel="<ttl>120</ttl>"))
    source = feed_source(web.url("/feed"))
    state = Newsroom(web, memory, source).one().state
    assert not decide.due(source, state, NOW + HOUR)
    assert decide.due(source, state, NOW + 2 * HOUR)


# ---------------------------------------------------------------------------------------- full text

_STORY = (
    "<p>" + "The machine walked on through the rain, and nobody saw it but the dog. " * 9 + "</p>"
)
_PAGE = f"<html><head><title>t</title></head><body><article><h1>t</h1>{_STORY * 3}</article></body>"


def _with_pages(web: Web, count: int = 2) -> bytes:
    for n in range(count):
        web.routes[f"/page/{n}"] = Reply(_PAGE.encode(), media_type="text/html")
    return rss(*(entry(n, "A stub.", link=web.url(f"/page/{n}")) for n in range(count)))


def test_full_text_takes_the_place_of_a_stub_once(web: Web, memory: Memory) -> None:
    web.routes["/feed"] = Reply(_with_pages(web))
    room = Newsroom(web, memory, feed_source(web.url("/feed"), full_text=True))
    first = room.one()
    assert all("walked on" in item.text for item in memory.items.values())
    assert len(first.documents) == 3
    asked = len(web.log)
    room.states["lab"] = decide.forced(room.states["lab"])
    assert room.one(NOW + HOUR).items == ()
    assert len(web.log) == asked + 1


def test_a_page_that_says_less_changes_nothing(web: Web, memory: Memory) -> None:
    long = "Words of the feed itself. " * 200
    web.routes["/page"] = Reply(_PAGE.encode(), media_type="text/html")
    web.routes["/feed"] = Reply(rss(entry(1, long, link=web.url("/page"))))
    Newsroom(web, memory, feed_source(web.url("/feed"), full_text=True)).one()
    assert next(iter(memory.items.values())).text == long.strip()


def test_a_page_that_fails_is_tried_three_times_and_its_item_is_stored(
    web: Web, memory: Memory
) -> None:
    web.routes["/feed"] = _conditional(_with_pages(web, 3))
    web.routes["/page/1"] = Reply(status=500)
    room = Newsroom(web, memory, feed_source(web.url("/feed"), full_text=True))
    first = room.one()
    assert "1 of 3 pages" in first.warnings[0]
    assert sorted(item.text[:7] for item in memory.items.values()) == ["A stub.", *["The mac"] * 2]
    for hours in range(1, 6):
        room.one(NOW + hours * HOUR)
    assert web.paths().count("/page/1") == 3
    assert web.paths().count("/page/0") == 1


def test_a_page_that_recovers_is_read_later(web: Web, memory: Memory) -> None:
    web.routes["/feed"] = _conditional(_with_pages(web, 1))
    page = web.routes["/page/0"]
    web.routes["/page/0"] = Reply(status=503)
    room = Newsroom(web, memory, feed_source(web.url("/feed"), full_text=True))
    room.one()
    web.routes["/page/0"] = page
    assert len(room.one(NOW + HOUR).items) == 1
    assert "walked on" in next(iter(memory.items.values())).text
    assert room.one(NOW + 2 * HOUR).items == ()


def test_an_edit_does_not_lose_the_article_that_was_read_before(web: Web, memory: Memory) -> None:
    web.routes["/feed"] = Reply(_with_pages(web, 1))
    room = Newsroom(web, memory, feed_source(web.url("/feed"), full_text=True))
    room.one()
    web.routes["/page/0"] = Reply(status=500)
    edited = entry(0, "Another stub.", link=web.url("/page/0"), title="New title")
    web.routes["/feed"] = Reply(rss(edited))
    room.one(NOW + HOUR)
    [item] = memory.items.values()
    assert item.title == "New title"
    assert "walked on" in item.text


# -------------------------------------------------------------------------------------------- arXiv


def paper_entry(number: str, version: int = 1, title: str = "A title", **given: str) -> str:
    day = given.get("day", "2026-06-20")
    changed = given.get("changed", day)
    abstract = escape(given.get("abstract", "We show a thing. See https://github.com/a/b."))
    return (
        f"<entry><id>http://arxiv.org/abs/{number}v{version}</id>"
        f"<title>{title}\n  of two lines</title><summary>{abstract}</summary>"
        f"<updated>{changed}T10:00:00Z</updated><published>{day}T10:00:00Z</published>"
        "<author><name>Ada Quill</name></author><author><name>Bo Röm</name></author>"
        '<category term="cs.LG"/><category term="cs.AI"/><arxiv:primary_category term="cs.AI"/>'
        "<arxiv:comment>9 pages</arxiv:comment><arxiv:doi>10.1000/X</arxiv:doi></entry>"
    )


def api_answer(entries: Sequence[str], total: int) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom"'
        ' xmlns:arxiv="http://arxiv.org/schemas/atom"'
        ' xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">'
        "<id>https://arxiv.org/api/x</id><title>arXiv Query</title>"
        f"<opensearch:totalResults>{total}</opensearch:totalResults>{''.join(entries)}</feed>"
    ).encode()


class Api:
    """arXiv's API over some papers: pages of at most two, and trouble when told."""

    def __init__(self, web: Web, count: int, page: int = 2) -> None:
        self.papers = [paper_entry(f"2606.{n:05}") for n in range(1, count + 1)]
        self.trouble: list[Reply] = []
        self.page = page
        web.routes["/api/query"] = self.answer

    def answer(self, asked: Asked) -> Reply:
        if self.trouble:
            return self.trouble.pop(0)
        query = parse_qs(urlsplit(asked.path).query)
        start = int(query["start"][0])
        size = min(self.page, int(query["max_results"][0]))
        return Reply(api_answer(self.papers[start : start + size], len(self.papers)))


def arxiv_room(web: Web, memory: Memory, **given: Any) -> Newsroom:
    source = ArxivSource(id="papers", kind="arxiv", query="cat:cs.AI OR cat:cs.LG", **given)
    return Newsroom(web, memory, source, arxiv_url=web.url("/api/query"))


def asked_of(asked: Asked) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(asked.path).query).items()}


def test_a_query_brings_papers(web: Web, memory: Memory) -> None:
    Api(web, 5)
    room = arxiv_room(web, memory)
    result = room.one()
    assert (result.new, len(result.documents), result.warnings) == (5, 3, ())
    item = result.items[0]
    assert (item.id, item.url) == ("arxiv:2606.00001", "https://arxiv.org/abs/2606.00001")
    assert (item.title, item.kind, item.via) == ("A title of two lines", "paper", "arxiv-api")
    assert item.authors == ("Ada Quill", "Bo Röm")
    assert item.categories == ("cs.AI", "cs.LG")
    assert (item.note, item.updated) == ("9 pages", None)
    assert item.external_ids == {"arxiv": "2606.00001", "doi": "10.1000/x"}
    assert [link.url for link in item.links] == ["https://github.com/a/b"]
    asked = asked_of(web.log[0])
    assert asked["search_query"] == (
        "(cat:cs.AI OR cat:cs.LG) AND submittedDate:[202606150000 TO 202606291200]"
    )
    assert (asked["sortBy"], asked["start"], asked["max_results"]) == ("submittedDate", "0", "2000")


def test_the_next_query_overlaps_the_last(web: Web, memory: Memory) -> None:
    Api(web, 1)
    room = arxiv_room(web, memory)
    room.one()
    again = room.one(NOW + 24 * HOUR)
    assert (again.seen, again.items, again.ways, again.documents) == (1, (), (), ())
    assert "[202606261200 TO 202606301200]" in asked_of(web.log[-1])["search_query"]
    room.one(NOW + 25 * HOUR)
    assert "[202606271200 TO" in asked_of(web.log[-1])["search_query"]


def test_a_new_version_is_an_edit(web: Web, memory: Memory) -> None:
    api = Api(web, 1)
    room = arxiv_room(web, memory)
    room.one()
    api.papers = [paper_entry("2606.00001", 2, changed="2026-06-28", abstract="Better.")]
    result = room.one(NOW + HOUR)
    assert (result.new, result.changed) == (0, 1)
    [item] = memory.items.values()
    assert item.text == "Better."
    assert item.updated is not None
    assert item.updated > (item.published or NOW)


def test_a_refused_query_is_asked_once(web: Web, memory: Memory) -> None:
    api = Api(web, 1)
    error = (
        "<entry><id>https://arxiv.org/api/errors#x</id><title>Error</title>"
        "<summary>unbalanced query</summary></entry>"
    )
    for status in (400, 200):
        web.log.clear()
        api.trouble = [Reply(api_answer([error], 1), status)]
        [result] = arxiv_room(web, memory).fetch()
        assert isinstance(result, Failed)
        assert "unbalanced query" in result.error.message
        assert len(web.log) == 1


def test_passing_trouble_is_waited_out(web: Web, memory: Memory) -> None:
    api = Api(web, 3)
    api.trouble = [Reply(status=503, headers={"Retry-After": "1"}), Reply(status=500)]
    begun = time.monotonic()
    assert arxiv_room(web, memory).one().new == 3
    assert time.monotonic() - begun >= 1
    api.trouble = [Reply(status=429, headers={"Retry-After": "3600"})]
    [result] = arxiv_room(web, Memory()).fetch()
    assert isinstance(result, Failed)
    assert isinstance(result.error, BadStatus)
    assert result.state.next_due == NOW + HOUR


def test_an_empty_page_in_mid_query(web: Web, memory: Memory) -> None:
    api = Api(web, 5)
    whole, empty = api.answer, Reply(api_answer([], 5))
    web.routes["/api/query"] = lambda asked: empty if "start=2" in asked.path else whole(asked)
    room = arxiv_room(web, memory)
    result = room.one()
    assert result.new == 2
    assert "ended after 2 of 5" in result.warnings[0]
    assert len(web.log) == 4
    web.routes["/api/query"] = whole
    assert room.one(NOW + HOUR).new == 3
    assert "[202606150000 TO" in asked_of(web.log[-1])["search_query"]


def test_no_more_than_asked_for(web: Web, memory: Memory) -> None:
    Api(web, 5)
    result = arxiv_room(web, memory, max_results=3).one()
    assert result.new == 3
    assert "more than max_results: 3" in result.warnings[0]


def listing(*entries: str) -> bytes:
    return (
        '<?xml version="1.0"?><rss version="2.0" xmlns:arxiv="http://arxiv.org/schemas/atom"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>cs.AI updates</title>'
        "<link>http://rss.arxiv.org/rss/cs.AI</link><description>d</description>"
        f"<skipDays><day>Saturday</day></skipDays>{''.join(entries)}</channel></rss>"
    ).encode()


def announced(number: str, how: str = "new", version: int = 1, abstract: str = "We show.") -> str:
    said = f"arXiv:{number}v{version} Announce Type: {how} \nAbstract: {abstract}"
    return (
        f"<item><title>A title</title><link>https://arxiv.org/abs/{number}</link>"
        f"<description>{said}</description><category>cs.AI</category>"
        f'<guid isPermaLink="false">oai:arXiv.org:{number}v{version}</guid>'
        "<pubDate>Mon, 29 Jun 2026 00:00:00 -0400</pubDate><dc:rights>x</dc:rights>"
        f"<arxiv:announce_type>{how}</arxiv:announce_type>"
        "<dc:creator>Ada Quill, Bo Röm, Jr., Cy Dee</dc:creator></item>"
    )


def listing_room(web: Web, memory: Memory) -> Newsroom:
    source = ArxivSource(id="today", kind="arxiv", listing=web.url("/rss"))
    return Newsroom(web, memory, source)


def test_the_daily_listing(web: Web, memory: Memory) -> None:
    web.routes["/rss"] = Reply(
        listing(
            announced("2606.00001"),
            announced("2606.00002", "cross"),
            announced("2403.00003", "replace", 3, "Reworked."),
            announced("hep-th/9901001", "replace-cross", 2),
        )
    )
    new, cross, replaced, old = listing_room(web, memory).one().items
    assert (new.id, new.via, new.text) == ("arxiv:2606.00001", "arxiv-listing", "We show.")
    assert new.authors == ("Ada Quill", "Bo Röm, Jr.", "Cy Dee")
    assert new.published is not None
    assert new.published.day == 29
    assert cross.published == new.published
    assert (replaced.published or NOW).strftime("%Y-%m-%d") == "2024-03-01"
    assert replaced.updated == new.published
    assert old.id == "arxiv:hep-th/9901001"
    assert (old.published or NOW).year == 1999


def test_a_paper_that_comes_two_ways_is_one_item(web: Web, memory: Memory) -> None:
    Api(web, 2)
    web.routes["/rss"] = Reply(listing(announced("2606.00001"), announced("2606.00009")))
    query = ArxivSource(id="papers", kind="arxiv", query="cat:cs.AI")
    today = ArxivSource(id="today", kind="arxiv", listing=web.url("/rss"))
    for sources in ((query, today), (today, query)):
        memory = Memory()
        room = Newsroom(web, memory, *sources, arxiv_url=web.url("/api/query"))
        room.fetch()
        assert sorted(memory.items) == [f"arxiv:2606.0000{n}" for n in (1, 2, 9)]
        both = memory.items["arxiv:2606.00001"]
        assert (both.via, both.note, set(memory.said[both.id])) == (
            "arxiv-api",
            "9 pages",
            {"papers", "today"},
        )
        before = dict(memory.items)
        room.states = {name: decide.forced(state) for name, state in room.states.items()}
        assert [result.items for result in room.fetch() if isinstance(result, Gathered)] == [(), ()]
        assert memory.items == before


def test_the_window_is_of_whole_minutes() -> None:
    assert windowed("a", NOW - HOUR, NOW) == "(a) AND submittedDate:[202606291100 TO 202606291200]"


# ---------------------------------------------------------------------------------- page and forum

_LISTING = """<html><body><h1>News</h1>
<article><h3><a href="/n/1">First  thing</a></h3>
<time datetime="2026-06-20T09:00:00Z">x</time></article>
<article><h3><a href="/n/2">Second</a></h3><p>On <a href="https://d.example/">d</a></p>
<time>June 19, 2026</time></article>
<article><h3>No link</h3></article></body></html>"""


def page_room(web: Web, memory: Memory, **given: str) -> Newsroom:
    keys = {"item": "article", "link": "h3 a", "title": "h3", "date": "time"} | given
    source = PageSource(id="office", kind="page", url=web.url("/news"), **keys)
    return Newsroom(web, memory, source)


def test_a_page_that_lists_things(web: Web, memory: Memory) -> None:
    web.routes["/news"] = Reply(_LISTING.encode(), media_type="text/html; charset=utf-8")
    room = page_room(web, memory)
    first, second = room.one().items
    assert (first.title, first.url, first.kind) == ("First thing", web.url("/n/1"), "page")
    assert first.published is not None
    assert first.published.hour == 9
    assert (second.published or NOW).day == 19
    assert [link.url for link in second.links] == ["https://d.example/"]
    assert room.one(NOW + HOUR).not_modified


@pytest.mark.parametrize(("key", "words"), [("item", "'div.none'"), ("link", "'div.none'")])
def test_a_page_that_has_changed_its_looks(web: Web, memory: Memory, key: str, words: str) -> None:
    web.routes["/news"] = Reply(_LISTING.encode(), media_type="text/html")
    [result] = page_room(web, memory, **{key: "div.none"}).fetch()
    assert isinstance(result, Failed)
    assert isinstance(result.error, ParseError)
    assert words in result.error.message


class Forum:
    """A forum's GraphQL."""

    def __init__(self, web: Web) -> None:
        self.posts = [self.post(1), self.post(2, karma=3), self.post(3, url="https://e.example/x")]
        self.comments = {"p1": [self.comment("c2", 12, "c1"), self.comment("c1", 11)]}
        self.asked: list[str] = []
        web.routes["/graphql"] = self.answer

    @staticmethod
    def post(n: int, karma: int = 50, **given: Any) -> dict[str, Any]:
        return {
            "_id": f"p{n}",
            "slug": f"post-{n}",
            "title": f"Post {n}",
            "pageUrl": f"https://forum.example/posts/p{n}",
            "postedAt": "2026-06-20T10:00:00.000Z",
            "baseScore": karma,
            "commentCount": 2 if n == 1 else 0,
            "htmlBody": f"<p>Words {n}</p>",
            "user": {"username": "ada", "displayName": "Ada"},
        } | given

    @staticmethod
    def comment(name: str, hour: int, parent: str | None = None) -> dict[str, Any]:
        return {
            "_id": name,
            "postId": "p1",
            "parentCommentId": parent,
            "postedAt": f"2026-06-20T{hour}:00:00Z",
            "baseScore": 7,
            "htmlBody": f"<p>Said {name}<script>x</script></p>",
            "user": None,
        }

    def answer(self, asked: Asked) -> Reply:
        query = json.loads(asked.body)["query"]
        self.asked.append(query)
        if "comments(" in query:
            [post] = re.findall(r'postId: "(\w+)"', query)
            data: dict[str, Any] = {"comments": {"results": self.comments.get(post, [])}}
        else:
            data = {"posts": {"results": self.posts}}
        return Reply(json.dumps({"data": data}).encode(), media_type="application/json")


def forum_room(web: Web, memory: Memory) -> Newsroom:
    source = ForumSource(id="forum", kind="forum", url=web.url(""), min_karma=10, comments=True)
    return Newsroom(web, memory, source)


def test_a_forum_with_its_discussions(web: Web, memory: Memory) -> None:
    forum = Forum(web)
    room = forum_room(web, memory)
    first, third = room.one().items
    assert (first.title, first.kind, first.karma, first.text) == ("Post 1", "thread", 50, "Words 1")
    assert (first.authors, first.discusses) == (("Ada",), "")
    assert [(one.id, one.parent, one.text) for one in first.comments] == [
        ("c1", None, "Said c1"),
        ("c2", "c1", "Said c2"),
    ]
    assert third.discusses == "https://e.example/x"
    terms = '{view: "new", limit: 50, after: "2026-06-15", karmaThreshold: 10}'
    assert f"posts(input: {{terms: {terms}}})" in forum.asked[0]
    assert len(forum.asked) == 2
    assert room.one(NOW + HOUR).not_modified
    assert len(forum.asked) == 3


def test_comments_are_asked_for_again_when_there_are_more(web: Web, memory: Memory) -> None:
    forum = Forum(web)
    room = forum_room(web, memory)
    room.one()
    forum.posts[0]["baseScore"] = 60
    result = room.one(NOW + HOUR)
    assert (result.changed, len(forum.asked)) == (1, 3)
    assert len(memory.items[result.items[0].id].comments) == 2
    forum.posts[0]["commentCount"] = 3
    forum.comments["p1"].append(Forum.comment("c3", 13))
    result = room.one(NOW + 2 * HOUR)
    assert (result.changed, len(forum.asked)) == (1, 5)
    assert len(result.items[0].comments) == 3


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"errors":[{"message":"no such view"}],"data":null}', "no such view"),
        (b"<html>", "not a forum's answer"),
        (b"[]", "not a forum's answer"),
        (b'{"data":{"posts":{"results":null}}}', "no results"),
    ],
)
def test_a_forum_that_refuses(web: Web, memory: Memory, body: bytes, words: str) -> None:
    web.routes["/graphql"] = Reply(body, media_type="application/json")
    [result] = forum_room(web, memory).fetch()
    assert isinstance(result, Failed)
    assert words in result.error.message


# ------------------------------------------------------------------------------------- one, and all


def _add(web: Web, url: str) -> tuple[Any, Any]:
    async def go() -> tuple[Any, Any]:
        chosen = settings(web.place, arxiv_url=web.url("/api/query"))
        async with Http(chosen, user_agent="t") as http:
            return await fetch_one(url, http, NOW)

    return asyncio.run(go())


def test_what_a_person_adds(web: Web) -> None:
    Api(web, 1)
    paper, document = _add(web, "https://arxiv.org/pdf/2606.00001v3")
    assert (paper.id, paper.via, paper.note) == ("arxiv:2606.00001", "hand", "9 pages")
    assert asked_of(web.log[0])["id_list"] == "2606.00001"
    assert b"A title" in document.body
    web.routes["/page"] = Reply(_PAGE.encode(), media_type="text/html")
    page, _ = _add(web, web.url("/page?utm_source=x"))
    assert (page.kind, page.via, page.source_id) == ("page", "hand", "hand")
    assert page.id == _add(web, web.url("/page"))[0].id
    assert "walked on" in page.text
    with pytest.raises(BadStatus):
        _add(web, web.url("/nothing"))


class _Broken:
    async def gather(self, *_: Any) -> Gathered:
        raise RuntimeError("the plug-in fell over")


def test_one_sources_trouble_is_no_others(web: Web, memory: Memory) -> None:
    web.routes["/good"] = Reply(rss(entry(1)))
    names = ["hang", "reset", "gone", "loop", "private", "bomb", "slow-down"]
    bad = [feed_source(web.url(f"/fault/{name}"), name) for name in names]
    broken = feed_source(web.url("/good"), "broken")
    good = [feed_source(web.url("/good"), f"good-{n}") for n in range(3)]
    room = Newsroom(web, memory, good[0], *bad, broken, *good[1:], max_bytes=100_000)
    fine = kind("feed")

    class Switch:
        async def gather(self, source: Any, *rest: Any) -> Gathered:
            return await (_Broken() if source.id == "broken" else fine).gather(source, *rest)

    room.kind_of = lambda _name: Switch()
    results = room.fetch()
    assert [result.source_id for result in results] == [source.id for source in room.sources]
    failed = {result.source_id: result for result in results if isinstance(result, Failed)}
    assert set(failed) == {*names, "broken"}
    assert len(memory.items) == 3
    assert failed["gone"].state.retired
    assert isinstance(failed["hang"].error, TimedOut)
    assert failed["slow-down"].state.next_due == NOW + HOUR
    assert failed["broken"].defect
    assert "the plug-in fell over" in failed["broken"].error.message
    assert "_Broken" in failed["broken"].exchange
    assert "GET " in failed["gone"].exchange
    assert room.seen[-1] == Progress(11, 11, ())


class _Soon:
    """Answers one after the other, each a little after the last."""

    async def gather(self, source: Any, *_rest: Any) -> Gathered:
        await asyncio.sleep(0.01 * int(source.id))
        raise BadStatus("no", where=source.url)


def test_what_comes_within_a_moment_is_handed_on_at_once_up_to_twenty() -> None:
    jobs = [(feed_source("https://a.example/", str(n)), SourceState(str(n))) for n in range(23)]

    async def sizes() -> list[int]:
        stream = fetch_each(
            jobs, Memory(), settings(), "digest/test", NOW, print, kind_of=lambda _name: _Soon()
        )
        return [len(together) async for together in stream]

    assert asyncio.run(sizes()) == [20, 3]


def test_the_result_does_not_depend_on_who_is_first(web: Web) -> None:
    def room(slow: str) -> list[Gathered | Failed]:
        def answer(asked: Asked) -> Reply:
            if asked.path == slow:
                time.sleep(0.2)
            return Reply(rss(entry(asked.path)))

        web.routes |= {"/a": answer, "/b": answer}
        sources = [feed_source(web.url("/a"), "a"), feed_source(web.url("/b"), "b")]
        return Newsroom(web, Memory(), *sources).fetch()

    def told(results: list[Gathered | Failed]) -> list[Any]:
        return [(r.source_id, r.items, r.ways) for r in results if isinstance(r, Gathered)]

    assert told(room("/a")) == told(room("/b"))


def test_many_more_sources_than_may_be_ahead(web: Web, memory: Memory) -> None:
    for n in range(9):
        web.routes[f"/{n}"] = Reply(rss(entry(n)))
    sources = [feed_source(web.url(f"/{n}"), f"s{n}") for n in range(9)]
    results = Newsroom(web, memory, *sources, concurrency=1).fetch()
    assert [result.source_id for result in results] == [source.id for source in sources]
    assert len(memory.items) == 9
