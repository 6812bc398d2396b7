"""How alike items are: by meaning, by words, and by time, as one number for any two of them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from digest.model import Item
from digest.sort.stems import stems
from digest.sort.text import compose

WORD_DIMENSIONS = 1024
LEAD = 80
MEANING, WORDS = 0.5, 0.5
DAYS = 4.0
BLOCK = 1024

# Two long texts on one subject share more than two headlines of one event do.
LONG_TEXT, LONG_COSTS = 40, 0.35
SAME_SOURCE_COSTS = 0.30
# Between different sources the least that is one story.
LEAST = 0.22


@dataclass(frozen=True)
class Features:
    """What is compared, one row for each item: vectors of meaning and of words, and days."""

    vectors: NDArray[np.float32]
    days: NDArray[np.float32]
    long: NDArray[np.bool_]
    sources: NDArray[np.int32]

    def among(self, rows: NDArray[np.intp], others: NDArray[np.intp]) -> NDArray[np.float32]:
        """The likeness of each of `rows` to each of `others`."""
        close = self.vectors[rows] @ self.vectors[others].T
        both_long = self.long[rows][:, None] & self.long[others][None, :]
        one_source = self.sources[rows][:, None] == self.sources[others][None, :]
        one_source &= self.sources[rows][:, None] >= 0
        close -= LONG_COSTS * both_long + SAME_SOURCE_COSTS * one_source
        apart = np.abs(self.days[rows][:, None] - self.days[others][None, :])
        close[np.nan_to_num(apart) > DAYS] = 0.0
        return close

    def pairs(self, least: float) -> NDArray[np.intp]:
        """The pairs of rows at least so alike, as an array of shape (pairs, 2)."""
        found = []
        everything = np.arange(len(self.days))
        for start in range(0, len(self.days), BLOCK):
            rows, others = everything[start : start + BLOCK], everything[start:]
            near = np.argwhere(self.among(rows, others) >= least)
            near = near[near[:, 0] < near[:, 1]] + start
            found.append(near)
        return np.concatenate(found) if found else np.zeros((0, 2), np.intp)


def features(items: Sequence[Item], vectors: NDArray[np.float32]) -> Features:
    """What is compared of items, from their embeddings and their words."""
    texts = [stems(compose(item.title, " ".join(item.text.split()[:LEAD]))) for item in items]
    known = {source: index for index, source in enumerate(sorted({i.source_id for i in items}))}
    return Features(
        vectors=np.hstack(
            [math.sqrt(MEANING) * vectors, math.sqrt(WORDS) * word_vectors(texts)]
        ).astype(np.float32),
        days=np.array([_day(item) for item in items], dtype=np.float32),
        long=np.array([len(text) >= LONG_TEXT for text in texts]),
        sources=np.array(
            [known[item.source_id] if item.source_id else -1 for item in items], dtype=np.int32
        ),
    )


def _day(item: Item) -> float:
    return item.published.timestamp() / 86_400 if item.published else math.nan


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
