"""Items into stories, as the stage finds them and as the editor has settled it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from digest.errors import UsageError
from digest.model import Decision, Story
from digest.pipeline.embedder import embedder_of, vectors_of
from digest.pipeline.learning import recall
from digest.pipeline.project import Project
from digest.sort.background import Background
from digest.sort.embedder import Embedder
from digest.sort.stories import Pin, join

BAR = "|"
"""Between the items that a split took out and those that it left, and between stories that a merge
made one, each an id and its items; no item id holds one alone."""


DAYS = 5.0
"""So far apart, in days, items become one story by likeness (`sort.likeness.DAYS`), and a day."""
COPIES = 30.0
"""So far apart are copies of one text looked for."""
NEAREST, ALIKE, COPY = 4, 0.2, 0.85
"""A new item is compared with so many of its days that mean nearly the same, if it is so near (the
cosine of embeddings); and with every one that is near enough to be its copy."""
BLOCK = 1024


def place_new(
    project: Project, model: Embedder, background: Background, fresh: Sequence[str]
) -> list[Story]:
    """Give new items their stories: with what shares an address with them or is near in meaning."""
    store = project.store
    near = _near(project, model, fresh)
    others = [*near, *store.items.related(fresh)]
    members = store.stories.many(dict.fromkeys(store.stories.of_items(others).values()))
    whole = [item_id for story in members.values() for item_id in story.item_ids]
    return place(project, model, background, [*fresh, *others, *whole])


def _near(project: Project, model: Embedder, fresh: Sequence[str]) -> list[str]:
    """The older items that new ones may be one story with, as far as meaning and date tell."""
    items = project.store.items
    mine = items.days_of(fresh)
    known = items.days(min(mine.values()) - COPIES, max(mine.values()) + COPIES)
    others = [item_id for item_id in known if item_id not in mine]
    if not others:
        return []
    theirs, days = vectors_of(project, model, others), np.array([known[i] for i in others])
    own, own_days = vectors_of(project, model, list(mine)), np.array(list(mine.values()))
    found: set[int] = set()
    if not own.shape[1] or not theirs.shape[1]:
        return []
    for start in range(0, len(own), BLOCK):
        close = own[start : start + BLOCK] @ theirs.T
        apart = np.abs(own_days[start : start + BLOCK, None] - days[None, :])
        found.update(np.flatnonzero(((close >= COPY) & (apart <= COPIES)).any(axis=0)).tolist())
        close[apart > DAYS] = -1.0
        best = np.argpartition(-close, min(NEAREST, len(others)) - 1, axis=1)[:, :NEAREST]
        rows = np.arange(len(close))[:, None]
        found.update(best[close[rows, best] >= ALIKE].tolist())
    return [others[at] for at in sorted(found)]


def place(
    project: Project,
    model: Embedder,
    background: Background,
    item_ids: Iterable[str],
    former: Sequence[Story] = (),
) -> list[Story]:
    """Group these items anew, together with the stories that they are in, and store the outcome.

    `former` are stories as they were before a merge that is undone: each gets its own id back.
    """
    store = project.store
    scope = list(dict.fromkeys(item_ids))
    items = store.items.many(scope)
    held = store.stories.oldest_first(store.stories.of_items(scope).values())
    held = [*former, *(one for one in held if one.id not in {story.id for story in former})]
    joined = join(
        [items[item_id] for item_id in scope],
        vectors_of(project, model, scope),
        held,
        pins(store.decisions.standing()),
        background=background,
    )
    before = {story.id: story for story in held}
    stories = [_kept(story, before.get(story.id)) for story in joined]
    store.stories.save(stories)
    return stories


def regroup(project: Project, item_ids: Iterable[str], former: Sequence[Story] = ()) -> list[Story]:
    """Group items anew at once, after a decision about them."""
    model = embedder_of(project)
    return place(project, model, recall(project, model).background, item_ids, former)


def ungroup(project: Project, decision: Decision) -> list[Story]:
    """Group the items of a merge or a split anew once it is undone."""
    if decision.verb == "split":
        return regroup(project, [word for word in decision.value.split() if word != BAR])
    store = project.store
    parts = merged_parts(decision.value)
    story = store.stories.many([store.stories.resolve(decision.story_id)]).popitem()[1]
    former = [Story(name, "", tuple(ids)) for name, ids in parts.items() if name]
    # The oldest had given the others its id; where two claim an item, it comes first.
    former.sort(key=lambda one: one.id != decision.story_id)
    told = [item_id for ids in parts.values() for item_id in ids]
    return regroup(project, [*told, *story.item_ids], former)


def merged_parts(value: str) -> dict[str, list[str]]:
    """The items of each story that a merge made one, by the ids that these had.

    Records of earlier versions name the items alone: they stand under an empty id.
    """
    if BAR not in value.split():
        return {"": value.split()}
    parts = (part.split() for part in value.split(f" {BAR} "))
    return {name: items for name, *items in parts}


def _kept(story: Story, before: Story | None) -> Story:
    """The story with the rank and themes that it had: ranking comes after."""
    if before is None:
        return story
    return replace(story, themes=before.themes, score=before.score, why=before.why)


def pins(decisions: Iterable[Decision]) -> list[Pin]:
    """What the editor's merges and splits settle, whatever the stage would find."""
    found = []
    for decision in decisions:
        if decision.verb == "merge":
            parts = merged_parts(decision.value).values()
            found.append(Pin("together", tuple(item for items in parts for item in items)))
        elif decision.verb == "split":
            words = decision.value.split()
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
        parts = (" ".join([story.id, *story.item_ids]) for story in named.values())
        store.decisions.add(oldest.id, "merge", f" {BAR} ".join(parts), project.now)
        whole = regroup(project, item_ids)
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
        whole = regroup(project, story.item_ids)
    return next(one for one in whole if taken[0] in one.item_ids)


def _member(story: Story, name: str) -> str:
    found = [item_id for item_id in story.item_ids if name in (item_id, item_id.split("/")[-1])]
    if len(found) == 1:
        return found[0]
    raise UsageError(
        f"{name!r} is no item of story {story.id}",
        cure=f"Its items are {', '.join(story.item_ids)}.",
    )
