"""What an editor picks, learned from what was picked and passed over before.

A linear model over words, embeddings and what stands around a text, fitted in seconds, that tells a
pick from what was passed over. Its margin is a part of a story's rank, and the words that moved it
most are the reason given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from digest.model import Item, Story
from digest.sort.lexicon import MEANING, Columns
from digest.sort.neighbours import Neighbours
from digest.sort.ranks import Part

COST = 0.3
# Subjects say less of what is picked than of themes: beside words, the embedding counts half here.
SUBJECT = 0.5
# More is not learned from: a sample of what was passed over, the same one each time, says as much.
MOST_PASSED = 20_000
SHOWN = 3
# As many picks make the model count half; its log-odds count up to this much.
HALF_BELIEVED, STRONGEST = 30.0, 3.0

Vectors = NDArray[np.float32]
Closeness = NDArray[np.float32]


@dataclass(frozen=True)
class Judged:
    """Items and their embeddings, one row each."""

    items: Sequence[Item]
    vectors: Vectors


@dataclass(frozen=True)
class Opinion:
    """What past decisions say of one item: the chance (0…1) of a pick, its log-odds, and why."""

    chance: float
    log_odds: float
    why: str


@dataclass(frozen=True)
class Taste:
    """A fitted model; made by `learn_taste`."""

    columns: Columns
    names: Sequence[str]
    weights: NDArray[np.float64]
    offset: float
    picks: int
    picked: Neighbours
    passed: Neighbours

    def judge(self, candidates: Judged) -> list[Opinion]:
        """What the model says of each candidate, in their order."""
        table = self.columns.table(candidates.items, SUBJECT * candidates.vectors)
        margins = np.asarray(table @ self.weights + self.offset)
        meaning = SUBJECT * MEANING * candidates.vectors @ self.weights[len(self.names) :]
        near = self.picked.closeness(candidates.vectors), self.passed.closeness(candidates.vectors)
        return [
            Opinion(
                float(1 / (1 + np.exp(-margin))),
                float(margin),
                self._why(table[row], float(meaning[row]), near[0][row], near[1][row]),
            )
            for row, margin in enumerate(margins)
        ]

    def _why(self, row: Any, meaning: float, picked: Closeness, passed: Closeness) -> str:
        moved = [
            (float(weight * self.weights[at]), self.names[at])
            for at, weight in zip(row.indices, row.data, strict=True)
            if at < len(self.names)
        ]
        moved.append((meaning, self._subject(meaning, picked, passed)))
        moved.sort(key=lambda one: (-abs(one[0]), one[1]))
        told = [f"{name} {weight:+.1f}" for weight, name in moved[:SHOWN] if abs(weight) >= 0.05]
        reasons = ", ".join(told) or "nothing in particular"
        return f"from {self.picks} pick{'' if self.picks == 1 else 's'}: {reasons}"

    def _subject(self, meaning: float, picked: Closeness, passed: Closeness) -> str:
        """What the embedding has said, by the items that it speaks of."""
        like = (
            self.picked.like(picked, np.ones(len(picked), bool), "you kept")
            if meaning > 0
            else self.passed.like(passed, np.ones(len(passed), bool), "you passed over")
        )
        return like or "its subject"

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """All of it as arrays, to be stored."""
        sides = {"picked": self.picked.arrays(), "passed": self.passed.arrays()}
        return {
            **self.columns.arrays(),
            **{f"{side} {key}": a for side, held in sides.items() for key, a in held.items()},
            "weights": self.weights,
            "offset": np.array([self.offset, self.picks], dtype=np.float64),
        }

    @staticmethod
    def from_arrays(arrays: Mapping[str, NDArray[Any]]) -> Taste:
        """What `arrays` gave, read again."""
        columns = Columns.from_arrays(arrays)
        picked, passed = (
            Neighbours.from_arrays({key: arrays[f"{side} {key}"] for key in ("titles", "near")})
            for side in ("picked", "passed")
        )
        offset, picks = arrays["offset"].tolist()
        names = columns.names()
        return Taste(columns, names, arrays["weights"], offset, int(picks), picked, passed)


def learn_taste(picked: Judged, passed: Judged) -> Taste | None:
    """Learn from what was picked and passed over; None where either is missing.

    Logistic regression in which picks and the rest count the same in all (King & Zeng 2001).
    """
    from sklearn.linear_model import LogisticRegression

    passed = _sample(passed, {item.id for item in picked.items})
    if not picked.items or not passed.items:
        return None
    items = [*picked.items, *passed.items]
    vectors = SUBJECT * np.vstack([picked.vectors, passed.vectors])
    columns, table = Columns.learn(items, vectors)
    model = LogisticRegression(
        C=COST, class_weight="balanced", solver="liblinear", random_state=0
    ).fit(table, np.arange(len(items)) < len(picked.items))
    return Taste(
        columns,
        columns.names(),
        model.coef_[0],
        float(model.intercept_[0]),
        len(picked.items),
        _neighbours(picked),
        _neighbours(passed),
    )


def _neighbours(judged: Judged) -> Neighbours:
    return Neighbours([item.title for item in judged.items], judged.vectors)


def _sample(judged: Judged, without: set[str]) -> Judged:
    """What was passed over, without the picks; of very many those with the smallest digests."""
    rows = [row for row, item in enumerate(judged.items) if item.id not in without]
    if len(rows) > MOST_PASSED:
        rows.sort(key=lambda row: (crc32(judged.items[row].id.encode()), judged.items[row].id))
        rows = sorted(rows[:MOST_PASSED])
    return Judged([judged.items[row] for row in rows], judged.vectors[rows])


def opinions(
    stories: Sequence[Story], items: Mapping[str, Item], vectors: Vectors, taste: Taste
) -> dict[str, Part]:
    """What past decisions add to the rank of each story, by story id; for `digest.sort.ranks`.

    The primary source is judged. It counts the more, the more picks there were to learn from.

    Args:
        stories: What to judge; a story whose primary source is not among `items` is left out.
        items: Items by id, in the order of the rows of `vectors`.
        vectors: Their embeddings.
        taste: What was learned.
    """
    rows = {item_id: row for row, item_id in enumerate(items)}
    judged = [story for story in stories if story.primary in rows]
    candidates = Judged(
        [items[story.primary] for story in judged],
        vectors[[rows[story.primary] for story in judged]],
    )
    belief = taste.picks / (taste.picks + HALF_BELIEVED)
    return {
        story.id: Part(belief * min(max(one.log_odds, -STRONGEST), STRONGEST), one.why)
        for story, one in zip(judged, taste.judge(candidates), strict=True)
    }
