"""An hourly run costs what is new: no statement of it reads a large table from end to end."""

from __future__ import annotations

import re

import numpy as np

from digest.model import Evidence, SourceState, Story, Tag
from digest.store.database import Store
from tests.store.making import DAY, HOUR, NOW, item

LARGE = {
    "items",
    "item_sources",
    "item_versions",
    "item_links",
    "external_ids",
    "comments",
    "comment_versions",
    "embeddings",
    "tags",
    "stories",
    "story_items",
    "documents",
}


def hour(store: Store, *names: str) -> None:
    """What fetching and sorting ask and write when these items are new."""
    now = NOW + HOUR
    store.sources.states()
    store.sources.configured(["lab"])
    store.items.known(names)
    store.items.at("lab", ["https://lab.example/1"])
    with store.transaction():
        store.items.apply([item(name) for name in names], now=now)
        store.items.record_ways([(name, "lab", name, "f") for name in names], now=now)
        store.sources.save(SourceState("lab", last_success=now), kind="feed", url="", name="")
    store.documents.forget(NOW - 30 * DAY)
    missing = store.embeddings.missing("m")
    store.embeddings.save("m", missing, np.ones((len(missing), 4)))
    store.embeddings.load("m", missing)
    store.tags.drop_themes({"policy"})
    store.tags.stale("policy", "p", since=NOW - DAY)
    stale = store.tags.stale("policy", "p")
    tags = [Tag(name, "policy", 0.5, True, (Evidence("keyword", "x", 0.5),)) for name in stale]
    store.tags.save(tags, {"policy": "p"})
    store.tags.of(stale)
    fresh, revision = store.stories.unplaced()
    store.items.ids_since(NOW - DAY)
    store.items.related(fresh)
    store.items.many(fresh)
    store.items.first_seen(fresh)
    store.items.appearances(fresh)
    store.items.sources(fresh)
    store.items.texts(fresh)
    store.stories.many(store.stories.of_items(fresh).values())
    store.stories.save([Story(f"{name[-1] * 10}", "S", (name,)) for name in fresh])
    store.stories.placed(revision)
    store.stories.since(NOW - DAY)
    store.stories.resolve("1")
    store.stories.inbox(limit=5)
    store.stories.queue(NOW - DAY)
    store.decisions.current()


def test_no_statement_of_an_hourly_run_reads_a_large_table_whole(store: Store) -> None:
    hour(store, "lab/1", "lab/2", "lab/3")
    asked: set[str] = set()
    store.db.raw.set_trace_callback(asked.add)
    hour(store, "lab/4")
    store.db.raw.set_trace_callback(None)
    queries = [one for one in asked if re.match(r"\s*(SELECT|WITH|INSERT|UPDATE|DELETE)", one)]
    assert len(queries) > 40
    scans = []
    for query in queries:
        aliases = dict(re.findall(r"\b(?:FROM|JOIN)\s+(\w+)\s+AS\s+(\w+)", query))
        real = {alias: table for table, alias in aliases.items()}
        for row in store.db.rows(f"EXPLAIN QUERY PLAN {query}"):
            # To look for a least value where other conditions count is to walk an index.
            walked = r"SCAN |SEARCH (?=\w+ USING (?:COVERING )?INDEX \w+$)"
            found = re.match(
                rf"(?:{walked if ' WHERE ' in query else 'SCAN '})(\w+)(.*)", row["detail"]
            )
            # The inbox walks the stories best first and stops at its limit.
            stops = found and "stories_by_score" in found[2] and "FROM inbox" in query
            if found and not stops and real.get(found[1], found[1]) in LARGE:
                scans.append((row["detail"], query))
    assert scans == []
