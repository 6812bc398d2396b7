"""How much each item belongs to each theme, and why.

Without labels three things speak: the theme's keywords in the title and the text, the closeness of
the item to the theme's description, and the arXiv categories that the theme names. Each adds to the
log-odds of the tag, so that each one's part can be told.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from digest.config.schema import Theme
from digest.model import Evidence, Item, Tag
from digest.sort.stems import stems
from digest.sort.text import lead, plain

VERSION = "1"

# Log-odds. Closeness c counts (c - NEAR) / STEP: at NEAR the description alone says even odds.
NEAR, STEP, FARTHEST, NEAREST = 0.36, 0.05, -4.0, 4.0
IN_TITLE, IN_TEXT, TEXT_TWICE = 2.2, 1.0, 0.6
IN_CATEGORY, NO_KEYWORD = 0.4, -0.6
CHOSEN = 0.5
EVIDENCE = 5


class Embedder(Protocol):
    """Turns texts into vectors of length one."""

    @property
    def name(self) -> str:
        """What the vectors were made by; vectors of different names cannot be compared."""

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One row for each text."""


@dataclass(frozen=True)
class Labels:
    """Items whose themes the editor settled, to learn from.

    `themes[i]` are the ids of the themes of `items[i]`, none if it belongs to no theme; `vectors`
    has a row for each item.
    """

    items: Sequence[Item]
    vectors: NDArray[np.float32]
    themes: Sequence[frozenset[str]]


def fingerprint(theme: Theme, embedder_name: str, labels_version: str = "") -> str:
    """What a tag of this theme was computed from: recompute the tags when it differs."""
    parts = [VERSION, embedder_name, labels_version, theme.model_dump_json()]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def tag(
    items: Sequence[Item],
    vectors: NDArray[np.float32],
    themes: Sequence[Theme],
    labels: Labels | None = None,  # noqa: ARG001
    *,
    embedder: Embedder | None = None,
) -> list[Tag]:
    """A tag for every item and theme, item by item, in the order given.

    Args:
        items: What to tag.
        vectors: Their embeddings (`digest.sort.text.embedded`), one row each, of length one.
        themes: What to tag them with.
        labels: What the editor settled before.
        embedder: What made `vectors`; the project's own by default.
    """
    if not items or not themes:
        return []
    near = vectors @ _embedder(embedder).embed([describe(theme) for theme in themes]).T
    keywords = [_phrases(theme) for theme in themes]
    found = []
    for row, item in enumerate(items):
        title, text = _stemmed(plain(item.title)), _stemmed(lead(item.text))
        for column, theme in enumerate(themes):
            reasons = [
                *_by_keywords(keywords[column], title, text),
                _by_description(float(near[row, column])),
                *_by_category(theme, item),
            ]
            found.append(_weighed(item, theme, reasons))
    return found


def describe(theme: Theme) -> str:
    """What of a theme is embedded."""
    return f"{theme.title}. {theme.description}"


def _embedder(given: Embedder | None) -> Embedder:
    if given is not None:
        return given
    from digest.language.embedding import load

    return load()


def _stemmed(text: str) -> str:
    return f" {' '.join(stems(text))} "


def _phrases(theme: Theme) -> Mapping[str, str]:
    """Each keyword as it is written, by its stems with a space around them."""
    phrases = {_stemmed(keyword): keyword for keyword in theme.keywords}
    return {stemmed: keyword for stemmed, keyword in phrases.items() if stemmed.strip()}


def _by_keywords(phrases: Mapping[str, str], title: str, text: str) -> list[Evidence]:
    reasons = []
    for stemmed, keyword in phrases.items():
        if stemmed in title:
            reasons.append(Evidence("keyword", f"'{keyword}' in the title", IN_TITLE))
        elif count := text.count(stemmed):
            times = "" if count == 1 else f" {count} times"
            weight = IN_TEXT + (TEXT_TWICE if count > 1 else 0)
            reasons.append(Evidence("keyword", f"'{keyword}' in the text{times}", weight))
    if phrases and not reasons:
        return [Evidence("keyword", "none of the theme's keywords", NO_KEYWORD)]
    reasons.sort(key=lambda reason: -reason.weight)
    # Keywords of one theme come together: each further one is worth half of the one before.
    return [
        Evidence(reason.kind, reason.what, reason.weight / 2**rank)
        for rank, reason in enumerate(reasons)
    ]


def _by_description(near: float) -> Evidence:
    weight = min(max((near - NEAR) / STEP, FARTHEST), NEAREST)
    words = "near" if weight > 0 else "far from"
    return Evidence("description", f"{words} the theme's description {near:.2f}", weight)


def _by_category(theme: Theme, item: Item) -> list[Evidence]:
    shared = [name for name in item.categories if name in theme.arxiv]
    return [Evidence("category", f"arXiv {shared[0]}", IN_CATEGORY)] if shared else []


def _weighed(item: Item, theme: Theme, reasons: Sequence[Evidence]) -> Tag:
    """The tag whose log-odds are the sum of the reasons' weights."""
    score = 1 / (1 + math.exp(-sum(reason.weight for reason in reasons)))
    strongest = sorted(reasons, key=lambda reason: -abs(reason.weight))[:EVIDENCE]
    evidence = tuple(Evidence(r.kind, r.what, round(r.weight, 2)) for r in strongest)
    return Tag(item.id, theme.id, round(score, 4), score >= CHOSEN, evidence)
