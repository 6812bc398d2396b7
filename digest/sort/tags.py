"""How much each item belongs to each theme, and why.

Without labels three things speak: the theme's keywords in the title and the text, the closeness of
the item to the theme's description, and the arXiv categories that the theme names. Each adds to the
log-odds of the tag, so that each one's part can be told. What the editor labelled corrects them as
far as there is to learn from (`digest.sort.lessons`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digest.config.schema import Theme
from digest.model import Evidence, Item, Tag
from digest.sort.closeness import log_odds, sharpened
from digest.sort.embedder import Embedder, own_embedder
from digest.sort.keywords import by_keywords, counted, name_in, phrases, spaced
from digest.sort.lessons import Labels, Lesson, learn
from digest.sort.stems import stems
from digest.sort.text import lead, plain

VERSION = "3"
NAMED = 0.2
IN_CATEGORY = 0.4
MIDDLING = 2.0
CHOSEN = 0.5
EVIDENCE = 5

Matrix = NDArray[np.float64]

__all__ = ["Labels", "Lesson", "describe", "fingerprint", "learn_themes", "tag"]


def fingerprint(theme: Theme, themes: Sequence[Theme], embedder_name: str) -> str:
    """What a tag of this theme is computed from, labels aside: recompute the tags when it differs.

    A theme is judged beside the others: their titles and descriptions count, their keywords do not.
    """
    company = [[one.id, one.title, one.description] for one in themes]
    parts = [VERSION, embedder_name, theme.model_dump_json(), company]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def tag(
    items: Sequence[Item],
    vectors: NDArray[np.float32],
    themes: Sequence[Theme],
    labels: Labels | Lesson | None = None,
    *,
    embedder: Embedder | None = None,
    corpus: NDArray[np.float32] | None = None,
    only: Collection[str] | None = None,
) -> list[Tag]:
    """A tag for every item and theme, item by item, in the order given.

    Args:
        items: What to tag.
        vectors: Their embeddings (`digest.sort.text.embedded`), one row each, of length one.
        themes: What to tag them with.
        labels: What the editor settled before, or what was learned from that for these themes.
        embedder: What made `vectors`; the project's own by default.
        corpus: Embeddings of many items of the field, from which themes known by little more than a
            name learn what they speak of.
        only: The ids of the themes whose tags are wanted, all by default; the others are their
            company all the same.
    """
    chosen = [at for at, theme in enumerate(themes) if only is None or theme.id in only]
    if not items or not chosen:
        return []
    reader = _Reader(themes, embedder or own_embedder(), corpus)
    lesson = reader.lesson(labels) if isinstance(labels, Labels) else labels
    described = reader.read(items, vectors, chosen)
    odds, thresholds = described.odds, np.full(len(themes), CHOSEN)
    taught: list[list[list[Evidence]]] = [[[] for _ in chosen] for _ in items]
    if lesson:
        odds = lesson.log_odds(lesson.margins(items, vectors), odds)
        thresholds = lesson.thresholds
        taught = lesson.evidence(items, vectors, chosen)
    scores = 1 / (1 + np.exp(-odds))
    return [
        Tag(
            item.id,
            themes[column].id,
            round(float(scores[row, column]), 4),
            bool(scores[row, column] >= thresholds[column]),
            _strongest([*described.reasons[row][at], *taught[row][at]]),
        )
        for row, item in enumerate(items)
        for at, column in enumerate(chosen)
    ]


def learn_themes(
    labels: Labels,
    themes: Sequence[Theme],
    embedder: Embedder,
    corpus: NDArray[np.float32] | None = None,
) -> Lesson | None:
    """What labelled items teach about themes, for `tag`; None where there are none."""
    return _Reader(themes, embedder, corpus).lesson(labels)


def describe(theme: Theme) -> str:
    """What of a theme is embedded."""
    return f"{theme.title}. {theme.description}" if _described(theme) else theme.title


def _described(theme: Theme) -> bool:
    return bool(theme.description) and theme.description != theme.title


def _strongest(reasons: Sequence[Evidence]) -> tuple[Evidence, ...]:
    found = sorted(reasons, key=lambda reason: -abs(reason.weight))[:EVIDENCE]
    return tuple(Evidence(one.kind, one.what, round(one.weight, 2)) for one in found)


@dataclass(frozen=True)
class _Described:
    """What is known without labels: log-odds (items, themes), and reasons (items, columns read)."""

    odds: Matrix
    reasons: list[list[list[Evidence]]]


class _Reader:
    """Reads items with the eyes of the themes' definitions."""

    def __init__(
        self,
        themes: Sequence[Theme],
        embedder: Embedder,
        corpus: NDArray[np.float32] | None,
    ) -> None:
        self.themes = themes
        self.descriptions = embedder.embed([describe(theme) for theme in themes])
        self.phrases = [phrases(theme) for theme in themes]
        # A description says more than the name, which may mean another thing as well: a policy is
        # also what a robot has.
        self.names = [[] if _described(theme) else stems(theme.title) for theme in themes]
        self.corpus = corpus

    def lesson(self, labels: Labels) -> Lesson | None:
        """What labelled items teach about these themes."""
        everything = range(len(self.themes))
        described = self.read(labels.items, labels.vectors, everything)
        return learn(labels, [theme.id for theme in self.themes], described.odds)

    def read(
        self, items: Sequence[Item], vectors: NDArray[np.float32], columns: Sequence[int]
    ) -> _Described:
        """Read items for some of the themes, by number; the odds of the others stay 0."""
        near = (vectors @ self.descriptions.T).astype(np.float64)
        texts = [(spaced(plain(item.title)), spaced(lead(item.text))) for item in items]
        for row, (title, text) in enumerate(texts):
            words = counted(title + text)
            near[row] += [NAMED * name_in(name, words) for name in self.names]
        sharp = near
        if self.corpus is not None:
            sharp = sharpened(near, vectors, self.descriptions, self.corpus)
        by_description = log_odds(sharp)
        reasons = [
            [
                [
                    _by_description(near[row, column], by_description[row, column]),
                    *by_keywords(self.phrases[column], *texts[row]),
                    *_by_category(self.themes[column], item),
                ]
                for column in columns
            ]
            for row, item in enumerate(items)
        ]
        odds = np.zeros((len(items), len(self.themes)))
        for row, line in enumerate(reasons):
            odds[row, columns] = [sum(one.weight for one in cell) for cell in line]
        return _Described(odds, reasons)


def _by_description(near: float, weight: float) -> Evidence:
    words = "near" if weight > 0 else "some way from" if weight > -MIDDLING else "far from"
    return Evidence("description", f"{words} the theme's description {near:.2f}", float(weight))


def _by_category(theme: Theme, item: Item) -> list[Evidence]:
    shared = [name for name in item.categories if name in theme.arxiv]
    return [Evidence("category", f"arXiv {shared[0]}", IN_CATEGORY)] if shared else []
