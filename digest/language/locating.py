"""Whether a quotation stands in a text, and if not, what comes nearest."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from digest.language.folding import ELLIPSIS, STOP, Folded, even, fold, variants
from digest.language.marks import unmarked
from digest.model import Span

_SKIPPED = 250  # words that an ellipsis may stand for
_SKIPPED_NEAR = 40  # … beside a part of fewer than four words, which could stand anywhere
_REPLACED = 6  # words that [brackets] may stand for


@dataclass(frozen=True, slots=True)
class Found:
    """A quotation stands in text number `index`, at `span`."""

    index: int
    span: Span


@dataclass(frozen=True, slots=True)
class Difference:
    """The quotation says `quoted` where the source says `source`; either may be empty."""

    quoted: str
    source: str


@dataclass(frozen=True, slots=True)
class Near:
    """The passage that differs least: text number `index`, at `span`, and where it differs."""

    index: int
    span: Span
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class _Part:
    """Tokens that stand together. `gap` is how many words may come between it and the part before."""

    tokens: tuple[str, ...]
    gap: int = 0
    wild: re.Pattern[str] | None = None


_PIECE = re.compile(
    rf"""
      (?P<ellipsis> [\[(]\s*{ELLIPSIS}\s*[\])] | {ELLIPSIS} )
    | (?P<prefix>[^\W\d_]*)\[(?P<inside>[^\[\]]*)\](?P<suffix>[^\W\d_]*)
    """,
    re.VERBOSE,
)


def locate(quotation: str, texts: Sequence[str]) -> Found | None:
    """The first text that holds the quotation, and where; None where none does."""
    parts = _parts(quotation)
    if not parts:
        return None
    for index, text in enumerate(texts):
        for folded in variants(text):
            if place := _match(parts, folded):
                first, last = place
                return Found(index, Span(folded.starts[first], folded.ends[last]))
    return None


# ------------------------------------------------------------------------------ the quotation read


def _parts(quotation: str) -> list[_Part]:
    text = unmarked(quotation)
    parts: list[_Part] = []
    at = gap = 0
    for piece in _PIECE.finditer(text):
        gap = _add(parts, text[at : piece.start()], gap)
        at = piece.end()
        if piece["ellipsis"]:
            gap = _SKIPPED
        elif piece["prefix"] or piece["suffix"]:
            parts.append(_Part((), gap, _changed_word(piece)))
            gap = 0
        elif not re.fullmatch(r"[\d\s,;–-]*|sic\.?", piece["inside"], re.I):
            gap = max(gap, _REPLACED, len(piece["inside"].split()) + 2)
    _add(parts, text[at:], gap)
    if parts:
        parts[0] = _Part(parts[0].tokens, 0, parts[0].wild)
    return [_narrowed(part, parts[n - 1] if n else None) for n, part in enumerate(parts)]


def _add(parts: list[_Part], text: str, gap: int) -> int:
    """Append the tokens of a stretch; the gap that is still open when it holds none."""
    tokens = list(fold(text).tokens)
    if tokens and tokens[0] == STOP and (gap or not parts):
        del tokens[0]
    if tokens and tokens[-1] == STOP:
        tokens.pop()
    if not tokens:
        return gap
    parts.append(_Part(tuple(tokens), gap))
    return 0


def _changed_word(piece: re.Match[str]) -> re.Pattern[str]:
    """What a word with brackets in it may have been: [T]he, model[s], train[ing]."""
    before, inside, after = (even(piece[name]) for name in ("prefix", "inside", "suffix"))
    forms = {before + inside + after, before + after}
    if not before:
        forms = {inside[:1].upper() + inside[1:] + after, inside[:1].lower() + inside[1:] + after}
    choices = "|".join(re.escape(form) for form in sorted(forms) if form)
    if not after and len(before) >= 3:
        choices += rf"|{re.escape(before)}\w{{0,4}}"
    return re.compile(choices)


def _narrowed(part: _Part, before: _Part | None) -> _Part:
    if before and part.gap == _SKIPPED and min(len(part.tokens), len(before.tokens)) < 4:
        return _Part(part.tokens, _SKIPPED_NEAR, part.wild)
    return part


# ------------------------------------------------------------------------------------- the match


def _match(parts: Sequence[_Part], folded: Folded) -> tuple[int, int] | None:
    """The first and last token of a passage in which the parts stand in order, or None."""
    reached: list[tuple[int, int]] = []  # (the token after the parts so far, their first token)
    for n, part in enumerate(parts):
        length = 1 if part.wild else len(part.tokens)
        free = n == 0 or part.gap > 0
        starts = _occurrences(part, folded, free)
        if n == 0:
            reached = [(start + length, start) for start in starts]
        else:
            reached = list(_continue(reached, starts, part.gap, length, folded))
        if not reached:
            return None
    end, begin = reached[0]
    return begin, end - 1


def _occurrences(part: _Part, folded: Folded, free: bool) -> list[int]:
    if part.wild:
        return [n for n, token in enumerate(folded.tokens) if part.wild.fullmatch(token)]
    found = set(folded.find(" ".join(part.tokens)))
    if free and (other := part.tokens[0][:1].swapcase()) != part.tokens[0][:1]:
        found |= set(folded.find(" ".join((other + part.tokens[0][1:], *part.tokens[1:]))))
    return sorted(found)


def _continue(
    reached: list[tuple[int, int]], starts: list[int], gap: int, length: int, folded: Folded
) -> Iterator[tuple[int, int]]:
    """The passages that go on with a part at one of `starts`, from the nearest end before it."""
    ends = [end for end, _ in reached]
    for start in starts:
        n = bisect_right(ends, start) - 1
        if n < 0:
            continue
        # a full stop before a bracket is not part of what was compared
        stopped = ends[n] < len(folded.tokens) and folded.tokens[ends[n]] == STOP
        if start - ends[n] <= gap + stopped:
            yield start + length, reached[n][1]


# --------------------------------------------------------------------------------------- the nearest


def nearest(quotation: str, texts: Sequence[str]) -> Near | None:
    """The passage of the texts that differs least from a quotation that stands in none of them.

    Where the quotation has ellipses, the part that is to blame is compared: the first that stands
    nowhere, else the longest. None where nothing comes near: not half of the words agree.
    """
    parts = [part for part in _parts(quotation) if part.tokens]
    if not parts:
        return None
    blame = next((part for part in parts if not _stands(part, texts)), None)
    tokens = (blame or max(parts, key=lambda part: len(part.tokens))).tokens
    best: tuple[int, Near] | None = None
    for index, text in enumerate(texts):
        compared = _compare(tokens, fold(text), index)
        if compared and (best is None or compared[0] < best[0]):
            best = compared
    return best[1] if best else None


def _stands(part: _Part, texts: Sequence[str]) -> bool:
    return any(_occurrences(part, folded, True) for text in texts for folded in variants(text))


def _compare(tokens: tuple[str, ...], folded: Folded, index: int) -> tuple[int, Near] | None:
    """The best passage of one text with the number of words that differ."""
    start = _window(tokens, folded)
    if start is None:
        return None
    low = max(0, start - len(tokens) - 5)
    window = folded.tokens[low : start + 3 * len(tokens) + 10]
    blocks = SequenceMatcher(None, tokens, window, autojunk=False).get_matching_blocks()[:-1]
    if not blocks or 2 * sum(block.size for block in blocks) < len(tokens):
        return None
    first = max(0, blocks[0].b - blocks[0].a)
    last = min(
        len(window), blocks[-1].b + blocks[-1].size + len(tokens) - blocks[-1].a - blocks[-1].size
    )
    matcher = SequenceMatcher(None, tokens, window[first:last], autojunk=False)
    differences = []
    distance = 0
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind != "equal":
            distance += max(b - a, d - c)
            theirs = " ".join(window[first + c : first + d])
            differences.append(Difference(" ".join(tokens[a:b]), theirs))
    span = Span(folded.starts[low + first], folded.ends[low + last - 1])
    return distance, Near(index, span, tuple(differences))


def _window(tokens: tuple[str, ...], folded: Folded) -> int | None:
    """Where in the text most words of the quotation stand about as far apart as they do in it."""
    places: dict[str, list[int]] = {token: [] for token in tokens}
    for n, token in enumerate(folded.tokens):
        if token in places:
            places[token].append(n)
    width = max(8, len(tokens) // 2)
    votes: Counter[int] = Counter()
    for n, token in enumerate(tokens):
        here = places[token]
        for place in here:
            weight = 1 if len(here) > 20 else 4
            votes[(place - n) // width] += weight
            votes[(place - n) // width - 1] += weight
    if not votes:
        return None
    most = max(votes.values())
    return max(0, min(bucket for bucket, count in votes.items() if count == most) * width)
