"""What can be seen of each sentence in its text: the input of the ranker.

Every column has a name; `NAMES` is their order, which a trained model is bound to.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from digest.language.embedding import Embedder
from digest.language.tokens import words

Matrix = NDArray[np.float64]

_STOP_WORDS = """
a about after again all am an and any are as at be because been before being below between both but
by can could did do does doing down during each few for from further had has have having he her here
hers him his how i if in into is it its itself just me more most my no nor not of off on once only
or other our ours out over own same she should so some such than that the their theirs them then
there these they this those through to too under until up very was we were what when where which
while who whom why will with would you your yours
"""
STOP = frozenset(_STOP_WORDS.split())

# What sentences of different kinds say: what was done, what was found, what others did, and so on.
_CUES = {
    "proposes": r"\b(?:we|i) (?:\w+ )?(?:propose|introduce|present|develop|design|describe)",
    "shows": r"\b(?:we|i) (?:\w+ )?(?:show|demonstrate|prove|find|observe|establish)",
    "this work": r"\b(?:this|the) (?:paper|work|article|study)",
    "here": r"\b(?:in this|here|our) ",
    "propose": r"\bpropose",
    "new": r"\b(?:novel|new)\b",
    "results": r"\b(?:results?\b|experiment)",
    "better": r"\b(?:outperform|state-of-the-art|sota\b)",
    "contrast": r"\b(?:however|although|despite|but|unfortunately)\b",
    "recent": r"\b(?:recent|have been\b|has been\b)",
    "to this end": r"\bto (?:this|that) end\b|\bto (?:address|tackle)",
    "further": r"\b(?:moreover|furthermore|in addition|additionally|finally|also)\b",
    "we": r"\bwe\b",
    "our": r"\bour\b",
    "method": r"\b(?:method|approach|framework|model|algorithm|architecture)\b",
    "called": r"\b(?:called|named|dubbed|termed)\b",
    "number": r"\d",
    "for example": r"\b(?:such as|e\.g\.|for example)\b",
    "which": r"\b(?:which|that)\b",
    "studies": r"\b(?:investigate|study|analy[sz]e|explore|examine|address|consider|tackle|focus)",
    "by": r"\b(?:by|via|using|based on|through)\b",
    "starts": r"^(?:we|in this|this|here)\b",
    "can": r"\b(?:can|could|may|might)\b",
    "hard": r"\b(?:important|challenging|difficult|widely|crucial)\b",
    "specifically": r"\bspecifically|in particular\b",
    "announces": r"\b(?:announc|releas|launch|introduc|unveil|publish)(?:es|ed|ing)\b",
}
_PATTERNS = [re.compile(pattern, re.IGNORECASE) for pattern in _CUES.values()]
_ACRONYM = re.compile(r"\([A-Z][A-Za-z-]+\)")
_CUE = {name: column for column, name in enumerate(_CUES)}

_PLAIN = (
    "index", "count", "part", "left", "words", "words of mean", "words of most", "commas",
    "brackets", "capitals", "word length", "acronym", "like title", "like text", "like others",
    "like before", "like after", "shares title", "shares text", "shares rest", "covers title",
    "of title", "common", "from first", "is first", "proposed before", "we before",
)  # fmt: skip
_RANKED = ("words", "like title", "like text", "shares title", "shares text", "covers title")
NAMES = (
    *_PLAIN,
    *_CUES,
    *(f"before: {name}" for name in _CUES),
    *(f"rank: {name}" for name in _RANKED),
)


def content_words(text: str) -> list[str]:
    """The words of a text that carry meaning, lower case."""
    return [word for word in words(text) if word not in STOP]


def features(
    sentences: Sequence[str], title: str, embedder: Embedder
) -> tuple[Matrix, NDArray[np.float32]]:
    """One row for each sentence, shape (n, len(NAMES)), and the sentences' embeddings, (n, 256)."""
    vectors = embedder.embed([title, *sentences])
    points = vectors[1:]
    cues = np.array([[bool(p.search(each)) for p in _PATTERNS] for each in sentences], dtype=float)
    plain = np.column_stack(
        [
            _place(len(sentences)),
            _size(sentences),
            _likeness(vectors[0], points),
            _sharing(sentences, title),
            _run_up(cues),
        ]
    )
    before = np.vstack([np.full((1, cues.shape[1]), -1.0), cues[:-1]])
    ranks = np.column_stack([_rank(plain[:, _PLAIN.index(name)]) for name in _RANKED])
    return np.hstack([plain, cues, before, ranks]), points


def _place(count: int) -> Matrix:
    index = np.arange(count, dtype=float)
    return np.column_stack(
        [index, np.full(count, count), index / max(1, count - 1), count - 1 - index]
    )


def _size(sentences: Sequence[str]) -> Matrix:
    length = np.array([max(1, len(words(each))) for each in sentences], dtype=float)
    rows = [
        (
            each.count(","),
            each.count("("),
            sum(letter.isupper() for letter in each),
            len(each) / size,
            bool(_ACRONYM.search(each)),
        )
        for each, size in zip(sentences, length, strict=True)
    ]
    return np.column_stack(
        [length, length / length.mean(), length - length.max(), np.array(rows, dtype=float)]
    )


def _likeness(title: NDArray[np.float32], points: NDArray[np.float32]) -> Matrix:
    """Cosines with the title, the whole text, the other sentences, and the neighbours."""
    middle = points.mean(axis=0)
    middle = middle / (np.linalg.norm(middle) or 1.0)
    alike = (points @ points.T).astype(float)
    count = len(points)
    beside = np.diag(alike, 1)
    return np.column_stack(
        [
            points @ title,
            points @ middle,
            (alike.sum(axis=1) - 1) / max(1, count - 1),
            np.concatenate([[0.0], beside]),
            np.concatenate([beside, [0.0]]),
        ]
    )


def _sharing(sentences: Sequence[str], title: str) -> Matrix:
    """How many words a sentence shares with the title, the text, the rest of the text."""
    bags = [Counter(content_words(each)) for each in sentences]
    total: Counter[str] = Counter()
    for bag in bags:
        total.update(bag)
    named = Counter(content_words(title))
    rows = []
    for bag in bags:
        both = len(bag.keys() & named.keys())
        rest = total - bag
        size = len(bag) or 1
        rows.append(
            (
                _cosine(bag, named),
                _cosine(bag, total),
                _cosine(bag, rest),
                both / (len(named) or 1),
                both / size,
                sum(total[word] for word in bag) / size,
            )
        )
    return np.array(rows, dtype=float)


def _cosine(one: Counter[str], other: Counter[str]) -> float:
    shared = sum(count * other[word] for word, count in one.items() if word in other)
    sizes = sum(c * c for c in one.values()) * sum(c * c for c in other.values())
    return shared / math.sqrt(sizes) if shared else 0.0


def _run_up(cues: Matrix) -> Matrix:
    """Where a sentence stands from the first that says what was done, and what came before it."""
    proposes, we = cues[:, _CUE["proposes"]], cues[:, _CUE["we"]]
    done = (proposes + cues[:, _CUE["this work"]] + cues[:, _CUE["studies"]] * we) > 0
    index = np.arange(len(cues), dtype=float)
    first = float(np.argmax(done)) if done.any() else -99.0
    return np.column_stack(
        [index - first, index == first, np.cumsum(proposes) - proposes, np.cumsum(we) - we]
    )


def _rank(values: Matrix) -> Matrix:
    """The rank of each value, the greatest 0."""
    order = np.argsort(-values, kind="stable")
    ranks = np.empty(len(values))
    ranks[order] = np.arange(len(values))
    return ranks
