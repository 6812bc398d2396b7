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

# Among so many themes an item belongs to some, and a corpus can show what they speak of.
MANY_THEMES, ENOUGH_ITEMS = 8, 200
ROUNDS, SOFTNESS, SHARPENED = 5, 0.2, 2.0

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


def reads_corpus(themes: int) -> bool:
    """Whether a corpus has a say where there are so many themes."""
    return themes >= MANY_THEMES


def sharpened(
    closeness: Matrix,
    vectors: NDArray[np.float32],
    descriptions: NDArray[np.float32],
    corpus: NDArray[np.float32],
) -> Matrix:
    """Closeness that has learned from a corpus what the themes speak of; no labels are needed.

    Pseudo-relevance feedback (Rocchio 1971), softly and in a few rounds: the corpus items are
    shared out among the themes by their closeness, the mean of each theme's share is what the theme
    speaks of, and nearness to it adds to closeness. A small corpus or few themes change nothing.

    Args:
        closeness: Of items and themes.
        vectors: The items' embeddings.
        descriptions: The themes' embeddings.
        corpus: Embeddings of many items of the field.
    """
    if not reads_corpus(len(descriptions)) or len(corpus) < ENOUGH_ITEMS:
        return closeness
    middle = corpus.mean(axis=0, dtype=np.float64)
    off_middle = _unit(corpus - middle)
    first = corpus @ descriptions.T.astype(np.float64)
    now: Matrix = np.asarray(first, dtype=np.float64)
    centres = np.zeros((len(descriptions), len(middle)))
    for _ in range(ROUNDS):
        shares = np.exp((now - now.max(axis=1, keepdims=True)) / SOFTNESS)
        shares /= shares.sum(axis=1, keepdims=True)
        shares /= shares.sum(axis=0, keepdims=True)
        centres = _unit(_unit(shares.T @ corpus) - middle)
        now = np.asarray(first + SHARPENED * off_middle @ centres.T)
    return np.asarray(closeness + SHARPENED * _unit(vectors - middle) @ centres.T)


def _unit(rows: NDArray[np.floating]) -> Matrix:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(lengths > 0, lengths, 1.0), dtype=np.float64)
