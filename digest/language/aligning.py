"""The stretch of one sequence that a shorter one fits best, step by step."""

from __future__ import annotations

from collections.abc import Sequence

# Positions in both that are set against each other; None where one has nothing for the other.
Step = tuple[int | None, int | None]


def align(short: Sequence[str], long: Sequence[str]) -> list[Step]:
    """The fewest changes that turn a stretch of `long` into the whole of `short`.

    Sellers' algorithm (1980, "The theory and computation of evolutionary distances"): edit distance
    whose first and last rows cost nothing. Time and space are the product of the lengths. Of equal
    ways, the one that ends first, keeps most and changes rather than drops is taken.
    """
    rows = [[0] * (len(long) + 1)]
    for a, mine in enumerate(short):
        above = rows[-1]
        row = [a + 1]
        left = a + 1
        for b, theirs in enumerate(long):
            left = min(above[b] + (mine != theirs), above[b + 1] + 1, left + 1)
            row.append(left)
        rows.append(row)
    b = rows[-1].index(min(rows[-1]))
    return _walk_back(rows, short, long, b)


def _walk_back(
    rows: list[list[int]], short: Sequence[str], long: Sequence[str], b: int
) -> list[Step]:
    steps: list[Step] = []
    a = len(short)
    while a:
        cost = rows[a][b]
        alike = b > 0 and short[a - 1] == long[b - 1]
        if b and not alike and cost == rows[a][b - 1] + 1:
            b -= 1
            steps.append((None, b))
        elif b and cost == rows[a - 1][b - 1] + (not alike):
            a, b = a - 1, b - 1
            steps.append((a, b))
        else:
            a -= 1
            steps.append((a, None))
    return steps[::-1]
