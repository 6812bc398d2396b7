"""What a theme's keywords and title say of an item's words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from digest.config.schema import Theme
from digest.model import Evidence
from digest.sort.stems import stems
from digest.sort.telling import Usual, spoken

IN_TITLE, IN_TEXT, TEXT_TWICE, NONE_FOUND = 2.2, 1.0, 0.6, -0.6
# What the words of a description add, each by its rarity; and from how many texts that is known.
SAID, ENOUGH_TEXTS, TOLD = 1.5, 200, 2
# How soon a repeated word stops adding (as in BM25; Robertson & Zaragoza 2009).
SATURATION = 1.2


def spaced(text: str) -> str:
    """The stems of a text between spaces, so that a phrase is found by its own spaced form."""
    return f" {' '.join(stems(text))} "


def phrases(theme: Theme) -> Mapping[str, str]:
    """Each keyword of a theme as it is written, by its spaced stems."""
    found = {spaced(keyword): keyword for keyword in theme.keywords}
    return {stemmed: keyword for stemmed, keyword in found.items() if stemmed.strip()}


def by_keywords(keywords: Mapping[str, str], title: str, text: str) -> list[Evidence]:
    """The keywords found in an item, strongest first, with the log-odds that each adds.

    Args:
        keywords: From `phrases`.
        title: The item's title, spaced.
        text: The item's text, spaced.
    """
    reasons = []
    for stemmed, keyword in keywords.items():
        if stemmed in title:
            reasons.append(Evidence("keyword", f"'{keyword}' in the title", IN_TITLE))
        elif count := text.count(stemmed):
            times = "" if count == 1 else f" {count} times"
            weight = IN_TEXT + (TEXT_TWICE if count > 1 else 0)
            reasons.append(Evidence("keyword", f"'{keyword}' in the text{times}", weight))
    if keywords and not reasons:
        return [Evidence("keyword", "none of the theme's keywords", NONE_FOUND)]
    reasons.sort(key=lambda reason: -reason.weight)
    # Keywords of one theme come together: each further one is worth half of the one before.
    return [
        Evidence(reason.kind, reason.what, reason.weight / 2**rank)
        for rank, reason in enumerate(reasons)
    ]


@dataclass(frozen=True)
class Said:
    """The words of a description (stems) with their rarity in 0…1, and what is usual of them."""

    rarity: Mapping[str, float]
    usually: float

    def evidence(self, words: Mapping[str, int]) -> list[Evidence]:
        """What an item's words (counts) say: the more and the rarer, the more they add."""
        if not self.rarity:
            return []
        found = {
            word: rarity * words[word] / (words[word] + SATURATION)
            for word, rarity in self.rarity.items()
            if word in words
        }
        weight = SAID * (sum(found.values()) - self.usually)
        best = sorted(found, key=lambda word: (-found[word], word))[:TOLD]
        told = " and ".join(f"'{word}'" for word in best)
        what = (
            f"{told} of the theme's description" if best else "no word of the theme's description"
        )
        return [Evidence("words", what, weight)]


def said_by(description: str, usual: Usual | None) -> Said:
    """What a description's words say of items, given how rare words are in the field."""
    if usual is None or usual.documents < ENOUGH_TEXTS:
        return Said({}, 0.0)
    rarity = {word: usual.rarity(word) for word, _ in spoken(description)}
    once = 1 / (1 + SATURATION)
    share = {word: usual.frequency.get(word, 0) / usual.documents for word in rarity}
    return Said(rarity, sum(once * rarity[word] * share[word] for word in rarity))


def name_in(name: Sequence[str], words: Mapping[str, int]) -> float:
    """How much of a theme's name (its stems) is among an item's words (counts), in 0…1."""
    if not name:
        return 0.0
    return sum(words.get(word, 0) / (words.get(word, 0) + SATURATION) for word in name) / len(name)


def counted(spaced_text: str) -> Counter[str]:
    """How often each stem stands in a spaced text."""
    return Counter(spaced_text.split())
