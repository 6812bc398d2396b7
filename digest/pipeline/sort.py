"""`digest sort`: embeddings, tags, stories and ranks, for what is new or whose theme changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from digest.model import Item, Story
from digest.pipeline.embedder import embedder_of, vectors_of
from digest.pipeline.grouping import place_new
from digest.pipeline.learning import Learned, learn, recall
from digest.pipeline.opening import open_issue
from digest.pipeline.past import near_entries, past_entries
from digest.pipeline.project import Project
from digest.pipeline.themed import tag_imported
from digest.pipeline.unchanged import Sorted, conditions, nothing_to_sort
from digest.sort.covered import Archive
from digest.sort.embedder import Embedder
from digest.sort.ranks import Part, rank
from digest.sort.tags import fingerprint, tag
from digest.sort.taste import Taste, opinions
from digest.sort.text import embedded

BATCH = 2000
RECENT = timedelta(days=30)
"""What the inbox may show: after something new was learned, so much is sorted by it."""
ITEMS, STORIES = "items", "stories"
"""Whose stories, and which, are to be ranked in this round."""
BEST = 500
"""So many of the best stories are ranked in each round, beside those that it changed. The others
only grow older: what they had is more than they have now, so none is missing at the top."""


def sort(project: Project) -> Sorted:
    """Sort what is new.

    Each step commits for itself and the store knows how far each has come, so that a run that is
    killed goes on where it stopped, and nobody waits long for the database. What a step finds for a
    later one to do is owed until all is done.
    """
    if before := nothing_to_sort(project):
        return before
    store, under = project.store, conditions(project)
    store.progress.unsorted()
    model = embedder_of(project)
    new_vectors = _embed(project, model)
    learned = learn(project, model)
    written = _tag(project, model, learned)
    with store.transaction():
        placed = _place(project, model, learned)
    touched = store.progress.owed(STORIES)
    touched.update(store.stories.of_items(store.progress.owed(ITEMS)).values())
    tag_imported(project, model, learned)
    ranked = _ranked(project, model, learned, None if learned.taste_changed else touched)
    with store.transaction():
        # together: to rank twice is to rank others, for those that were best have grown older
        store.stories.save(ranked)
        store.progress.sorted(under)
    return Sorted(new_vectors, written, placed, store.stories.count(), len(ranked))


def _batches(ids: Sequence[str]) -> Iterable[Sequence[str]]:
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))


def _embed(project: Project, model: Embedder) -> int:
    store = project.store
    missing = store.embeddings.missing(model.name)
    for ids in _batches(missing):
        items = store.items.many(ids)
        vectors = model.embed([embedded(items[item_id]) for item_id in ids])
        store.embeddings.save(model.name, ids, vectors)
    if missing:
        # Vectors of two models say nothing to each other; those of a former one are of no use.
        store.embeddings.drop_models({model.name})
    return len(missing)


def _tag(project: Project, model: Embedder, learned: Learned) -> int:
    """Tag what lacks a tag of the present definition, and what is recent if more was learned.

    The stories of what is recent are to be ranked.

    Returns:
        How many tags were written.
    """
    store, themes = project.store, project.config.themes
    store.tags.drop_themes({theme.id for theme in themes})
    computed_by = {theme.id: fingerprint(theme, themes, model.name) for theme in themes}
    recent = set(store.items.ids_since(project.now - RECENT))
    again = recent if learned.themes_changed else set()
    due = {theme: {*store.tags.stale(theme, mark), *again} for theme, mark in computed_by.items()}
    ids = sorted(set().union(*due.values()))
    written = 0
    for batch in _batches(ids):
        items = store.items.many(batch)
        wanted = {theme for theme, stale in due.items() if not stale.isdisjoint(batch)}
        tags = tag(
            [items[item_id] for item_id in batch],
            vectors_of(project, model, batch),
            themes,
            learned.lesson,
            embedder=model,
            field=learned.field,
            usual=learned.usual,
            only=wanted,
        )
        tags = [one for one in tags if one.item_id in due[one.theme]]
        with store.transaction():
            store.tags.save(tags, computed_by)
            store.progress.owe(ITEMS, recent.intersection(batch))
        written += len(tags)
    return written


def _place(project: Project, model: Embedder, learned: Learned) -> int:
    """Give each new or edited item its story, which is to be ranked; how many items."""
    store = project.store
    fresh, revision = store.stories.unplaced()
    if not fresh:
        return 0
    stories = place_new(project, model, learned.background, fresh)
    store.stories.placed(revision)
    store.progress.owe(STORIES, (story.id for story in stories))
    return len(fresh)


def rank_anew(project: Project, touched: Iterable[str]) -> int:
    """Rank stories at once, after a decision about them, among the best."""
    model = embedder_of(project)
    ranked = _ranked(project, model, recall(project, model), set(touched))
    project.store.stories.save(ranked)
    return len(ranked)


def _ranked(
    project: Project, model: Embedder, learned: Learned, touched: set[str] | None
) -> list[Story]:
    """The stories touched and the best, ranked; all the inbox may show if `touched` is None."""
    store = project.store
    since = project.now - RECENT
    if touched is None:
        stories = {story.id: story for story in store.stories.since(since)}
    else:
        stories = {story.id: story for story in store.stories.standing(since, BEST)}
        stories |= store.stories.many(touched - stories.keys())
    items = store.items.many(item_id for story in stories.values() for item_id in story.item_ids)
    past = past_entries(project, before=open_issue(project).base)
    archive = Archive(past)
    return rank(
        list(stories.values()),
        items,
        store.tags.of(items),
        weights={source.id: source.weight for source in project.config.sources},
        covered={name: archive.about(story, items) for name, story in stories.items()},
        now=project.now,
        learned=_opinions(project, model, learned.taste, stories, items),
        near=near_entries(
            project, model, learned.background, past, list(stories.values()), items, keep=True
        ),
    )


def _opinions(
    project: Project,
    model: Embedder,
    taste: Taste | None,
    stories: Mapping[str, Story],
    items: Mapping[str, Item],
) -> Mapping[str, Part]:
    if taste is None:
        return {}
    primaries = {story.primary: items[story.primary] for story in stories.values()}
    vectors = vectors_of(project, model, list(primaries))
    return opinions(list(stories.values()), primaries, vectors, taste)
