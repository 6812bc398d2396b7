"""The stretch of one sequence that a shorter one fits best."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from digest.language.aligning import align

letters = st.text(alphabet="abc", max_size=8)


def cost(short: str, long: str) -> int:
    """The cost by definition: the least edit distance to any stretch of `long`."""
    stretches = {long[a:b] for a in range(len(long) + 1) for b in range(a, len(long) + 1)}
    return min(_distance(short, stretch) for stretch in stretches)


def _distance(one: str, two: str) -> int:
    row = list(range(len(two) + 1))
    for a, mine in enumerate(one, start=1):
        last, row[0] = row[0], a
        for b, theirs in enumerate(two, start=1):
            last, row[b] = row[b], min(last + (mine != theirs), row[b] + 1, row[b - 1] + 1)
    return row[-1]


def test_steps() -> None:
    assert align("ace", "xxabcexx") == [(0, 2), (None, 3), (1, 4), (2, 5)]
    assert align("ab", "") == [(0, None), (1, None)]
    assert align("", "ab") == []


@given(letters, letters)
def test_every_position_once_in_order_at_the_least_cost(short: str, long: str) -> None:
    steps = align(short, long)
    assert [a for a, _ in steps if a is not None] == list(range(len(short)))
    places = [b for _, b in steps if b is not None]
    assert places == list(range(places[0], places[-1] + 1)) if places else True
    changes = sum(a is None or b is None or short[a] != long[b] for a, b in steps)
    assert changes == cost(short, long)
