"""Many themes, several to a document: 64 invented laws and policies, tagged with 56 names.

Written before it was measured and frozen since. The names have parts (`Measures: Disclosure: to the
public`); a document has five of them on average, filed as a curator would who reads for all that a
document touches. Also with so long a preamble that the lead says nothing.

First scores, micro F1 of what is chosen: names alone 0.369, oracle threshold 0.406; learned from
three quarters for each quarter 0.465.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from digest.config.themes import named_themes
from digest.sort.attempt import tag_lines

HERE = Path(__file__).parent
ROWS: list[dict[str, Any]] = [
    json.loads(line) for line in (HERE / "laws.jsonl").read_text(encoding="utf-8").splitlines()
]
THEMES = named_themes(name for row in ROWS for name in row["themes"])
FOLDS = 4
# What stands at the head of every law, more than is embedded of a text.
PREAMBLE = (
    "This Act may be cited by its short title, and shall be construed so that its purposes are "
    "carried out. If any provision is held invalid, the invalidity does not affect others "
    "which can be given effect without it, and to this end the provisions are severable. A notice "
    "under this section shall be in writing and be delivered in person or by registered mail. "
    "Nothing in this section shall be construed to limit an authority conferred by other law. "
) * 4


def micro_f1(found: list[dict[str, Any]], rows: list[dict[str, Any]]) -> float:
    """F1 over all pairs of a document and a theme."""
    right = chosen = true = 0
    for line, row in zip(found, rows, strict=True):
        names = {tag["theme"] for tag in line["tags"] if tag["chosen"]}
        right += len(names & set(row["themes"]))
        chosen += len(names)
        true += len(row["themes"])
    return 2 * right / (chosen + true)


def unlabelled(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{key: row[key] for key in ("id", "title", "text")} for row in rows]


def test_themes_are_told_by_their_names_alone() -> None:
    found = list(tag_lines(unlabelled(ROWS), THEMES))
    assert micro_f1(found, ROWS) >= 0.51
    # Scores are chances: so many tags are right as they say.
    said = sum(tag["score"] for line in found for tag in line["tags"])
    assert 0.7 <= said / sum(len(row["themes"]) for row in ROWS) <= 1.4


def test_a_few_labels_help() -> None:
    found: dict[str, dict[str, Any]] = {}
    for fold in range(FOLDS):
        past = [row for at, row in enumerate(ROWS) if at % FOLDS != fold]
        lines = tag_lines(unlabelled(ROWS[fold::FOLDS]), THEMES, past)
        found |= {line["id"]: line for line in lines}
    assert micro_f1([found[row["id"]] for row in ROWS], ROWS) >= 0.54


def test_a_preamble_hides_little() -> None:
    rows = [row | {"text": PREAMBLE + row["text"]} for row in ROWS]
    assert micro_f1(list(tag_lines(unlabelled(rows), THEMES)), rows) >= 0.45
