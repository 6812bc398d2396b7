"""Which entry is which item: ids that survive what feeds do to theirs."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from digest.fetch.changes import Change, merge
from digest.fetch.kinds import Known, KnownItem, Way
from digest.markup.addresses import canonical
from digest.model import Item

_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


def item_id(source_id: str, entry_id: str) -> str:
    """`SOURCE/xxxxxxxxxx`: ten digits of a digest of what the source calls the entry."""
    return f"{source_id}/{hashlib.sha256(entry_id.encode('utf-8', 'replace')).hexdigest()[:10]}"


def fingerprint(item: Item, version: str = "") -> str:
    """A digest of what the source said of an item, blind to how it was said.

    `version` is what the source calls this version of it, where it does. Markup, tracking
    parameters and the time of the last change do not count: sources change them without anything
    having changed.
    """
    urls = [link.url for link in item.links]
    said = (
        version,
        item.url,
        item.title,
        item.authors,
        item.published.isoformat() if item.published else "",
        item.text,
        sorted({canonical(url) if "?" in url else url for url in urls}),
        item.categories,
        item.discusses,
        item.note,
        item.karma,
        [(comment.id, comment.karma, comment.text) for comment in item.comments],
    )
    return hashlib.sha256(repr(said).encode("utf-8", "replace")).hexdigest()[:16]


def distinct(items: Sequence[Item]) -> tuple[Item, ...]:
    """The items that are really different, each under an id of its own, in their order.

    Entries of one guid, link and title are one item: where such entries say different things (a
    log of changes that calls three releases alike), it says all of them, the newest first. Entries
    that share a guid but not all of these are different items, and what tells them apart becomes
    part of their ids.
    """
    groups: defaultdict[str, defaultdict[tuple[str, ...], list[Item]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for item in items:
        # without a link there is nothing that holds different texts together
        groups[item.id][item.url, item.title, "" if item.url else item.text].append(item)
    places = {id(item): place for place, item in enumerate(items)}
    found: list[tuple[int, Item]] = []
    for group in groups.values():
        members = [_joined(same) for same in group.values()]
        named = members if len(members) == 1 else _renamed(members)
        found += zip((places[id(same[0])] for same in group.values()), named, strict=True)
    return tuple(item for _, item in sorted(found, key=lambda pair: pair[0]))


def _joined(same: Sequence[Item]) -> Item:
    """Entries of one guid, link and title as one item."""
    newest = sorted(same, key=lambda item: item.published or _LONG_AGO, reverse=True)
    first = newest[0]
    added = [item for item in newest[1:] if item.text not in first.text]
    if not added:
        return first
    parts = list({item.text: item for item in (first, *added)}.values())
    joined = replace(
        first,
        text="\n\n".join(item.text for item in parts),
        html="\n".join(item.html for item in parts),
        links=tuple(dict.fromkeys(link for item in parts for link in item.links)),
    )
    return replace(joined, fingerprint=fingerprint(joined))


# What tells entries of one guid apart: their links, or their titles, or else all that they say.
_APART: tuple[Callable[[Item], str], ...] = (
    lambda item: item.url,
    lambda item: item.title,
    lambda item: f"{item.url}\n{item.title}\n{item.text}",
)


def _renamed(members: Sequence[Item]) -> list[Item]:
    for apart in _APART:
        names = [apart(item) for item in members]
        if all(names) and len(set(names)) == len(names):
            break
    entry_ids = [f"{item.entry_id}\n{name}" for item, name in zip(members, names, strict=True)]
    return [
        replace(item, id=item_id(item.source_id, entry_id), entry_id=entry_id)
        for item, entry_id in zip(members, entry_ids, strict=True)
    ]


# ---------------------------------------------------------------- what a source brought that is new


@dataclass(frozen=True, slots=True)
class Found:
    """An item that says something that its source did not say before, and what is stored of it."""

    item: Item
    stored: Item | None

    @property
    def change(self) -> Change:
        """What becomes of it, unless another source changes what is stored meanwhile."""
        return merge(self.stored, self.item)


@dataclass(frozen=True, slots=True)
class Sifted:
    """The entries of one answer, divided into what is stored and what is not."""

    found: tuple[Found, ...] = ()
    seen: int = 0

    @property
    def changed(self) -> tuple[Found, ...]:
        """What is new, or would change what is stored."""
        return tuple(found for found in self.found if found.change.kind != "same")

    @property
    def ways(self) -> tuple[Way, ...]:
        """How the source reported what is new or said differently."""
        return tuple(
            (found.item.id, found.item.entry_id, found.item.fingerprint) for found in self.found
        )


NOTHING_READ = Sifted()


def sift(source_id: str, items: Sequence[Item], known: Known) -> Sifted:
    """Find what a source says for the first time, or differently than the last time."""
    stored = dict(known([item.id for item in items]))
    strangers = [item for item in items if item.id not in stored]
    others = _recognised(source_id, strangers, {item.id for item in items}, known)
    found = []
    for item in items:
        known_item = stored.get(item.id) or others.get(item.id)
        if known_item is None:
            found.append(Found(item, None))
        elif known_item.fingerprints.get(source_id) != item.fingerprint:
            found.append(Found(_as_known(item, known_item.item), known_item.item))
    return Sifted(tuple(found), len(items))


def _as_known(item: Item, stored: Item) -> Item:
    """An item under the names by which it is known, if it came under others."""
    return item if item.id == stored.id else replace(item, id=stored.id, entry_id=stored.entry_id)


def _recognised(
    source_id: str, strangers: Sequence[Item], present: set[str], known: Known
) -> Mapping[str, KnownItem]:
    """Stored items that come under a new guid: the same link, and the same text or title.

    An item that stands in the answer under its own id is nobody else's, and a link that several
    entries share says nothing.
    """
    uses = Counter(item.url for item in strangers if item.url)
    asked = [item for item in strangers if uses.get(item.url) == 1]
    if not asked:
        return {}
    places = known.at(source_id, [item.url for item in asked])
    candidates = {name for names in places.values() for name in names} - present
    stored = known(sorted(candidates)) if candidates else {}
    matches: dict[str, KnownItem] = {}
    for item in asked:
        same = [
            stored[name]
            for name in places.get(item.url, ())
            if name in stored and _alike(stored[name].item, item)
        ]
        if len(same) == 1:
            matches[item.id] = same[0]
    return matches


def _alike(old: Item, new: Item) -> bool:
    return old.title == new.title or (bool(new.text) and old.text == new.text)
