"""How far an item's closeness to a theme stands out: what can be told before there are labels.

Closeness is the cosine of the item's embedding and that of the theme's description. What it means
depends on the company: one of three themes is judged against what is usual anywhere, one of fifty
against the item's own closeness to the others, and between them by how many there are.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# What closeness is like between a description and an item of no concern to it: mean and spread over
# real papers and three themes. It counts as much as the closeness to this many themes.
USUAL, SPREAD, WORTH = 0.18, 0.10, 6.0
# Even odds lie this many spreads above the mean; each further spread adds so much to the log-odds.
STANDS_OUT, SLOPE = 1.7, 1.6
MOST = 5.0

Matrix = NDArray[np.float64]


def log_odds(closeness: Matrix) -> Matrix:
    """The log-odds of each theme for each item, given closeness of shape (items, themes)."""
    themes = closeness.shape[1]
    total = themes + WORTH
    mean = (WORTH * USUAL + closeness.sum(axis=1, keepdims=True)) / total
    off = ((closeness - mean) ** 2).sum(axis=1, keepdims=True)
    spread = np.sqrt((WORTH * SPREAD**2 + off) / total)
    odds = SLOPE * ((closeness - mean) / spread - STANDS_OUT)
    return np.asarray(np.clip(odds, -MOST, MOST), dtype=np.float64)
