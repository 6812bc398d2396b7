"""What earlier issues said about a story or its papers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from digest.language.tokens import words
from digest.markup.addresses import canonical
from digest.markup.identifiers import external_ids
from digest.model import Item, Story
from digest.sort.text import TELLING_WORDS

# What begins a name that is none of the web's.
_KEY, _TITLE = "key ", "title "


@dataclass(frozen=True, slots=True)
class Past:
    """An entry of an earlier issue.

    `key` is the entry's key (its story's id where it had one); `addresses` are those its Read more
    lines and its text link to; `text` is what it says, without its headline.
    """

    issue_id: str
    number: int
    date: date | None
    key: str
    headline: str
    addresses: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    text: str = ""


class Archive:
    """The entries of earlier issues, to be asked about any number of stories."""

    def __init__(self, past: Sequence[Past]) -> None:
        self._past = past
        self._named: defaultdict[str, set[int]] = defaultdict(set)
        for place, entry in enumerate(past):
            names = {_KEY + entry.key, *address_names(entry.addresses)}
            titles = {_TITLE + _title(title) for title in (entry.headline, *entry.titles)}
            for name in names | (titles - {_TITLE}):
                self._named[name].add(place)

    def about(self, story: Story, items: Mapping[str, Item]) -> list[Past]:
        """The earlier entries about this story or its papers, newest first.

        An entry is about it if it was made from it, if it links to a page or paper that is one of
        the story's items, or if it names an item's title in full.

        Args:
            story: What may have been covered.
            items: Its items by id.
        """
        if not self._past:
            return []
        members = [items[item_id] for item_id in story.item_ids if item_id in items]
        names = {_KEY + story.id, *(_TITLE + _title(item.title) for item in members)}
        names.update(name for item in members for name in identities(item))
        found = [self._past[place] for place in set().union(*map(self._places, names))]
        found.sort(key=lambda entry: (entry.date or date.min, entry.number, entry.key))
        return found[::-1]

    def _places(self, name: str) -> set[int]:
        return self._named.get(name, set())


def covered(story: Story, items: Mapping[str, Item], past: Sequence[Past]) -> list[Past]:
    """What `Archive.about` says of one story."""
    return Archive(past).about(story, items)


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
