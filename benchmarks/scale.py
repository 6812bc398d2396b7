"""What an hour costs where a million items and ten years of issues are stored.

    python -m benchmarks.scale FOLDER [--items 10000,100000,1000000] [--abstracts FILE.xz]

For each number of items a project is made once in FOLDER and kept: items spread over ten years,
five hundred published issues, ten thousand decisions. A number above 100,000 is made of the one a
tenth as large, each copy with other words and at other dates. Then commands are called as cron and
people call them: a first run, which settles what the making left open and builds the site; a run in
an hour in which thirty of a hundred due sources have ten new items each; one in which all hundred
say that nothing is new; one in which none is due; the inbox, searches, the status, a backup. Prints
CPU seconds, wall seconds and peak memory of each, and how the cost grew from one number of items to
the next.
"""

from __future__ import annotations

import argparse
import json
import shlex
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from xml.sax.saxutils import escape

from benchmarks.scale_store import END, LATELY, Marks, abstracts, made, make
from benchmarks.scale_times import multiply
from digest.config.load import load
from digest.language import embedding
from digest.sort.tags import fingerprint
from digest.sort.text import embedded
from digest.store.database import Store

CHECKOUT = Path(__file__).resolve().parent.parent
DUE, BUSY, EACH = 100, 30, 10
QUERIES = (
    "learning", "model agents policy", '"large language"', "quasicrystal", "zebrafish quasicrystal"
)  # fmt: skip
"""A common word, three of them, a phrase, a rare word, and words that stand together nowhere."""
WHOLE = 100_000
"""Up to so many items are made one by one."""
Texts = list[tuple[str, str]]
BETWEEN = """
import json, resource, subprocess, sys
code = subprocess.run(sys.argv[2:]).returncode
used = resource.getrusage(resource.RUSAGE_CHILDREN)
with open(sys.argv[1], "w") as note:
    json.dump([used.ru_utime + used.ru_stime, used.ru_maxrss], note)
sys.exit(code)
"""
"""Runs a command and notes its CPU seconds and peak kilobytes."""
_ALONE = """
import resource, sys, time
from datetime import datetime
from pathlib import Path
from digest.pipeline.embedder import embedder_of
from digest.pipeline.project import Project
from digest.pipeline.search import search
from digest.pipeline.triage import inbox
sources, now, *words = sys.argv[1:]
with Project.open(Path(sources), now=datetime.fromisoformat(now)) as project:
    embedder_of(project).embed(["warm"])
    cpu, wall = time.process_time(), time.perf_counter()
    search(project, words, limit=20) if words else inbox(project, theme=None, limit=20)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    print(cpu, wall, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""
"""Times a search, or the inbox, in a process that has the program and its model loaded."""


# ------------------------------------------------------------------------------------- the project


def configuration(port: int) -> str:
    """A sources.yaml: this project's own first three themes, and five hundred feeds on loopback."""
    own = load(CHECKOUT / "sources.yaml")
    feeds = [
        {"id": f"source-{n}", "kind": "feed", "url": f"http://127.0.0.1:{port}/{n}.xml"}
        for n in range(500)
    ]
    return json.dumps(
        {
            "newsletter": {"title": "Trial", "url": "https://trial.example/"},
            "themes": [theme.model_dump(mode="json") for theme in own.themes[:3]],
            "sources": feeds,
            "fetch": {"per_host_delay": 0, "allow_private": [f"127.0.0.1:{port}"]},
        },
        indent=1,
    )


def marks(folder: Path) -> Marks:
    """By what this version computes tags and vectors."""
    model = embedding.load()
    themes = load(folder / "sources.yaml").themes
    return Marks(
        model.name,
        {theme.id: fingerprint(theme, themes, model.name) for theme in themes},
        lambda items: model.embed([embedded(item) for item in items]),
    )


def project(folder: Path, count: int, texts: Texts) -> Path:
    """The project of that many items, made where it is not there."""
    kept = folder / str(count)
    if (kept / "data" / "digest.db").exists():
        return kept
    (kept / "data").mkdir(parents=True, exist_ok=True)
    (kept / "sources.yaml").write_text(configuration(1), encoding="utf-8")
    part = kept / "making.db"
    part.unlink(missing_ok=True)
    if count > WHOLE:
        smaller = folder / str(count // 10)
        project(folder, count // 10, texts)
        with Store.open(smaller / "data" / "digest.db") as store:
            store.db.rows("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copy(smaller / "data" / "digest.db", part)
        multiply(part, 10, texts, END)
    else:
        make(part, count, texts, marks(kept))
    part.rename(kept / "data" / "digest.db")
    return kept


def settled(kept: Path) -> None:
    """Say that the tags are of this version, and give the last months their own vectors."""
    wanted = marks(kept)
    with Store.open(kept / "data" / "digest.db") as store:
        lately = store.items.ids_since(END - LATELY)
        held = store.embeddings.load(wanted.model, lately[:1])
        item = store.items.get(lately[0])
        if not held.size or abs(float(held[0] @ wanted.vectors([item])[0]) - 1) > 0.01:
            for start in range(0, len(lately), 2000):
                ids = lately[start : start + 2000]
                items = store.items.many(ids)
                store.embeddings.save(wanted.model, ids, wanted.vectors(list(items.values())))
        for theme, mark in wanted.themes.items():
            with store.transaction():
                store.db.execute(
                    "UPDATE tags SET fingerprint = ?1 WHERE theme = ?2 AND fingerprint <> ?1",
                    (mark, theme),
                )
                store.db.execute(
                    "UPDATE progress SET fingerprint = ? WHERE work = ?", (mark, f"tags {theme}")
                )


# ----------------------------------------------------------------------------------------- the web


class Feeds(BaseHTTPRequestHandler):
    """Thirty feeds with ten new items in each hour; the others say that nothing changed."""

    protocol_version = "HTTP/1.1"
    now = END
    texts: Texts = []  # noqa: RUF012 - set once, before anything is served
    busy = BUSY

    def do_GET(self) -> None:
        """Answer with a feed."""
        number = int(self.path.strip("/").partition(".")[0] or 0)
        body = self._feed(number).encode() if number < self.busy else b""
        self.send_response(200 if body else 304)
        if body:
            self.send_header("Content-Type", "application/rss+xml")
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _feed(self, source: int) -> str:
        hour = int(self.now.timestamp() // 3600)
        items = []
        for place in range(EACH):
            number = (hour * BUSY + source) * EACH + place
            item = made(number, self.texts, self.now)
            link = f"https://source-{source}.example/new/{number}"
            date = f"{self.now - timedelta(minutes=30):%a, %d %b %Y %H:%M:%S} GMT"
            items.append(
                f"<item><title>{escape(item.title)}</title><link>{link}</link><guid>{link}</guid>"
                f"<pubDate>{date}</pubDate><description>{escape(item.text)}</description></item>"
            )
        head = f"<title>Source {source}</title><link>https://source-{source}.example/</link>"
        return f'<rss version="2.0"><channel>{head}{"".join(items)}</channel></rss>'

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Say nothing."""


@contextmanager
def web(texts: Texts) -> Iterator[int]:
    """Serve the feeds; the port."""
    Feeds.texts = texts
    server = ThreadingHTTPServer(("127.0.0.1", 0), Feeds)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    server.server_close()


# -------------------------------------------------------------------------------------- the figures


@dataclass(frozen=True)
class Cost:
    """What a command cost: seconds, and megabytes at most."""

    cpu: float
    wall: float
    memory: float
    said: str = ""


def called(kept: Path, now: datetime, *words: str) -> Cost:
    """Call a command in a process of its own."""
    program = [sys.executable, "-m", "digest", "-C", str(kept), "--now", now.isoformat(), *words]
    began = time.perf_counter()
    with tempfile.NamedTemporaryFile() as note:
        # A process begins as large as the one that starts it: so a small one stands between.
        between = [sys.executable, "-S", "-c", BETWEEN, note.name, *program]
        done = subprocess.run(between, capture_output=True, text=True, check=False)
        wall = time.perf_counter() - began
        if done.returncode not in (0, 3):
            raise SystemExit(f"{words} ended with {done.returncode}: {done.stderr[-2000:]}")
        cpu, memory = json.loads(Path(note.name).read_text(encoding="utf-8"))
    return Cost(cpu, wall, memory / 1024, done.stdout)


def alone(kept: Path, now: datetime, *words: str) -> Cost:
    """What a search costs, or the inbox without words, beside the start of the program."""
    program = [sys.executable, "-c", _ALONE, str(kept / "sources.yaml"), now.isoformat(), *words]
    done = subprocess.run(program, capture_output=True, text=True, check=True, cwd=CHECKOUT)
    cpu, wall, memory = map(float, done.stdout.split())
    return Cost(cpu, wall, memory / 1024)


def due(kept: Path, now: datetime, count: int = DUE) -> None:
    """Make so many sources due and no others: a hundred, as in any hour of any day."""
    with closing(sqlite3.connect(kept / "data" / "digest.db")) as db:
        for number in range(500):
            later = now + timedelta(days=1 if number >= count else -1)
            db.execute(
                "UPDATE sources SET next_due = ?, etag = 'x' WHERE id = ?",
                (f"{later:%Y-%m-%dT%H:%M:%SZ}", f"source-{number}"),
            )
        db.commit()


def hours(kept: Path) -> Iterator[tuple[str, Cost]]:
    """The commands and their costs, one after another."""
    clock = kept / "hour"
    now = END + timedelta(hours=int(clock.read_text()) if clock.exists() else 1)

    def hour(name: str) -> tuple[str, Cost]:
        nonlocal now
        due(kept, now)
        Feeds.now = now
        cost = called(kept, now, "run", "--json")
        report = json.loads(cost.said)
        now += timedelta(hours=1)
        clock.write_text(str(round((now - END) / timedelta(hours=1))))
        return f"{name}: {report['fetch']['new']} new", cost

    yield hour("first run")
    yield hour("run")
    yield hour("run")
    Feeds.busy = 0
    yield hour("run")
    Feeds.busy = BUSY
    due(kept, now, 0)
    yield "run, nothing due", called(kept, now, "run")
    yield "inbox", called(kept, now, "inbox")
    yield "inbox, the query alone", alone(kept, now)
    yield "inbox of a theme", called(kept, now, "inbox", "--theme", "self-improvement")
    for query in QUERIES:
        words = shlex.split(query)
        yield f"search {query}", called(kept, now, "search", *words)
        yield f"search {query}, the query alone", alone(kept, now, *words)
    yield "status", called(kept, now, "status")
    yield "stats", called(kept, now, "stats")
    yield "backup", called(kept, now, "backup")
    for file in (kept / "data" / "backups").glob("*"):
        file.unlink()


def main() -> None:
    """Make what is not there, measure, compare."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--items", default="10000,100000,1000000")
    parser.add_argument("--abstracts", type=Path)
    options = parser.parse_args()
    texts = abstracts(options.abstracts)
    found: dict[int, dict[str, Cost]] = {}
    with web(texts) as port:
        for count in map(int, options.items.split(",")):
            kept = project(options.folder, count, texts)
            (kept / "sources.yaml").write_text(configuration(port), encoding="utf-8")
            settled(kept)
            print(f"{count:,} items, {_gigabytes(kept):.2f} GB")
            costs = found.setdefault(count, {})
            for name, cost in hours(kept):
                costs[name] = cost
                print(
                    f"  {name:44} {cost.cpu:8.2f} s CPU {cost.wall:8.2f} s {cost.memory:6.0f} MB",
                    flush=True,
                )
    for fewer, more in zip(found, list(found)[1:], strict=False):
        for name in ("run: 300 new", "run: 0 new", "inbox", "backup"):
            if name in found[fewer] and name in found[more]:
                growth = found[more][name].cpu / found[fewer][name].cpu
                print(f"{name}, from {fewer:,} to {more:,} items: {growth:.2f} times the CPU")


def _gigabytes(kept: Path) -> float:
    return (kept / "data" / "digest.db").stat().st_size / 1e9


if __name__ == "__main__":
    main()
