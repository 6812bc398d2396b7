"""Which stories an editor should see first, and why.

A story's score is the chance (0…1) whose log-odds are a sum of parts that can each be told: how
strongly it is about a theme, the weight of its sources, how many and what kinds of them carry it,
karma and discussion, what earlier issues told, age, and what was learned from past decisions.
The order then makes room: of two stories that say the same the second waits; each theme is heard.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from digest.model import Item, Story, Tag
from digest.sort.covered import Past
from digest.sort.novelty import LIKE, SAME, Near
from digest.sort.stems import stems

THEME, BASE = 5.0, -4.5
WEIGHT, CARRIED, KINDS, FULL_TEXT = 1.0, 0.8, 0.4, 0.3
KARMA, DISCUSSED = 0.5, 0.2
COVERED, SEEMS_COVERED, LITTLE_NEW = -3.0, -2.0, -1.0
A_DAY, OLDEST = -0.08, 14.0

# So many of the reasons for the strongest theme are told.
REASONS = 3

# Diversity looks at this many stories from the top.
TOP = 60
SAME_TOPIC, MERE_CHANCE, CROWDED = 3.0, 0.25, 0.25


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a score: its log-odds and the words for it, none where it goes without saying."""

    weight: float
    words: str = ""


def rank(
    stories: Sequence[Story],
    items: Mapping[str, Item],
    tags: Mapping[str, Sequence[Tag]],
    weights: Mapping[str, float],
    covered: Mapping[str, Sequence[Past]],
    now: datetime,
    learned: Mapping[str, Part] | None = None,
    near: Mapping[str, Sequence[Near]] | None = None,
) -> list[Story]:
    """The stories with their scores, reasons and themes, best first.

    Args:
        stories: What to rank.
        items: Their items by id; absent ones are passed over.
        tags: The tags of each item, by item id.
        weights: The weight of each source (0…3, 1 where absent), by source id.
        covered: What earlier issues said about a story, by story id.
        now: What age is counted from.
        learned: What past decisions say of a story, by story id (`digest.sort.taste`).
        near: The entries that a story is near to in meaning and words, nearest first, by story id.

    Returns:
        Stories in an order that `score` repeats: it falls from one to the next.
    """
    judged = []
    for story in stories:
        members = [items[item_id] for item_id in story.item_ids if item_id in items]
        themes = _themes(members, tags)
        parts = [
            _theme_part(themes, members, tags),
            _source_part(members, weights),
            _carried_part(members),
            _karma_part(members),
            _novelty_part(covered.get(story.id, ()), (near or {}).get(story.id, ())),
            _age_part(members, now),
        ]
        if learned and story.id in learned:
            parts.append(learned[story.id])
        chosen = tuple(theme for theme, (_, is_chosen) in themes.items() if is_chosen)
        odds = BASE + sum(part.weight for part in parts)
        why = "; ".join(part.words for part in parts if part.words)
        judged.append((odds, replace(story, themes=chosen, why=why)))
    judged.sort(key=lambda one: (-one[0], one[1].id))
    return [
        replace(story, score=round(1 / (1 + math.exp(-odds)), 6))
        for odds, story in _with_room(judged)
    ]


def _themes(
    members: Sequence[Item], tags: Mapping[str, Sequence[Tag]]
) -> dict[str, tuple[float, bool]]:
    """The themes of a story's items, strongest first: the highest score, and whether it counts.

    The primary source speaks for the story; another member's tag counts where it is stronger.
    """
    found: dict[str, tuple[float, bool]] = {}
    for item in members:
        for tag in tags.get(item.id, ()):
            score, chosen = found.get(tag.theme, (0.0, False))
            found[tag.theme] = (max(score, tag.score), chosen or tag.chosen)
    return dict(sorted(found.items(), key=lambda one: (-one[1][0], one[0])))


def _theme_part(
    themes: Mapping[str, tuple[float, bool]],
    members: Sequence[Item],
    tags: Mapping[str, Sequence[Tag]],
) -> Part:
    if not themes:
        return Part(0.0)
    strongest, (score, _) = next(iter(themes.items()))
    chosen = [f"{theme} {score:.2f}" for theme, (score, is_chosen) in themes.items() if is_chosen]
    if not chosen:
        return Part(THEME * score, f"at most {strongest} {score:.2f}")
    own = [tag for item in members for tag in tags.get(item.id, ()) if tag.theme == strongest]
    reasons = [one for one in max(own, key=lambda tag: tag.score).evidence if one.weight > 0]
    because = ", ".join(one.what for one in reasons[:REASONS])
    told = f"{chosen[0]} ({because})" if because else chosen[0]
    return Part(THEME * score, ", ".join([told, *chosen[1:]]))


def _source_part(members: Sequence[Item], weights: Mapping[str, float]) -> Part:
    weight = max((weights.get(item.source_id, 1.0) for item in members), default=1.0)
    return Part(WEIGHT * (weight - 1), "" if weight == 1 else f"source weight {weight:g}")


def _carried_part(members: Sequence[Item]) -> Part:
    sources = {item.source_id for item in members}
    kinds = Counter(item.kind for item in members)
    weight = CARRIED * math.log2(max(len(sources), 1)) + KINDS * max(len(kinds) - 1, 0)
    if any(len(item.text) > 1000 for item in members):
        weight += FULL_TEXT
    if len(members) < 2:
        return Part(weight)
    named = ", ".join(_counted(count, kind) for kind, count in sorted(kinds.items()))
    return Part(weight, f"{_counted(len(sources), 'source')} ({named})")


def _counted(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"


def _karma_part(members: Sequence[Item]) -> Part:
    karma = max((item.karma for item in members if item.karma is not None), default=0)
    comments = sum(len(item.comments) for item in members)
    words = [f"karma {karma}"] if karma > 0 else []
    words += [_counted(comments, "comment")] if comments else []
    weight = KARMA * math.log10(1 + max(karma, 0)) + DISCUSSED * math.log2(1 + comments)
    return Part(weight, ", ".join(words))


def _novelty_part(covered: Sequence[Past], near: Sequence[Near]) -> Part:
    """What was told before is less new: surely, most likely, or only something much like it."""
    if covered:
        told = ", ".join(f"no. {past.number}" for past in covered[:3])
        return Part(COVERED, f"covered in {told}")
    if not near:
        return Part(0.0)
    entry, spreads = near[0].entry, near[0].spreads
    headline = entry.headline.rstrip(":")
    if near[0].is_same:
        return Part(SEEMS_COVERED, f"told in no. {entry.number}, it seems: '{headline}'")
    share = (spreads - LIKE) / (SAME - LIKE)
    return Part(LITTLE_NEW * share, f"a little like '{headline}' in no. {entry.number}")


def _age_part(members: Sequence[Item], now: datetime) -> Part:
    dates = [item.published for item in members if item.published]
    if not dates:
        return Part(0.0)
    days = max((now - max(dates)).total_seconds() / 86_400, 0.0)
    words = "today" if days < 1 else f"{_counted(int(days), 'day')} old"
    return Part(A_DAY * min(days, OLDEST), words)


def _with_room(judged: Sequence[tuple[float, Story]]) -> list[tuple[float, Story]]:
    """Greedily the best story next, less what it repeats of those before it.

    Maximal marginal relevance (Carbonell & Goldstein 1998) over the words of the titles, and a cost
    for each story of the same theme before it. What a story loses only grows as others are placed,
    so the scores fall from one to the next. Of equals the one that comes first is taken first.
    """
    stories = [story for _, story in judged]
    odds = np.array([one for one, _ in judged])
    themes = _numbers([story.themes[0] if story.themes else "" for story in stories])
    titles = _Titles([story.title for story in stories])
    heard = np.zeros(len(stories))
    repeats = np.zeros(len(stories))
    waiting = np.ones(len(stories), dtype=bool)
    placed: list[tuple[float, Story]] = []

    def standing() -> NDArray[np.float64]:
        found = odds - SAME_TOPIC * repeats - CROWDED * np.log2(1 + heard)
        return np.asarray(np.where(waiting, found, -np.inf))

    while len(placed) < min(TOP, len(stories)):
        now = standing()
        best = int(np.argmax(now))
        placed.append((float(now[best]), stories[best]))
        waiting[best] = False
        heard += themes == themes[best]
        repeats = np.maximum(repeats, titles.shared(best))
    now = standing()
    rest = [(float(now[at]), stories[at]) for at in np.flatnonzero(waiting)]
    return placed + sorted(rest, key=lambda one: (-one[0], one[1].id))


def _numbers(names: Sequence[str]) -> NDArray[np.intp]:
    """A number for each name, the same for the same."""
    known = {name: at for at, name in enumerate(dict.fromkeys(names))}
    return np.array([known[name] for name in names], dtype=np.intp)


class _Titles:
    """The words of titles, to ask how much each has in common with one of them."""

    def __init__(self, titles: Sequence[str]) -> None:
        words = [list(dict.fromkeys(stems(title))) for title in titles]
        self._counts = np.array([len(own) for own in words], dtype=np.intp)
        self._starts = np.concatenate([[0], np.cumsum(self._counts)]).astype(np.intp)
        self._words = _numbers([word for own in words for word in own])
        self._rows = np.repeat(np.arange(len(titles)), self._counts)

    def shared(self, one: int) -> NDArray[np.float64]:
        """The share of words in common (Jaccard), where it is more than a chance one; else 0."""
        own = self._words[self._starts[one] : self._starts[one + 1]]
        common = np.bincount(self._rows[np.isin(self._words, own)], minlength=len(self._counts))
        share = common / np.maximum(self._counts + len(own) - common, 1)
        return np.asarray(np.where(share > MERE_CHANCE, share, 0.0))
