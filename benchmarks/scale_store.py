"""How the store's work grows with what is stored: a database of N items, then an hour's work on it.

Usage: python benchmarks/scale_store.py ITEMS FOLDER [--abstracts arxiv-2025.jsonl.xz]

The database is made once in FOLDER and kept; the hour's work is done on a copy that is thrown away.
Items are real abstracts with words exchanged among them, spread over ten years; without a file of
abstracts, texts are made of invented words. Prints one line for each operation: CPU and wall
seconds, and how many rows it was about.
"""

from __future__ import annotations

import argparse
import json
import lzma
import random
import resource
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from digest.model import Entry, Evidence, Issue, Item, Link, ReadMore, SourceState, Story, Tag, Why
from digest.store import upkeep
from digest.store.database import Store

END = datetime(2026, 6, 29, 12, tzinfo=UTC)
YEARS = timedelta(days=3650)
THEMES = {"self-improvement": "f1", "simulation": "f2", "policy": "f3"}
MODEL = "bench-256"
SOURCES = 500
LATELY = timedelta(days=90)
BATCH = 5000

T = TypeVar("T")
Vectors = Callable[[list[Item]], np.ndarray[Any, np.dtype[np.float32]]]


@dataclass(frozen=True)
class Marks:
    """By what the tags and vectors of a made database are said to have been computed.

    `vectors` makes those of the last three months; older ones, which an hour never reads, are
    drawn by lot.
    """

    model: str = MODEL
    themes: Mapping[str, str] = field(default_factory=lambda: THEMES)
    vectors: Vectors = lambda items: drawn(len(items), len(items))


def abstracts(path: Path | None) -> list[tuple[str, str]]:
    """Titles and texts to make items of."""
    if path is None:
        words = [f"w{n:x}" for n in range(20_000)]
        pick = random.Random(1)
        return [
            (" ".join(pick.choices(words, k=9)), " ".join(pick.choices(words, k=160)))
            for _ in range(5000)
        ]
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [(row["title"], row["abstract"]) for row in rows]


def made(number: int, texts: list[tuple[str, str]], when: datetime) -> Item:
    """The item of that number: an abstract with a fifth of its words from another one."""
    pick = random.Random(number)
    title, text = pick.choice(texts)
    other = pick.choice(texts)[1].split() or ["else"]
    words = [pick.choice(other) if pick.random() < 0.2 else word for word in text.split()]
    source = f"source-{number % SOURCES}"
    text = " ".join(words)
    return Item(
        id=f"{source}/{number:010x}",
        source_id=source,
        entry_id=f"https://{source}.example/{number}",
        url=f"https://{source}.example/{number}",
        title=f"{title} {number}",
        authors=("Ada Quill", f"Author {number % 90_000}"),
        published=when,
        text=text,
        html=f"<p>{text}</p>",
        links=(
            *(Link(f"https://linked.example/{pick.randrange(2_000_000)}") for _ in range(2)),
            _link_to(pick.randrange(number + 1)),
        ),
        external_ids={"arxiv": f"{number:010d}"} if number % 3 == 0 else {},
        categories=("cs.AI",),
        fingerprint=f"{number:x}",
    )


def _link_to(number: int) -> Link:
    return Link(f"https://source-{number % SOURCES}.example/{number}")


def tags(items: list[Item], themes: Iterable[str]) -> list[Tag]:
    """A tag for each item and theme, with evidence of the usual length."""
    found = []
    for item in items:
        pick = random.Random(item.id)
        for theme in themes:
            score = pick.random() ** 3
            evidence = tuple(
                Evidence("keyword", pick.choice(item.title.split()), round(pick.random(), 3))
                for _ in range(4)
            )
            found.append(Tag(item.id, theme, score, score > 0.6, evidence))
    return found


def grouped(items: list[Item]) -> Iterator[Story]:
    """Stories of one item mostly, of two to four sometimes."""
    rest = list(items)
    while rest:
        pick = random.Random(rest[0].id)
        size = 1 if pick.random() < 0.8 else pick.randint(2, 4)
        members, rest = rest[:size], rest[size:]
        yield Story(
            id=f"{pick.getrandbits(40):010x}",
            title=members[0].title,
            item_ids=tuple(one.id for one in members),
            joins=tuple((one.id, "near-equal text 0.97") for one in members[1:]),
            themes=("policy",) if pick.random() < 0.1 else (),
            score=pick.random(),
            why="policy 0.71, two sources, new",
        )


def drawn(count: int, seed: int) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Unit vectors."""
    found = np.random.default_rng(seed).standard_normal((count, 256), dtype=np.float32)
    lengths: np.ndarray[Any, np.dtype[np.float32]] = np.linalg.norm(found, axis=1, keepdims=True)
    return found / lengths


def add(store: Store, items: list[Item], now: datetime, marks: Marks) -> None:
    """What fetch and sort write for these items."""
    store.items.apply(items, now=now)
    store.items.record_ways(
        [(one.id, one.source_id, one.entry_id, one.fingerprint) for one in items], now=now
    )
    near = END - now < LATELY
    found = marks.vectors(items) if near else drawn(len(items), len(items))
    store.embeddings.save(marks.model, [one.id for one in items], found)
    store.tags.save(tags(items, marks.themes), marks.themes)
    _, revision = store.stories.unplaced()
    store.stories.save(list(grouped(items)))
    store.stories.placed(revision)


def make(
    path: Path,
    count: int,
    texts: list[tuple[str, str]],
    marks: Marks = Marks(),
) -> None:
    """A database of that many items, five hundred issues, ten thousand decisions."""
    with Store.open(path) as store:
        for number in range(SOURCES):
            state = SourceState(f"source-{number}", last_success=END, last_attempt=END)
            store.sources.save(state, kind="feed", url=f"https://{number}.example", name="")
        for start in range(0, count, BATCH):
            numbers = range(start, min(count, start + BATCH))
            moments = [END - YEARS * (1 - number / count) for number in numbers]
            items = [made(n, texts, when) for n, when in zip(numbers, moments, strict=True)]
            with store.transaction():
                add(store, items, moments[-1], marks)
            print(f"\r{numbers[-1] + 1:,} items", end="", flush=True)
        print()
        stories = [row["id"] for row in store.db.rows("SELECT id FROM stories ORDER BY id")]
        with store.transaction():
            told = {stories[place % len(stories)] for place in range(2500)}
            for story_id in sorted(told):
                store.decisions.add(story_id, "keep", "", END)
            for story_id in stories[:: max(1, len(stories) // 7500)]:
                if story_id not in told:
                    store.decisions.add(story_id, "skip", "", END)
            for number in range(500):
                store.issues.publish(issue(number, stories), "# Draft\n" * 500, END)


def issue(number: int, stories: list[str]) -> Issue:
    """A published issue of five entries."""
    day = (END - timedelta(weeks=500 - number)).date()
    entries = tuple(
        Entry(
            key=stories[(number * 5 + place) % len(stories)],
            headline=f"Headline {number} {place}:",
            body="A paragraph with a quote. " * 20,
            why=Why("It matters", "Because. " * 20),
            read_more=(ReadMore("Paper", f"https://linked.example/{number * 5 + place}"),),
        )
        for place in range(5)
    )
    year, week, _ = day.isocalendar()
    name = f"{year}-w{week:02}"
    return Issue(name, number + 1, f"Issue {number + 1}", date=day, entries=entries)


def measured(what: str, work: Callable[[], T], size: Callable[[T], int] | None = None) -> T:
    """Do something and print what it cost."""
    cpu, wall = time.process_time(), time.perf_counter()
    result = work()
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    rows = f"{size(result):,}" if size else ""
    print(f"{what:58} {cpu:8.3f} s CPU {wall:8.3f} s {rows:>12}", flush=True)
    return result


def hour(path: Path, count: int, texts: list[tuple[str, str]]) -> None:
    """An hourly run's work with 300 new items, then what a person asks."""
    now = END + timedelta(hours=1)
    numbers = range(count, count + 300)
    items = [made(number, texts, now - timedelta(minutes=30)) for number in numbers]
    ids = [item.id for item in items]
    store = measured("open", lambda: Store.open(path))
    with store:
        measured("source states", store.sources.states, len)
        measured("known, 300 new", lambda: store.items.known(ids), len)
        old = [made(n, texts, END).id for n in range(0, count, max(1, count // 3000))]
        measured("known, 3,000 stored all over", lambda: store.items.known(old), len)
        with store.transaction():
            measured("apply 300 new", lambda: store.items.apply(items, now=now))
            ways = [(one.id, one.source_id, one.entry_id, one.fingerprint) for one in items]
            measured("record their ways", lambda: store.items.record_ways(ways, now=now))
        with store.transaction():
            measured("embeddings missing", lambda: store.embeddings.missing(MODEL), len)
            new = drawn(300, 7)
            measured("embeddings save", lambda: store.embeddings.save(MODEL, ids, new))
            for theme, computed in THEMES.items():
                stale = partial(store.tags.stale, theme, computed)
                assert measured(f"tags stale, {theme}", stale) == ids
            since = now - timedelta(days=30)
            measured(
                "tags stale after the theme changed, 30 days",
                lambda: store.tags.stale("policy", "new", since=since),
                len,
            )
            measured("tags save, 900", lambda: store.tags.save(tags(items, THEMES), THEMES))
            waiting, revision = measured("unplaced", store.stories.unplaced)
            assert waiting == ids
            related = measured("related to the 300", lambda: store.items.related(ids), len)
            near = measured("ids of the last 30 days", lambda: store.items.ids_since(since), len)
            scope = [*near, *related]
            measured("items of those, whole", lambda: store.items.many(scope), len)
            measured("vectors of those", lambda: store.embeddings.load(MODEL, scope), len)
            measured("stories of those", lambda: store.stories.of_items(scope), len)
            measured("stories of the last 30 days", lambda: store.stories.since(since), len)
            measured("stories save, 300", lambda: store.stories.save(list(grouped(items))))
            store.stories.placed(revision)
            measured("tags of those", lambda: store.tags.of(scope), len)
        measured("decisions, current", store.decisions.current, len)
        measured("covered", store.issues.covered, len)
        measured("commit and checkpoint", lambda: upkeep.checkpoint(store))
        print("-- asked by a person")
        measured("inbox, 50", lambda: store.stories.inbox(limit=50), len)
        measured("inbox, 50 of a theme", lambda: store.stories.inbox(limit=50, theme="policy"), len)
        none = measured("inbox of a theme nobody has", lambda: store.stories.inbox(theme="x"), len)
        assert not none
        for query in ("learning", "model agents policy", '"large language"', "quasicrystal", "zzz"):
            measured(f"search {query}", partial(store.search.ranked, query, 1000), len)
        measured("health of all sources", lambda: store.sources.health(now), len)
        measured("counts", store.counts, len)
        measured("items by kind", store.items.kinds, len)
        measured("sizes", lambda: upkeep.sizes(store), len)
        measured("backup", lambda: upkeep.backup(store, path.with_name("backup.db")))
        print("-- sizes")
        for one in upkeep.sizes(store)[:12]:
            print(f"{one.table:20} {one.rows:12,} rows {one.size / 1e6:10.1f} MB")
        print(f"{'file':20} {'':17} {upkeep.file_size(store) / 1e6:10.1f} MB")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory {peak:.0f} MB")


def main() -> None:
    """Make the database if it is not there, then measure on a copy."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("items", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--abstracts", type=Path)
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    kept, work = asked.folder / f"{asked.items}.db", asked.folder / "work.db"
    texts = abstracts(asked.abstracts)
    if not kept.exists():
        part = asked.folder / "making.db"
        part.unlink(missing_ok=True)
        measured("make the database", lambda: make(part, asked.items, texts))
        part.rename(kept)
    shutil.copyfile(kept, work)
    hour(work, asked.items, texts)
    for file in asked.folder.glob("work.db*"):
        file.unlink()
    (asked.folder / "backup.db").unlink(missing_ok=True)


if __name__ == "__main__":
    main()
