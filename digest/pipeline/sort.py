"""`digest sort`: embeddings, tags, stories and ranks, for what is new or whose theme changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from digest.language import embedding
from digest.pipeline.grouping import place, vectors_of
from digest.pipeline.opening import open_issue
from digest.pipeline.past import past_entries
from digest.pipeline.project import Project
from digest.sort.covered import covered
from digest.sort.ranks import rank
from digest.sort.tags import fingerprint, tag
from digest.sort.text import embedded

BATCH = 2000
NEIGHBOURS = timedelta(days=30)
"""How far back a new item looks for its story, unless an address or id leads further."""


@dataclass(frozen=True, slots=True)
class Sorted:
    """How much there was to do; all zero where nothing was new."""

    embedded: int = 0
    tagged: int = 0
    placed: int = 0
    stories: int = 0
    ranked: int = 0

    def summary(self) -> str:
        """One line for a person."""
        if not self.placed and not self.tagged:
            return "nothing new to sort"
        return (
            f"{self.placed} items sorted into stories, {self.tagged} tags written, "
            f"{self.stories} stories in all"
        )


def sort(project: Project) -> Sorted:
    """Sort what is new.

    Each step commits for itself and the store knows how far each has come, so that a run that is
    killed goes on where it stopped, and nobody waits long for the database.
    """
    store, model = project.store, embedding.load()
    new_vectors = _embed(project, model)
    tags = _tag(project, model)
    with store.transaction():
        placed = _place(project, model)
    return Sorted(new_vectors, tags, placed, store.stories.count(), rank_anew(project))


def _batches(ids: Sequence[str]) -> Iterable[Sequence[str]]:
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))


def _embed(project: Project, model: embedding.Embedder) -> int:
    store = project.store
    missing = store.embeddings.missing(model.name)
    for ids in _batches(missing):
        items = store.items.many(ids)
        vectors = model.embed([embedded(items[item_id]) for item_id in ids])
        store.embeddings.save(model.name, ids, vectors)
    return len(missing)


def _tag(project: Project, model: embedding.Embedder) -> int:
    """Tag what lacks a tag of any theme; all themes at once, for they are judged by each other."""
    store, themes = project.store, project.config.themes
    store.tags.drop_themes({theme.id for theme in themes})
    computed_by = {theme.id: fingerprint(theme, model.name) for theme in themes}
    stale = [store.tags.stale(theme, mark) for theme, mark in computed_by.items()]
    written = 0
    for ids in _batches(list(dict.fromkeys(item_id for found in stale for item_id in found))):
        items = store.items.many(ids)
        vectors = vectors_of(project, model.name, ids)
        tags = tag([items[item_id] for item_id in ids], vectors, themes, embedder=model)
        store.tags.save(tags, computed_by)
        written += len(tags)
    return written


def _place(project: Project, model: embedding.Embedder) -> int:
    """Give each new or edited item its story."""
    store = project.store
    fresh, revision = store.stories.unplaced()
    if not fresh:
        return 0
    near = store.items.ids_since(project.now - NEIGHBOURS)
    place(project, model, [*fresh, *near, *store.items.related(fresh)])
    store.stories.placed(revision)
    return len(fresh)


def rank_anew(project: Project) -> int:
    """Rank the stories that the inbox and the open issue may show."""
    store = project.store
    record = open_issue(project)
    stories = store.stories.since(project.now - NEIGHBOURS)
    items = store.items.many(item_id for story in stories for item_id in story.item_ids)
    past = past_entries(project, before=record.id)
    ranked = rank(
        stories,
        items,
        store.tags.of(items),
        weights={source.id: source.weight for source in project.config.sources},
        covered={story.id: covered(story, items, past) for story in stories} if past else {},
        now=project.now,
    )
    store.stories.save(ranked)
    return len(ranked)
