"""What earlier issues said about a story or its papers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from digest.language.tokens import words
from digest.markup.addresses import canonical
from digest.markup.identifiers import external_ids
from digest.model import Item, Story

# A shorter headline says too little to be recognised by its words alone.
TELLING_WORDS = 4


@dataclass(frozen=True, slots=True)
class Past:
    """An entry of an earlier issue.

    `key` is the entry's key (its story's id where it had one); `addresses` are those its Read more
    lines and its text link to.
    """

    issue_id: str
    number: int
    date: date | None
    key: str
    headline: str
    addresses: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()


def covered(story: Story, items: Mapping[str, Item], past: Sequence[Past]) -> list[Past]:
    """The earlier entries about this story or its papers, newest first.

    An entry is about it if it was made from it, if it links to a page or paper that is one of the
    story's items, or if it names an item's title in full.

    Args:
        story: What may have been covered.
        items: Its items by id.
        past: All entries of earlier issues.
    """
    members = [items[item_id] for item_id in story.item_ids if item_id in items]
    things = frozenset(name for item in members for name in identities(item))
    titles = frozenset(_title(item.title) for item in members) - {""}
    found = [
        entry
        for entry in past
        if entry.key == story.id
        or not things.isdisjoint(address_names(entry.addresses))
        or not titles.isdisjoint(map(_title, (entry.headline, *entry.titles)))
    ]
    return sorted(found, key=lambda entry: (entry.date or date.min, entry.number), reverse=True)


def identities(item: Item) -> frozenset[str]:
    """The names under which an item is known: its identifiers and its canonical addresses."""
    names = {
        f"{kind}:{item.external_ids[kind].lower()}"
        for kind in ("arxiv", "doi")
        if item.external_ids.get(kind)
    }
    return frozenset(names) | address_names((item.url, item.discusses))


def address_names(addresses: Sequence[str]) -> frozenset[str]:
    """The names that addresses stand for: an arXiv id, a DOI, else the canonical address."""
    names = set()
    for address in addresses:
        if not address:
            continue
        found = external_ids(address)
        work = [f"{kind}:{found[kind].lower()}" for kind in ("arxiv", "doi") if kind in found]
        names.add(work[0] if work else canonical(address))
    return frozenset(names)


def _title(title: str) -> str:
    found = words(title)
    return " ".join(found) if len(found) >= TELLING_WORDS else ""
