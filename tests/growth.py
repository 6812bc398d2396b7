"""Whether something costs in proportion to the size of what it is given, on a machine of any speed.

What somebody hostile can repeat at will must not cost its square. Four times the size is held
against one: linear work then takes four times the CPU time, a square sixteen.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

SIZE, TIMES = 4, 9.0
"""How much larger the larger one is, and how many times more it may cost."""
SETTLED = 0.01
"""Seconds that cannot be told apart from nothing, so that start-up costs do not count as growth."""
ATTEMPTS = 6


def assert_linear(work: Callable[[T], object], of: Callable[[int], T]) -> None:
    """Fail where four times the size costs more than nine times the time.

    Other programs only ever add to what is measured, so the least of a few tries counts, and the
    first one that is good enough ends them.

    Args:
        work: What is measured.
        of: Makes its input, given 1 or 4.
    """
    small, large = of(1), of(SIZE)
    least_small = least_large = float("inf")
    for _ in range(ATTEMPTS):
        least_small = min(least_small, _seconds(work, small))
        least_large = min(least_large, _seconds(work, large))
        if least_large <= TIMES * max(least_small, SETTLED):
            return
    times = least_large / max(least_small, SETTLED)
    raise AssertionError(f"{SIZE} times the size cost {times:.1f} times as much")


def _seconds(work: Callable[[T], object], given: T) -> float:
    # The collector of cycles would look again and again at all that other tests have left.
    gc.collect()
    gc.disable()
    try:
        began = time.process_time()
        work(given)
        return time.process_time() - began
    finally:
        gc.enable()
