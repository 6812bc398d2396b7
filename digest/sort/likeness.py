"""How alike items are: by meaning, by words, and by time, as one number for any two of them.

Likeness is the mean of two cosines, that of the embeddings and that of the words by TF-IDF, less
what two texts of their lengths have in common by chance or by subject. So 0 is where two items
become one story, whether they are headlines or abstracts.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from digest.model import Item
from digest.sort.hard import is_list
from digest.sort.stems import stems
from digest.sort.text import embedded

WORD_DIMENSIONS = 2048
MEANING, WORDS = 0.5, 0.5
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


@dataclass(frozen=True)
class Features:
    """What is compared, one row for each item.

    `vectors` are of meaning and words together, `costs` what a text must share before it counts,
    `days` since 1970 (not a number where unknown), `sources` numbers of sources, -1 for none.
    """

    vectors: NDArray[np.float32]
    costs: NDArray[np.float32]
    days: NDArray[np.float32]
    sources: NDArray[np.int32]

    def among(self, rows: NDArray[np.intp], others: NDArray[np.intp]) -> NDArray[np.float32]:
        """The likeness of each of `rows` to each of `others`; 0 and more speaks for one story."""
        close = self.vectors[rows] @ self.vectors[others].T
        close -= self.costs[rows][:, None] + self.costs[others][None, :]
        one_source = self.sources[rows][:, None] == self.sources[others][None, :]
        one_source &= self.sources[rows][:, None] >= 0
        close[one_source] = UNLIKE
        far = np.abs(self.days[rows][:, None] - self.days[others][None, :]) > DAYS
        close[far] = np.minimum(close[far], UNLIKE)
        return close

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


def features(items: Sequence[Item], vectors: NDArray[np.float32]) -> Features:
    """What is compared of items, from their embeddings (one row each) and their words."""
    texts = [stems(embedded(item)) for item in items]
    lengths = np.array([len(text) for text in texts])
    lists = np.array([LIST_COSTS if is_list(item) else 0.0 for item in items])
    known = {source: index for index, source in enumerate(sorted({i.source_id for i in items}))}
    both = [math.sqrt(MEANING) * vectors, math.sqrt(WORDS) * word_vectors(texts)]
    return Features(
        vectors=np.hstack(both).astype(np.float32),
        costs=(np.interp(lengths, LENGTHS, COSTS) + lists).astype(np.float32),
        days=np.array([_day(item) for item in items], dtype=np.float32),
        sources=np.array(
            [known[item.source_id] if item.source_id else -1 for item in items], dtype=np.int32
        ),
    )


def word_vectors(texts: Sequence[Sequence[str]]) -> NDArray[np.float32]:
    """TF-IDF, hashed with signs into `WORD_DIMENSIONS` (Weinberger et al. 2009), at length one."""
    frequency = Counter(word for text in texts for word in set(text))
    found = np.zeros((len(texts), WORD_DIMENSIONS), np.float32)
    for row, text in zip(found, texts, strict=True):
        for word, count in Counter(text).items():
            code = crc32(word.encode())
            sign = 1 if code & 0x8000_0000 else -1
            rarity = math.log(1 + len(texts) / frequency[word])
            row[code % WORD_DIMENSIONS] += sign * (1 + math.log(count)) * rarity
        if length := float(np.linalg.norm(row)):
            row[:] = row / length
    return found


def _day(item: Item) -> float:
    return item.published.timestamp() / 86_400 if item.published else math.nan
