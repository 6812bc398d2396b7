"""Where a text repeats a source at length."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from digest.language.folding import STOP, fold
from digest.model import Span

# Texts that repeat themselves without end are followed so far and no further: places of one run of
# words, and words compared beyond the first few of each.
_REPEATED, _PATIENCE = 20, 2_000_000


@dataclass(frozen=True, slots=True)
class Copied:
    """A run of words (`span`, in the text) that stands word for word in source `index`."""

    span: Span
    index: int


@dataclass(frozen=True, slots=True)
class _Words:
    words: list[str]
    starts: list[int]
    ends: list[int]


def _words(text: str) -> _Words:
    folded = fold(text)
    kept = [n for n, token in enumerate(folded.tokens) if token != STOP and token[-1].isalnum()]
    return _Words(
        [folded.tokens[n].lower() for n in kept],
        [folded.starts[n] for n in kept],
        [folded.ends[n] for n in kept],
    )


def runs(text: str, sources: Sequence[str], least: int = 12) -> list[Copied]:
    """The longest runs of `least` or more words that a source has too, in the text's order.

    Letter case, punctuation and white space do not count. A run inside a longer one is not told
    again. The caller blanks out what may be copied: the quotations.
    """
    mine = _words(text)
    count = len(mine.words)
    if count < max(1, least):
        return []
    places: dict[tuple[str, ...], list[int]] = {}
    for n in range(count - least + 1):
        here = places.setdefault(tuple(mine.words[n : n + least]), [])
        if len(here) < _REPEATED:
            here.append(n)
    # longest[n]: how many words from n on stand together in one source, and in which
    longest: dict[int, tuple[int, int]] = {}
    for index, source in enumerate(sources):
        _extend(mine.words, places, _words(source).words, least, index, longest)
    found: list[Copied] = []
    reached = 0
    for n in sorted(longest):
        length, index = longest[n]
        if n + length > reached:
            reached = n + length
            found.append(Copied(Span(mine.starts[n], mine.ends[reached - 1]), index))
    return found


def _extend(
    mine: list[str],
    places: dict[tuple[str, ...], list[int]],
    theirs: list[str],
    least: int,
    index: int,
    longest: dict[int, tuple[int, int]],
) -> None:
    """Note for every word of ours how far it runs along `theirs`; each pair is compared once."""
    followed: dict[int, int] = {}  # how far each diagonal was followed, in theirs
    left = _PATIENCE
    for m in range(len(theirs) - least + 1):
        for n in places.get(tuple(theirs[m : m + least]), ()):
            if followed.get(n - m, -1) > m:
                continue
            length = least
            most = min(len(mine) - n, len(theirs) - m, least + left)
            while length < most and mine[n + length] == theirs[m + length]:
                length += 1
            left -= length - least
            followed[n - m] = m + length - least + 1
            if length > longest.get(n, (0, 0))[0]:
                longest[n] = (length, index)
