"""A store with rows in every table."""

from __future__ import annotations

import numpy as np

from digest.model import Evidence, Story, Tag
from digest.store.database import Store
from tests.store.making import HOUR, NOW, comment, issue, item, whole_item
from tests.store.test_sources_documents import STATE, document

A, B = "aaaaaaaaaa", "bbbbbbbbbb"


def fill(store: Store) -> None:
    """Do a little of everything that writes."""
    store.sources.save(STATE, kind="feed", url="https://lab.example/feed", name="The Lab")
    store.documents.add(document())
    store.items.apply([whole_item(), item("lab/one"), item("lab/two")], now=NOW)
    store.items.apply([item("lab/one", text="Edited — “twice”.")], now=NOW + HOUR)
    store.items.apply([item("forum/whole", comments=(comment("c9"),))], now=NOW + HOUR)
    store.items.apply([whole_item()], now=NOW + HOUR)
    store.items.record_ways([("lab/one", "lab", "one", "f")], now=NOW)
    evidence = (Evidence("keyword", "x", 0.25),)
    store.tags.save([Tag("lab/one", "policy", 1 / 3, True, evidence)], {"policy": "p"})
    store.embeddings.save("m", ["lab/one"], np.full((1, 8), 0.1))
    store.stories.save([Story(A, "A", ("lab/one",)), Story(B, "B", ("lab/two",))])
    store.stories.save([Story(A, "A", ("lab/one", "lab/two"))])
    store.decisions.add(A, "keep", "", NOW)
    store.issues.publish(issue(), "# Draft", NOW)
    store.entry_tags.replace(
        {("2026-w27", 0): [Tag("2026-w27#0", "policy", 0.5, True, evidence)]}, "m"
    )
    store.drafts.remember("2026-w27", "k", "Text.", NOW)
    store.drafts.set_state("2026-w27", ["k"], "present", NOW)
    store.drafts.save_text("2026-w27", "# Draft", NOW)
    store.trackers.add("list", [{"year": "2026", "link": "https://x.example/"}], NOW)
    store.trackers.file("2026-w27", [("k", "list", {"year": "2025"})], NOW)
    store.answers.keep("k", "An answer.", model="m", tokens=3, now=NOW)
    store.runs.finish(store.runs.start("fetch", NOW), NOW, 0, {"new": 3})
    assert [table for table, rows in store.counts().items() if rows == 0] == []
