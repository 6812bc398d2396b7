"""Items as rows of numbers for a linear model: words, meaning, and what stands around the text."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digest.model import Item
from digest.sort.packing import pack, unpack
from digest.sort.stems import stems
from digest.sort.text import LEAD_WORDS, lead, plain

if TYPE_CHECKING:
    from scipy import sparse

RAREST = 2
MIDDLING = 7  # the length of a text that is neither long nor short, as a power of two
# The share that each block has in the likeness of two rows; blocks of words and meaning have length
# one before. What its authors have written is a number that has no bounds: it gets a small one.
# Found on halves of real labelled sets, see benchmarks/.
TEXT, TITLE, MEANING, AROUND, WRITTEN = 1.0, 0.5, 0.7, 0.3, 0.05


@dataclass(frozen=True)
class Lexicon:
    """What the columns of a table mean: each known word or mark, its place, and how common it is.

    `frequency` says in how many of the `rows` it was made from each of them stands, in their order.
    """

    columns: Mapping[str, int]
    frequency: NDArray[np.int64]
    rows: int

    @staticmethod
    def of(rows: Sequence[Sequence[str]], rarest: int = RAREST) -> Lexicon:
        """The lexicon of what occurs in at least `rarest` rows."""
        frequency = Counter(word for row in rows for word in set(row))
        known = sorted(word for word, count in frequency.items() if count >= rarest)
        counts = np.array([frequency[word] for word in known], dtype=np.int64)
        return Lexicon({word: at for at, word in enumerate(known)}, counts, len(rows))

    @cached_property
    def rarity(self) -> NDArray[np.float64]:
        """For each column ln(N/n) + 1."""
        return np.array([1 + math.log(self.rows / count) for count in self.frequency.tolist()])

    def table(self, rows: Sequence[Sequence[str]], *, even: bool = False) -> sparse.csr_matrix:
        """One row of TF-IDF at length one for each list of words; ones alone if `even`."""
        from scipy import sparse

        places: list[int] = []
        values: list[float] = []
        ends = [0]
        for row in rows:
            counts = Counter(self.columns[word] for word in row if word in self.columns)
            weights = {
                at: 1.0 if even else (1 + math.log(count)) * float(self.rarity[at])
                for at, count in sorted(counts.items())
            }
            length = 1.0 if even else math.sqrt(sum(w * w for w in weights.values())) or 1.0
            places.extend(weights)
            values.extend(weight / length for weight in weights.values())
            ends.append(len(places))
        shape = (len(rows), len(self.columns))
        return sparse.csr_matrix((values, places, ends), shape=shape, dtype=np.float32)


@dataclass(frozen=True)
class Columns:
    """How items become rows; made from the items to learn from, used for all others.

    `words` is how much of a text is read.
    """

    text: Lexicon
    title: Lexicon
    around: Lexicon
    words: int

    @staticmethod
    def learn(
        items: Sequence[Item], vectors: NDArray[np.float32], words: int = LEAD_WORDS
    ) -> tuple[Columns, sparse.csr_matrix]:
        """The columns that these items give, and the items' own rows."""
        read = _Read(items, words)
        known = Lexicon.of(read.text), Lexicon.of(read.title), Lexicon.of(read.around)
        columns = Columns(*known, words)
        return columns, columns._rows(read, vectors, itself=1)

    def table(self, items: Sequence[Item], vectors: NDArray[np.float32]) -> sparse.csr_matrix:
        """One row for each item, from its words and its embedding."""
        return self._rows(_Read(items, self.words), vectors, itself=0)

    def _rows(self, read: _Read, vectors: NDArray[np.float32], *, itself: int) -> sparse.csr_matrix:
        """The rows; `itself` is how often each item is among those the columns were made from."""
        from scipy import sparse

        return sparse.hstack(
            [
                TEXT * self.text.table(read.text),
                TITLE * self.title.table(read.title),
                AROUND * self.around.table(read.around, even=True),
                sparse.csr_matrix(AROUND * read.length),
                sparse.csr_matrix(WRITTEN * self._written(read, itself)),
                sparse.csr_matrix(MEANING * vectors),
            ],
            format="csr",
            dtype=np.float32,
        )

    def _written(self, read: _Read, itself: int) -> NDArray[np.float32]:
        """How much each item's authors have written besides it, ln(1 + items), one column."""
        known = self.around
        others = [
            sum(
                int(known.frequency[known.columns[by]]) - itself
                for by in authors
                if by in known.columns
            )
            for authors in read.authors
        ]
        return np.log1p(np.array(others, np.float32))[:, None]

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """All of it as arrays, to be stored."""
        found: dict[str, NDArray[np.generic]] = {}
        for name in ("text", "title", "around"):
            lexicon: Lexicon = getattr(self, name)
            found[f"{name} words"] = pack(list(lexicon.columns))
            found[f"{name} frequency"] = lexicon.frequency
            found[f"{name} rows"] = np.array(lexicon.rows)
        found["words read"] = np.array(self.words)
        return found

    @staticmethod
    def from_arrays(arrays: Mapping[str, NDArray[np.generic]]) -> Columns:
        """What `arrays` gave, read again."""

        def lexicon(name: str) -> Lexicon:
            words = unpack(arrays[f"{name} words"])
            frequency = arrays[f"{name} frequency"].astype(np.int64)
            rows = int(arrays[f"{name} rows"])
            return Lexicon({word: at for at, word in enumerate(words)}, frequency, rows)

        words = int(arrays["words read"])
        return Columns(lexicon("text"), lexicon("title"), lexicon("around"), words)

    def names(self) -> list[str]:
        """What each column speaks of, in words; nothing for the embedding's."""
        return [
            *(f"'{word}'" for word in self.text.columns),
            *(f"'{word}' in the title" for word in self.title.columns),
            *self.around.columns,
            "its length",
            "how much its authors write",
        ]


class _Read:
    """The words of items: of title and text, of the title with its pairs, and what is around."""

    def __init__(self, items: Sequence[Item], words: int) -> None:
        titles = [stems(plain(item.title)) for item in items]
        self.title = [
            title + [f"{first} {second}" for first, second in pairwise(title)] for title in titles
        ]
        self.text = [
            title + stems(lead(item.text, words)) for title, item in zip(titles, items, strict=True)
        ]
        self.authors = [
            [f"by {author}" for author in dict.fromkeys(item.authors)] for item in items
        ]
        self.around = [
            [*_marks(item), *authors] for item, authors in zip(items, self.authors, strict=True)
        ]
        # How many words, on a scale of doublings: editors write more of what they put first, and
        # steps would be too coarse to tell.
        counts = [max(len(item.text.split()), 1) for item in items]
        self.length = (np.log2(np.array(counts, np.float32)) - MIDDLING)[:, None]


def _marks(item: Item) -> Iterable[str]:
    """What is known of an item beside its text, as words that a reader understands."""
    if item.source_id:
        yield f"from {item.source_id}"
    for category in item.categories:
        yield f"category {category}"
    if item.categories:
        yield f"first category {item.categories[0]}"
    if item.authors:
        many = 2 ** int(math.log2(len(item.authors)))
        yield f"about {many} authors" if many > 1 else "one author"
    if item.note:
        yield "with a note"
    for word in sorted(set(stems(item.note))):
        yield f"'{word}' in the note"
    if ":" in item.title:
        yield "a colon in the title"
