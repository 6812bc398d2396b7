"""What is usual in the field that a newsletter follows: the lexical model, fitted now and then.

How rare each word is, and a sample of items that shows how alike things are there by chance. An
hourly run compares what is new against a stored background, so that it need not read everything
again; `of` a whole set of items, the background is the set's own.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from digest.model import Item
from digest.sort.packing import pack, unpack
from digest.sort.stems import stems
from digest.sort.text import embedded

WORD_DIMENSIONS = 2048
MEANING, WORDS = 0.5, 0.5
SAMPLE = 2000

Vectors = NDArray[np.float32]


@dataclass(frozen=True)
class Background:
    """How many texts were counted, in how many each stem occurs, and the sample.

    `vectors` are of meaning and words together, `days` since 1970, `sources` ids of sources: one
    for each item of the sample.
    """

    documents: int
    frequency: Mapping[str, int]
    vectors: Vectors
    days: NDArray[np.float32]
    sources: Sequence[str]

    @staticmethod
    def of(
        items: Sequence[Item], vectors: Vectors, texts: Sequence[Sequence[str]] | None = None
    ) -> Background:
        """The background that these items are for each other.

        Args:
            items: In an order that is the same for the same items.
            vectors: Their embeddings, one row each.
            texts: Their stems, where they are known already.
        """
        texts = texts or [stems(embedded(item)) for item in items]
        frequency = Counter(word for text in texts for word in set(text))
        rows = range(0, len(items), max(1, len(items) // SAMPLE))
        sampled = word_vectors([texts[row] for row in rows], frequency, len(items))
        return Background(
            documents=len(items),
            frequency=frequency,
            vectors=together(vectors[list(rows)], sampled),
            days=np.array([day_of(items[row]) for row in rows], dtype=np.float32),
            sources=[items[row].source_id for row in rows],
        )

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """All of it as arrays, to be stored."""
        said = {"frequency": self.frequency, "sources": list(self.sources)}
        return {
            "documents": np.array(self.documents),
            "words": pack(said),
            "vectors": self.vectors.astype(np.float16),
            "days": self.days,
        }

    @staticmethod
    def from_arrays(arrays: Mapping[str, NDArray[np.generic]]) -> Background:
        """What `arrays` gave, read again."""
        said = unpack(arrays["words"])
        return Background(
            documents=int(arrays["documents"]),
            frequency=said["frequency"],
            vectors=arrays["vectors"].astype(np.float32),
            days=arrays["days"].astype(np.float32),
            sources=said["sources"],
        )


def word_vectors(
    texts: Sequence[Iterable[str]], frequency: Mapping[str, int], documents: int
) -> Vectors:
    """TF-IDF, hashed with signs into `WORD_DIMENSIONS` (Weinberger et al. 2009), at length one.

    Args:
        texts: Stems, for each row a list, or how often each occurs.
        frequency: In how many texts each stem occurs; one that is not known occurs in one.
        documents: How many texts were counted.
    """
    found = np.zeros((len(texts), WORD_DIMENSIONS), np.float32)
    for row, text in zip(found, texts, strict=True):
        for word, count in Counter(text).items():
            place, sign = hashed(word)
            rarity = math.log(1 + documents / frequency.get(word, 1))
            row[place] += sign * (1 + math.log(count)) * rarity
        if length := float(np.linalg.norm(row)):
            row[:] = row / length
    return found


def hashed(word: str) -> tuple[int, int]:
    """Where a word stands among `WORD_DIMENSIONS`, and with which sign."""
    code = crc32(word.encode())
    return code % WORD_DIMENSIONS, 1 if code & 0x8000_0000 else -1


def together(meanings: Vectors, words: Vectors) -> Vectors:
    """Meaning and words as one vector, whose products are the mean of the two cosines."""
    width = meanings.shape[1]
    found = np.empty((len(meanings), width + words.shape[1]), np.float32)
    # Written in place: of ten thousand abstracts each further copy is 80 MB.
    np.multiply(meanings, np.float32(math.sqrt(MEANING)), out=found[:, :width])
    np.multiply(words, np.float32(math.sqrt(WORDS)), out=found[:, width:])
    return found


def day_of(item: Item) -> float:
    """The days from 1970 to the item's publication; not a number where it is unknown."""
    return item.published.timestamp() / 86_400 if item.published else math.nan
