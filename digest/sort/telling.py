"""What an item says, word by word and to its end: what its lead and its embedding leave out.

A law says what it is about after pages of definitions. So the whole text is read, and of its words
those that tell it from others in the field count.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digest.language.tokens import words
from digest.model import Item
from digest.sort.embedder import Embedder
from digest.sort.stems import stem
from digest.sort.text import LEAD_WORDS, lead, plain

# So much of a text is read; a word of the title counts as much as so many in the text.
READ, IN_TITLE = 2500, 2
# So many words tell an item; of two as near to a theme the rarer says more, by this power.
MOST, RARER = 60, 0.5

# Words that hold others together and name nothing.
_JOINTS = {"a", "an", "and", "as", "at", "by", "for", "from", "in", "into", "its", "of"}
_JOINTS |= {"on", "or", "other", "the", "to", "with"}


@dataclass(frozen=True)
class Usual:
    """How many texts of a field were counted, and in how many each stem occurs."""

    documents: int
    frequency: Mapping[str, int]

    @staticmethod
    def of(items: Sequence[Told]) -> Usual:
        """What is usual among some items."""
        return Usual(len(items), Counter(word for told in items for word in told.counts))

    @staticmethod
    def of_texts(texts: Iterable[Iterable[str]]) -> Usual:
        """What is usual among some texts, each as its stems."""
        frequency: Counter[str] = Counter()
        count = 0
        for count, text in enumerate(texts, 1):  # noqa: B007  # counted, whether or not any
            frequency.update(set(text))
        return Usual(count, frequency)

    def rarity(self, word: str) -> float:
        """0 for a word that all texts use, 1 for one that none was known to."""
        documents = max(self.documents, 1)
        known = min(max(self.frequency.get(word, 1), 1), documents)
        return math.log((documents + 1) / known) / math.log(documents + 1)


@dataclass(frozen=True)
class Told:
    """The words of an item.

    `counts` has how often each stem stands in the text, those of the title counted `IN_TITLE` times
    besides; `title` the stems of the title; `written` a form in which a stem was written; `length`
    the words of the text, up to `READ`.
    """

    counts: Mapping[str, int]
    title: frozenset[str]
    written: Mapping[str, str]
    length: int

    @staticmethod
    def by(item: Item) -> Told:
        """What an item says."""
        title, text = spoken(plain(item.title)), spoken(lead(item.text, READ))
        counts = Counter(word for word, _ in text)
        for word, _ in title:
            counts[word] += IN_TITLE
        return Told(
            counts,
            frozenset(word for word, _ in title),
            dict([*reversed(text), *reversed(title)]),
            len(text),
        )

    @property
    def beyond_lead(self) -> bool:
        """Whether the text goes on where the embedding stops."""
        return self.length > LEAD_WORDS

    def most_telling(self, usual: Usual) -> dict[str, float]:
        """The words that tell this item from others, with their weight in 0…1, heaviest first."""
        weights = {
            word: (1 + math.log(count)) * usual.rarity(word)
            for word, count in self.counts.items()
            if not word.isdigit()
        }
        order = sorted(weights, key=lambda word: (-weights[word], word))[:MOST]
        return {word: weights[word] for word in order if weights[word] > 0}


def spoken(text: str) -> list[tuple[str, str]]:
    """The words of a text that name something: stem, and as it is written."""
    parts = (part for word in words(text) for part in word.split("-"))
    return [(stem(part), part) for part in parts if part and part not in _JOINTS]


class Vocabulary:
    """The embeddings of words, each looked up once."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._rows: dict[str, int] = {}
        self._vectors: NDArray[np.float32] | None = None

    def read(self, written: Sequence[str]) -> None:
        """Look up the words that are not known yet."""
        new = sorted(set(written) - self._rows.keys())
        if new:
            found = self._embedder.embed(new)
            known = self._vectors
            self._vectors = found if known is None else np.vstack([known, found])
            start = len(self._rows)
            self._rows.update((word, start + at) for at, word in enumerate(new))

    def vectors(self, written: Sequence[str]) -> NDArray[np.float32]:
        """One row of length one for each word; each has been read."""
        if self._vectors is None:
            return np.zeros((0, 0), np.float32)
        return self._vectors[[self._rows[word] for word in written]]
