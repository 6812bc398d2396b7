"""Summaries in a text's own sentences: chosen, never rewritten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from digest.draft.features import content_words
from digest.draft.ranker import rank
from digest.draft.sentences import Sentence, opener, sentences_of
from digest.model import Span

# Two sentences that share more than this of their words say the same.
ALIKE = 0.6
# What commands of TeX take from a sentence's score, whose spread within a text is about 1.
FORMULA = 0.7
# Sentences behind this one are not considered: a summary of a long text lies in its first pages.
FARTHEST = 400


@dataclass(frozen=True, slots=True)
class Summary:
    """Some sentences of a text, in its order.

    Attributes:
        text: The sentences joined by spaces.
        spans: Where each stands in the text, verbatim; an opener such as "In this paper, " may be
            left off its front.
    """

    text: str
    spans: tuple[Span, ...]


def summarise(
    text: str, sentences: int = 3, title: str = "", given: Sequence[str] | None = None
) -> Summary:
    """The sentences that say what was done and found.

    Args:
        text: The text; ignored where `given`.
        sentences: How many at most.
        title: Its title, which sentences on its subject share words with.
        given: Its sentences, where they are known; then the text is these joined by a space.
    """
    if given is not None:
        text = " ".join(given)
    chosen = choose(sentences_of(text, given), sentences, title)
    spans = tuple(trimmed(sentence) for sentence in chosen)
    return Summary(" ".join(text[span.start : span.end] for span in spans), spans)


def choose(
    found: Sequence[Sentence], count: int, title: str = "", apart_from: Sequence[str] = ()
) -> list[Sentence]:
    """The best sentences, in the text's order.

    No two say the same, none says what `apart_from` says, and none that points back ("It …",
    "These …") stands without the sentence before it, unless nothing else is left.
    """
    found = found[:FARTHEST]
    ranked = rank([sentence.text for sentence in found], title)
    scores = {
        sentence.index: score - FORMULA * sentence.formula
        for sentence, score in zip(found, ranked, strict=True)
    }
    pool = [sentence for sentence in found if sentence.usable] or _second_best(found)
    by_score = sorted(pool, key=lambda sentence: (-scores[sentence.index], sentence.index))
    said = [_bag(text) for text in apart_from]
    chosen: dict[int, Sentence] = {}
    for needs_before in (False, True):
        for sentence in by_score:
            if len(chosen) >= count:
                break
            if sentence.index in chosen or _repeats(sentence, said):
                continue
            before = chosen.get(sentence.index - 1)
            if not sentence.dependent or (needs_before and before and _follows(before, sentence)):
                chosen[sentence.index] = sentence
                said.append(_bag(sentence.text))
    if not chosen and by_score and not apart_from:
        chosen[by_score[0].index] = by_score[0]
    return [chosen[index] for index in sorted(chosen)]


def _follows(before: Sentence, sentence: Sentence) -> bool:
    """Whether a sentence stands right behind another, in one paragraph."""
    return sentence.span.start - before.span.end <= 1


def trimmed(sentence: Sentence) -> Span:
    """Where a sentence stands without its opener."""
    return Span(sentence.span.start + opener(sentence.text), sentence.span.end)


def _second_best(found: Sequence[Sentence]) -> list[Sentence]:
    """Where no sentence is whole: those that at least have some words."""
    return [sentence for sentence in found if len(sentence.text.split()) > 2] or list(found)


def _bag(text: str) -> frozenset[str]:
    return frozenset(content_words(text))


def _repeats(sentence: Sentence, said: Sequence[frozenset[str]]) -> bool:
    mine = _bag(sentence.text)
    return any(len(mine & other) > ALIKE * min(len(mine), len(other)) for other in said)
