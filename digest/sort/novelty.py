"""How near a story is to what earlier issues told, where no address and no paper is shared.

An entry and an item are compared as two items are, by meaning and words. How near is near depends
on the entry: one on a subject that everybody writes about is a little like much of the field. So
nearness is counted in spreads above what the entry has in common with a sample of the field.

Measured on a real June: 20 entries that quote what they are about are all recognised (8 spreads and
more), and one of 5,400 other items is taken for what one of them told: a government's second
request for information. On 2,982 of its items, with 12 entries written about some of them in other
words and with 821 entries of another decade, none of which was about any of them: at `SAME` four of
the twelve are recognised, and 0.27 % of the items are taken for something among the 821 (3.3 in a
million comparisons). At `LIKE`, where a story only counts as a little less new and which is asked
of the last issues alone, all twelve, and 600 in a million.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digest.model import Item, Story
from digest.sort.background import Background, Vectors, together, word_vectors
from digest.sort.covered import Past
from digest.sort.stems import stems
from digest.sort.text import compose, embedded

SAME, LIKE = 6.0, 3.5
"""So many spreads above the mean an entry is taken to be about a story; the story is less new."""
NEARLY = 0.65
"""Where the items are known that an entry was made of: such a share of their nearness."""
LEAST_SPREAD = 0.03
ABOUT_IT = 20
"""One in so many of the field may be about an entry, and says nothing of what is usual."""
ENOUGH_WORDS, ENOUGH_ITEMS = 25, 50
"""An entry of fewer words, or a field of fewer items, says nothing."""
MOST = 3
BLOCK = 512


@dataclass(frozen=True, slots=True)
class Near:
    """An entry of an earlier issue that a story is near to, and how near, in spreads.

    `is_same`: they are taken to be about the same thing.
    """

    entry: Past
    spreads: float
    is_same: bool = False


@dataclass(frozen=True)
class Told:
    """What entries of earlier issues told, a row for each.

    `vectors` are of meaning and words together; `means` and `spreads` those of what a row has in
    common with a sample of the field. A row that says too little has an endless spread. What is as
    near as `same`, in spreads, is taken to be about the same thing.
    """

    vectors: Vectors
    means: NDArray[np.float32]
    spreads: NDArray[np.float32]
    same: NDArray[np.float32]

    @staticmethod
    def of(texts: Sequence[str], meanings: Vectors, background: Background) -> Told:
        """What texts tell (see `entry_text`), given their embeddings and the field."""
        words = [stems(text) for text in texts]
        weighed = word_vectors(words, background.frequency, background.documents)
        vectors = together(meanings, weighed)
        same = np.full(len(texts), SAME, np.float32)
        if len(background.days) < ENOUGH_ITEMS:
            nothing = np.zeros(len(texts), np.float32)
            return Told(vectors, nothing, nothing + np.inf, same)
        # The most alike are left out: they may be about the very thing that the entry told.
        usual = np.sort(vectors @ background.vectors.T, axis=1)
        usual = usual[:, : len(background.days) - len(background.days) // ABOUT_IT]
        spreads = np.maximum(usual.std(axis=1), LEAST_SPREAD)
        spreads[[len(own) < ENOUGH_WORDS for own in words]] = np.inf
        return Told(vectors, usual.mean(axis=1), spreads.astype(np.float32), same)

    def beside(self, own: Mapping[int, float]) -> Told:
        """The same, given how near the items are that some entries (by row) were made of.

        What repeats an entry is nearly as near to it as they are. In a field of papers all that
        governments publish is alike, and far from the usual.
        """
        same = self.same.copy()
        for row, near in own.items():
            same[row] = max(SAME, near * NEARLY)
        return replace(self, same=same)

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """All of it as arrays, to be stored."""
        return {
            "vectors": self.vectors.astype(np.float16),
            "means": self.means,
            "spreads": self.spreads,
            "same": self.same,
        }

    @staticmethod
    def from_arrays(arrays: Mapping[str, NDArray[Any]]) -> Told:
        """What `arrays` gave, read again."""
        vectors = arrays["vectors"].astype(np.float32)
        return Told(vectors, arrays["means"], arrays["spreads"], arrays["same"])

    def nearness(
        self, items: Sequence[Item], meanings: Vectors, background: Background
    ) -> NDArray[np.float32]:
        """How near each item is to each entry, in spreads; of shape (items, entries)."""
        found = np.zeros((len(items), len(self.means)), np.float32)
        for start in range(0, len(items), BLOCK):
            rows = slice(start, start + BLOCK)
            words = [stems(embedded(item)) for item in items[rows]]
            weighed = word_vectors(words, background.frequency, background.documents)
            close = together(meanings[rows], weighed) @ self.vectors.T
            found[rows] = (close - self.means) / self.spreads
        return found


def entry_text(entry: Past) -> str:
    """What an entry says, as one text to embed."""
    return compose(entry.headline.rstrip(":"), " ".join([*entry.titles, entry.text]))


def nearest(
    stories: Sequence[Story],
    nearness: Mapping[str, NDArray[np.float32]],
    past: Sequence[Past],
    same: NDArray[np.float32],
) -> dict[str, tuple[Near, ...]]:
    """For each story the entries that one of its items is near to (`LIKE`), the nearest first.

    Args:
        stories: What may have been told.
        nearness: For each item id how near it is to each of `past`.
        past: Entries of earlier issues, the newest first; of equally near ones it comes first.
        same: From how near on an item is taken to be about the same, for each entry.
    """
    found = {}
    for story in stories:
        rows = [nearness[one] for one in story.item_ids if one in nearness]
        if not rows or not past:
            continue
        best = np.max(rows, axis=0)
        order = np.argsort(-best, kind="stable")[:MOST]
        if near := tuple(
            Near(past[at], round(float(best[at]), 2), bool(best[at] >= same[at]))
            for at in order
            if best[at] >= LIKE
        ):
            found[story.id] = near
    return found
