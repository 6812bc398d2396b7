"""Items into stories, as the stage finds them and as the editor has settled it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from digest.errors import UsageError
from digest.language import embedding
from digest.model import Decision, Story
from digest.pipeline.project import Project
from digest.sort.stories import Pin, join

BAR = "|"
"""Between the items that a split took out and those that it left; no item id holds one alone."""


def vectors_of(project: Project, model: str, ids: Sequence[str]) -> NDArray[np.float32]:
    """Stored vectors at length one again: half precision shortens them a little."""
    found = project.store.embeddings.load(model, ids)
    lengths = np.linalg.norm(found, axis=1, keepdims=True)
    return (found / np.where(lengths > 0, lengths, 1.0)).astype(np.float32)


def place(project: Project, model: embedding.Embedder, item_ids: Iterable[str]) -> list[Story]:
    """Group these items anew, together with the stories that they are in, and store the outcome."""
    store = project.store
    scope = list(dict.fromkeys(item_ids))
    items = store.items.many(scope)
    held = store.stories.many(dict.fromkeys(store.stories.of_items(scope).values()))
    joined = join(
        [items[item_id] for item_id in scope],
        vectors_of(project, model.name, scope),
        list(held.values()),
        pins(store.decisions.standing()),
    )
    stories = [_kept(story, held.get(story.id)) for story in joined]
    store.stories.save(stories)
    return stories


def _kept(story: Story, before: Story | None) -> Story:
    """The story with the rank and themes that it had: ranking comes after."""
    if before is None:
        return story
    return replace(story, themes=before.themes, score=before.score, why=before.why)


def pins(decisions: Iterable[Decision]) -> list[Pin]:
    """What the editor's merges and splits settle, whatever the stage would find."""
    found = []
    for decision in decisions:
        words = decision.value.split()
        if decision.verb == "merge":
            found.append(Pin("together", tuple(words)))
        elif decision.verb == "split":
            cut = words.index(BAR)
            taken, left = tuple(words[:cut]), tuple(words[cut + 1 :])
            found.append(Pin("together", taken))
            found.append(Pin("apart", taken, left))
    return found


def merge(project: Project, keys: Sequence[str]) -> Story:
    """Make one story of several; the oldest keeps its key, the other keys lead to it.

    Raises:
        NotFound: a key names no story, or several.
        UsageError: they are one story already.
    """
    store = project.store
    with store.transaction():
        named = store.stories.many(dict.fromkeys(store.stories.resolve(key) for key in keys))
        if len(named) < 2:
            raise UsageError("one story cannot be merged", cure="Name two or more stories.")
        item_ids = [item_id for story in named.values() for item_id in story.item_ids]
        oldest = min(named.values(), key=lambda story: _age(project, story))
        store.decisions.add(oldest.id, "merge", " ".join(item_ids), project.now)
        whole = place(project, embedding.load(), item_ids)
        merged = next(story for story in whole if item_ids[0] in story.item_ids)
        if merged.id != oldest.id:
            merged = replace(merged, id=oldest.id)
            store.stories.save([merged])
    return merged


def _age(project: Project, story: Story) -> tuple[str, str]:
    items = project.store.items.many(story.item_ids).values()
    seen = project.store.items.first_seen(story.item_ids)
    dates = [min(item.published or seen[item.id], seen[item.id]) for item in items]
    return min(dates).isoformat(), story.id


def split(project: Project, key: str, items: Sequence[str]) -> Story:
    """Take items out of a story, into one of their own.

    Raises:
        NotFound: the key names no story, or several.
        UsageError: an item is not in the story, or nothing would be left.
    """
    store = project.store
    with store.transaction():
        story = store.stories.many([store.stories.resolve(key)]).popitem()[1]
        taken = [_member(story, name) for name in dict.fromkeys(items)]
        left = [item_id for item_id in story.item_ids if item_id not in taken]
        if not left:
            raise UsageError("nothing would be left of the story", cure="Name some of its items.")
        store.decisions.add(story.id, "split", " ".join([*taken, BAR, *left]), project.now)
        whole = place(project, embedding.load(), story.item_ids)
    return next(one for one in whole if taken[0] in one.item_ids)


def _member(story: Story, name: str) -> str:
    found = [item_id for item_id in story.item_ids if name in (item_id, item_id.split("/")[-1])]
    if len(found) == 1:
        return found[0]
    raise UsageError(
        f"{name!r} is no item of story {story.id}",
        cure=f"Its items are {', '.join(story.item_ids)}.",
    )
