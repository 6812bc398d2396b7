"""Five thousand sources on 250 hosts, all due in one hour, at a second's pause for each host.

    python -m benchmarks.many [--sources 5000] [--hosts 250] [--mixed]

The hosts are loopback addresses, served by one process, which notes when each was asked: the pause
is measured where it is owed. Twenty sources of a host stand one after another in sources.yaml, as
people write them, or are mixed. Each fetch is a process of its own, as cron calls it: a first one,
in which every feed is new; an hour later one in which a tenth of the feeds has a new entry; then
one in which nothing is new.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import random
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.fetch import measured

PORT = 18790
ENTRIES = 10
NOW = datetime(2026, 6, 29, 12, tzinfo=UTC)
PHASES = {"first": 0, "tenth new": 1, "nothing new": 1}

FETCH = """
import sys
from digest.cli.main import main
sys.exit(main(["-C", sys.argv[1], "--now", sys.argv[2], "--json", "fetch"]))
"""


def host(n: int) -> str:
    """One loopback address of many."""
    return f"127.0.{1 + n // 200}.{1 + n % 200}"


def feed(n: int, hour: int) -> bytes:
    """A small feed: ten entries, and at another hour one more in every tenth feed."""
    rng = random.Random(n)
    items = []
    for k in range(ENTRIES + (hour if n % 10 == 0 else 0)):
        words = " ".join(f"w{rng.randint(1, 5000)}" for _ in range(60))
        place = f"https://lab{n}.example/{k}"
        date = (NOW - timedelta(hours=ENTRIES - k)).strftime("%a, %d %b %Y %H:%M:%S GMT")
        items.append(
            f"<item><title>{words[:40]}</title><link>{place}</link><guid>{place}</guid>"
            f"<pubDate>{date}</pubDate><description>{words}</description></item>"
        )
    return (
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>Lab {n}</title>'
        f"<link>https://lab{n}.example/</link><description>d</description>"
        f"{''.join(reversed(items))}</channel></rss>"
    ).encode()


class Web:
    """All hosts; what they were asked, and how soon after the time before."""

    def __init__(self) -> None:
        self.hour = 0
        self.begin()

    def begin(self) -> None:
        """Count anew."""
        self.answered = self.whole = self.open = self.most = 0
        self.smallest = float("inf")
        self.last: dict[str, float] = {}

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection's requests."""
        name = writer.get_extra_info("sockname")[0]
        self.open += 1
        self.most = max(self.most, self.open)
        try:
            while True:
                request = await reader.readuntil(b"\r\n\r\n")
                writer.write(self.answer(name, request))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self.open -= 1
            writer.close()

    def answer(self, name: str, request: bytes) -> bytes:
        """A feed, or what the benchmark asks."""
        path = request.split(b" ", 2)[1].decode()
        if path.startswith("/hour/"):
            self.hour = int(path.removeprefix("/hour/"))
            self.begin()
            return b"HTTP/1.1 204 No Content\r\n\r\n"
        if path == "/asked":
            keys = ("answered", "whole", "most", "smallest")
            body = json.dumps({key: getattr(self, key) for key in keys}).encode()
            return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
        now = time.monotonic()
        self.smallest = min(self.smallest, now - self.last.get(name, float("-inf")))
        self.last[name] = now
        self.answered += 1
        number = int(path[1:-4])
        tag = b'"%d"' % (self.hour if number % 10 == 0 else 0)
        head = b"ETag: %b\r\nContent-Type: application/rss+xml\r\n" % tag
        if b"if-none-match: " + tag in request.lower():
            return b"HTTP/1.1 304 Not Modified\r\n%b\r\n" % head
        self.whole += 1
        body = feed(number, self.hour)
        return b"HTTP/1.1 200 OK\r\n%bContent-Length: %d\r\n\r\n%b" % (head, len(body), body)


def serve() -> None:
    """Be the web until it is ended."""

    async def main() -> None:
        async with await asyncio.start_server(Web().talk, "0.0.0.0", PORT, backlog=1024) as server:
            await server.serve_forever()

    asyncio.run(main())


@contextmanager
def served() -> Iterator[None]:
    """The web, while it is needed."""
    process = multiprocessing.Process(target=serve, daemon=True)
    process.start()
    try:
        for _ in range(100):
            try:
                ask("/asked")
                break
            except OSError:
                time.sleep(0.1)
        yield
    finally:
        process.terminate()


def ask(path: str) -> dict[str, Any]:
    """What the web says of itself."""
    with urllib.request.urlopen(f"http://127.0.0.1:{PORT}{path}", timeout=30) as answer:
        return dict(json.loads(answer.read() or b"{}"))


def configuration(sources: int, hosts: int, *, mixed: bool) -> str:
    """A sources.yaml with so many feeds; YAML holds JSON."""
    each = -(-sources // hosts)
    feeds = [
        {"id": f"s{n}", "kind": "feed", "url": f"http://{host(n // each)}:{PORT}/{n}.xml"}
        for n in range(sources)
    ]
    if mixed:
        random.Random(1).shuffle(feeds)
    return json.dumps(
        {
            "newsletter": {"title": "Many", "url": "https://many.example/"},
            "themes": [{"id": "all", "title": "All", "description": "everything"}],
            "fetch": {
                "per_host_delay": 1.0,
                "allow_private": [f"{host(n)}:{PORT}" for n in range(hosts)],
            },
            "sources": feeds,
        }
    )


def main() -> int:
    """Fetch three hours; 1 where one took ten minutes, lost a source or asked a host too soon."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--sources", type=int, default=5000)
    options.add_argument("--hosts", type=int, default=250)
    options.add_argument("--mixed", action="store_true", help="sources of a host stand apart")
    asked = options.parse_args()
    fine = True
    with tempfile.TemporaryDirectory() as folder, served():
        text = configuration(asked.sources, asked.hosts, mixed=asked.mixed)
        Path(folder, "sources.yaml").write_text(text)
        print("hour         wall s   cpu s  peak MB   asked   whole  at once  least pause s    new")
        for number, (phase, hour) in enumerate(PHASES.items()):
            ask(f"/hour/{hour}")
            now = (NOW + timedelta(hours=6 * number)).isoformat()
            wall, cpu, peak, printed = measured(sys.executable, FETCH, folder, now)
            web, done = ask("/asked"), json.loads(printed)
            new = sum(one["new"] for one in done["sources"])
            print(
                f"{phase:12}{wall:7.1f}{cpu:8.1f}{peak:9.0f}{web['answered']:8}{web['whole']:8}"
                f"{web['most']:9}{web['smallest']:15.3f}{new:7}",
                flush=True,
            )
            fine &= wall < 600 and web["answered"] >= asked.sources and web["smallest"] > 0.99
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
