"""How much each sentence of a text says of the whole: what was done, and what was found.

A score is the sum of small regression trees over `features.NAMES`, and a linear part over the
sentence's embedding. Both were fitted to how much of a paper's one-sentence summary each sentence
of its abstract holds; `ranker.json` says on what, and `benchmarks/summaries.py` fits them again.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digest.draft.features import NAMES, Matrix, features
from digest.language.embedding import load

WEIGHTS = Path(__file__).with_name("ranker.npz")
# How much the linear part counts, both parts having been brought to the same spread.
LINEAR = 0.5
# An abstract has a dozen sentences. Of a longer text the opening says most, as in any news.
ABSTRACT = 14
OPENING = 1.5
OPENING_LENGTH = 4.0


@dataclass(frozen=True, slots=True)
class Model:
    """Trees in flat arrays: node `i` asks whether column `column[i]` is at most `edge[i]`.

    Attributes:
        roots: The first node of each tree.
        column: The column a node looks at; -1 in a leaf.
        edge: The edge between left and right; a leaf's value.
        left: The node that comes next where the value is at most the edge.
        right: The node that comes next where it is more.
        linear: A weight for each dimension of the embedding.
    """

    roots: NDArray[np.int32]
    column: NDArray[np.int16]
    edge: NDArray[np.float32]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    linear: NDArray[np.float32]

    def trees(self, rows: Matrix) -> Matrix:
        """The sum of all trees for each row."""
        values = rows.astype(np.float32)
        node = np.repeat(self.roots[:, None], len(rows), axis=1)
        at = np.arange(len(rows))[None, :]
        while True:
            column = self.column[node]
            if (column < 0).all():
                total: Matrix = self.edge[node].sum(axis=0, dtype=np.float64)
                return total
            goes_left = values[at, np.maximum(column, 0)] <= self.edge[node]
            following = np.where(goes_left, self.left[node], self.right[node])
            node = np.where(column < 0, node, following)

    def scores(self, rows: Matrix, points: NDArray[np.float32]) -> Matrix:
        """A score for each sentence of one text."""
        return even(self.trees(rows)) + LINEAR * even((points @ self.linear).astype(np.float64))


def rank(sentences: list[str], title: str = "") -> list[float]:
    """A score for each sentence of a text; higher says more. Only their order has a meaning.

    Args:
        sentences: All sentences of the text, in order.
        title: The text's title.
    """
    if not sentences:
        return []
    rows, points = features(sentences, title, load())
    scores = model().scores(rows, points)
    if len(sentences) > ABSTRACT:
        scores = scores + OPENING / (1 + np.arange(len(sentences)) / OPENING_LENGTH)
    return [float(score) for score in np.round(scores, 6)]


def even(values: Matrix) -> Matrix:
    """The values with mean 0 and spread 1."""
    spread: float = values.std() + 1e-6
    return np.asarray((values - values.mean()) / spread, dtype=np.float64)


@cache
def model() -> Model:
    """The model as it was trained, read at the first call."""
    with np.load(WEIGHTS, allow_pickle=False) as kept:
        arrays = {name: kept[name] for name in Model.__slots__}
        if int(kept["columns"]) != len(NAMES):
            raise ValueError(
                "ranker.npz was trained on other features: run benchmarks/summaries.py"
            )
    return Model(**arrays)
