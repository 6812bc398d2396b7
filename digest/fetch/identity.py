"""Which entry is which item: ids that survive what feeds do to theirs."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from digest.fetch.changes import Change, merge
from digest.fetch.kinds import Known, KnownItem, Way
from digest.markup.addresses import canonical
from digest.model import Item


def item_id(source_id: str, entry_id: str) -> str:
    """`SOURCE/xxxxxxxxxx`: ten digits of a digest of what the source calls the entry."""
    return f"{source_id}/{hashlib.sha256(entry_id.encode('utf-8', 'replace')).hexdigest()[:10]}"


def fingerprint(item: Item) -> str:
    """A digest of what the source said of an item, blind to how it was said.

    Markup, tracking parameters and the time of the last change do not count: sources change them
    without anything having changed.
    """
    said = (
        item.url,
        item.title,
        item.authors,
        item.published.isoformat() if item.published else "",
        item.text,
        sorted({canonical(link.url) for link in item.links}),
        item.categories,
        item.discusses,
        item.note,
        item.karma,
        [(comment.id, comment.karma, comment.text) for comment in item.comments],
    )
    return hashlib.sha256(repr(said).encode("utf-8", "replace")).hexdigest()[:16]


# A name for an entry among others of the same guid: what tells them apart, the surest first.
_APART: tuple[Callable[[Item], str], ...] = (
    lambda item: item.url,
    lambda item: item.title,
    lambda item: item.published.isoformat() if item.published else "",
    lambda item: item.text,
)


def distinct(items: Sequence[Item]) -> tuple[Item, ...]:
    """The items that are really different, each under an id of its own, in their order.

    Entries that share a guid and say the same are one. Where they differ, the first of link,
    title, date and text that tells all of them apart becomes part of their ids.
    """
    groups: defaultdict[str, dict[tuple[str, str, str], Item]] = defaultdict(dict)
    for item in items:
        groups[item.id].setdefault((item.url, item.title, item.text), item)
    names = {
        id(member): name
        for group in groups.values()
        if len(group) > 1
        for member, name in _named(list(group.values()))
    }
    kept = {id(item) for group in groups.values() for item in group.values()}
    return tuple(_renamed(item, names.get(id(item), "")) for item in items if id(item) in kept)


def _named(group: list[Item]) -> Iterable[tuple[Item, str]]:
    for apart in _APART:
        names = [apart(item) for item in group]
        if all(names) and len(set(names)) == len(names):
            return zip(group, names, strict=True)
    return ((item, "\n".join(apart(item) for apart in _APART)) for item in group)


def _renamed(item: Item, name: str) -> Item:
    if not name:
        return item
    entry_id = f"{item.entry_id}\n{name}"
    return replace(item, id=item_id(item.source_id, entry_id), entry_id=entry_id)


# ---------------------------------------------------------------- what a source brought that is new


@dataclass(frozen=True, slots=True)
class Found:
    """An item that says something that its source did not say before, and what is stored of it."""

    item: Item
    stored: Item | None

    @property
    def change(self) -> Change:
        """What becomes of it."""
        return merge(self.stored, self.item)


@dataclass(frozen=True, slots=True)
class Sifted:
    """The entries of one answer, divided into what is stored and what is not."""

    found: tuple[Found, ...]
    seen: int

    @property
    def ways(self) -> tuple[Way, ...]:
        """How the source reported what is new or said differently."""
        return tuple(
            (found.item.id, found.item.entry_id, found.item.fingerprint) for found in self.found
        )


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
            renamed = replace(item, id=known_item.item.id)
            found.append(Found(renamed, known_item.item))
    return Sifted(tuple(found), len(items))


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
