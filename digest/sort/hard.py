"""Joins that need no judgement of likeness: one paper, one address, one text; or a link, supported.

A join is `(i, j, reason)` by the items' positions, the reason in words.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from digest.language.tokens import words
from digest.markup.identifiers import external_ids
from digest.model import Item
from digest.sort.covered import address_names, identities
from digest.sort.sketch import near_equal, runs
from digest.sort.text import lead
from digest.sort.versions import versions

# A page that links to more works than this is a list of works, not about one of them.
MOST_WORKS = 3
# A link alone says little: item and target must be this close (cosine of embeddings), too.
SUPPORT_WORK, SUPPORT_PAGE = 0.30, 0.50
SAME_TEXT = 0.60
TEXT_WORDS = 400

Likeness = Callable[[int, int], float]


@dataclass(frozen=True, slots=True)
class Join:
    """Two items, by position, that belong together, and why; `reason` speaks of the second one."""

    first: int
    second: int
    reason: str


def hard_joins(items: Sequence[Item], likeness: Likeness) -> list[Join]:
    """All hard joins among items, strongest kind first.

    Args:
        items: In any order that is the same for the same items.
        likeness: The cosine of two items' embeddings, by their positions.
    """
    return [
        *_by_identity(items),
        *_by_link(items, likeness),
        *_by_repository(items, likeness),
        *_by_text(items),
    ]


def _by_identity(items: Sequence[Item]) -> Iterator[Join]:
    holders: defaultdict[str, list[int]] = defaultdict(list)
    for index, item in enumerate(items):
        for name in sorted(identities(item)):
            holders[name].append(index)
    for name, indices in holders.items():
        if len(indices) < 2 or _holds_many(name, [items[index] for index in indices]):
            continue
        for index in indices[1:]:
            yield Join(indices[0], index, _same(name))


def _holds_many(name: str, items: Sequence[Item]) -> bool:
    """Whether an address is that of a page with several entries: one source, different titles."""
    if _is_work(name):
        return False
    titles: defaultdict[str, set[str]] = defaultdict(set)
    for item in items:
        titles[item.source_id].add(" ".join(words(item.title)))
    return any(source and len(found) > 1 for source, found in titles.items())


def _same(name: str) -> str:
    kind, _, value = name.partition(":")
    if kind == "arxiv":
        return f"the same paper, arXiv {value}"
    return f"the same DOI {value}" if kind == "doi" else "the same address"


def _by_link(items: Sequence[Item], likeness: Likeness) -> Iterator[Join]:
    targets: dict[str, int] = {}
    for index, item in enumerate(items):
        for name in identities(item):
            targets.setdefault(name, index)
    for index, item in enumerate(items):
        linked = sorted(address_names([link.url for link in item.links]) - identities(item))
        works = sum(map(_is_work, linked))
        for name in linked:
            target = targets.get(name, index)
            is_work = _is_work(name)
            if target == index or (is_work and works > MOST_WORKS):
                continue
            needed = SUPPORT_WORK if is_work and works == 1 else SUPPORT_PAGE
            if likeness(index, target) >= needed:
                what = "the paper" if is_work else "it"
                yield Join(target, index, f"links to {what}: '{items[target].title}'")


def is_list(item: Item) -> bool:
    """Whether an item links to so many works that it is about none of them."""
    linked = address_names([link.url for link in item.links]) - identities(item)
    return sum(map(_is_work, linked)) > MOST_WORKS


def _is_work(name: str) -> bool:
    return name.startswith(("arxiv:", "doi:"))


def _by_repository(items: Sequence[Item], likeness: Likeness) -> Iterator[Join]:
    """Items that link to one and the same code repository and to no other."""
    holders: defaultdict[str, list[int]] = defaultdict(list)
    for index, item in enumerate(items):
        names = {external_ids(link.url).get("github", "").lower() for link in item.links} - {""}
        if len(names) == 1:
            holders[names.pop()].append(index)
    for name, indices in holders.items():
        for index in indices[1:]:
            other = items[indices[0]]
            if other.source_id != items[index].source_id and (
                likeness(indices[0], index) >= SUPPORT_PAGE
            ):
                yield Join(indices[0], index, f"links to the same code, {name}")


def _by_text(items: Sequence[Item]) -> Iterator[Join]:
    texts = [runs(lead(item.text, TEXT_WORDS)) for item in items]
    for first, second, share in near_equal(texts, SAME_TEXT):
        if not template(items[first], items[second]):
            yield Join(first, second, f"{share:.0%} of the text is that of '{items[first].title}'")


def template(first: Item, second: Item) -> bool:
    """Whether two items merely look alike: releases, episodes, columns.

    They name different versions; or they come from one source under titles that differ, which
    would not tell a thing twice.
    """
    named, other = versions(first.title), versions(second.title)
    if named and other and named != other:
        return True
    if not first.source_id or first.source_id != second.source_id:
        return False
    return words(first.title) != words(second.title)
