"""What labelled items teach about themes, and how far to believe it.

A linear model for each theme (a support vector machine over words and embeddings, Joachims 1998) is
judged by items that it did not learn from. Those judgements, beside what was known without labels,
give calibrated log-odds (Platt 1999) by a logistic regression that starts from believing the
description alone: ten labels move it little, a hundred much, a thousand almost wholly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from digest.model import Evidence, Item
from digest.sort.lexicon import MEANING, Columns
from digest.sort.neighbours import Neighbours
from digest.sort.telling import READ

FOLDS = 4
LEAST_EXAMPLES = 2
COST = 0.3
# What the calibration believes before any label: the description's log-odds as they are, a margin
# of the model worth nothing, nor how common a theme is; and how many labelled judgements this
# belief is worth.
BELIEF, WORTH = (0.0, 1.0, 0.0, 0.0), 8.0
# A theme is taken to be as common as themes are on average by this many items beside the labelled.
USUAL_ITEMS = 40.0
THRESHOLDS = np.linspace(0.1, 0.7, 61)
# A theme with this many examples has half a threshold of its own; the rest is that of all themes.
EXAMPLES_FOR_OWN = 20.0
SHOWN, LEAST_MOVED = 2, 0.05
SMALL = 1e-8

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Labels:
    """Items whose themes the editor settled, to learn from.

    `themes[i]` are the ids of the themes of `items[i]`, none if it belongs to no theme; `vectors`
    has a row for each item.
    """

    items: Sequence[Item]
    vectors: NDArray[np.float32]
    themes: Sequence[frozenset[str]]


@dataclass(frozen=True)
class Lesson:
    """What was learned; made by `learn`.

    `weights` and `offsets` are a linear model for each theme, zero where there was too little to
    learn from; `trust` is the calibration, shape (3, themes): the slopes for margin and for
    description, alike for all themes, and the offset, higher for commoner themes;
    `thresholds` the scores from which themes are chosen; `labelled` what it was learned from, and
    `truth` whether each of those belongs to each theme.
    """

    columns: Columns
    weights: Matrix
    offsets: Matrix
    trust: Matrix
    taught: NDArray[np.bool_]
    thresholds: Matrix
    labelled: Neighbours
    truth: NDArray[np.bool_]

    def margins(self, items: Sequence[Item], vectors: NDArray[np.float32]) -> Matrix:
        """The linear models' margins, shape (items, themes)."""
        table = self.columns.table(items, vectors)
        return np.asarray(table @ self.weights.T + self.offsets)

    def log_odds(self, margins: Matrix, described: Matrix) -> Matrix:
        """The log-odds with what was learned, from those that the description gave."""
        learned = self.trust[0] * margins + self.trust[1] * described + self.trust[2]
        return np.where(self.taught, learned, described)

    def evidence(
        self, items: Sequence[Item], vectors: NDArray[np.float32], only: Sequence[int]
    ) -> list[list[list[Evidence]]]:
        """For each item and each of some themes, by number, what moved the margin most.

        The words, and as one thing the meaning, told by the labelled items that are near.
        """
        names = self.columns.names()
        blank = np.zeros((len(items), self.weights.shape[1] - len(names)), dtype=np.float32)
        table = self.columns.table(items, blank)
        meaning = self.trust[0] * MEANING * (vectors @ self.weights[:, len(names) :].T)
        near = self.labelled.closeness(vectors)
        return [
            [
                [
                    *self._words(table[row], theme, names),
                    *self._neighbours(near[row], theme, float(meaning[row, theme])),
                ]
                if self.taught[theme]
                else []
                for theme in only
            ]
            for row in range(len(items))
        ]

    def _neighbours(self, near: NDArray[np.float32], theme: int, moved: float) -> list[Evidence]:
        among, where = (self.truth[:, theme], "") if moved > 0 else (~self.truth[:, theme], "out")
        told = self.labelled.like(near, among, f"you kept with{where} this theme")
        return [Evidence("neighbour", told, moved)] if told and abs(moved) >= LEAST_MOVED else []

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """All of it as arrays, to be stored."""
        own = {name: getattr(self, name) for name in _OWN}
        return {**self.columns.arrays(), **self.labelled.arrays(), **own}

    @staticmethod
    def from_arrays(arrays: Mapping[str, NDArray[Any]]) -> Lesson:
        """What `arrays` gave, read again."""
        own = {name: arrays[name] for name in _OWN}
        return Lesson(Columns.from_arrays(arrays), labelled=Neighbours.from_arrays(arrays), **own)

    def _words(self, row: Any, theme: int, names: Sequence[str]) -> list[Evidence]:
        moved = row.data * self.weights[theme, row.indices] * self.trust[0, theme]
        order = np.argsort(-np.abs(moved), kind="stable")[:SHOWN]
        return [
            Evidence("learned", _learned(names[row.indices[at]], moved[at]), float(moved[at]))
            for at in order
            if abs(moved[at]) >= LEAST_MOVED
        ]


_OWN = ("weights", "offsets", "trust", "taught", "thresholds", "truth")


def _learned(name: str, moved: float) -> str:
    return f"{name}, {'as in' if moved > 0 else 'unlike'} what you put here"


def learn(labels: Labels, themes: Sequence[str], described: Matrix) -> Lesson | None:
    """Learn from labelled items; None where there are none.

    Args:
        labels: What was settled.
        themes: The ids of the themes, in the order of the columns.
        described: The log-odds of the labelled items without labels, shape (labels, themes).
    """
    if not labels.items:
        return None
    truth = np.array([[theme in given for theme in themes] for given in labels.themes])
    columns, table = Columns.learn(labels.items, labels.vectors, READ)
    folds = np.array([crc32(item.id.encode()) % FOLDS for item in labels.items])
    weights = np.zeros((len(themes), table.shape[1]))
    offsets = np.zeros(len(themes))
    apart = np.full(truth.shape, np.nan)
    for theme in range(len(themes)):
        if (fitted := _fit(table, truth[:, theme])) is None:
            continue
        weights[theme], offsets[theme] = fitted
        for fold in range(FOLDS):
            inside = folds == fold
            if inside.any() and (part := _fit(table[~inside], truth[~inside, theme])):
                apart[inside, theme] = table[inside] @ part[0] + part[1]
    taught = np.asarray(weights.any(axis=1))
    known = ~np.isnan(apart)
    # How common a theme is among the others, as the model that judged them: an item's own labels
    # would tell too much of a theme with few examples.
    before = np.array([_commonness(truth[folds != fold]) for fold in range(FOLDS)])[folds]
    slopes = _trust(apart[known], described[known], before[known], truth[known])
    odds = slopes[0] * np.nan_to_num(apart) + slopes[1] * described + slopes[2]
    odds += slopes[3] * before
    odds = np.where(known, odds, described)
    labelled = Neighbours([item.title for item in labels.items], labels.vectors)
    thresholds = _thresholds(odds, truth)
    offset = slopes[2] + slopes[3] * _commonness(truth)
    trust = np.stack([np.full_like(offset, slopes[0]), np.full_like(offset, slopes[1]), offset])
    return Lesson(columns, weights, offsets, trust, taught, thresholds, labelled, truth)


def _fit(table: Any, truth: NDArray[np.bool_]) -> tuple[Matrix, float] | None:
    from sklearn.svm import LinearSVC

    examples = int(truth.sum())
    if examples < LEAST_EXAMPLES or examples > len(truth) - LEAST_EXAMPLES:
        return None
    model = LinearSVC(C=COST, class_weight="balanced", random_state=0).fit(table, truth)
    return model.coef_[0], float(model.intercept_[0])


def _commonness(truth: NDArray[np.bool_]) -> Matrix:
    """For each theme the log-odds of belonging to it, above those of an average theme."""
    if not len(truth):
        return np.zeros(truth.shape[1])
    # Half a label in either direction, so that themes which have none or all stay within reason.
    usual = (truth.sum() + 0.5) / (truth.size + 1)
    shares = (truth.sum(axis=0) + USUAL_ITEMS * usual) / (len(truth) + USUAL_ITEMS)
    return np.asarray(np.log(shares / (1 - shares)) - np.log(usual / (1 - usual)))


def _trust(margins: Matrix, described: Matrix, common: Matrix, truth: NDArray[np.bool_]) -> Matrix:
    """Logistic regression on three numbers, drawn to `BELIEF`; by Newton's method."""
    rows = np.column_stack([margins, described, np.ones(len(margins)), common])
    signs = np.where(truth, 1.0, -1.0)
    belief = np.array(BELIEF)

    def loss(slopes: Matrix) -> float:
        surprise = np.logaddexp(0.0, -signs * (rows @ slopes)).sum()
        return float(surprise + WORTH / 2 * ((slopes - belief) ** 2).sum())

    found = belief.copy()
    for _ in range(50):
        chance = 1 / (1 + np.exp(-(rows @ found)))
        slope = rows.T @ (chance - truth) + WORTH * (found - belief)
        curve = (rows * (chance * (1 - chance))[:, None]).T @ rows + WORTH * np.eye(len(BELIEF))
        step = np.linalg.solve(curve, slope)
        # Where the curve is nearly flat a whole step leads astray.
        while loss(found - step) > loss(found) and np.abs(step).max() > SMALL:
            step = step / 2
        found = found - step
        if np.abs(step).max() <= SMALL:
            break
    return found


def _thresholds(odds: Matrix, truth: NDArray[np.bool_]) -> Matrix:
    """For each theme the score from which choosing it gave the best F1, drawn to that of all."""
    scores = 1 / (1 + np.exp(-odds))
    everywhere = _best_threshold(scores.ravel(), truth.ravel())
    found = []
    for theme in range(truth.shape[1]):
        examples = float(truth[:, theme].sum())
        own = _best_threshold(scores[:, theme], truth[:, theme]) if examples else everywhere
        share = examples / (examples + EXAMPLES_FOR_OWN)
        found.append(share * own + (1 - share) * everywhere)
    return np.array(found)


def _best_threshold(scores: Matrix, truth: NDArray[np.bool_]) -> float:
    chosen = scores[None, :] >= THRESHOLDS[:, None]
    right = (chosen & truth).sum(axis=1)
    f1 = 2 * right / np.maximum(chosen.sum(axis=1) + truth.sum(), 1)
    # Of equally good thresholds the one nearest to even odds.
    best = np.flatnonzero(f1 >= f1.max() - 1e-12)
    return float(THRESHOLDS[best[np.argmin(np.abs(THRESHOLDS[best] - 0.5))]])
