"""Fetching 500 feeds: time, processor and memory, beside `reader` and beside a bare floor.

    python -m benchmarks.fetch [--feeds 500] [--latency 0.1] [--reader PYTHON]

Feeds of invented words are served on loopback by several processes, each feed on an address of its
own, so that politeness to hosts costs nothing and the servers are not what is measured. Each phase
runs in a process of its own: `cold`; `304`, where the servers say that nothing changed; `new`,
where one feed in ten has one new entry; `same`, where the servers say nothing and the bytes are the
same. All sides sanitise what they read and store it in SQLite; how many entries are stored is
printed for each. The floor is httpx, fastfeedparser, nh3 and sqlite3 with nothing around them.
`--reader` names a Python that has the `reader` package; without it that side is left out.

Processor seconds for 500 feeds at no latency, on two busy cores, beside the floor and reader 3.26:
cold 9.3 (3.5, 19.4), 304 1.5 (1.9, 1.7), new 2.2 (1.8, 3.4), same 1.7 (2.1, 19.1); peak 132 MB
cold, 82 else. Of the cold ones about a fifth goes into inserting with the search index, a quarter
into text, links and safe HTML, of which the floor has the last alone. With 100 ms before each
answer the wall is 29.0 s cold (floor 8.6, reader 54.9), 4.3 (3.2, 7.9), 6.3 (4.9, 12.1) and 5.5
(4.1, 37.6).
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import os
import random
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path

ENTRIES = 40
PORT = 18765
SERVERS = 4
NOW = datetime(2026, 6, 29, 12, tzinfo=UTC)
PHASES = {"cold": "/mode/0/1", "304": "/mode/0/1", "new": "/mode/1/1", "same": "/mode/1/0"}


def address(n: int) -> str:
    """Where a feed is: on a loopback address of its own."""
    return f"http://127.{1 + n // 200}.0.{1 + n % 200}:{PORT + n % SERVERS}/{n}.xml"


# ------------------------------------------------------------------------------------------ the web


def feed(n: int, extra: int) -> bytes:
    """A feed of about 60 kB, with `extra` entries more than at first."""
    rng = random.Random(n)
    words = ["".join(rng.choices("aeioulnrst", k=rng.randint(2, 9))) for _ in range(300)]

    def paragraph() -> str:
        link = f'<a href="/{rng.choice(words)}?utm_source=x">{rng.choice(words)}</a>'
        return f"<p class='x'>{' '.join(rng.choices(words, k=60))} {link} <b>{words[0]}</b></p>"

    items = []
    for k in range(ENTRIES + extra):
        date = (NOW - timedelta(hours=ENTRIES + 9 - k)).strftime("%a, %d %b %Y %H:%M:%S GMT")
        place = f"https://lab{n}.example/{k}"
        items.append(
            f"<item><title>{' '.join(rng.choices(words, k=7))}</title><link>{place}</link>"
            f"<guid>{place}</guid><pubDate>{date}</pubDate><category>{words[k]}</category>"
            f"<description>{escape(paragraph() * 3)}</description></item>"
        )
    head = f"<title>Lab {n}</title><link>https://lab{n}.example/</link><description>d</description>"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel>{head}'
        f"{''.join(reversed(items))}</channel></rss>"
    ).encode()


def serve(port: int, feeds: int, latency: float) -> None:
    """Answer for feeds; `/mode/NEW/TAGS` chooses whether there is news, and whether ETags."""
    bodies = [[feed(n, 0), feed(n, 1) if n % 10 == 0 else b""] for n in range(feeds)]
    mode = {"new": 0, "tags": 1}

    def answer(request: bytes) -> bytes:
        path = request.split(b" ", 2)[1].decode()
        if path.startswith("/mode/"):
            mode["new"], mode["tags"] = int(path[6]), int(path[8])
            return b"HTTP/1.1 204 No Content\r\n\r\n"
        body = bodies[int(path[1:-4])][mode["new"]] or bodies[int(path[1:-4])][0]
        tag = b'"%d"' % len(body)
        if mode["tags"] and b"if-none-match: " + tag in request.lower():
            return b"HTTP/1.1 304 Not Modified\r\nETag: %b\r\n\r\n" % tag
        head = b"ETag: %b\r\n" % tag if mode["tags"] else b""
        head += b"Content-Type: application/rss+xml\r\nContent-Length: %d\r\n\r\n" % len(body)
        return b"HTTP/1.1 200 OK\r\n" + head + body

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                request = await reader.readuntil(b"\r\n\r\n")
                await asyncio.sleep(latency)
                writer.write(answer(request))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def main() -> None:
        async with await asyncio.start_server(talk, "0.0.0.0", port, backlog=1024) as server:
            await server.serve_forever()

    asyncio.run(main())


@contextmanager
def servers(feeds: int, latency: float) -> Iterator[None]:
    """The web, while it is needed."""
    running = [
        multiprocessing.Process(target=serve, args=(PORT + n, feeds, latency), daemon=True)
        for n in range(SERVERS)
    ]
    for process in running:
        process.start()
    try:
        for n in range(SERVERS):
            _until_there(f"http://127.0.0.1:{PORT + n}/mode/0/1")
        yield
    finally:
        for process in running:
            process.terminate()


def _until_there(url: str) -> None:
    for _ in range(600):
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit(f"no server at {url}")


# ---------------------------------------------------------------------------------------- the sides

PROJECT = """
newsletter: {{title: Benchmark, url: "https://newsletter.example/"}}
themes: [{{id: all, title: All, description: everything}}]
fetch: {{per_host_delay: 0, timeout: 60, concurrency: 100, allow_private: [{allowed}]}}
sources:
{sources}
"""

OURS = """
import sys
from datetime import datetime
from pathlib import Path
from digest.pipeline.fetch import fetch
from digest.pipeline.project import Project
with Project.open(Path(sys.argv[1]) / "sources.yaml", now=datetime.fromisoformat(sys.argv[2])) as p:
    done = fetch(p)
    assert not done.failed, done.failed[:3]
    print(p.store.items.count())
"""

READER = """
import sys
from reader import make_reader
with open(sys.argv[1] + "/feeds.txt") as file:
    urls = file.read().split()
reader = make_reader(sys.argv[1] + "/reader.db")
for url in urls:
    reader.add_feed(url, exist_ok=True)
reader.update_feeds(workers=10, scheduled=False)
print(reader.get_entry_counts().total)
"""

FLOOR = """
import asyncio, hashlib, sqlite3, sys
import fastfeedparser, httpx, nh3
db = sqlite3.connect(sys.argv[1] + "/floor.db")
db.executescript(
    "CREATE TABLE IF NOT EXISTS feeds (url PRIMARY KEY, etag, hash);"
    "CREATE TABLE IF NOT EXISTS entries"
    " (feed, id, title, link, published, html, PRIMARY KEY (feed, id));"
)
with open(sys.argv[1] + "/feeds.txt") as file:
    urls = file.read().split()
known = {url: (etag, mark) for url, etag, mark in db.execute("SELECT * FROM feeds")}

async def one(client, limit, url):
    etag, mark = known.get(url, ("", ""))
    async with limit:
        answer = await client.get(url, headers={"If-None-Match": etag} if etag else {})
    new = hashlib.sha256(answer.content).hexdigest()
    if answer.status_code == 304 or new == mark:
        return
    for e in fastfeedparser.parse(answer.content)["entries"]:
        row = (url, e["id"], e["title"], e["link"], e["published"], nh3.clean(e["description"]))
        db.execute("INSERT OR IGNORE INTO entries VALUES (?, ?, ?, ?, ?, ?)", row)
    tag = answer.headers.get("ETag", "")
    db.execute("INSERT OR REPLACE INTO feeds VALUES (?, ?, ?)", (url, tag, new))

async def main():
    limit = asyncio.Semaphore(100)
    async with httpx.AsyncClient(timeout=60, limits=httpx.Limits(max_connections=100)) as client:
        await asyncio.gather(*(one(client, limit, url) for url in urls))

asyncio.run(main())
db.commit()
print(db.execute("SELECT count(*) FROM entries").fetchone()[0])
"""


def measured(python: str, program: str, *arguments: str) -> tuple[float, float, float, str]:
    """Run a program: its wall and processor time in seconds, its peak in MB, what it printed."""
    begun = time.monotonic()
    process = subprocess.Popen(
        [python, "-c", program, *arguments], stdout=subprocess.PIPE, text=True, cwd=_CHECKOUT
    )
    printed = process.stdout.read().strip() if process.stdout else ""
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.monotonic() - begun
    if process.returncode:
        raise SystemExit(f"{python} failed")
    return wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, printed


_CHECKOUT = Path(__file__).parents[1]


def main() -> None:
    """Measure all sides, print one line for each phase of each."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--feeds", type=int, default=500)
    options.add_argument("--latency", type=float, default=0.0, help="seconds before each answer")
    options.add_argument("--reader", metavar="PYTHON", default="", help="a Python with `reader`")
    chosen = options.parse_args()
    sides = {"digest": (sys.executable, OURS), "floor": (sys.executable, FLOOR)}
    if chosen.reader:
        sides["reader"] = (chosen.reader, READER)
    urls = [address(n) for n in range(chosen.feeds)]
    with tempfile.TemporaryDirectory() as folder, servers(chosen.feeds, chosen.latency):
        allowed = ", ".join(f'"{url.split("/")[2]}"' for url in urls)
        sources = "\n".join(
            f"  - {{id: s{n}, kind: feed, url: {url!r}}}" for n, url in enumerate(urls)
        )
        Path(folder, "sources.yaml").write_text(PROJECT.format(allowed=allowed, sources=sources))
        Path(folder, "feeds.txt").write_text("\n".join(urls))
        print(f"{chosen.feeds} feeds, {chosen.latency * 1000:g} ms before each answer")
        print(f"{'side':8}{'phase':>6}{'wall s':>9}{'cpu s':>9}{'peak MB':>9}{'entries':>9}")
        for name, (python, program) in sides.items():
            for hour, (phase, mode) in enumerate(PHASES.items()):
                for n in range(SERVERS):
                    urllib.request.urlopen(f"http://127.0.0.1:{PORT + n}{mode}").close()
                now = (NOW + timedelta(hours=hour)).isoformat()
                wall, cpu, peak, stored = measured(python, program, folder, now)
                print(f"{name:8}{phase:>6}{wall:9.2f}{cpu:9.2f}{peak:9.0f}{stored:>9}", flush=True)


if __name__ == "__main__":
    main()
