"""How much each item belongs to each theme, and why.

Without labels three things speak: the theme's keywords in the title and the text, the closeness of
the item to the theme's description, and the arXiv categories that the theme names. Each adds to the
log-odds of the tag, so that each one's part can be told. What the editor labelled corrects them as
far as there is to learn from (`digest.sort.lessons`).
"""

from __future__ import annotations

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digest.config.schema import Theme
from digest.model import Evidence, Item, Tag
from digest.sort.closeness import log_odds
from digest.sort.embedder import Embedder, own_embedder
from digest.sort.keywords import by_keywords, counted, name_in, phrases, said_by, spaced
from digest.sort.lessons import Labels, Lesson, learn
from digest.sort.many import CHOSEN as CHOSEN_OF_MANY
from digest.sort.many import Field, are_many, judge, survey
from digest.sort.named import Names
from digest.sort.stems import stems
from digest.sort.telling import Usual
from digest.sort.text import lead, plain

VERSION = "4"
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
    field: Field | None = None,
    usual: Usual | None = None,
    only: Collection[str] | None = None,
) -> list[Tag]:
    """A tag for every item and theme, item by item, in the order given.

    Args:
        items: What to tag.
        vectors: Their embeddings (`digest.sort.text.embedded`), one row each, of length one.
        themes: What to tag them with.
        labels: What the editor settled before, or what was learned from that for these themes.
        embedder: What made `vectors`; the project's own by default.
        field: What a corpus says of these themes where they are many (`digest.sort.many.survey`);
            found from the items themselves without it.
        usual: How rare words are in the field, for themes that are few; without it the words of
            their descriptions do not speak.
        only: The ids of the themes whose tags are wanted, all by default; the others are their
            company all the same.
    """
    chosen = [at for at, theme in enumerate(themes) if only is None or theme.id in only]
    if not items or not chosen:
        return []
    reader = _reader(themes, embedder or own_embedder(), field or (items, vectors), usual)
    lesson = reader.lesson(labels) if isinstance(labels, Labels) else labels
    described = reader.read(items, vectors, chosen)
    odds, thresholds = described.odds, np.full(len(themes), reader.chosen)
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
    field: Field | None = None,
    usual: Usual | None = None,
) -> Lesson | None:
    """What labelled items teach about themes, for `tag`; None where there are none."""
    corpus = field or (labels.items, labels.vectors)
    return _reader(themes, embedder, corpus, usual).lesson(labels)


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


class _Reader(ABC):
    """Reads items with the eyes of the themes' definitions.

    `chosen` is the score from which a theme is chosen.
    """

    chosen: float

    def __init__(self, themes: Sequence[Theme]) -> None:
        self.themes = themes
        self.phrases = [phrases(theme) for theme in themes]

    def lesson(self, labels: Labels) -> Lesson | None:
        """What labelled items teach about these themes."""
        everything = range(len(self.themes))
        described = self.read(labels.items, labels.vectors, everything)
        return learn(labels, [theme.id for theme in self.themes], described.odds)

    def read(
        self, items: Sequence[Item], vectors: NDArray[np.float32], columns: Sequence[int]
    ) -> _Described:
        """Read items for some of the themes, by number; the others get no more than their odds."""
        texts = [(spaced(plain(item.title)), spaced(lead(item.text))) for item in items]
        found = self._described(items, vectors, texts, columns)
        for row, item in enumerate(items):
            for reasons, column in zip(found.reasons[row], columns, strict=True):
                more = by_keywords(self.phrases[column], *texts[row])
                more += _by_category(self.themes[column], item)
                reasons.extend(more)
                found.odds[row, column] += sum(one.weight for one in more)
        return found

    @abstractmethod
    def _described(
        self,
        items: Sequence[Item],
        vectors: NDArray[np.float32],
        texts: Sequence[tuple[str, str]],
        columns: Sequence[int],
    ) -> _Described:
        """What names and descriptions say, for each item and column; texts are spaced."""


def _reader(
    themes: Sequence[Theme],
    embedder: Embedder,
    field: Field | tuple[Sequence[Item], NDArray[np.float32]],
    usual: Usual | None,
) -> _Reader:
    if not are_many(themes):
        return _ReaderOfFew(themes, embedder, usual)
    known = field if isinstance(field, Field) else survey(*field, themes, embedder)
    return _ReaderOfMany(themes, embedder, known)


class _ReaderOfFew(_Reader):
    """Each theme is judged by its description, against what is usual anywhere."""

    chosen = CHOSEN

    def __init__(self, themes: Sequence[Theme], embedder: Embedder, usual: Usual | None) -> None:
        super().__init__(themes)
        self.descriptions = embedder.embed([describe(theme) for theme in themes])
        self.said = [
            said_by(describe(theme) if _described(theme) else "", usual) for theme in themes
        ]
        # A description says more than the name, which may mean another thing as well: a policy is
        # also what a robot has.
        self.names = [[] if _described(theme) else stems(theme.title) for theme in themes]

    def _described(
        self,
        items: Sequence[Item],
        vectors: NDArray[np.float32],
        texts: Sequence[tuple[str, str]],
        columns: Sequence[int],
    ) -> _Described:
        near = (vectors @ self.descriptions.T).astype(np.float64)
        words = [counted(title + text) for title, text in texts]
        for row, own in enumerate(words):
            near[row] += [NAMED * name_in(name, own) for name in self.names]
        odds = log_odds(near)
        reasons = [
            [
                [
                    _by_description(near[row, column], odds[row, column]),
                    *self.said[column].evidence(words[row]),
                ]
                for column in columns
            ]
            for row in range(len(items))
        ]
        for row, cells in enumerate(reasons):
            for cell, column in zip(cells, columns, strict=True):
                odds[row, column] = sum(one.weight for one in cell)
        return _Described(odds, reasons)


class _ReaderOfMany(_Reader):
    """Themes are judged beside each other, by their names, word by word, and by the field."""

    chosen = CHOSEN_OF_MANY

    def __init__(self, themes: Sequence[Theme], embedder: Embedder, field: Field) -> None:
        super().__init__(themes)
        self.names = Names(themes, embedder)
        self.field = field

    def _described(
        self,
        items: Sequence[Item],
        vectors: NDArray[np.float32],
        texts: Sequence[tuple[str, str]],  # noqa: ARG002  # it reads on where these end
        columns: Sequence[int],
    ) -> _Described:
        judged = judge(items, vectors, self.names, self.field)
        rows = range(len(items))
        reasons = [[judged.reasons(row, column) for column in columns] for row in rows]
        return _Described(judged.odds, reasons)


def _by_description(near: float, weight: float) -> Evidence:
    words = "near" if weight > 0 else "some way from" if weight > -MIDDLING else "far from"
    return Evidence("description", f"{words} the theme's description {near:.2f}", float(weight))


def _by_category(theme: Theme, item: Item) -> list[Evidence]:
    shared = [name for name in item.categories if name in theme.arxiv]
    return [Evidence("category", f"arXiv {shared[0]}", IN_CATEGORY)] if shared else []
