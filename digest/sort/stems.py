"""Words as they are compared: lower case, without the endings of English inflection.

So "audits" meets "audit" and "labelled" meets "labeling". Not a dictionary: it only takes off
plural, past and progressive endings where enough of a word is left.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import chain

from digest.language.tokens import words

_SHORTEST = 3
_VOWELS = frozenset("aeiouy")


def stems(text: str) -> list[str]:
    """The stems of a text's words in order; the parts of a hyphenated word stand apart."""
    return list(chain.from_iterable(map(_parts, words(text))))


# Most words of a text were met before, so the whole way from a word to its stems is remembered.
@lru_cache(maxsize=200_000)
def _parts(word: str) -> tuple[str, ...]:
    return tuple(stem(part) for part in word.split("-") if part)


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """The word in lower case without its inflection."""
    word = word.lower().removesuffix("'s").removesuffix("’s")
    word = _singular(word)
    for ending in ("ing", "ed"):
        rest = word.removesuffix(ending)
        if rest != word and len(rest) >= _SHORTEST and not _VOWELS.isdisjoint(rest):
            return _undoubled(rest)
    return _undoubled(word[:-1] if word.endswith("e") and len(word) > _SHORTEST + 1 else word)


def _singular(word: str) -> str:
    if len(word) <= _SHORTEST or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > _SHORTEST + 1:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes", "zes")):
        return word[:-2]
    return word[:-1]


def _undoubled(word: str) -> str:
    if len(word) > _SHORTEST and word[-1] == word[-2] and word[-1] not in _VOWELS:
        return word[:-1]
    return word
