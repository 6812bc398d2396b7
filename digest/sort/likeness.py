"""How alike items are: by meaning, by words, and by time, as one number for any two of them.

Likeness is the mean of two cosines, that of the embeddings and that of the words by TF-IDF, less
what two texts of their lengths have in common by chance or by subject. So 0 is where two items
become one story, whether they are headlines or abstracts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digest.model import Item
from digest.sort.background import Background, day_of, together, word_vectors
from digest.sort.hard import is_list
from digest.sort.stems import stems
from digest.sort.text import embedded
from digest.sort.versions import periodical, versions

BLOCK = 1024

# What a text must share with another one before it counts, by its length in words: headlines of one
# event share little, abstracts of different papers in one field much. Found on halves of real news
# headlines and of real abstracts with altered copies; between the points it is a straight line.
LENGTHS = (10.0, 25.0, 60.0, 120.0)
COSTS = (0.065, 0.12, 0.2, 0.28)
# A list of works is a little like each of them.
LIST_COSTS = 0.15
# A source seldom tells one thing twice, and what it tells looks alike; after these days, too, only
# hard joins count.
UNLIKE = -0.30
DAYS = 4.0
# The days between a dated item and an undated one are unknown; most likely they are many.
UNDATED_COSTS = 0.25
# Two releases are never one story, however alike their notes are.
RELEASES = -1.0
# What is told so many days apart by different sources is not one story; how alike it is all the
# same is how alike things are by chance here, in this field and this kind of text.
FAR_DAYS = 8.0
FAR_LEAST, FAR_RANK = 50, 3
BEYOND_CHANCE = 0.01


@dataclass(frozen=True)
class Features:
    """What is compared, one row for each item.

    `vectors` are of meaning and words together, `costs` what a text must share before it counts,
    `days` since 1970 (not a number where unknown), `sources` numbers of sources, -1 for none,
    `releases` numbers of the versions or the periodicals that titles name, -1 for none.
    """

    vectors: NDArray[np.float32]
    costs: NDArray[np.float32]
    days: NDArray[np.float32]
    sources: NDArray[np.int32]
    releases: NDArray[np.int32]

    def among(self, rows: NDArray[np.intp], others: NDArray[np.intp]) -> NDArray[np.float32]:
        """The likeness of each of `rows` to each of `others`; 0 and more speaks for one story."""
        close = self.vectors[rows] @ self.vectors[others].T
        close -= self.costs[rows][:, None] + self.costs[others][None, :]
        dated = ~np.isnan(self.days)
        close[dated[rows][:, None] != dated[others][None, :]] -= UNDATED_COSTS
        close[self._one_source(rows, others)] = UNLIKE
        far = self._days_apart(rows, others) > DAYS
        close[far] = np.minimum(close[far], UNLIKE)
        release, other = self.releases[rows][:, None], self.releases[others][None, :]
        close[(release >= 0) & (other >= 0) & (release != other)] = RELEASES
        return close

    def _one_source(self, rows: NDArray[np.intp], others: NDArray[np.intp]) -> NDArray[np.bool_]:
        source, other = self.sources[rows][:, None], self.sources[others][None, :]
        return np.asarray((source == other) & (source >= 0))

    def _days_apart(self, rows: NDArray[np.intp], others: NDArray[np.intp]) -> NDArray[np.float32]:
        return np.asarray(np.abs(self.days[rows][:, None] - self.days[others][None, :]))

    def pairs(self) -> NDArray[np.intp]:
        """The pairs of rows that may be one story, as an array of shape (pairs, 2)."""
        found = [np.zeros((0, 2), np.intp)]
        everything = np.arange(len(self.days))
        for start in range(0, len(self.days), BLOCK):
            near = np.argwhere(
                self.among(everything[start : start + BLOCK], everything[start:]) >= 0
            )
            found.append(near[near[:, 0] < near[:, 1]] + start)
        return np.concatenate(found)


def features(
    items: Sequence[Item], vectors: NDArray[np.float32], background: Background | None = None
) -> Features:
    """What is compared of items, from their embeddings (one row each) and their words.

    Args:
        items: What is to be compared.
        vectors: Their embeddings.
        background: What is usual in the field; found from the items themselves without it.
    """
    texts = [stems(embedded(item)) for item in items]
    usual = background or Background.of(items, vectors, texts)
    both = together(vectors, word_vectors(texts, usual.frequency, usual.documents))
    days = np.array([day_of(item) for item in items], dtype=np.float32)
    named = [item.source_id for item in items]
    lengths = np.array([len(text) for text in texts])
    lists = np.array([LIST_COSTS if is_list(item) else 0.0 for item in items])
    costs = (np.interp(lengths, LENGTHS, COSTS) + lists).astype(np.float32)
    return Features(
        vectors=both,
        costs=np.maximum(costs, by_chance(both, days, named, usual) / 2 + BEYOND_CHANCE),
        days=days,
        sources=_numbered(named),
        releases=_numbered([versions(item.title) or periodical(item) for item in items]),
    )


def by_chance(
    vectors: NDArray[np.float32],
    days: NDArray[np.float32],
    sources: Sequence[str],
    usual: Background,
) -> NDArray[np.float32]:
    """How alike each item is to those that it cannot be one story with, at most, nearly.

    0 where there are too few of them to tell.
    """
    known = {name: at for at, name in enumerate(sorted({*sources, *usual.sources} - {""}))}
    own = np.array([known.get(name, -1) for name in sources])
    theirs = np.array([known.get(name, -1) for name in usual.sources])
    found = np.zeros(len(days), np.float32)
    for start in range(0, len(days), BLOCK):
        rows = slice(start, start + BLOCK)
        close = vectors[rows] @ usual.vectors.T
        far = np.abs(days[rows, None] - usual.days[None, :]) > FAR_DAYS
        far &= (own[rows, None] != theirs[None, :]) | (own[rows, None] < 0)
        enough = np.flatnonzero(far.sum(axis=1) >= FAR_LEAST)
        close[~far] = 0.0
        if len(enough):
            highest = np.partition(close[enough], -FAR_RANK, axis=1)[:, -FAR_RANK]
            found[start + enough] = highest
    return found


def _numbered(names: Sequence[str]) -> NDArray[np.int32]:
    known = {name: at for at, name in enumerate(sorted({name for name in names if name}))}
    return np.array([known.get(name, -1) for name in names], dtype=np.int32)
