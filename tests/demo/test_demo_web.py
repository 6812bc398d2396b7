"""The sample web's answers: each in the shape that its kind has, each of its moment."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from xml.parsers import expat

import feedparser
import pytest
from bs4 import BeautifulSoup

from digest.demo.library import Post, Site, sites
from digest.demo.search import search
from digest.demo.web import BEGINS, ENDS, Response, respond, unchanged

BASE = "http://127.0.0.1:1"
FEEDS = [site for site in sites().values() if site.kind == "feed" and not site.down]


def get(path: str, at: datetime = ENDS, **query: str) -> Response:
    return respond(path, query, b"", at, BASE)


def feed_path(site: Site) -> str:
    return f"/{site.id}/feed.{'json' if site.format == 'json' else 'xml'}"


def titles(answer: Response) -> list[str]:
    assert answer.status == 200
    if "json" in answer.headers["Content-Type"]:
        return [item["title"] for item in json.loads(answer.body)["items"]]
    media_type = {"content-type": answer.headers["Content-Type"]}
    parsed = feedparser.parse(BytesIO(answer.body), response_headers=media_type)
    return [entry.title for entry in parsed.entries]


def moment(day: int, hour: int = 8) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=UTC)


@pytest.mark.parametrize("site", FEEDS, ids=lambda site: site.id)
def test_every_feed_is_read_whole_by_a_tolerant_parser(site: Site) -> None:
    expected = [version.title for _, version in site.standing(ENDS)]
    assert titles(get(feed_path(site))) == expected
    assert expected


def test_one_feed_is_malformed_and_the_others_are_not() -> None:
    broken = set()
    for site in FEEDS:
        if site.format == "json":
            continue
        try:
            expat.ParserCreate().Parse(get(feed_path(site)).body, True)
        except expat.ExpatError:
            broken.add(site.id)
    assert broken == {"causeway"}


def test_a_feed_shows_only_what_was_there() -> None:
    chandler = "Chandler, or how we let the pipeline mark its own homework"
    before, after = get("/tallow/feed.xml", moment(9)), get("/tallow/feed.xml", moment(11))
    assert chandler not in titles(before)
    assert titles(after)[0] == chandler


def test_a_post_changes_in_feed_and_page_at_once() -> None:
    for path in ("/tallow/feed.xml", "/tallow/chandler"):
        assert "6.1% better" in get(path, moment(11)).body.decode()
        edited = get(path, moment(13)).body.decode()
        assert "5.8% better" in edited
        assert "6.1% better" not in edited


def test_the_feed_of_a_daily_holds_a_line_and_its_page_the_article() -> None:
    feed = get("/ledger/feed.xml").body.decode()
    assert "The dispatcher" not in feed
    assert "mostly found a line that should not have been there" in feed
    page = BeautifulSoup(get("/ledger/tunes-itself").body, "html.parser")
    assert page.nav is not None
    assert page.article is not None
    assert "third floor of the old customs house" in page.article.get_text()
    assert "cookies" in page.get_text()
    assert "cookies" not in page.article.get_text()


def test_a_page_lists_what_has_no_feed() -> None:
    page = BeautifulSoup(get("/olm/", moment(12)).body, "html.parser")
    notices = page.select("li.notice")
    assert [notice.h3.get_text() for notice in notices if notice.h3] == [
        "Decision 14 of 2026: labels for learned systems",
        "First quarterly register of incidents involving learned systems",
    ]
    assert get(str(notices[0].select_one("a")["href"])).status == 200  # type: ignore[index]  # it has one
    assert get("/olm/feed.xml").status == 404


def test_hostile_markup_is_served_as_it_was_written() -> None:
    feed = get("/overheard/feed.xml").body.decode()
    page = get("/overheard/testing-testing").body.decode()
    for bad in ("<script>", "onerror=", "javascript:", "<!-- entry", "[[why:", "<iframe"):
        assert bad in feed
        assert bad in page


def test_a_server_that_is_down_is_down() -> None:
    for path in ("/ember/feed.xml", "/ember/", "/ember/server"):
        assert get(path).status == 500
        assert not unchanged({"if-none-match": '"x"'}, get(path))


@pytest.mark.parametrize(
    "path",
    [
        *("/nowhere/", "/tallow/nothing", "/tallow/feed.json", "/tallow/a/b", "/papers/"),
        *("/long-bench/feed.xml", "/tallow/graphql", "/arxiv/rss/", "/../"),
    ],
)
def test_elsewhere_there_is_nothing(path: str) -> None:
    assert get(path).status == 404


def test_the_way_in_lists_every_site() -> None:
    page = BeautifulSoup(get("/").body, "html.parser")
    assert {str(link["href"]).partition("#")[0] for link in page.select("nav a")} == {f"{BASE}/"}
    links = [str(link["href"]).removeprefix(BASE) for link in page.select("main a")]
    assert len(links) == len(sites()) - 1
    assert {get(link).status for link in links if link != "/ember/"} == {200}
    assert b"Disallow: /private/" in get("/robots.txt").body


def test_links_on_pages_lead_somewhere() -> None:
    for site in sites().values():
        if site.kind == "arxiv" or site.down:
            continue
        for post in site.posts:
            if post.raw:
                continue
            page = BeautifulSoup(get(f"/{site.id}/{post.slug}").body, "html.parser")
            for link in page.select("a[href]"):
                href = str(link["href"]).partition("#")[0]
                if href.startswith(BASE):
                    assert get(href.removeprefix(BASE)).status == 200, href


# ------------------------------------------------------------------------------ the archive's API


def papers(**query: str) -> list[Mapping[str, str]]:
    answer = respond("/arxiv/api/query", query, b"", ENDS, BASE)
    assert answer.status == 200
    return list(feedparser.parse(BytesIO(answer.body)).entries)


def test_a_query_with_a_window() -> None:
    found = papers(
        search_query='(cat:cs.AI OR cat:cs.LG) AND abs:"self-improvement" '
        "AND submittedDate:[202603090000 TO 202603152359]",
        max_results="50",
    )
    assert [paper["id"] for paper in found] == ["http://arxiv.org/abs/2603.90417v2"]
    assert found[0]["published"] == "2026-03-09T15:05:12Z"
    assert found[0]["updated"] == "2026-03-13T11:40:00Z"
    assert found[0]["arxiv_comment"].startswith("35 pages")


def test_paging_counts_all_and_shows_some() -> None:
    everything = papers(search_query="cat:cs.*", max_results="100", sortBy="submittedDate")
    assert len(everything) == len(sites()["papers"].posts)
    pages = [
        paper["id"]
        for start in range(0, 30, 7)
        for paper in papers(search_query="cat:cs.*", start=str(start), max_results="7")
    ]
    assert pages == [paper["id"] for paper in everything]
    answer = get("/arxiv/api/query", search_query="cat:cs.*", max_results="3")
    assert f">{len(everything)}</opensearch:totalResults>" in answer.body.decode()
    assert len(papers(search_query="cat:cs.*")) == 10
    ascending = papers(search_query="cat:cs.*", max_results="100", sortOrder="ascending")
    assert [p["id"] for p in ascending] == [p["id"] for p in everything][::-1]
    updated = papers(search_query="all:chandler", sortBy="lastUpdatedDate")
    assert [p["id"][-12:] for p in updated] == ["2603.90701v1", "2603.90417v2"]


def test_papers_by_number() -> None:
    found = papers(id_list="2603.90417,2603.90488v1")
    assert {paper["id"][-12:] for paper in found} == {"2603.90417v2", "2603.90488v1"}
    assert papers(id_list="2603.99999") == []


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"id_list": "hello"}, "incorrect id format for hello"),
        ({"start": "x"}, "must be integers"),
        ({"max_results": "2001"}, "between 0 and 2000"),
        ({"search_query": "(abs:x"}, "never closed"),
        ({"search_query": "abs:x abs:y"}, "expected AND"),
        ({"search_query": "abs:x)"}, "unbalanced"),
        ({"search_query": "foo:x"}, "unknown field foo"),
        ({"search_query": "AND"}, "nothing to search for"),
        ({"search_query": 'abs:"x'}, "malformed query"),
        ({"search_query": "submittedDate:[2026 TO 2027]"}, "malformed date range"),
    ],
)
def test_the_archive_says_what_is_wrong(query: dict[str, str], message: str) -> None:
    answer = respond("/arxiv/api/query", query, b"", ENDS, BASE)
    (entry,) = feedparser.parse(BytesIO(answer.body)).entries
    assert answer.status == 400
    assert entry.title == "Error"
    assert message in entry.summary
    assert "api/errors" in entry.id


@pytest.mark.parametrize(
    ("query", "slugs"),
    [
        ('ti:"two keys"', {"2603.90112"}),
        ("au:Strand", {"2603.90488", "2603.90760"}),
        ("co:grey", {"2603.90655"}),
        ("id:2603.90417v1", {"2603.90417"}),
        ("cat:cs.RO ANDNOT abs:kitchens", {"2603.90187", "2603.90744"}),
        ("cat:cs.DS OR ti:lichen", {"2603.90299", "2603.90655"}),
        ('"sealed meters"', {"2603.90633"}),
        ("abs:Parish AND (abs:rain OR abs:gossip)", {"2603.90488"}),
        ("ti:key", set()),
    ],
)
def test_the_search_language(query: str, slugs: set[str]) -> None:
    found = search(query)
    standing: list[tuple[Post, object]] = [
        (post, version)
        for post, version in sites()["papers"].standing(ENDS)
        if found(post, version)
    ]
    assert {post.slug for post, _ in standing} == slugs


# ------------------------------------------------------------------------- the archive's daily list


def test_a_listing_holds_what_is_announced_that_day() -> None:
    monday = get("/arxiv/rss/cs.AI+cs.CY+cs.LG", moment(16)).body.decode()
    sorts = re.findall(r"arXiv:(\S+) Announce Type: (\w+)", monday)
    assert sorts == [("2603.90417v2", "replace"), ("2603.90633v1", "new")]
    entries = feedparser.parse(BytesIO(monday.encode())).entries
    assert entries[1].arxiv_announce_type == "new"
    assert entries[0].id == "oai:arXiv.org:2603.90417v2"


def test_a_listing_is_empty_at_the_weekend() -> None:
    assert titles(get("/arxiv/rss/cs", moment(14))) == []
    assert titles(get("/arxiv/rss/cs", moment(15))) == []


def test_the_listings_of_all_days_hold_every_version_once() -> None:
    day, seen = BEGINS, []
    while day < ENDS + timedelta(days=2):
        body = get("/arxiv/rss/cs", day).body.decode()
        seen += re.findall(r"<guid[^>]*>oai:arXiv.org:(\S+?)</guid>", body)
        day += timedelta(days=1)
    versions = sum(len(post.versions) for post in sites()["papers"].posts)
    assert len(seen) == len(set(seen)) == versions


def test_a_listing_holds_only_its_categories() -> None:
    assert titles(get("/arxiv/rss/cs.DS", moment(6))) == [
        "Sharper Bounds for the Knapsack Problem with Neighbourly Weights"
    ]


# --------------------------------------------------------------------------------------- the forum


def ask(query: str, at: datetime = ENDS) -> tuple[int, Any]:
    answer = respond("/graphql", {}, json.dumps({"query": query}).encode(), at, BASE)
    return answer.status, json.loads(answer.body).get("data", {})


def test_the_forum_has_threads_and_comments() -> None:
    status, data = ask("{ posts(input: {terms: {limit: 3}}) { results { _id } } }")
    assert status == 200
    posts = data["posts"]["results"]
    assert [post["_id"] for post in posts] == ["replication", "told-me", "week-in-parish"]
    assert posts[0]["url"] == "https://arxiv.org/abs/2603.90701"
    assert posts[2]["pageUrl"] == f"{BASE}/long-bench/week-in-parish"
    _, data = ask('{ comments(input: {terms: {postId: "chandler-41"}}) { results { _id } } }')
    comments = data["comments"]["results"]
    assert len(comments) == 5
    assert comments[2]["parentCommentId"] == "chandler-41-c2"


def test_comments_arrive_with_time() -> None:
    query = '{ comments(input: {terms: {postId: "chandler-41"}}) { results { _id } } }'
    assert len(ask(query, moment(10, 20))[1]["comments"]["results"]) == 1
    posts = ask("{ posts(input: {terms: {}}) { results { _id } } }", moment(10, 20))[1]["posts"]
    assert posts["results"][0]["commentCount"] == 1


def test_the_forum_leaves_out_what_few_liked() -> None:
    _, data = ask("{ posts(input: {terms: {karmaThreshold: 10}}) { results { _id } } }")
    assert "told-me" not in [post["_id"] for post in data["posts"]["results"]]


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b'{"query": "{ users { _id } }"}'])
def test_the_forum_refuses_what_it_does_not_understand(body: bytes) -> None:
    answer = respond("/graphql", {}, body, ENDS, BASE)
    assert answer.status == 400
    assert b"expected" in answer.body or b"must be JSON" in answer.body


# ------------------------------------------------------------------------------ what is unchanged


def test_the_same_answer_is_not_sent_twice() -> None:
    answer = get("/tallow/feed.xml", moment(11))
    tag = answer.headers["ETag"]
    assert unchanged({"if-none-match": tag}, get("/tallow/feed.xml", moment(11, 20)))
    assert unchanged({"if-none-match": f'"other", W/{tag}'}, answer)
    assert not unchanged({"if-none-match": tag}, get("/tallow/feed.xml", moment(13)))
    assert not unchanged({}, answer)


def test_the_time_of_the_last_change_counts_where_there_is_no_tag() -> None:
    answer = get("/tallow/feed.xml", moment(11))
    assert answer.headers["Last-Modified"] == "Tue, 10 Mar 2026 13:00:00 GMT"
    asked = {"if-modified-since": answer.headers["Last-Modified"]}
    assert unchanged(asked, answer)
    assert not unchanged(asked, get("/tallow/feed.xml", moment(13)))
    assert not unchanged({"if-modified-since": "yesterday"}, answer)
    assert not unchanged({"if-none-match": '"other"', **asked}, answer)


def test_an_answer_depends_on_nothing_but_what_was_asked() -> None:
    for site in FEEDS:
        assert get(feed_path(site)) == get(feed_path(site))
