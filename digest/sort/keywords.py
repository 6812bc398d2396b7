"""What a theme's keywords and title say of an item's words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from digest.config.schema import Theme
from digest.model import Evidence
from digest.sort.stems import stems

IN_TITLE, IN_TEXT, TEXT_TWICE, NONE_FOUND = 2.2, 1.0, 0.6, -0.6
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


def name_in(name: Sequence[str], words: Mapping[str, int]) -> float:
    """How much of a theme's name (its stems) is among an item's words (counts), in 0…1."""
    if not name:
        return 0.0
    return sum(words.get(word, 0) / (words.get(word, 0) + SATURATION) for word in name) / len(name)


def counted(spaced_text: str) -> Counter[str]:
    """How often each stem stands in a spaced text."""
    return Counter(spaced_text.split())
