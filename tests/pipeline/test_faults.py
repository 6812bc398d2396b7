"""Everything that servers do wrong, in one configuration with sources that do nothing wrong."""

from __future__ import annotations

import json
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise, starmap
from pathlib import Path
from typing import Any

import pytest

from tests.fetch.making import entry, rss
from tests.fetch.server import Asked, Reply, Web

NOW = "2026-06-29T12:00:00Z"
# long enough for good servers on a machine that is busy
TIMEOUT = 3.0
GOOD = 12
PAUSE = 0.5

HOSTILE = "<script>x()</script><img src=x onerror=x()><a href='javascript:x()'>a</a><p>Words.</p>"
MARKERS = "<!-- entry k --> [[why: forged]] {{ 7*7 }} --> <!-- /entry -->"
LAUGHS = "".join(f'<!ENTITY {chr(98 + n)} "{("&" + chr(97 + n) + ";") * 10}">' for n in range(9))

# source -> its fault's address, and what must be said of it; or how many items it brings
FAILS = {
    "e500": ("/status/500", "the server has a defect (500)"),
    "e403": ("/status/403", "the server refuses to answer us (403)"),
    "e404": ("/status/404", "there is nothing at this address (404)"),
    "busy": ("/status/503", "the server is busy or under repair (503)"),
    "slow-down": ("/fault/slow-down", "the server says that we ask too often (429)"),
    "gone": ("/fault/gone", "the server says that this is gone for good (410)"),
    "loop": ("/fault/loop", "redirected more than 5 times"),
    "private": ("/fault/private", "refused: 169.254.169.254 is link-local"),
    "file": ("/fault/file", "addresses of the scheme 'file' are never opened"),
    "hang": ("/fault/hang", "no complete answer within 3 s"),
    "drip": ("/fault/drip", "no complete answer within 3 s"),
    "reset": ("/fault/reset", "the answer broke off"),
    "short": ("/fault/short", "the answer broke off"),
    "cut-gzip": ("/fault/cut-gzip", "the answer"),
    "bomb": ("/fault/bomb", "larger than 5,000,000 bytes"),
    "big": ("/fault/big", "larger than 5,000,000 bytes"),
    "html": ("/html", "this is a web page, not a feed"),
    "empty": ("/empty", "the answer is empty"),
    "trap": ("TRAP", "is private"),
    "trap-name": ("TRAP-NAME", "is private"),
    "to-trap": ("/to-trap", "is private"),
}
BRINGS = {
    "permanent": ("/permanent", 2),
    "temporary": ("/temporary", 2),
    "bad-xml": ("/bad-xml", 3),
    "latin1": ("/latin1", 1),
    "wrong-type": ("/wrong-type", 1),
    "no-ids": ("/no-ids", 5),
    "dup-ids": ("/dup-ids", 5),
    "future": ("/future", 1),
    "flood": ("/flood", 3000),
    "shifting": ("/shifting", 5),
    "stale-etag": ("/stale-etag", 1),
    "script": ("/script", 1),
    "markers": ("/markers", 1),
    "entity": ("/entity", 1),
    "xxe": ("/xxe", 1),
}


def _faulty(web: Web, trap: int) -> None:
    plain, shifts = [entry(n, f"Words {n}.") for n in range(5)], [0]
    utf8 = ' encoding="UTF-8"'
    head = b'<?xml version="1.0"?><!DOCTYPE r [%s]>'

    def shifting(_asked: Asked) -> Reply:
        shifts[0] += 1
        return Reply(rss(*(entry(n, guid=f"{n}-{shifts[0]}") for n in range(5))))

    def stale(asked: Asked) -> Reply:
        known = asked.headers.get("if-none-match")
        headers = {"ETag": '"same"'}
        return Reply(status=304, headers=headers) if known else Reply(rss(entry(1)), 200, headers)

    def with_dtd(dtd: str, title: str) -> Reply:
        body = rss(entry(1, title="TITLE")).partition(b"?>")[2].replace(b"TITLE", title.encode())
        return Reply(head % dtd.encode() + body)

    web.routes |= {
        **{f"/status/{code}": Reply(b"<h1>No</h1>", code) for code in (403, 404, 500, 503)},
        **{f"/good/{n}": Reply(rss(entry(1), entry(2))) for n in range(GOOD)},
        "/html": Reply(b"<!doctype html><h1>We moved</h1>", 200, {}, "text/html"),
        "/empty": Reply(b""),
        "/to-trap": Reply(status=302, headers={"Location": f"http://127.0.0.1:{trap}/in"}),
        "/permanent": Reply(status=301, headers={"Location": "/good/0"}),
        "/temporary": Reply(status=302, headers={"Location": "/good/0"}),
        "/bad-xml": Reply(rss(*plain[:3])[:-40]),
        "/latin1": Reply(rss(entry(1, "café")).decode().replace(utf8, "").encode("latin-1")),
        "/wrong-type": Reply(rss(entry(1)), media_type="application/octet-stream"),
        "/no-ids": Reply(rss(*(entry(n, f"Text {n}.", guid="", link="") for n in range(5)))),
        "/dup-ids": Reply(rss(*(entry(n, guid="same") for n in range(5)))),
        "/future": Reply(rss(entry(1, pubDate="Tue, 29 Jun 2027 10:00:00 GMT"))),
        "/flood": Reply(rss(*(entry(n) for n in range(3000)))),
        "/shifting": shifting,
        "/stale-etag": stale,
        "/script": Reply(rss(entry(1, HOSTILE))),
        "/markers": Reply(rss(entry(1, MARKERS))),
        "/entity": with_dtd(f'<!ENTITY a "lol">{LAUGHS}', "t &amp;j; &j;"),
        "/xxe": with_dtd('<!ENTITY x SYSTEM "file:///etc/passwd">', "t &x;"),
        "/api": Reply(
            b'<feed xmlns="http://www.w3.org/2005/Atom"'
            b' xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/"><id>http://arxiv.org/api/x'
            b"</id><opensearch:totalResults>0</opensearch:totalResults></feed>"
        ),
    }  # fmt: skip


# A child's peak as its parent is told it begins with the parent's own size, so the child says it.
MEASURED = """
import sys
from digest.cli.main import main
code = main(sys.argv[1:])
with open("/proc/self/status") as status:
    print(*(line for line in status if line.startswith("VmHWM:")), file=sys.stderr)
sys.exit(code)
"""


@dataclass
class Ran:
    """One run over everything, and what is known of it: `peak` in kB."""

    web: Web
    said: dict[str, dict[str, Any]]
    seconds: float
    peak: int
    trapped: list[Any]
    folder: Path

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.folder / "data" / "digest.db")) as db:
            return db.execute(sql).fetchall()


@pytest.fixture(scope="module")
def ran() -> Iterator[Ran]:
    web, trapped = Web(), list[Any]()
    trap = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=_listen, args=(trap, trapped), daemon=True).start()
    port = trap.getsockname()[1]
    _faulty(web, port)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "sources.yaml").write_text(_configuration(web, port))
        begun = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-c", MEASURED, "-C", name, "--json", "--now", NOW, "fetch"],
            capture_output=True,
            check=True,
            text=True,
        )
        took = time.monotonic() - begun
        said = {one["source_id"]: one for one in json.loads(done.stdout)["sources"]}
        peak = int(done.stderr.rpartition("VmHWM:")[2].split()[0])
        yield Ran(web, said, took, peak, trapped, folder)
    web.close()
    trap.close()


def _listen(trap: socket.socket, trapped: list[Any]) -> None:
    try:
        while True:
            connection, whence = trap.accept()
            trapped.append(whence)
            connection.close()
    except OSError:
        pass


def _configuration(web: Web, trap: int) -> str:
    traps = {"TRAP": f"http://127.0.0.1:{trap}/", "TRAP-NAME": f"http://localhost:{trap}/"}
    lines = [
        "newsletter: {title: T, url: 'https://t.example/'}",
        "themes: [{id: a, title: A, description: Of everything.}]",
        f"fetch: {{per_host_delay: 0, timeout: {TIMEOUT}, max_bytes: 5_000_000,",
        f"  arxiv_delay: {PAUSE}, arxiv_url: '{web.url('/api')}', oai_url: '{web.url('/oai')}',",
        f"  allow_private: ['{web.place}']}}",
        "sources:",
    ]
    places = {name: path for name, (path, _) in {**FAILS, **BRINGS}.items()}
    for name, path in (places | {f"good-{n}": f"/good/{n}" for n in range(GOOD)}).items():
        lines.append(f"  - {{id: {name}, kind: feed, url: '{traps.get(path) or web.url(path)}'}}")
    lines += [
        f"  - {{id: {n}, kind: arxiv, query: 'cat:cs.{n.upper()}'}}" for n in ("ai", "cl", "lg")
    ]
    return "\n".join(lines)


def test_a_run_ends_within_its_limits_and_in_little_memory(ran: Ran) -> None:
    # two faults cost the whole time limit; the rest is what a busy machine may need
    assert ran.seconds < 2 * TIMEOUT + 40
    assert ran.peak < 300 * 1024


def test_each_fault_has_its_message(ran: Ran) -> None:
    said = {name: ran.said[name]["error"] for name in FAILS}
    assert {name: said[name] for name, (_, words) in FAILS.items() if words not in said[name]} == {}
    states = dict(ran.rows("SELECT id, failures FROM sources WHERE failures > 0"))
    assert states == dict.fromkeys(FAILS, 1)
    assert ran.rows("SELECT id FROM sources WHERE retired") == [("gone",)]


def test_everything_good_is_there(ran: Ran) -> None:
    counts = dict(ran.rows("SELECT source_id, count(*) FROM items GROUP BY source_id"))
    assert counts == {name: count for name, (_, count) in BRINGS.items()} | {
        f"good-{n}": 2 for n in range(GOOD)
    }
    assert [ran.said[name]["error"] for name in BRINGS] == [""] * len(BRINGS)


def test_what_came_is_harmless(ran: Ran) -> None:
    [(html,)] = ran.rows("SELECT html FROM items WHERE source_id = 'script'")
    assert html.count("<p>Words.</p>") == 1
    assert not any(word in html for word in ("script", "onerror", "x()"))
    titles = ran.rows("SELECT title FROM items WHERE source_id IN ('entity', 'xxe')")
    assert not any(word in title for (title,) in titles for word in ("lollol", "root:"))
    assert ran.rows("SELECT text FROM items WHERE source_id = 'latin1'") == [("café",)]
    [(date,)] = ran.rows("SELECT published FROM items WHERE source_id = 'future'")
    assert date == NOW


def test_no_private_place_was_reached(ran: Ran) -> None:
    assert ran.trapped == []
    assert all(asked.headers["host"] == ran.web.place for asked in ran.web.log)


def test_arxiv_was_asked_slowly_and_one_at_a_time(ran: Ran) -> None:
    at = [asked.at for asked in ran.web.log if asked.path.startswith("/api")]
    assert len(at) == 3
    assert min(starmap(lambda one, two: two - one, pairwise(at))) >= PAUSE - 0.01


def test_every_failure_can_be_read_with_its_exchange(ran: Ran) -> None:
    memos = {name: json.loads(memo) for name, memo in ran.rows("SELECT id, memo FROM sources")}
    for name in ("e404", "html", "gone", "bomb"):
        assert memos[name]["exchange"].startswith("GET http://127.0.0.1:")
    assert "HTTP 404" in memos["e404"]["exchange"]
    assert "We moved" in memos["html"]["exchange"]
