from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from digest.sort.linkage import APART, average_linkage


def partition(labels: list[int]) -> set[frozenset[int]]:
    return {
        frozenset(index for index, one in enumerate(labels) if one == label)
        for label in set(labels)
    }


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 25), st.integers(0, 10_000), st.floats(0.1, 0.9))
def test_it_finds_what_scipy_finds(count: int, seed: int, least: float) -> None:
    points = np.random.default_rng(seed).random((count, 2))
    distance = np.linalg.norm(points[:, None] - points[None], axis=2)
    expected = fcluster(
        linkage(squareform(distance, checks=False), "average"), 1 - least, "distance"
    )
    found = average_linkage(1 - distance, [1] * count, least)
    assert partition(found) == partition(expected.tolist())


def test_a_chain_does_not_hold_together() -> None:
    count = 8
    likeness = np.full((count, count), -0.5)
    for link in range(count - 1):
        likeness[link, link + 1] = likeness[link + 1, link] = 0.6
    assert max(map(len, partition(average_linkage(likeness, [1] * count, 0.0)))) <= 3


def test_large_clusters_weigh_more() -> None:
    # To a pair of 9 and 1 items a third is alike on average as 9 to 1.
    likeness = np.array([[0, 0.9, -0.2], [0.9, 0, 0.9], [-0.2, 0.9, 0]])
    assert partition(average_linkage(likeness, [9, 1, 1], 0.0)) == {
        frozenset({0, 1}),
        frozenset({2}),
    }


def test_what_is_apart_stays_apart() -> None:
    likeness = np.array([[0, 0.9, APART], [0.9, 0, 0.8], [APART, 0.8, 0]])
    assert partition(average_linkage(likeness, [1, 1, 1], 0.0)) == {
        frozenset({0, 1}),
        frozenset({2}),
    }
