"""Themes by their names, and what items say of those: as a whole, word by word, and by name.

A name of several parts, such as `Measures: Disclosure: to the public`, is read by its parts: a word
or a part counts the more, the fewer names have it.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digest.config.schema import Theme
from digest.sort.background import hashed, word_vectors
from digest.sort.embedder import Embedder
from digest.sort.keywords import SATURATION
from digest.sort.telling import Told, Usual, Vocabulary, spoken

# What stands between the parts of a name.
_BETWEEN = re.compile(r"::?|[>»|]| [-–—/] ")
# Of an item's words so many that are nearest to a word of the name; of those so many are told.
NEAREST, SHOWN = 4, 2

Matrix = NDArray[np.float64]
Vectors = NDArray[np.float32]


@dataclass(frozen=True)
class Read:
    """What the names say of items.

    `near`, `by_words` and `named` have a row for each item and a column for each theme; `vectors`
    and `used` are the items as meaning and as hashed words; `met` (items, words of names) is how
    near an item comes to each word; `telling` are each item's most telling words, with what the
    words of names are nearest to.
    """

    near: Matrix
    by_words: Matrix
    named: Matrix
    vectors: Vectors
    used: Vectors
    met: Matrix
    told: Sequence[Told]
    telling: Sequence[Telling]


@dataclass(frozen=True)
class Telling:
    """An item's most telling words: as written, where each stands among hashed words, with sign.

    `nearest` has for each word of the themes' names the numbers of the nearest, nearest first.
    """

    forms: Sequence[str]
    places: NDArray[np.intp]
    values: Matrix
    nearest: NDArray[np.intp]


class Names:
    """Themes by their names, and descriptions where there are any."""

    def __init__(self, themes: Sequence[Theme], embedder: Embedder) -> None:
        texts = [_parts(theme) for theme in themes]
        self.spoken = [
            {word: form for part in parts for word, form in reversed(spoken(part))}
            for parts in texts
        ]
        shared = Counter(word for words in self.spoken for word in words)
        self.rarity = {word: math.log((len(themes) + 1) / count) for word, count in shared.items()}
        self.words = sorted(shared)
        written: dict[str, str] = {}
        for words in self.spoken:
            written = words | written
        self.forms = [written[word] for word in self.words]
        self.vocabulary = Vocabulary(embedder)
        self.word_vectors = embedder.embed(self.forms)
        self.weights = np.zeros((len(self.words), len(themes)))
        at = {word: row for row, word in enumerate(self.words)}
        self.columns = [[at[word] for word in words] for words in self.spoken]
        for column, words in enumerate(self.spoken):
            for word in words:
                self.weights[at[word], column] = self.rarity[word]
        self.weights /= np.maximum(self.weights.sum(axis=0), 1e-9)
        self.vectors = np.vstack([self._vector(parts, embedder) for parts in texts])
        self.flat = not any(_BETWEEN.search(theme.title) for theme in themes)

    def _vector(self, parts: Sequence[str], embedder: Embedder) -> Matrix:
        weights = [
            np.mean([self.rarity[word] for word, _ in spoken(part)] or [0.0]) for part in parts
        ]
        return unit(np.array(weights)[None, :] @ embedder.embed(parts))

    def read(self, told: Sequence[Told], vectors: Vectors, usual: Usual) -> Read:
        """Read items, given what their words are and their embeddings."""
        words = [one.most_telling(usual) for one in told]
        forms = [[one.written[word] for word in own] for one, own in zip(told, words, strict=True)]
        self.vocabulary.read([form for own in forms for form in own])
        met = np.zeros((len(told), len(self.words)))
        vectors = vectors.copy()
        telling = []
        for row, (one, own, written) in enumerate(zip(told, words, forms, strict=True)):
            found, weight = self.vocabulary.vectors(written), np.array(list(own.values()))
            nearest = np.zeros((0, len(self.words)), dtype=np.intp)
            if own:
                # Of two words that are as near the rarer one says more.
                close = np.sqrt(weight)[:, None] * (found @ self.word_vectors.T)
                nearest = np.argsort(-close, axis=0, kind="stable")[:NEAREST]
                met[row] = np.take_along_axis(close, nearest, axis=0).mean(axis=0)
            if own and one.beyond_lead:
                vectors[row] = unit(weight[None, :] @ found)[0]
            places = [hashed(word) for word in own]
            telling.append(
                Telling(
                    written,
                    np.array([place for place, _ in places], dtype=np.intp),
                    np.array([sign for _, sign in places]) * weight,
                    nearest[:SHOWN],
                )
            )
        return Read(
            (vectors @ self.vectors.T).astype(np.float64),
            met @ self.weights,
            self._named(told, usual),
            vectors,
            word_vectors([one.counts for one in told], usual.frequency, usual.documents),
            met,
            told,
            telling,
        )

    def _named(self, told: Sequence[Told], usual: Usual) -> Matrix:
        counts = np.array([[one.counts.get(word, 0) for word in self.words] for one in told])
        # A word that all of the field uses names nothing there, whatever it names elsewhere.
        rarity = np.array([usual.rarity(word) for word in self.words])
        return np.asarray((rarity * counts / (counts + SATURATION)) @ self.weights)

    def nearest(self, read: Read, row: int, theme: int) -> str:
        """The word of a theme's name that an item meets best, and its words nearest to that."""
        own = self.columns[theme]
        word = own[int(np.argmax(read.met[row, own] * self.weights[own, theme]))]
        telling = read.telling[row]
        forms = [telling.forms[at] for at in telling.nearest[:, word]]
        return f"{quoted(forms)} near '{self.forms[word]}'"

    def used(self, told: Told, theme: int) -> str:
        """The word of a theme's name that an item uses, the rarest one."""
        words = [word for word in self.spoken[theme] if told.counts.get(word)]
        word = max(words, key=lambda one: (self.rarity[one], one))
        where = "title" if word in told.title else "text"
        return f"'{self.spoken[theme][word]}' of its name in the {where}"


def unit(rows: NDArray[Any]) -> Matrix:
    """Rows at length one; rows of zeros stay as they are."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(lengths > 0, lengths, 1.0), dtype=np.float64)


def _parts(theme: Theme) -> list[str]:
    """A theme's name by its parts, and its description if there is one."""
    name = theme.title if " " in theme.title else re.sub(r"[-_]", " ", theme.title)
    parts = [part.strip() for part in _BETWEEN.split(name) if part.strip()]
    if theme.description and theme.description != theme.title:
        parts.append(theme.description)
    return parts or [name]


def quoted(forms: Sequence[str]) -> str:
    """Words in single quotes, joined."""
    return " and ".join(f"'{form}'" for form in forms)
