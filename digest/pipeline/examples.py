"""What the editor's work says: which items are in which themes, and which were picked.

Three things speak of themes. A retheme says them. A keep confirms those that stood beside the
story, and a skip confirms only that a story without themes has none: what is skipped is unwanted,
but may well be about its theme. A published or imported entry with themes says them of the items
that it was made from or links to, or where none is stored, of its own words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time

from digest.model import Item, Story
from digest.pipeline.project import Project
from digest.store.decisions import Standing
from digest.store.entries import Covered

WINDOWS = 8
"""So many issues back what was not chosen is an example of what is passed over."""


@dataclass(frozen=True)
class Examples:
    """Items and the themes they are in, both by the same names in the same order.

    `unstored` are the names of those that are no stored items but entries of earlier issues.
    """

    items: Mapping[str, Item]
    themes: Mapping[str, frozenset[str]]
    unstored: frozenset[str]


def labelled(project: Project) -> Examples:
    """Every item whose themes were settled; what a retheme says outweighs an entry, that a keep."""
    store = project.store
    configured = {theme.id for theme in project.config.themes}
    said: dict[str, frozenset[str]] = {}
    own: dict[str, Item] = {}
    standing = store.decisions.current()
    stories = store.stories.many(standing)
    confirmed = {name: _confirmed(held) for name, held in standing.items()}
    said |= _said_of(stories, {n: t for n, t in confirmed.items() if t is not None})
    entries = [entry for entry in store.issues.covered() if configured.intersection(entry.themes)]
    for entry, ids in zip(entries, _items_of(project, entries), strict=True):
        if not ids:
            own[name_of(entry)] = as_item(entry)
        said |= dict.fromkeys(ids or [name_of(entry)], frozenset(entry.themes))
    rethemed = {name: held.themes for name, held in standing.items() if held.themes is not None}
    said |= _said_of(stories, rethemed)
    stored = store.items.many(name for name in said if name not in own)
    items = {name: own.get(name) or stored[name] for name in sorted({**own, **stored})}
    themes = {name: said[name] & configured for name in items}
    return Examples(items, themes, frozenset(own))


def _confirmed(held: Standing) -> tuple[str, ...] | None:
    if held.verdict == "keep" or held.seen == ():
        return held.seen
    return None


def _said_of(
    stories: Mapping[str, Story], said: Mapping[str, Iterable[str]]
) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for name, themes in said.items():
        if story := stories.get(name):
            found |= dict.fromkeys(story.item_ids, frozenset(themes))
    return found


def _items_of(project: Project, entries: list[Covered]) -> list[list[str]]:
    """The stored items that each entry was made from or links to."""
    store = project.store
    stories = store.stories.many(entry.story_id for entry in entries if entry.story_id)
    reached = store.items.reached(url for entry in entries for url in entry.urls)
    found = []
    for entry in entries:
        made_of = stories[entry.story_id].item_ids if entry.story_id in stories else ()
        linked = [item_id for url in entry.urls for item_id in reached.get(url, ())]
        found.append(list(dict.fromkeys([*made_of, *linked])))
    return found


def name_of(entry: Covered) -> str:
    """What an entry is called among items: its issue and its place in it."""
    return f"{entry.issue_id}#{entry.position}"


def as_item(entry: Covered) -> Item:
    """An entry as tagging reads it."""
    return Item(
        id=name_of(entry),
        source_id="",
        entry_id=entry.key,
        url="",
        title=entry.headline.rstrip(":"),
        text=f"{entry.tagline}\n\n{entry.body}".strip(),
    )


def picked_and_passed(project: Project) -> tuple[set[str], set[str]]:
    """The primary items of stories that were picked, and of those that were passed over.

    Picked is what was kept or told in a published issue; passed over what was skipped, and what the
    windows of published issues held beside their entries.
    """
    store = project.store
    standing = store.decisions.current()
    kept = [name for name, held in standing.items() if held.verdict == "keep"]
    skipped = [name for name, held in standing.items() if held.verdict == "skip"]
    told = [item for ids in _items_of(project, store.issues.covered()) for item in ids]
    picked_stories = {*kept, *store.stories.of_items(told).values()} - set(skipped)
    beside = [
        story
        for story in store.stories.of_items(_in_windows(project)).values()
        if story not in picked_stories
    ]
    passed = store.stories.primaries([*skipped, *beside])
    return set(store.stories.primaries(picked_stories)), set(passed)


def _in_windows(project: Project) -> list[str]:
    """The items of the windows of the latest published issues."""
    store, zone = project.store, project.config.newsletter.zone
    windows = [
        record.window
        for record in store.issues.all()
        if record.status == "published" and record.window and not record.imported_from
    ]
    found: list[str] = []
    for window in sorted(windows, key=lambda one: one.start)[-WINDOWS:]:
        start, end = (
            datetime.combine(day, time(), tzinfo=zone).timestamp() / 86_400
            for day in (window.start, window.end)
        )
        found += store.items.days(start, end)
    return found
