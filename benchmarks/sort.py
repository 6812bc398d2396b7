"""How fast sorting is, through the store and the pipeline, as an hourly run does it.

    python -m benchmarks.sort [--items 10000] [--stored 100000] [--new 300] [--sample 256]

First: so many abstracts sorted from nothing in a new project. Then: so many new ones on top of a
project that holds many more. Beside them the mere embedding of a sample of the same texts by a
model of the shape of all-MiniLM-L6-v2 (6 layers, 384 wide, 12 heads, 1536 within, 30,522 pieces),
in ONNX on one thread, scaled up. Its weights are random, for the true ones are a download: what it
costs is the same, for no number of them is looked at.

The abstracts are those of ../shared/data/quality; where more are asked for than there are, they
come again with their sentences turned round and the words of the title mixed. Times are CPU seconds
of processes that do nothing else (user and system).
"""

from __future__ import annotations

import argparse
import itertools
import json
import lzma
import multiprocessing
import os
import re
import resource
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np

from digest.model import Item

QUALITY = Path(__file__).parents[2] / "shared" / "data" / "quality"
NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
A_YEAR = 365.0
PROJECT = """
newsletter: {title: Benchmark, url: "https://example.org/"}
themes:
  - id: self-improvement
    title: Self-improvement
    description: AI systems that improve AI systems, from self-play to automated research.
    keywords: [self-improvement, self-play, self-evolving]
    arxiv: [cs.AI]
  - id: simulation
    title: Simulation
    description: Simulated worlds and environments for training and testing agents and robots.
    keywords: [simulation, simulator, world model]
    arxiv: [cs.RO]
  - id: policy
    title: Policy
    description: Laws, regulation, standards and institutions for AI, their costs and effects.
    keywords: [policy, regulation, governance, audit]
    arxiv: [cs.CY]
sources:
  - {id: arxiv, kind: feed, url: "https://example.org/feed"}
"""


def lines(name: str) -> Iterator[dict[str, Any]]:
    """The rows of a set, in their order."""
    with lzma.open(QUALITY / f"{name}.jsonl.xz", "rt", encoding="utf-8") as stream:
        yield from map(json.loads, stream)


def papers(count: int) -> list[Item]:
    """So many abstracts as items."""
    from digest.sort.rows import item_of

    rows = itertools.islice(lines("arxiv-2025"), count)
    found = [
        item_of(row | {"text": row["abstract"], "published": row["date"], "source": "arxiv"})
        for row in rows
    ]
    known = len(found)
    for number in range(known, count):
        found.append(_another(found[number % known], number))
    return found


def _another(item: Item, number: int) -> Item:
    """An item of much the same words that is another one."""
    turned = ". ".join(reversed(item.text.split(". ")))
    words = item.title.split()
    cut = number % max(len(words), 1)
    title = " ".join([*words[cut:], *words[:cut]])
    return replace(
        item, id=f"{item.id}-{number}", url="", title=title, text=turned, external_ids={}
    )


def dated(items: list[Item], first: datetime, last: datetime) -> list[Item]:
    """The items, published evenly from one moment to another."""
    step = (last - first) / max(len(items), 1)
    return [
        replace(item, published=first + number * step, entry_id=item.id, fingerprint="1")
        for number, item in enumerate(items)
    ]


def store(folder: Path, items: list[Item]) -> None:
    """Put items into a project, each seen when it was published."""
    from digest.pipeline.project import Project

    (folder / "sources.yaml").write_text(PROJECT, encoding="utf-8")
    with Project.open(folder / "sources.yaml", now=NOW) as project:
        for start in range(0, len(items), 2000):
            project.store.items.apply(items[start : start + 2000], now=NOW)


def _sort(folder: Path, pipe: Connection) -> None:
    start = time.process_time()
    from digest.pipeline.project import Project
    from digest.pipeline.sort import sort

    with Project.open(folder / "sources.yaml", now=NOW) as project:
        done = sort(project)
    pipe.send((time.process_time() - start, _peak(), done.summary()))


def _peak() -> float:
    """The most memory that this program held, in MB.

    Asked of the kernel's page about it where there is one: `getrusage` also counts what the caller
    held when it began this process.
    """
    status = Path("/proc/self/status")
    if status.exists():
        found = re.search(r"^VmHWM:\s*(\d+) kB$", status.read_text(), re.MULTILINE)
        if found:
            return int(found[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def sorting(folder: Path) -> tuple[float, float, str]:
    """Sort in a process of its own: CPU seconds, peak in MB, what was done."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_sort, args=(folder, there))
    process.start()
    there.close()
    result: tuple[float, float, str] = here.recv()
    process.join()
    return result


def told(what: str, result: tuple[float, float, str]) -> float:
    """Print a result; its CPU seconds."""
    seconds, peak, summary = result
    print(f"{what}: {seconds:.2f} s of CPU, peak {peak:.0f} MB ({summary})", flush=True)
    return seconds


def peer(texts: list[str], folder: Path) -> float:
    """CPU seconds for each text that a model of MiniLM's shape takes on one thread."""
    from benchmarks.minilm import make
    from digest.language.onnx import load

    model = load(make(folder / "minilm"))
    model.embed(texts[:16])
    start = time.process_time()
    model.embed(texts)
    return (time.process_time() - start) / len(texts)


def main() -> None:
    """Measure and print."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[name] = "1"
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=10_000)
    parser.add_argument("--stored", type=int, default=100_000)
    parser.add_argument("--new", type=int, default=300)
    parser.add_argument("--sample", type=int, default=256)
    asked = parser.parse_args()
    everything = papers(max(asked.items, asked.stored + asked.new))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fresh, large = folder / "fresh", folder / "large"
        fresh.mkdir()
        large.mkdir()
        month = timedelta(days=30)
        store(fresh, dated(everything[: asked.items], NOW - month, NOW))
        whole = told(f"{asked.items} from nothing", sorting(fresh))
        if asked.sample:
            from digest.sort.text import embedded

            picked = np.linspace(0, asked.items - 1, asked.sample).astype(int)
            texts = [embedded(everything[at]) for at in picked]
            each = peer(texts, folder)
            alone = each * asked.items
            print(
                f"embedding alone by a model of MiniLM's shape: {each * 1000:.1f} ms a text, "
                f"{alone:.0f} s for all of them: {alone / whole:.1f} times as much"
            )
        if asked.stored:
            year = timedelta(days=A_YEAR)
            store(large, dated(everything[: asked.stored], NOW - year, NOW - timedelta(hours=1)))
            told(f"{asked.stored} from nothing", sorting(large))
            last = everything[asked.stored : asked.stored + asked.new]
            store(large, dated(last, NOW - timedelta(hours=1), NOW))
            told(f"{len(last)} new on top of {asked.stored}", sorting(large))
            told("nothing new", sorting(large))


if __name__ == "__main__":
    main()
