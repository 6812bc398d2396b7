"""Addresses that outlive a correction: an entry keeps its key whatever becomes of its headline.

An entry made from a story bears its key in the draft. One written by hand has a key made from its
headline, which a correction may change; by its text it is known for what it was.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from digest.model import Entry

# Half of all its words: what shares fewer with what was published is another entry.
_LEAST = 0.5

_WORD = re.compile(r"\w+")


def keep_keys(before: Sequence[Entry], now: Sequence[Entry]) -> tuple[Entry, ...]:
    """The entries of a new version of an issue, those that changed their key under the old one.

    Args:
        before: What was published.
        now: What is to take its place.

    Returns:
        `now`, in order: every key that stood before stays; of those that are new, each takes the
        key of the entry that has gone and shares most of its words, if they share at least half.
    """
    present = {entry.key for entry in now}
    gone = [entry for entry in before if entry.key not in present]
    known = {entry.key for entry in before}
    fresh = [place for place, entry in enumerate(now) if entry.key not in known]
    pairs = [(_likeness(old, now[place]), place, old.key) for old in gone for place in fresh]
    keys: dict[int, str] = {}
    for likeness, place, key in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2])):
        if likeness >= _LEAST and place not in keys and key not in keys.values():
            keys[place] = key
    return tuple(
        replace(entry, key=keys[place]) if place in keys else entry
        for place, entry in enumerate(now)
    )


def _likeness(one: Entry, other: Entry) -> float:
    """How many of the words of two entries both have: 0 to 1 (Jaccard's index)."""
    ours, theirs = _words(one), _words(other)
    return len(ours & theirs) / max(1, len(ours | theirs))


def _words(entry: Entry) -> frozenset[str]:
    texts = (entry.headline, entry.tagline, entry.body, entry.why.thesis, entry.why.text)
    return frozenset(_WORD.findall("\n".join(texts).casefold()))
