"""Texts that are nearly equal, found without comparing all pairs.

Each text is the set of its runs of three words. Its sketch is the `KEPT` smallest hashes of that
set (bottom-k sketches: Cohen & Kaplan 2007; Broder 1997), so that texts that share most runs share
sketch hashes, which an index finds; what it finds is then compared run by run.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import lru_cache
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from digest.language.tokens import words

RUN = 3
KEPT = 24
SHARED_HASHES = 2
# A hash in more texts than this comes from boilerplate and says nothing about two of them.
COMMON = 40
LEAST_RUNS = 12

Runs = NDArray[np.uint64]


def runs(text: str) -> Runs:
    """The hashes of the text's runs of three words, sorted, each once."""
    codes = np.fromiter(map(_code, words(text)), dtype=np.uint64)
    if len(codes) < RUN:
        return np.zeros(0, np.uint64)
    mixed = np.zeros(len(codes) - RUN + 1, np.uint64)
    for offset in range(RUN):
        part = codes[offset : len(codes) - RUN + 1 + offset]
        mixed = _mix(mixed * np.uint64(0x9E3779B97F4A7C15) + part)
    return np.unique(mixed)


def near_equal(texts: Sequence[Runs], least: float) -> list[tuple[int, int, float]]:
    """Pairs of texts of which at least the share `least` of the shorter one's runs is in the other.

    Texts with fewer than `LEAST_RUNS` runs are left out. Pairs are `(i, j, share)` with i < j, in
    order.
    """
    found = []
    for first, second in _candidates(texts):
        short = min(len(texts[first]), len(texts[second]))
        common = len(np.intersect1d(texts[first], texts[second], assume_unique=True))
        if (share := common / short) >= least:
            found.append((first, second, share))
    return found


def _candidates(texts: Sequence[Runs]) -> list[tuple[int, int]]:
    holders: defaultdict[int, list[int]] = defaultdict(list)
    for index, text in enumerate(texts):
        if len(text) >= LEAST_RUNS:
            for code in text[:KEPT].tolist():
                holders[code].append(index)
    shared: Counter[tuple[int, int]] = Counter()
    for indices in holders.values():
        if 1 < len(indices) <= COMMON:
            shared.update(
                (first, second)
                for position, first in enumerate(indices)
                for second in indices[position + 1 :]
            )
    return sorted(pair for pair, count in shared.items() if count >= SHARED_HASHES)


@lru_cache(maxsize=200_000)
def _code(word: str) -> int:
    return crc32(word.encode())


def _mix(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Spread the bits (the finaliser of MurmurHash3)."""
    values = (values ^ (values >> np.uint64(33))) * np.uint64(0xFF51AFD7ED558CCD)
    return values ^ (values >> np.uint64(33))
