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

import pytest

from digest.cli.main import main
from tests.fetch.making import entry, rss
from tests.fetch.server import Reply, Web

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
