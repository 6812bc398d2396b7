"""Whether a quotation stands in a text, and if not, what comes nearest."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from digest.language.aligning import Step, align
from digest.language.finding import unmarked
from digest.language.folding import ELLIPSIS, STOP, UNSEEN, Folded, even, fold, variants
from digest.model import Span

# Words that an ellipsis may stand for, by the words of the shorter part beside it: a part of few
# words stands somewhere soon after any other.
_SKIPPED = (25, 25, 60, 120, 250)
_REPLACED = 6  # words that [brackets] may stand for
_PARTS = 50  # of one quotation
_TRIED = 3  # places in each text that are compared with a quotation
_VOTES = 200_000
_COMPARED = 400  # words of a quotation that are compared with the nearest passage


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
    """Tokens that stand together; up to `gap` words may stand between them and the part before."""

    tokens: tuple[str, ...]
    gap: int = 0
    wild: re.Pattern[str] | None = None


_MARKS = re.compile(r"[*_`\[\\]")
_SKIPS = re.compile(rf"(?P<ellipsis>[\[(]\s*{ELLIPSIS}\s*[\])]|{ELLIPSIS})")
_PIECE = re.compile(
    rf"""
      {_SKIPS.pattern}
    | (?<![^\W_])(?P<prefix>[^\W_]{{0,40}})
      \[(?=[^\[\]]*[^\W\d_])(?P<inside>[^\[\]]*)\]      # with a letter in it
      (?P<suffix>[^\W_]*(?:['’][^\W_]+)*)
    """,
    re.VERBOSE,
)


def locate(quotation: str, texts: Sequence[str]) -> Found | None:
    """The first text that holds the quotation, and where; None where none does.

    Not looked at: marks, dashes, commas, white space, emphasis, links, ligatures, soft hyphens, the
    case of the first letter, reference numbers. An ellipsis skips words, within reason; [brackets]
    insert or replace a few. A word, number or end of sentence more, less or other is another text.
    """
    readings = [_parts(quotation)]
    if "[" in quotation:
        readings.append(_parts(quotation, _SKIPS))  # the source's own brackets, as in E[x]
    if _MARKS.search(quotation):
        readings.append([])
        _add(readings[-1], quotation, 0)  # the source's own stars and brackets, as in a*b
    for parts in readings:
        if not parts or _is_patchwork(parts):
            continue
        for index, text in enumerate(texts):
            for folded in variants(text):
                if place := _match(parts, folded):
                    first, last = place
                    return Found(index, Span(folded.starts[first], folded.ends[last]))
    return None


# ------------------------------------------------------------------------------ the quotation read


def _parts(quotation: str, pieces: re.Pattern[str] = _PIECE) -> list[_Part]:
    text = unmarked(UNSEEN.sub("", quotation))
    parts: list[_Part] = []
    at = gap = 0
    for piece in pieces.finditer(text):
        gap = _add(parts, text[at : piece.start()], gap)
        at = piece.end()
        if piece["ellipsis"]:
            gap = _SKIPPED[-1]
        elif piece["prefix"] or piece["suffix"]:
            parts.append(_Part((), gap, _changed_word(piece)))
            gap = 0
        elif piece["inside"].lower().rstrip(".") != "sic":
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
    if not before or part.gap != _SKIPPED[-1]:
        return part
    shorter = min(len(part.tokens), len(before.tokens), len(_SKIPPED) - 1)
    return _Part(part.tokens, _SKIPPED[shorter], part.wild)


# ------------------------------------------------------------------------------------- the match


def _is_patchwork(parts: Sequence[_Part]) -> bool:
    """Whether single words are strung together by ellipses: so, any text could say anything."""
    skips = any(part.gap > _REPLACED for part in parts)
    return len(parts) > _PARTS or (skips and max(len(part.tokens) for part in parts) < 2)


def _match(parts: Sequence[_Part], folded: Folded) -> tuple[int, int] | None:
    """The first and last token of a passage in which the parts stand in order, or None."""
    reached: list[tuple[int, int]] = []  # (the token after the parts so far, their first token)
    for n, part in enumerate(parts):
        length = 1 if part.wild else len(part.tokens)
        if n == 0:
            starts = _occurrences(part, folded, 0, len(folded.tokens), free=True)
            reached = [(start + length, start) for start in starts]
        else:
            low, high = reached[0][0], reached[-1][0] + part.gap + 1 + length
            starts = _occurrences(part, folded, low, high, free=part.gap > 0)
            reached = list(_continue(reached, starts, part.gap, length, folded))
        if not reached:
            return None
    end, begin = reached[0]
    return begin, end - 1


def _occurrences(part: _Part, folded: Folded, low: int, high: int, *, free: bool) -> list[int]:
    """Where a part stands between two tokens; where `free`, its first letter's case is too."""
    if part.wild:
        tokens = folded.tokens[low:high]
        return [low + n for n, token in enumerate(tokens) if part.wild.fullmatch(token)]
    found = set(folded.find(" ".join(part.tokens), low, high))
    if free and (other := part.tokens[0][:1].swapcase()) != part.tokens[0][:1]:
        phrase = " ".join((other + part.tokens[0][1:], *part.tokens[1:]))
        found |= set(folded.find(phrase, low, high))
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


# ----------------------------------------------------------------------------------- the nearest


def nearest(quotation: str, texts: Sequence[str]) -> Near | None:
    """The passage of the texts that differs least from a quotation that stands in none of them.

    Where the quotation has ellipses, the part that is to blame is compared: the first that stands
    nowhere, else the longest. None where nothing comes near: not half of the words agree.
    """
    parts = [part for part in _parts(quotation) if part.tokens]
    if not parts or _is_patchwork(parts):
        return None
    blame = next((part for part in parts if not _stands(part, texts)), None)
    tokens = (blame or max(parts, key=lambda part: len(part.tokens))).tokens[:_COMPARED]
    near = [
        compared
        for index, text in enumerate(texts)
        if (folded := fold(text)).tokens
        for start in _windows(tokens, folded)
        if (compared := _compare(tokens, folded, start, index))
    ]
    return min(near, key=lambda compared: compared[0])[1] if near else None


def _stands(part: _Part, texts: Sequence[str]) -> bool:
    return any(_match([part], folded) for text in texts for folded in variants(text))


def _compare(
    quoted: Sequence[str], folded: Folded, start: int, index: int
) -> tuple[tuple[int, int], Near] | None:
    """The best passage around a token of one text, and its rank: words that differ, that agree."""
    low = max(0, start - len(quoted) - 5)
    window = folded.tokens[low : start + 3 * len(quoted) + 10]
    # the case of the first letter is no difference
    swapped = (quoted[0][:1].swapcase() + quoted[0][1:], *quoted[1:])
    found = []
    for tokens in (quoted, swapped) if swapped[0] in window else (quoted,):
        steps = align(tokens, window)
        alike = sum(a is not None and b is not None and tokens[a] == window[b] for a, b in steps)
        used = [b for _, b in steps if b is not None]
        if 2 * alike >= len(tokens) and used:
            span = Span(folded.starts[low + used[0]], folded.ends[low + used[-1]])
            near = Near(index, span, _differences(tokens, window, steps))
            found.append(((len(steps) - alike, -alike), near))
    return min(found, key=lambda one: one[0], default=None)


def _differences(
    tokens: Sequence[str], window: Sequence[str], steps: Sequence[Step]
) -> tuple[Difference, ...]:
    """Neighbouring steps that are no match, together."""
    found: list[Difference] = []
    quoted: list[str] = []
    source: list[str] = []
    for a, b in [*steps, (None, None)]:
        alike = a is not None and b is not None and tokens[a] == window[b]
        if (alike or a is b is None) and (quoted or source):
            found.append(Difference(" ".join(quoted), " ".join(source)))
            quoted, source = [], []
        elif not alike:
            quoted += [] if a is None else [tokens[a]]
            source += [] if b is None else [window[b]]
    return tuple(found)


def _windows(tokens: Sequence[str], folded: Folded) -> list[int]:
    """Where in the text most words of the quotation stand about as far apart as they do in it."""
    places: dict[str, list[int]] = {token: [] for token in tokens}
    for n, token in enumerate(folded.tokens):
        if token in places:
            places[token].append(n)
    width = max(8, len(tokens) // 2)
    votes: Counter[int] = Counter()
    cast = 0
    for n, token in sorted(enumerate(tokens), key=lambda place: len(places[place[1]])):
        weight = 1 + 20 // max(1, len(places[token]))  # what is rare says more
        cast += len(places[token])
        if cast > _VOTES:
            break
        for place in places[token]:
            votes[(place - n) // width] += weight
            votes[(place - n) // width - 1] += weight
    best = sorted(votes, key=lambda bucket: (-votes[bucket], bucket))[:_TRIED]
    return [max(0, bucket * width) for bucket in best]
