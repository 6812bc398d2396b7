"""Trains the sentence ranker, and measures one-sentence summaries.

    python benchmarks/summaries.py train TRAIN.jsonl.xz [MORE.jsonl.xz …]
    python benchmarks/summaries.py measure TEST.jsonl.xz
    python benchmarks/summaries.py cross TRAIN.jsonl.xz [MORE.jsonl.xz …]

The data are abstracts as sentences with one-sentence summaries by authors and reviewers (SciTLDR,
Cachola et al. 2020): one JSON object a line with `source` (sentences), `target` (summaries) and
`title`.

`train` looks at the mean of ROUGE-1, -2 and -L of each sentence with the summary it is nearest to,
and fits two views of it: how far a sentence stands above its abstract's mean, and its share when
the abstract's sentences compete (a softmax). Gradient-boosted trees over `features.NAMES`, from
several seeds, and a ridge regression over the sentence's embedding. It writes
`digest/draft/ranker.npz`, and what it was made from to `ranker.json`. `measure` prints ROUGE F of
`digest try summarise --sentences 1` beside that of the lead sentence and of the best one. `cross`
measures by five-fold cross-validation.

Whatever was chosen (features, targets, sizes) was chosen with `scitldr-train` to learn from and
`scitldr-dev` to look at; the test split was never looked at. The weights that are shipped were then
fitted to both.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import lzma
import re
from collections import Counter
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.linear_model import Ridge

from digest.draft import ranker
from digest.draft.attempt import summary_lines
from digest.draft.features import NAMES, Matrix, features
from digest.draft.ranker import Model
from digest.draft.sentences import opener, sentences_of
from digest.language.embedding import load

TREES = 250
SEEDS = 2
FOLDS = 5
SPREAD = 0.02  # keeps abstracts apart in which all sentences are alike
SHARP = 12.0  # of the softmax: ROUGE that is 0.1 higher wins three times the share
SHARE = 1.4  # brings the shares to the spread of the other view
_WORD = re.compile(r"[a-z0-9]+")


# ----------------------------------------------------------------------------------------- ROUGE


def rouge(text: str, references: Sequence[str]) -> NDArray[np.float64]:
    """ROUGE-1, -2 and -L F (Lin 2004) against the reference that it agrees with most."""
    mine = _WORD.findall(text.lower())
    found = [_rouge(mine, _WORD.findall(each.lower())) for each in references]
    return max(found, key=lambda each: float(each.sum()))


def _rouge(mine: list[str], theirs: list[str]) -> NDArray[np.float64]:
    longest = _longest(mine, theirs)
    return np.array([_shared(mine, theirs, 1), _shared(mine, theirs, 2), _f(longest, mine, theirs)])


def _shared(mine: list[str], theirs: list[str], n: int) -> float:
    one = Counter(zip(*(mine[k:] for k in range(n)), strict=False))
    other = Counter(zip(*(theirs[k:] for k in range(n)), strict=False))
    common = sum((one & other).values())
    total = sum(one.values()) + sum(other.values())
    return 2 * common / total if total else 0.0


def _f(common: int, mine: list[str], theirs: list[str]) -> float:
    return 2 * common / (len(mine) + len(theirs)) if mine or theirs else 0.0


def _longest(mine: list[str], theirs: list[str]) -> int:
    """The length of the longest common subsequence."""
    row = [0] * (len(theirs) + 1)
    for word in mine:
        above, row = row, [0]
        for n, other in enumerate(theirs):
            row.append(above[n] + 1 if word == other else max(above[n + 1], row[n]))
    return row[-1]


# -------------------------------------------------------------------------------------- training


class Paper:
    """An abstract with its summaries, and what is seen and wanted of each sentence."""

    def __init__(self, row: dict[str, Any]) -> None:
        self.row = row
        given = row["source"]
        self.sentences = [each.text for each in sentences_of(" ".join(given), given)]
        self.summaries: list[str] = row["target"]
        self.rows, self.points = features(self.sentences, row.get("title") or "", load())
        self.rouge = np.array(
            [rouge(each[opener(each) :], self.summaries) for each in self.sentences]
        )
        mean = self.rouge.mean(axis=1)
        above = (mean - mean.mean()) / (mean.std() + SPREAD)
        share = np.exp(SHARP * mean) / np.exp(SHARP * mean).mean() - 1
        self.wanted = (above + SHARE * share) / 2


def papers(paths: Sequence[Path]) -> list[Paper]:
    """The papers of some files."""
    found = []
    for path in paths:
        with lzma.open(path, "rt", encoding="utf-8") as lines:
            found += [Paper(json.loads(line)) for line in lines]
    return found


def fit(learned: Sequence[Paper]) -> Model:
    """The model of some papers."""
    wanted = np.concatenate([paper.wanted for paper in learned])
    rows = np.vstack([paper.rows for paper in learned]).astype(np.float32)
    forest = [
        HistGradientBoostingRegressor(
            max_iter=TREES,
            learning_rate=0.05,
            max_leaf_nodes=8,
            min_samples_leaf=40,
            l2_regularization=1.0,
            max_features=0.3,
            early_stopping=False,
            random_state=seed,
        ).fit(rows, wanted)
        for seed in range(SEEDS)
    ]
    ridge = Ridge(alpha=5.0).fit(np.vstack([paper.points for paper in learned]), wanted)
    return flattened(forest, ridge.coef_)


def flattened(forest: Sequence[HistGradientBoostingRegressor], linear: Matrix) -> Model:
    """The trees of all in flat arrays."""
    column: list[int] = []
    edge: list[float] = []
    left: list[int] = []
    right: list[int] = []
    roots: list[int] = []
    for (predictor,) in chain.from_iterable(each._predictors for each in forest):  # noqa: SLF001  # its trees have no public door
        start = len(column)
        roots.append(start)
        for node in predictor.nodes:
            is_leaf = bool(node["is_leaf"])
            column.append(-1 if is_leaf else int(node["feature_idx"]))
            edge.append(float(node["value"] if is_leaf else node["num_threshold"]))
            left.append(start + int(node["left"]))
            right.append(start + int(node["right"]))
    return Model(
        roots=np.array(roots, dtype=np.int32),
        column=np.array(column, dtype=np.int16),
        edge=np.array(edge, dtype=np.float32),
        left=np.array(left, dtype=np.int32),
        right=np.array(right, dtype=np.int32),
        linear=np.asarray(linear, dtype=np.float32),
    )


def write(trained: Model, paths: Sequence[Path], count: int) -> None:
    """Writes the weights, and beside them what they were made from."""
    arrays = {name: getattr(trained, name) for name in Model.__slots__}
    np.savez_compressed(ranker.WEIGHTS, columns=np.array(len(NAMES)), **arrays)
    made = {
        "data": {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths},
        "of": "SciTLDR-A (Cachola et al. 2020, https://github.com/allenai/scitldr, Apache-2.0)",
        "papers": count,
        "script": "benchmarks/summaries.py train",
        "embedding": load().name,
        "trees": TREES * SEEDS,
        "columns": list(NAMES),
    }
    text = json.dumps(made, indent=1, ensure_ascii=False)
    ranker.WEIGHTS.with_suffix(".json").write_text(f"{text}\n", encoding="utf-8")


# ------------------------------------------------------------------------------------- measuring


def measured(tested: Sequence[Paper]) -> NDArray[np.float64]:
    """ROUGE of the summaries that the program makes, one row for each paper."""
    rows = ({"title": p.row.get("title"), "sentences": p.row["source"]} for p in tested)
    lines = summary_lines(rows, 1)
    pairs = zip(lines, tested, strict=True)
    return np.array([rouge(line["summary"], paper.summaries) for line, paper in pairs])


def show(title: str, values: NDArray[np.float64]) -> None:
    """One line: ROUGE-1, -2 and -L in per cent."""
    one, two, longest = 100 * values.mean(axis=0)
    print(f"{title:14} {one:6.2f} {two:6.2f} {longest:6.2f}")


def report(tested: Sequence[Paper], found: NDArray[np.float64]) -> None:
    """The figures beside the lead sentence's and the best sentence's."""
    print(f"{len(tested)} papers    R-1    R-2    R-L")
    show("lead sentence", np.array([paper.rouge[0] for paper in tested]))
    show("this program", found)
    show(
        "best sentence",
        np.array([paper.rouge[paper.rouge.sum(axis=1).argmax()] for paper in tested]),
    )


def cross(paths: Sequence[Path]) -> None:
    """Five-fold cross-validation, through the whole path that `digest try summarise` takes."""
    everything = papers(paths)
    fold = np.random.default_rng(0).permutation(len(everything)) % FOLDS
    found = np.zeros((len(everything), 3))
    for k in range(FOLDS):
        trained = fit([paper for paper, f in zip(everything, fold, strict=True) if f != k])
        ranker.model = lambda trained=trained: trained  # type: ignore[assignment]  # a fold's own
        found[fold == k] = measured([p for p, f in zip(everything, fold, strict=True) if f == k])
    report(everything, found)


def main() -> None:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else "")
    parser.add_argument("what", choices=["train", "measure", "cross"])
    parser.add_argument("paths", type=Path, nargs="+")
    options = parser.parse_args()
    if options.what == "cross":
        cross(options.paths)
        return
    found = papers(options.paths)
    if options.what == "train":
        write(fit(found), options.paths, len(found))
    else:
        report(found, measured(found))


if __name__ == "__main__":
    main()
