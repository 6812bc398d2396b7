"""Joins that need no judgement of likeness: one paper, one address, one text; or what is supported.

A join is `(i, j, reason)` by the items' positions, the reason in words.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from digest.language.tokens import words
from digest.markup.identifiers import external_ids
from digest.model import Item
from digest.sort.covered import address_names, identities
from digest.sort.sketch import near_equal, runs
from digest.sort.text import TELLING_WORDS, headline, lead
from digest.sort.versions import versions

# A page that links to more works than this is a list of works, not about one of them.
MOST_WORKS = 3
MOST_TITLES = 4
# A link alone says little: item and target must be this close (cosine of embeddings), too.
SUPPORT_WORK, SUPPORT_PAGE = 0.30, 0.50
SAME_TEXT = 0.60
TEXT_WORDS = 400
# Titles are compared when they say so much, and are of so few days.
TELLING_LETTERS, SAME_TITLE = 20, timedelta(days=4)

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
        *_by_title(items, likeness),
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
    """Whether an address is that of a page with several entries: one source, different titles.

    Where no source is known, more titles than one thing has.
    """
    if _is_work(name):
        return False
    titles: defaultdict[str, set[str]] = defaultdict(set)
    for item in items:
        titles[item.source_id].add(" ".join(words(item.title)))
    return any(len(found) > (1 if source else MOST_TITLES) for source, found in titles.items())


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


def _by_title(items: Sequence[Item], likeness: Likeness) -> Iterator[Join]:
    """Items of one time whose titles are the same, or one of which says the other's in full.

    Compared are letters and digits alone, so that a title is also found where a listing glued a
    label or the beginning of the text to it: `Jun 8, 2026Research TeamMeasuring the impact of …`.
    """
    said = [words(headline(item.title)) for item in items]
    titles = ["".join(title) for title in said]
    telling = [
        index
        for index, title in enumerate(titles)
        if len(said[index]) >= TELLING_WORDS and len(title) >= TELLING_LETTERS
    ]
    beginning: defaultdict[str, list[int]] = defaultdict(list)
    for index in telling:
        beginning[titles[index][:TELLING_LETTERS]].append(index)
    for index in telling:
        for other in _titles_within(index, said, titles, beginning):
            if _may_share_title(items[other], items[index]) and (
                likeness(other, index) >= SUPPORT_WORK
            ):
                yield Join(other, index, f"the title of '{items[other].title}'")


def _titles_within(
    index: int,
    said: Sequence[Sequence[str]],
    titles: Sequence[str],
    beginning: Mapping[str, Sequence[int]],
) -> Iterator[int]:
    """Which titles stand in full within one, numbers whole; of equal ones those before it."""
    title = titles[index]
    for start in range(len(title) - TELLING_LETTERS + 1):
        for other in beginning.get(title[start : start + TELLING_LETTERS], ()):
            end = start + len(titles[other])
            if other == index or not title.startswith(titles[other], start):
                continue
            if title == titles[other] and other > index:
                continue
            if title != titles[other] and len(said[other]) <= TELLING_WORDS:
                continue  # a name of so few words may be that of what many tell about
            if not (_cuts_number(title, start) or _cuts_number(title, end)):
                yield other


def _cuts_number(title: str, at: int) -> bool:
    return 0 < at < len(title) and title[at - 1].isdigit() and title[at].isdigit()


def _may_share_title(first: Item, second: Item) -> bool:
    if template(first, second) or (first.source_id and first.source_id == second.source_id):
        return False
    if first.published is None or second.published is None:
        return first.published is second.published
    return abs(first.published - second.published) <= SAME_TITLE


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
