"""The ids of stories: once given they stay, whatever is found out later."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from digest.model import Item, Story
from digest.sort.primary import LATE, by_age


def named(found: Sequence[Story], items: Sequence[Item], existing: Sequence[Story]) -> list[Story]:
    """Stories with their ids, those at hand in the order of their earliest items.

    The oldest of the existing stories (they come in that order) goes on as the story that holds
    most of its items, which takes its id and its members that are not at hand; then the next
    oldest, unless that story has an id by now. So of stories that merge the oldest keeps its id. A
    story that continues none gets a new id. Existing stories with no item at hand come first, as
    they are.
    """
    known = {item.id: item for item in items}
    before = {story.id: story for story in existing}
    continued = _continued(found, existing)
    used = set(before)
    result = []
    for index, story in enumerate(found):
        if index in continued:
            result.append(_with_absent(story, before[continued[index]], known))
            continue
        story_id = _new_id([known[item_id] for item_id in story.item_ids], used)
        used.add(story_id)
        result.append(replace(story, id=story_id))
    untouched = [story for story in existing if known.keys().isdisjoint(story.item_ids)]
    return [*untouched, *sorted(result, key=lambda story: _age(story, known))]


def _continued(found: Sequence[Story], existing: Sequence[Story]) -> dict[int, str]:
    holder = {item_id: index for index, story in enumerate(found) for item_id in story.item_ids}
    place = {story.id: position for position, story in enumerate(existing)}
    shared = Counter(
        (holder[item_id], story.id)
        for story in existing
        for item_id in story.item_ids
        if item_id in holder
    )
    taken: dict[int, str] = {}
    given: set[str] = set()
    for index, story_id in sorted(shared, key=lambda one: (place[one[1]], -shared[one], one[0])):
        if index not in taken and story_id not in given:
            taken[index] = story_id
            given.add(story_id)
    return taken


def _with_absent(story: Story, old: Story, known: Mapping[str, Item]) -> Story:
    absent = tuple(item_id for item_id in old.item_ids if item_id not in known)
    reasons = tuple(one for one in old.joins if one[0] in absent)
    return replace(story, id=old.id, item_ids=story.item_ids + absent, joins=story.joins + reasons)


def _new_id(items: Sequence[Item], used: set[str]) -> str:
    """Ten hexadecimal digits from the id of the earliest item; of the next if those are used."""
    ids = [item.id for item in sorted(items, key=by_age)]
    for name in (*ids, "\n".join(ids)):
        story_id = hashlib.sha256(name.encode()).hexdigest()[:10]
        if story_id not in used:
            return story_id
    return hashlib.sha256("\n".join([*ids, *sorted(used)]).encode()).hexdigest()[:10]


def _age(story: Story, known: Mapping[str, Item]) -> tuple[object, str]:
    ages = [by_age(known[item_id])[0] for item_id in story.item_ids if item_id in known]
    return min(ages, default=LATE), story.id
