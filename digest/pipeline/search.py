"""`digest search` and `digest similar`: words and meaning over everything stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from digest.errors import NotFound
from digest.pipeline.project import Project

if TYPE_CHECKING:
    from digest.store.search import Hit

CANDIDATES = 1000
"""So many of the best by words are put in order by meaning, too."""
RANKS = 60.0
"""How flat the fusion of two orders is (reciprocal rank fusion; Cormack et al. 2009)."""
COMPARED = 200
"""So many of the nearest in meaning are compared by their words, too."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was asked for. `by` is `words`, or `meaning` where no item holds all of the words."""

    by: str
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Alike:
    """An item that is like another one: how much (0…1), in meaning and in words."""

    item_id: str
    title: str
    url: str
    source_id: str
    dated: str
    score: float
    meaning: float
    words: float
    story: str


def search(project: Project, words: Sequence[str], *, limit: int) -> Found:
    """Items that hold all the words, those that mean most nearly the same among the first.

    A word with spaces in it is a phrase. Where nothing holds all of the words, the items that are
    nearest to them in meaning.
    """
    store = project.store
    query = " ".join(f'"{word}"' if " " in word and '"' not in word else word for word in words)
    ranked = store.search.ranked(query, CANDIDATES)
    if ranked:
        order = _fused(project, words, [item_id for item_id, _ in ranked])
        best = sorted(order, key=lambda item_id: -order[item_id])[:limit]
        hits = store.search.shown(query, best)
        return Found("words", tuple(replace(hit, score=order[hit.item_id]) for hit in hits))
    return Found("meaning", _by_meaning(project, words, limit))


def _fused(project: Project, words: Sequence[str], ids: Sequence[str]) -> Mapping[str, float]:
    """For each item its score by both orders, 1 if it is first in both; the nearest comes first.

    Args:
        project: The project.
        words: What was asked for.
        ids: The items, best by words first.
    """
    from digest.pipeline.embedder import embedder_of, vectors_of

    model = embedder_of(project)
    vectors = vectors_of(project, model, ids)
    by_words = {item_id: RANKS / (RANKS + place) for place, item_id in enumerate(ids)}
    if not vectors.shape[1]:
        return by_words
    close = (vectors @ model.embed([" ".join(words)])[0]).tolist()
    by_meaning = sorted(range(len(ids)), key=lambda at: (-close[at], at))
    return {
        ids[at]: round((by_words[ids[at]] + RANKS / (RANKS + place)) / 2, 4)
        for place, at in enumerate(by_meaning)
    }


def _by_meaning(project: Project, words: Sequence[str], limit: int) -> tuple[Hit, ...]:
    from digest.pipeline.embedder import embedder_of
    from digest.store.search import Hit

    model = embedder_of(project)
    [vector] = model.embed([" ".join(words)])
    near = dict(project.store.embeddings.nearest(model.name, vector, limit)) if vector.any() else {}
    items, dates = project.store.items.many(near), project.store.items.dates(near)
    return tuple(
        Hit(
            item.id,
            item.title,
            item.url,
            item.source_id,
            dates[item.id],
            round(near[item.id], 4),
            " ".join(item.text.split()[:24]),
        )
        for item in items.values()
    )


def similar(project: Project, name: str, *, limit: int) -> list[Alike]:
    """The items most like one, in meaning and in words; those of its own story among them.

    Args:
        project: The project.
        name: The item's id, its address, or the key of a story, whose primary item is meant.
        limit: How many.

    Raises:
        NotFound: there is no such item.
    """
    from digest.pipeline.embedder import embedder_of, vectors_of
    from digest.pipeline.learning import recall
    from digest.sort.likeness import features

    store, model = project.store, embedder_of(project)
    item_id = _named(project, name)
    vector = vectors_of(project, model, [item_id])
    if not vector.any():
        vector = model.embed([_text(project, item_id)])
    near = dict(store.embeddings.nearest(model.name, vector[0], COMPARED + 1))
    others = [one for one in near if one != item_id]
    items = store.items.many([item_id, *others])
    meanings = vectors_of(project, model, list(items))
    meanings[0] = vector[0]
    told = features(list(items.values()), meanings, recall(project, model).background).vectors
    words = told[:, meanings.shape[1] :] @ told[0, meanings.shape[1] :] * 2
    dates, stories = store.items.dates(items), store.stories.of_items(items)
    found = [
        Alike(
            one.id,
            one.title,
            one.url,
            one.source_id,
            dates[one.id],
            round((near[one.id] + float(words[at])) / 2, 4),
            round(near[one.id], 4),
            round(float(words[at]), 4),
            stories.get(one.id, ""),
        )
        for at, one in enumerate(items.values())
        if one.id != item_id
    ]
    return sorted(found, key=lambda one: (-one.score, one.item_id))[:limit]


def _named(project: Project, name: str) -> str:
    store = project.store
    if store.items.many([name]):
        return name
    if reached := store.items.reached([name]).get(name):
        return reached[0]
    try:
        return store.stories.many([store.stories.resolve(name)]).popitem()[1].primary
    except NotFound:
        raise NotFound(
            f"there is no item {name!r}",
            cure="Name it by its id or its address; `digest search` finds items by their words.",
        ) from None


def _text(project: Project, item_id: str) -> str:
    from digest.sort.text import embedded

    return embedded(project.store.items.get(item_id))
