"""Themes and ranks on a frozen set of 48 invented abstracts, written before it was measured.

Each says which of the themes of the project's own `sources.yaml` it belongs to, and whether an
invented editor picked it: one who likes agents at real work, what is measured of institutions, and
no engineering. Some lure: what reinforcement learning calls a policy is no policy.

First scores: themes without labels, area under the curve for each theme (self-improvement,
simulation, policy) 0.936, 0.970 and 0.954; choosing, micro F1 0.468. Picks, learned from five
sixths for each sixth, area under the curve 0.678.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from digest.config.load import load
from digest.sort.attempt import rank_lines, tag_lines

HERE = Path(__file__).parent
ROWS: list[dict[str, Any]] = [
    json.loads(line) for line in (HERE / "themes.jsonl").read_text(encoding="utf-8").splitlines()
]
FOLDS = 6
FLOORS = {"self-improvement": 0.92, "simulation": 0.95, "policy": 0.94}


def area(truth: list[bool], scores: list[float]) -> float:
    """The share of pairs of a true and a false one in which the true one scores higher."""
    pairs = [
        (high > low) + (high == low) / 2
        for good, high in zip(truth, scores, strict=True)
        if good
        for bad, low in zip(truth, scores, strict=True)
        if not bad
    ]
    return sum(pairs) / len(pairs)


def test_themes_are_told_by_their_descriptions_and_keywords_alone() -> None:
    themes = load(HERE.parents[1] / "sources.yaml").themes
    found = {line["id"]: line["tags"] for line in tag_lines(ROWS, themes)}
    right = wrong = missed = 0
    for at, (theme, floor) in enumerate(FLOORS.items()):
        truth = [theme in row["themes"] for row in ROWS]
        tags = [found[row["id"]][at] for row in ROWS]
        assert {tag["theme"] for tag in tags} == {theme}
        assert area(truth, [tag["score"] for tag in tags]) >= floor, theme
        chosen = [tag["chosen"] for tag in tags]
        right += sum(a and b for a, b in zip(truth, chosen, strict=True))
        wrong += sum(b and not a for a, b in zip(truth, chosen, strict=True))
        missed += sum(a and not b for a, b in zip(truth, chosen, strict=True))
    f1 = 2 * right / (2 * right + wrong + missed)
    assert f1 >= 0.46


def test_picks_are_learned_from_a_few() -> None:
    scores: dict[str, float] = {}
    for fold in range(FOLDS):
        past = [row for at, row in enumerate(ROWS) if at % FOLDS != fold]
        picked = [row for row in past if row["picked"]]
        passed = [row for row in past if not row["picked"]]
        found = rank_lines(ROWS[fold::FOLDS], picked, passed)
        scores |= {line["id"]: line["score"] for line in found}
    assert area([row["picked"] for row in ROWS], [scores[row["id"]] for row in ROWS]) >= 0.65
