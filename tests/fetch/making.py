"""Settings, sources, feeds and a memory for the tests: only what a test speaks of."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from html import escape
from typing import Any

from digest.config.schema import FeedSource, Fetching
from digest.fetch.changes import merge
from digest.fetch.kinds import Failed, Gathered, KnownItem
from digest.model import Item

NOW = datetime(2026, 6, 29, 12, 0, tzinfo=UTC)


def settings(*places: str, **given: Any) -> Fetching:
    """Settings without pauses, in which these places may be private."""
    defaults = {"allow_private": places, "per_host_delay": 0, "timeout": 1.0, "arxiv_delay": 0}
    return Fetching.model_validate(defaults | given)


def feed_source(url: str, name: str = "lab", **given: Any) -> FeedSource:
    """A source of kind feed."""
    return FeedSource(id=name, kind="feed", url=url, **given)


def entry(n: object, text: str = "Plain words.", **given: str) -> str:
    """One RSS item; an element given as empty is left out."""
    parts = {
        "title": f"Item {n}",
        "link": f"https://lab.example/{n}",
        "guid": f"https://lab.example/{n}",
        "pubDate": "Mon, 01 Jun 2026 10:00:00 GMT",
        "description": text,
    } | given
    inner = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in parts.items() if value)
    return f"<item>{inner}</item>"


def rss(*entries: str, channel: str = "") -> bytes:
    """An RSS feed."""
    head = "<title>The Lab</title><link>https://lab.example/</link><description>d</description>"
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel>'
        f"{head}{channel}{''.join(entries)}</channel></rss>"
    ).encode()


class Memory:
    """What is stored, as a store would answer; applies results as the pipeline does."""

    def __init__(self) -> None:
        self.items: dict[str, Item] = {}
        self.said: defaultdict[str, dict[str, str]] = defaultdict(dict)

    def __call__(self, item_ids: Sequence[str]) -> Mapping[str, KnownItem]:
        return {
            name: KnownItem(self.items[name], dict(self.said[name]))
            for name in item_ids
            if name in self.items
        }

    def at(self, source_id: str, urls: Sequence[str]) -> Mapping[str, Sequence[str]]:
        found: defaultdict[str, list[str]] = defaultdict(list)
        for item in self.items.values():
            if item.url in urls and source_id in self.said[item.id]:
                found[item.url].append(item.id)
        return found

    def apply(self, results: Sequence[Gathered | Failed]) -> Counter[str]:
        """Store what came; how many items were new, edited, the same."""
        count: Counter[str] = Counter()
        for result in results:
            if isinstance(result, Failed):
                continue
            for item in result.items:
                change = merge(self.items.get(item.id), item)
                count[change.kind] += 1
                self.items[item.id] = change.item
            for item_id, _, mark in result.ways:
                self.said[item_id][result.source_id] = mark
        return count
