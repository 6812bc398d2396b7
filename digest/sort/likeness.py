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

from digest.markup.addresses import host
from digest.model import Item
from digest.sort.background import Background, day_of, together, word_vectors
from digest.sort.hard import is_list
from digest.sort.stems import stems
from digest.sort.text import embedded
from digest.sort.versions import bare_release, periodical, versions

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
# What is told on one day is told of one event sooner than what is told days later.
FREE_DAYS, LATER_DAY_COSTS = 1.0, 0.015
# The days between a dated item and an undated one are unknown and may be many; release notes that
# are called by a version alone come by the dozen and say next to nothing.
UNDATED_COSTS, UNDATED_RELEASE_COSTS = 0.1, 0.25
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
    `days` since 1970 (not a number where unknown) and `undated` what not knowing them costs,
    `sources` numbers of sources (of each site that one tells of), -1 for none, `releases` numbers
    of the versions or the periodicals that titles name, -1 for none.
    """

    vectors: NDArray[np.float32]
    costs: NDArray[np.float32]
    days: NDArray[np.float32]
    undated: NDArray[np.float32]
    sources: NDArray[np.int32]
    releases: NDArray[np.int32]

    def among(self, rows: NDArray[np.intp], others: NDArray[np.intp]) -> NDArray[np.float32]:
        """The likeness of each of `rows` to each of `others`; 0 and more speaks for one story."""
        close = self.vectors[rows] @ self.vectors[others].T
        close -= self.costs[rows][:, None] + self.costs[others][None, :]
        unknown, known = self.undated[rows][:, None], self.undated[others][None, :]
        close -= np.where((unknown > 0) != (known > 0), unknown + known, 0)
        apart = self._days_apart(rows, others)
        # A day that is unknown costs nothing here: it does so above.
        close -= LATER_DAY_COSTS * np.nan_to_num(np.maximum(apart - FREE_DAYS, 0.0))
        close[self._one_source(rows, others)] = UNLIKE
        far = apart > DAYS
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
        """The pairs of rows that may be one story, as an array of shape (pairs, 2), in order.

        Items are compared within `DAYS` only, and with the undated, so that a year of them costs
        twelve times what a month does, not a hundred and forty-four times.
        """
        order = np.argsort(self.days, kind="stable")  # what is undated comes last
        days = self.days[order]
        dated = int(np.count_nonzero(~np.isnan(days)))
        found = [np.zeros((0, 2), np.intp)]
        for start in range(0, len(order), BLOCK):
            rows = order[start : start + BLOCK]
            latest = days[min(start + BLOCK, dated) - 1] if start < dated else np.inf
            end = max(int(np.searchsorted(days[:dated], latest + DAYS, "right")), start)
            others = np.concatenate([order[start:end], order[max(start, dated) :]])
            near = np.argwhere(self.among(rows, others) >= 0)
            found.append(np.column_stack([rows[near[:, 0]], others[near[:, 1]]]))
        pairs = np.sort(np.concatenate(found), axis=1)
        return np.unique(pairs[pairs[:, 0] < pairs[:, 1]], axis=0)


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
        undated=np.array([_undated_costs(item) for item in items], dtype=np.float32),
        sources=_numbered([_teller(item) for item in items]),
        releases=_numbered([versions(item.title) or periodical(item) for item in items]),
    )


def _undated_costs(item: Item) -> float:
    if item.published:
        return 0.0
    return UNDATED_RELEASE_COSTS if bare_release(item.title) else UNDATED_COSTS


def _teller(item: Item) -> str:
    """Who tells: a source and the site that it points to, for one list may point to many sites."""
    return f"{item.source_id} {host(item.url)}" if item.source_id else ""


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
