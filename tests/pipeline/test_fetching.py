"""`digest fetch` against a server: what is stored, how often, and what a person hears of it."""

from __future__ import annotations

import contextlib
import io
import json
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from digest.cli.main import main
from digest.pipeline import harvest
from tests.fetch.making import entry, rss
from tests.fetch.server import Asked, Reply, Web

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Desk:
    """A project that follows what a test tells it to."""

    def __init__(self, folder: Path, web: Web) -> None:
        self.folder, self.web, self.now = folder, web, NOON
        self.error = ""
        self.follow()

    def follow(self, *sources: str, fetch: str = "") -> None:
        """Write sources.yaml; each source is a line without its braces."""
        lines = [
            "newsletter: {title: T, url: 'https://t.example/'}",
            "themes: [{id: a, title: A, description: Of everything.}]",
            "fetch: {per_host_delay: 0, arxiv_delay: 0, timeout: 2,",
            f"  arxiv_url: '{self.web.url('/api')}', oai_url: '{self.web.url('/oai')}',",
            f"  allow_private: ['{self.web.place}'], {fetch}}}",
            f"sources: [{', '.join(f'{{{source}}}' for source in sources)}]",
        ]
        (self.folder / "sources.yaml").write_text("\n".join(lines))

    def __call__(self, *words: str) -> tuple[int, Any]:
        """A verb: its exit code, and its JSON; `error` is what it said besides."""
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main(["-C", str(self.folder), "--now", self.now.isoformat(), "--json", *words])
        self.error = err.getvalue()
        return code, json.loads(out.getvalue()) if out.getvalue() else None

    def fetch(self, *words: str, after: timedelta = timedelta()) -> Any:
        """`digest fetch`, some time later; it must succeed."""
        self.now += after
        code, done = self("fetch", *words)
        assert code == 0, self.error
        return done

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What the database says."""
        with contextlib.closing(sqlite3.connect(self.folder / "data" / "digest.db")) as db:
            return db.execute(sql).fetchall()


@pytest.fixture
def web() -> Iterator[Web]:
    server = Web()
    yield server
    server.close()


@pytest.fixture
def desk(tmp_path: Path, web: Web) -> Desk:
    return Desk(tmp_path, web)


# ---------------------------------------------------------------------------------------- versions


def test_a_counter_makes_one_version_a_day_and_an_edit_one_at_once(desk: Desk, web: Web) -> None:
    desk.follow(f"id: lab, kind: feed, url: '{web.url('/feed')}'")
    versions: list[int] = []
    for hour in range(60):
        text = "Another story." if hour == 30 else f"Read {hour} times, {hour} hours ago."
        web.routes["/feed"] = Reply(rss(entry(1, text)))
        desk.fetch("lab", after=HOUR)
        [(version, now_says)] = desk.rows("SELECT version, text FROM items")
        versions.append(version)
    # a counter at hours 24 and 55, the edit at 30, and the way back at 31
    assert [hour for hour in range(1, 60) if versions[hour] > versions[hour - 1]] == [
        24,
        30,
        31,
        55,
    ]
    assert now_says == "Read 55 times, 55 hours ago."


def test_what_waits_for_another_day_is_not_lost(desk: Desk, web: Web) -> None:
    desk.follow(f"id: lab, kind: feed, url: '{web.url('/feed')}'")
    web.routes["/feed"] = Reply(rss(entry(1, "Seen by 1 reader.")), headers={"ETag": '"1"'})
    desk.fetch()
    web.routes["/feed"] = Reply(rss(entry(1, "Seen by 9 reader.")), headers={"ETag": '"2"'})
    assert desk.fetch("lab", after=HOUR)["edited"] == 0
    assert desk.rows("SELECT etag, body_hash FROM sources") == [("", "")]
    assert desk.fetch("lab", after=24 * HOUR)["edited"] == 1
    assert desk.rows("SELECT text, version FROM items") == [("Seen by 9 reader.", 2)]
    assert desk.rows("SELECT etag FROM sources") == [('"2"',)]


def test_karma_is_no_version_and_is_stored_at_once(desk: Desk, web: Web) -> None:
    post = {"_id": "p", "title": "T", "postedAt": "2026-06-01T00:00:00Z", "htmlBody": "<p>W.</p>"}
    desk.follow(f"id: lw, kind: forum, url: '{web.url('')}'")
    for karma in (5, 50):
        said = {"data": {"posts": {"results": [{**post, "baseScore": karma}]}}}
        web.routes["/graphql"] = Reply(json.dumps(said).encode(), media_type="application/json")
        desk.fetch("lw", after=HOUR)
        assert desk.rows("SELECT karma, version FROM items") == [(karma, 1)]


# --------------------------------------------------------------------------------- a long past


class Archive:
    """arXiv's archive: two records a page, one page in three busy at first."""

    def __init__(self, web: Web, count: int) -> None:
        self.count, self.busy, self.expired, self.broken = count, set[int](), False, 0
        self.asked: list[dict[str, str]] = []
        web.routes["/oai"] = self
        web.routes["/api"] = Reply(API_SAYS_NOTHING, media_type="application/atom+xml")

    def __call__(self, asked: Asked) -> Reply:
        query = {key: said[0] for key, said in parse_qs(urlsplit(asked.path).query).items()}
        self.asked.append(query)
        start = 0
        if token := query.get("resumptionToken"):
            if self.expired:
                self.expired = False
                return self._say('<error code="badResumptionToken">expired</error>')
            start = int(token.partition("|")[0])
            since = token.partition("|")[2]
        else:
            since = query["from"]
        page = start // 2
        if self.broken and page >= self.broken:
            return Reply(b"down", 500)
        if page % 3 == 1 and page not in self.busy:
            self.busy.add(page)
            return Reply(b"later", 503, {"Retry-After": "0"})
        rows = [n for n in range(1, self.count + 1) if f"2026-03-{n + 1:02d}" >= since]
        more = f"{start + 2}|{since}" if start + 2 < len(rows) else ""
        return self._say(
            f"<ListRecords>{''.join(map(self._record, rows[start : start + 2]))}"
            f'<resumptionToken completeListSize="{len(rows)}">{more}</resumptionToken>'
            "</ListRecords>"
        )

    def _say(self, inner: str) -> Reply:
        body = f'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">{inner}</OAI-PMH>'
        return Reply(body.encode(), media_type="text/xml")

    def _record(self, n: int) -> str:
        category = "cs.AI" if n % 2 else "cs.CY"
        return (
            f"<record><header><datestamp>2026-03-{n + 1:02d}</datestamp></header><metadata>"
            f'<arXivRaw xmlns="http://arxiv.org/OAI/arXivRaw/"><id>2603.{n:05d}</id>'
            f'<version version="v1"><date>2026-03-{n:02d}T10:00:00Z</date></version>'
            f"<title>Paper {n}</title><authors>A. B</authors><categories>{category}</categories>"
            f"<abstract>About lamps.</abstract></arXivRaw></metadata></record>"
        )


API_SAYS_NOTHING = (
    b'<feed xmlns="http://www.w3.org/2005/Atom"'
    b' xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">'
    b"<id>http://arxiv.org/api/x</id><opensearch:totalResults>0</opensearch:totalResults></feed>"
)
QUERY = "id: ai, kind: arxiv, query: 'cat:cs.AI AND abs:lamps'"


def ids(desk: Desk) -> list[str]:
    return [name for (name,) in desk.rows("SELECT id FROM items ORDER BY id")]


def test_a_long_past_comes_from_the_archive(desk: Desk, web: Web) -> None:
    archive = Archive(web, 9)
    desk.follow(QUERY)
    done = desk.fetch("--since", "2026-03-03")
    assert ids(desk) == [f"arxiv:2603.{n:05d}" for n in (3, 5, 7, 9)]
    assert (done["new"], done["archive"]["records"], done["archive"]["error"]) == (4, 8, "")
    first = archive.asked[0]
    assert (first["from"], first["until"], first["set"]) == ("2026-03-03", "2026-06-01", "cs")
    assert desk.rows("SELECT DISTINCT source_id, published FROM items")[0] == (
        "ai",
        "2026-03-03T10:00:00Z",
    )
    again = desk.fetch("--since", "2026-03-03")
    assert (again["new"], again["edited"], again["archive"]["records"]) == (0, 0, 8)
    assert "harvest" not in desk.rows("SELECT memo FROM sources WHERE id = 'arxiv:archive'")[0][0]


def test_a_paper_that_several_sources_want_is_one_item_with_all_its_ways(
    desk: Desk, web: Web
) -> None:
    Archive(web, 4)
    web.routes["/rss/cs.CY+cs.AI"] = Reply(rss())
    listing = f"id: cy, kind: arxiv, listing: '{web.url('/rss/cs.CY+cs.AI')}'"
    desk.follow(QUERY, listing)
    desk.fetch("--since", "2026-03-01")
    assert len(ids(desk)) == 4
    ways = desk.rows("SELECT item_id, source_id FROM item_sources ORDER BY 1, 2")
    assert ways[:3] == [
        ("arxiv:2603.00001", "ai"),
        ("arxiv:2603.00001", "cy"),
        ("arxiv:2603.00002", "cy"),
    ]


def test_a_harvest_that_breaks_off_goes_on_where_it_stopped(desk: Desk, web: Web) -> None:
    archive = Archive(web, 9)
    desk.follow(QUERY)
    archive.broken = 3
    code, done = desk("fetch", "--since", "2026-03-01")
    assert code == 3
    assert done["archive"]["records"] == 6
    assert len(ids(desk)) == 3
    archive.broken, archive.asked = 0, []
    done = desk.fetch("--since", "2026-03-01")
    assert archive.asked[0]["resumptionToken"].startswith("6|")
    assert (done["archive"]["resumed"], done["archive"]["records"]) == ("2026-03-07", 3)
    assert len(ids(desk)) == 5


def test_a_token_that_expired_costs_no_record(desk: Desk, web: Web) -> None:
    archive = Archive(web, 9)
    desk.follow(QUERY)
    archive.broken = 3
    assert desk("fetch", "--since", "2026-03-01")[0] == 3
    archive.broken, archive.asked, archive.expired = 0, [], True
    desk.fetch("--since", "2026-03-01")
    assert [said.get("from") for said in archive.asked[:2]] == [None, "2026-03-07"]
    assert len(ids(desk)) == 5


def test_another_question_begins_anew(desk: Desk, web: Web) -> None:
    archive = Archive(web, 9)
    desk.follow(QUERY)
    archive.broken = 3
    assert desk("fetch", "--since", "2026-03-01")[0] == 3
    archive.broken, archive.asked = 0, []
    desk.fetch("--since", "2026-03-05")
    assert archive.asked[0]["from"] == "2026-03-05"


def test_a_harvest_that_is_killed_has_stored_every_page_it_read(
    desk: Desk, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = Archive(web, 9)
    desk.follow(QUERY)
    real, calls = harvest._keep, [0]

    def dying(*given: Any) -> Any:
        calls[0] += 1
        if calls[0] == 3:
            raise KeyboardInterrupt
        return real(*given)

    monkeypatch.setattr(harvest, "_keep", dying)
    assert desk("fetch", "--since", "2026-03-01")[0] == 130
    assert len(ids(desk)) == 2
    monkeypatch.undo()
    archive.asked = []
    desk.fetch("--since", "2026-03-01")
    assert archive.asked[0]["resumptionToken"].startswith("4|")
    assert len(ids(desk)) == 5


# ------------------------------------------------------------------------------------------ health


def test_a_source_that_fails_for_weeks_is_told_of_once_and_again_if_it_fails_anew(
    desk: Desk, web: Web
) -> None:
    desk.follow(f"id: lab, kind: feed, url: '{web.url('/feed')}'")
    web.routes["/feed"] = Reply(rss(entry(1)))
    codes: list[int] = []
    for hours in range(0, 24 * 20, 6):
        desk.now = NOON + timedelta(hours=hours)
        # down from day 1, back on day 12, down from day 12.5
        up = hours < 24 or 24 * 12 <= hours < 24 * 12.5
        web.routes["/feed"] = Reply(rss(entry(1))) if up else Reply(b"down", 500)
        codes.append(desk("run")[0])
        if codes[-1] == 3:
            assert "lab has failed since" in desk.error
            assert "digest sources show lab" in desk.error
    told = [place * 6 / 24 for place, code in enumerate(codes) if code == 3]
    assert set(codes) == {0, 3}
    assert len(told) == 2
    assert 8 <= told[0] < 9
    assert 19.5 <= told[1] < 20
    assert desk("status")[1]["needs"] != []


def test_a_source_that_is_gone_is_told_of_once_and_asked_no_more(desk: Desk, web: Web) -> None:
    desk.follow(f"id: lab, kind: feed, url: '{web.url('/fault/gone')}'")
    assert [desk("run")[0] for _ in range(3)] == [3, 0, 0]
    assert "gone for good" in desk("status")[1]["needs"][0]
    assert web.paths() == ["/fault/gone"]


def test_status_and_check_say_how_a_source_does(desk: Desk, web: Web) -> None:
    desk.follow(f"id: lab, kind: feed, url: '{web.url('/feed')}'")
    days = [entry(n, pubDate=f"2026-05-{n:02d}") for n in range(10, 18)]
    web.routes["/feed"] = Reply(rss(*days))
    assert desk("run")[0] == 0
    web.routes["/feed"] = Reply(b"<h1>Moved</h1>", 404, {}, "text/html")
    desk.now += 2 * HOUR
    assert desk("run")[0] == 0
    status = said(desk, "status")
    for words in (
        "lab  failed once since 2026-06-01 14:00: there is nothing at this address (404)",
        "8 items, 2.0 a week, last worked 2026-06-01 12:00, next due 2026-06-01 14:",
    ):
        assert words in status
    web.routes["/feed"] = Reply(rss(*days))
    desk.now += 24 * HOUR
    assert desk("run")[0] == 0
    assert "silent for 16 days, longer than ever" in said(desk, "status")
    check = said(desk, "sources", "check")
    assert "so far: works, but silent for 16 days" in check
    assert "last worked 2026-06-02 14:00 UTC" in check


def said(desk: Desk, *words: str) -> str:
    """A verb's text."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        main(["-C", str(desk.folder), "--now", desk.now.isoformat(), *words])
    return out.getvalue()


# ------------------------------------------------------------------------------------ hosts at rest


def _asked(web: Web, path: str) -> int:
    return web.paths().count(path)


def test_a_host_that_asked_for_a_pause_is_left_alone_by_later_runs_too(
    desk: Desk, web: Web
) -> None:
    later = Reply(status=429, headers={"Retry-After": "9000"})
    web.routes |= {"/good": Reply(rss(entry(1))), "/a": later, "/b": later}
    desk.follow(*(f"id: {name}, kind: feed, url: '{web.url('/' + name)}'" for name in
                  ("good", "a", "b")))  # fmt: skip
    desk.fetch()
    assert _asked(web, "/good") == 1
    [good] = [one for one in desk.fetch(after=HOUR)["sources"] if one["source_id"] == "good"]
    assert "asked to be left alone" in good["error"]
    assert desk.fetch(after=HOUR)["sources"] == []
    assert _asked(web, "/good") == 1
    desk.fetch("good")  # a person may
    assert _asked(web, "/good") == 2
    web.routes |= {"/a": Reply(rss(entry(2))), "/b": Reply(rss(entry(3)))}
    done = desk.fetch(after=HOUR)
    assert (done["failed"], _asked(web, "/good")) == (0, 3)
    assert desk.rows("SELECT memo FROM sources WHERE id = 'web:rests'") == [("{}",)]


def test_a_second_address_that_asks_for_a_pause_an_hour_later_makes_the_host_rest(
    desk: Desk, web: Web
) -> None:
    later = Reply(status=503, headers={"Retry-After": "36000"})
    web.routes |= {"/good": Reply(rss(entry(1))), "/a": later, "/b": Reply(rss(entry(2)))}
    desk.follow(*(f"id: {name}, kind: feed, url: '{web.url('/' + name)}'" for name in
                  ("good", "a", "b")))  # fmt: skip
    desk.fetch()
    assert desk.fetch(after=HOUR)["failed"] == 0  # one address that is busy says nothing
    web.routes["/b"] = later
    desk.fetch(after=HOUR)
    asked = _asked(web, "/good")
    desk.fetch(after=HOUR)
    assert _asked(web, "/good") == asked == 3


# ------------------------------------------------------------------------------------ what is said


def test_a_pause_that_a_feed_asks_for_holds_while_it_is_unchanged(desk: Desk, web: Web) -> None:
    web.routes["/good"] = Reply(rss(entry(1), channel="<ttl>180</ttl>"))
    desk.follow(f"id: good, kind: feed, url: '{web.url('/good')}'")
    for _hour in range(9):
        desk.fetch(after=HOUR)
    assert _asked(web, "/good") == 3


def test_a_failure_is_said_with_its_cure_and_a_change_of_state_in_words(
    desk: Desk, web: Web
) -> None:
    web.routes |= {
        "/page": Reply(b"<!doctype html><h1>Hello</h1>", 200, {}, "text/html"),
        "/old": Reply(status=301, headers={"Location": "/new"}),
        "/new": Reply(rss(entry(1))),
    }
    desk.follow(*(f"id: {name}, kind: feed, url: '{web.url('/' + name)}'" for name in
                  ("page", "old")))  # fmt: skip
    desk.fetch()
    assert "digest: page: this is a web page, not a feed" in desk.error
    assert "\n  `digest sources add`" in desk.error
    for _hour in range(2):
        desk.fetch(after=HOUR)
    assert f"digest: old: has moved for good: put {web.url('/new')} into" in desk.error


def test_a_secret_that_is_refused_is_what_is_to_be_looked_at(
    desk: Desk, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAB_TOKEN", "not-the-one")
    web.routes["/lab"] = Reply(b"no", 403)
    auth = "auth: {kind: bearer, env: LAB_TOKEN}"
    desk.follow(f"id: lab, kind: feed, url: '{web.url('/lab')}', {auth}")
    [lab] = desk.fetch()["sources"]
    assert "A secret was sent" in lab["cure"]
    assert "not-the-one" not in desk.error
