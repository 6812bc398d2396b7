"""Quotations of real texts, as writers make them, through the whole of `check`."""

from __future__ import annotations

import random
import runpy
from pathlib import Path

from tests.conftest import CHECKOUT

PASSED = 0.99
CAUGHT = 0.995


def test_true_quotations_pass_and_false_ones_are_caught(shared: Path) -> None:
    bench = runpy.run_path(str(CHECKOUT / "benchmarks" / "quotes.py"))
    newsletter = shared / "data" / "quality" / "alignment-newsletter.jsonl.xz"
    sources = list(bench["texts"]([newsletter, *sorted((shared / "seeds").glob("*.txt"))]))
    made = list(bench["quotations"](sources, 250, random.Random(7)))
    for is_true, floor in ((True, PASSED), (False, CAUGHT)):
        same = [each for each in made if each.is_true is is_true]
        wrong = [each for each in same if bench["told"](each) is is_true]
        assert len(same) > 240
        assert 1 - len(wrong) / len(same) >= floor, wrong[:3]
