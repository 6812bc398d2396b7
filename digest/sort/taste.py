"""What an editor picks, learned from what was picked and passed over before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digest.model import Item
from digest.sort.likeness import word_vectors
from digest.sort.stems import stems
from digest.sort.text import compose

STRENGTH = 1.0


@dataclass(frozen=True)
class Judged:
    """Items and their embeddings, one row each."""

    items: Sequence[Item]
    vectors: NDArray[np.float32]


def taste(candidates: Judged, picked: Judged, passed: Judged) -> NDArray[np.float64]:
    """The chance (0…1) that each candidate would be picked.

    Logistic regression over embeddings and words, picked against passed over; where nothing was
    passed over, against the candidates themselves.
    """
    from sklearn.linear_model import LogisticRegression

    against = passed if passed.items else candidates
    if not picked.items or not against.items:
        return np.full(len(candidates.items), 0.5)
    everything = [*picked.items, *against.items, *candidates.items]
    texts = [stems(compose(item.title, item.text)) for item in everything]
    table = np.hstack(
        [np.vstack([picked.vectors, against.vectors, candidates.vectors]), word_vectors(texts)]
    )
    known = len(picked.items) + len(against.items)
    model = LogisticRegression(C=STRENGTH, class_weight="balanced", max_iter=300)
    model.fit(table[:known], np.arange(known) < len(picked.items))
    chances: NDArray[np.float64] = model.predict_proba(table[known:])[:, 1]
    return chances
