"""Which member of a story is its primary source, and in what order the others follow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

from digest.model import Item
from digest.sort.covered import address_names, identities
from digest.sort.versions import bare_release

LATE = datetime.max.replace(tzinfo=UTC)
BARE = 400
_KINDS = {"paper": 0, "page": 1, "post": 1, "thread": 2}


def primary_first(items: Sequence[Item]) -> list[Item]:
    """The paper before the post, the post before the coverage, full text before a bare title.

    A release's notes, called by its version alone, come after the post that announces it.

    Coverage is told from what it covers by its links: what others of the story link to comes first.
    """
    linked = _linked(items) if len(items) > 1 else Counter()

    def place(item: Item) -> tuple[int, bool, bool, int, bool, datetime, str]:
        is_paper = item.kind == "paper" or "arxiv" in item.external_ids
        return (
            0 if is_paper else _KINDS[item.kind],
            bool(item.discusses),
            bare_release(item.title),
            -linked[item.id],
            len(item.text) < BARE,
            item.published or LATE,
            item.id,
        )

    return sorted(items, key=place)


def by_age(item: Item) -> tuple[datetime, str]:
    """What orders items from the earliest on; the undated come last."""
    return item.published or LATE, item.id


def _linked(items: Sequence[Item]) -> Counter[str]:
    """How many of the items link to each."""
    names = {item.id: identities(item) for item in items}
    found: Counter[str] = Counter()
    for item in items:
        targets = address_names([*(link.url for link in item.links), item.discusses])
        found.update(
            other.id
            for other in items
            if other.id != item.id and not targets.isdisjoint(names[other.id])
        )
    return found
