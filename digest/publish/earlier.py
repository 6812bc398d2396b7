"""What an issue says of something that an earlier one spoke of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import urlsplit

from digest.markup.addresses import canonical, is_web
from digest.model import Entry
from digest.publish.cards import EntryCard, Shelved

# Of a long saga the last chapters are enough; each of them leads further back.
MOST = 3

# A story's id. Other keys are made from headlines, which return without the thing returning.
_STORY = re.compile(r"[0-9a-f]{10}")


def earlier_entries(shelf: Sequence[Shelved]) -> Mapping[str, tuple[EntryCard, ...]]:
    """For the path of each entry that has any: the last entries before its issue on the same thing.

    Two entries speak of the same thing where they are of one story, or where their "Read more"
    lines lead to one paper or page.

    Args:
        shelf: Issues, oldest first.

    Returns:
        The newest first, at most three.
    """
    found: dict[str, tuple[EntryCard, ...]] = {}
    said: dict[str, list[EntryCard]] = {}
    for shelved in shelf:
        own = [
            (card, set(_about(entry)))
            for card, entry in zip(shelved.entries, shelved.published.issue.entries, strict=True)
        ]
        for card, things in own:
            before = {one.path: one for thing in things for one in said.get(thing, ())}
            if before:
                newest = sorted(before.values(), key=_age, reverse=True)
                found[card.path] = tuple(newest[:MOST])
        for card, things in own:
            for thing in things:
                said.setdefault(thing, []).append(card)
    return found


def _age(card: EntryCard) -> tuple[object, ...]:
    return (card.issue.day, card.issue.number, -card.number)


def _about(entry: Entry) -> Iterator[str]:
    """What an entry is about: its story, and the pages it sends readers to, in one form each."""
    if _STORY.fullmatch(entry.key):
        yield entry.key
    for line in entry.read_more:
        if is_web(line.url):
            address = canonical(line.url)
            # The front page of a site says nothing of what was found there.
            if urlsplit(address).path.strip("/"):
                yield address
