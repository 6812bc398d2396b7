"""Average linkage: clusters whose members are close on average, so that chains do not form."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

APART = -1e9


def average_linkage(likeness: NDArray[np.float64], sizes: Sequence[int], least: float) -> list[int]:
    """Merge the most alike clusters until no two are `least` alike on average.

    The nearest-neighbour chain (Murtagh 1983), which finds the same clusters as merging the closest
    pair each time, in time quadratic in their number. Ties go to the lower index.

    Args:
        likeness: Symmetric, the mean likeness between the members of starting clusters. It is
            overwritten. `APART` keeps two apart for ever.
        sizes: The number of members of each starting cluster.
        least: What is not merged below.

    Returns:
        For each starting cluster the lowest index among those it was merged with.
    """
    count = len(sizes)
    weight = np.asarray(sizes, dtype=np.float64).copy()
    np.fill_diagonal(likeness, -np.inf)
    alive = np.ones(count, dtype=bool)
    label = list(range(count))
    chain: list[int] = []
    done = np.zeros(count, dtype=bool)
    while True:
        if not chain:
            left = np.flatnonzero(alive & ~done)
            if not len(left):
                return _roots(label)
            chain = [int(left[0])]
        top = chain[-1]
        best = int(np.argmax(likeness[top]))
        close = likeness[top, best]
        if close < least:
            # Nothing will come closer to it: an average of likenesses below `least` stays below.
            done[top] = True
            chain = []
            continue
        if len(chain) > 1 and likeness[top, chain[-2]] >= close:
            best = chain[-2]
        if len(chain) < 2 or best != chain[-2]:
            chain.append(best)
            continue
        del chain[-2:]
        _merge(likeness, weight, alive, label, min(top, best), max(top, best))


def _merge(
    likeness: NDArray[np.float64],
    weight: NDArray[np.float64],
    alive: NDArray[np.bool_],
    label: list[int],
    kept: int,
    gone: int,
) -> None:
    total = weight[kept] + weight[gone]
    row = (likeness[kept] * weight[kept] + likeness[gone] * weight[gone]) / total
    row[[kept, gone]] = -np.inf
    likeness[kept], likeness[:, kept] = row, row
    likeness[gone], likeness[:, gone] = -np.inf, -np.inf
    weight[kept] = total
    alive[gone] = False
    label[gone] = kept


def _roots(label: Sequence[int]) -> list[int]:
    roots = list(label)
    for index in range(len(label)):
        while roots[index] != label[roots[index]]:
            roots[index] = label[roots[index]]
    return roots
