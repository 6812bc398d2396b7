"""The source's own words for its subject: what a slot offers the editor to play with."""

from __future__ import annotations

import re
from collections import Counter

from digest.draft.features import content_words

_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_BREAK = re.compile(r"[.,;:!?()\[\]{}\"“”«»\n—–/|]+|\s-\s")
_DULL_WORDS = """
paper work approach method methods results result study model models experiments system systems
task tasks propose proposed show shows present novel new existing using used use based via
across first second third however while both also one two three many several various different
recent recently significantly substantially demonstrate demonstrates framework performance
achieve achieves provide provides enable enables including code data available today year years
week people make makes made get like just well even further thus therefore such other others may
might could would should must introduce introduces improve improves improving learn learning
although whereas despite whether within without toward towards among since upon because unlike
quite rather
"""
_DULL = frozenset(_DULL_WORDS.split())
_VERBAL = re.compile(r"(?:ly|ed)$")
# What stands before a verb; and before the rest of a name, which says little without its head.
_BEFORE_VERB = re.compile(
    r"\b(?:to|can|will|may|must|should|could|would|not|\w+n['’]t|I|you|we|they|it|who)\s(?:\w+ly\s)?$"
)
_WITHIN_NAME = re.compile(r"(?:[A-Z][\w.'’-]*\s(?:of|for|de)(?:\sthe)?|[A-Z]\.)\s$")
_SHOUTED = re.compile(r"[A-Z]{4,}(?: [A-Z]{2,})+")  # a heading in capitals
_MARKUP = re.compile(r"[<>&`*_\\^~=#@$%]|https?:|\d{4,}")


def telling_phrases(text: str, title: str, count: int = 2) -> list[str]:
    """Two to four words each, verbatim from the text, that say what it is about.

    Runs of words without function words, scored by how often their words come up and how many of
    them the title has (after RAKE, Rose et al. 2010).
    """
    runs = _runs(text)
    frequency: Counter[str] = Counter()
    degree: Counter[str] = Counter()
    for run in runs:
        for word in run.lower().split():
            frequency[word] += 1
            degree[word] += len(run.split())
    titled = set(content_words(title))
    scores = {run: _score(run, frequency, degree, titled) for run in dict.fromkeys(runs)}
    chosen: list[str] = []
    for run in sorted(scores, key=lambda each: (-scores[each], text.find(each))):
        if len(chosen) == count:
            break
        if not any(set(run.lower().split()) & set(other.lower().split()) for other in chosen):
            chosen.append(run)
    return chosen


def _runs(text: str) -> list[str]:
    runs: list[str] = []
    for clause in _BREAK.split(text[:20_000]):
        current: list[re.Match[str]] = []
        for match in [*_WORD.finditer(clause), None]:
            follows = match and (not current or clause[current[-1].end() : match.start()] == " ")
            if match and follows and _telling(match[0]):
                current.append(match)
                continue
            current = _nominal(clause, current)
            if 2 <= len(current) <= 4:
                runs.append(clause[current[0].start() : current[-1].end()])
            current = [match] if match and _telling(match[0]) else []
    return [run for run in runs if not _MARKUP.search(run) and not _SHOUTED.fullmatch(run)]


def _nominal(clause: str, words: list[re.Match[str]]) -> list[re.Match[str]]:
    """A run without a verb that begins it; nothing of one that begins within a name."""
    before = clause[: words[0].start()] if words else ""
    if _BEFORE_VERB.search(before):
        return words[1:]
    return [] if words and words[0][0][0].isupper() and _WITHIN_NAME.search(before) else words


def _telling(word: str) -> bool:
    word = word.lower()
    if "'" in word or "’" in word:
        return False
    if word in _DULL or _VERBAL.search(word) or not word[0].isalpha():
        return False
    return len(word) > 2 and content_words(word) == [word]


def _score(run: str, frequency: Counter[str], degree: Counter[str], titled: set[str]) -> float:
    parts = run.lower().split()
    base = sum(degree[word] / frequency[word] for word in parts) / len(parts)
    often = sum(frequency[word] for word in parts) / len(parts)
    return base + 0.5 * min(often, 6) + 1.5 * len(titled & set(parts))
