"""How fast the sort stage is: abstracts embedded, tagged, joined into stories and ranked.

    python -m benchmarks.sort [--items 10000]

The abstracts are those of ../shared/data/quality. Times are CPU seconds of this process.
"""

from __future__ import annotations

import argparse
import itertools
import json
import lzma
import resource
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from digest.config.schema import Theme
from digest.language.embedding import load
from digest.sort.ranks import rank
from digest.sort.rows import item_of
from digest.sort.stories import join
from digest.sort.tags import tag
from digest.sort.text import embedded

T = TypeVar("T")
QUALITY = Path(__file__).parents[2] / "shared" / "data" / "quality"

THEMES = (
    Theme(
        id="self-improvement",
        title="Self-improvement",
        description="AI systems that improve AI systems, from self-play to automated research.",
        keywords=("self-improvement", "self-play", "self-evolving"),
        arxiv=("cs.AI",),
    ),
    Theme(
        id="simulation",
        title="Simulation",
        description="Simulated worlds and environments for training and testing agents and robots.",
        keywords=("simulation", "simulator", "world model"),
        arxiv=("cs.RO",),
    ),
    Theme(
        id="policy",
        title="Policy",
        description="Laws, regulation, standards and institutions for AI, their costs and effects.",
        keywords=("policy", "regulation", "governance", "audit"),
        arxiv=("cs.CY",),
    ),
)


def lines(name: str) -> Iterator[dict[str, Any]]:
    """The rows of a set, in their order."""
    with lzma.open(QUALITY / f"{name}.jsonl.xz", "rt", encoding="utf-8") as stream:
        yield from map(json.loads, stream)


def timed(what: str, work: Callable[[], T]) -> T:
    """Do the work and print how much CPU time it took."""
    start = time.process_time()
    result = work()
    print(f"{what:<12}{time.process_time() - start:8.2f} s")
    return result


def main() -> None:
    """Sort so many abstracts from nothing and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=10_000)
    rows = itertools.islice(lines("arxiv-2025"), parser.parse_args().items)
    items = [
        item_of(row | {"text": row["abstract"], "published": row["date"], "source": "arxiv"})
        for row in rows
    ]
    start = time.process_time()
    vectors = timed("embedded", lambda: load().embed([embedded(item) for item in items]))
    tags = timed("tagged", lambda: tag(items, vectors, THEMES))
    stories = timed("joined", lambda: join(items, vectors))
    by_item = {
        item.id: tags[at * len(THEMES) : (at + 1) * len(THEMES)] for at, item in enumerate(items)
    }
    known = {item.id: item for item in items}
    now = datetime(2026, 1, 1, tzinfo=UTC)
    timed("ranked", lambda: rank(stories, known, by_item, {}, {}, now))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{'in all':<12}{time.process_time() - start:8.2f} s, peak {peak:.0f} MB")
    print(f"{len(items)} items, {len(stories)} stories")


if __name__ == "__main__":
    main()
