"""How much each sentence of a text says of the whole: what was done, and what was found."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence

from digest.draft.sentences import Sentence
from digest.language.tokens import words

_DONE = re.compile(
    r"\b(?:we|i|this (?:paper|work|article|study|report|survey))\s+(?:\w+ly\s+|also\s+|here\s+)?"
    r"(?:propose|present|introduce|develop|describe|design|build|release|train|construct|study|show"
    r"|argue|investigate|examine|explore|analy[sz]e|find|demonstrate|provide|prove|report)s?\b"
    r"|\b(?:announc|releas|launch|introduc|unveil|publish)(?:es|ed|ing)\b",
    re.IGNORECASE,
)
_FOUND = re.compile(
    r"\b(?:results?|experiments?|evaluations?|findings?|evidence)\b.{0,60}\b(?:show|suggest|demonstrate"
    r"|indicate|reveal|confirm|find)|\b(?:we|they|researchers|authors)\s+(?:\w+ly\s+|also\s+)?(?:find|found"
    r"|show|showed|observe|demonstrate|conclude)\b|\boutperform|\bstate[- ]of[- ]the[- ]art\b"
    r"|\b\d+(?:\.\d+)?(?:%|x\b|×| percent| times)",
    re.IGNORECASE,
)
_WEAK = re.compile(
    r"\b(?:recent(?:ly)?|in recent years|ha(?:s|ve) (?:become|attracted|gained)|widely used"
    r"|remains? (?:a challenge|challenging|unclear)|existing|previous(?:ly)?|prior work"
    r"|traditional(?:ly)?|conventional)\b",
    re.IGNORECASE,
)
_STOP_WORDS = """
a about after again all am an and any are as at be because been before being below between both
but by can could did do does doing down during each few for from further had has have having he
her here hers him his how i if in into is it its itself just me more most my no nor not of off
on once only or other our ours out over own same she should so some such than that the their
theirs them then there these they this those through to too under until up very was we were what
when where which while who whom why will with would you your yours
"""
_STOP = frozenset(_STOP_WORDS.split())


def content_words(text: str) -> list[str]:
    """The words of a text that carry meaning, lower case."""
    return [word for word in words(text) if word not in _STOP]


def rank(sentences: Sequence[Sentence], title: str = "") -> list[float]:
    """A score for each sentence; higher says more. Only the order of scores has a meaning."""
    bags = [Counter(content_words(sentence.text)) for sentence in sentences]
    total: Counter[str] = Counter()
    for bag in bags:
        total.update(bag)
    named = set(content_words(title))
    return [
        _score(sentence, bag, total, named, len(sentences))
        for sentence, bag in zip(sentences, bags, strict=True)
    ]


def _score(
    sentence: Sentence, bag: Counter[str], total: Counter[str], named: set[str], count: int
) -> float:
    length = sum(bag.values())
    if not length:
        return 0.0
    central = sum(math.log1p(total[word] - 1) for word in bag) / math.sqrt(length)
    titled = len(named & bag.keys()) / math.sqrt(len(named) or 1)
    early = 1.0 / (1.0 + sentence.index) if count > 8 else 0.3 / (1.0 + sentence.index)
    cues = 1.2 * bool(_DONE.search(sentence.text)) + 0.8 * bool(_FOUND.search(sentence.text))
    weak = 0.6 * bool(_WEAK.search(sentence.text))
    size = -abs(len(sentence.text.split()) - 25) / 40
    return central + titled + early + cues - weak + size
