"""A text reduced to what counts when two texts are compared word by word.

Words, numbers, signs that carry meaning, and where sentences stop are kept, each with its place in
the text. Quotation marks, dashes, commas, line breaks, soft hyphens, ligatures, emphasis and
bracketed reference numbers are not: writers and typesetters change them freely.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from digest.markup import tex

STOP = "."
_PATIENCE = 1_000_000  # characters compared for one phrase

_HIDDEN = "\u00ad\u200b-\u200d\u2060\ufeff"
_IDEOGRAPH = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_LETTER = rf"(?:[^\W_{_IDEOGRAPH}]|[{_HIDDEN}\u0300-\u036f])"
_MINUS = r"(?:(?<![^\s(\[=<>~≈\"“‘'])[-−‐‑–])"
ELLIPSIS = r"(?:…|\.(?:\s{0,2}\.){2,})"
_TOKEN = re.compile(
    rf"""
      (?P<skip> \[\d{{1,3}}(?:\s?[,;–-]\s?\d{{1,3}})*\]                  # a reference: [12]
              | {ELLIPSIS}
              | (?<=\])\(https?://[^()\s]*(?:\([^()\s]*\)[^()\s]*)*\)    # a Markdown address
              | \\[A-Za-z]+(?=\{{) )                                     # a LaTeX command
    | (?P<number> {_MINUS}? \d+(?:[.,]\d+)+ (?!{_LETTER}) | {_MINUS}\d+ )
    | (?P<word> (?:\[{_LETTER}\](?={_LETTER}))?                     # [T]he
              {_LETTER}+ (?:[\\*_]{{0,2}}['’ʼ‘]{_LETTER}+)* | [{_IDEOGRAPH}] )
    | (?P<sign> [%‰€£¥₹+=<>≤≥≠≈±×÷°&@\#√∞] | \$(?=\d) )
    | (?P<stop> [.!?]+(?=["'”’»)\]*_`]*(?:[\s—–-]|$)) | [。！？] )
    """,
    re.VERBOSE,
)
_WRITTEN = str.maketrans("‐‑–−", "----", "[]\\*_")
UNSEEN = re.compile(f"[{_HIDDEN}]")
_BROKEN = re.compile(r"(?<=[a-z])-\n(?=[a-z])")


@dataclass(frozen=True, slots=True)
class Folded:
    """The tokens of a text and the characters each of them covers.

    `line` is a space, the tokens with a space between each, and a space; `offsets[i]` is where
    token `i` begins in it.
    """

    tokens: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    line: str
    offsets: tuple[int, ...]

    def find(self, phrase: str, low: int, high: int) -> Iterator[int]:
        """The first token of each occurrence of a phrase among the tokens from `low` to `high`.

        A phrase is tokens with a space between. What occurs absurdly often is given up.
        """
        if low >= min(high, len(self.tokens)):
            return
        needle = f" {phrase} "
        end = self.offsets[high] if high < len(self.tokens) else len(self.line)
        at = self.line.find(needle, self.offsets[low] - 1, end)
        left = max(100, _PATIENCE // len(needle))
        while at >= 0 and left:
            yield bisect_left(self.offsets, at + 1)
            at = self.line.find(needle, at + 1, end)
            left -= 1


@lru_cache(maxsize=128)
def fold(text: str) -> Folded:
    """The folded form of a text; remembered, since one draft asks for the same sources often."""
    tokens: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        token = STOP if kind == "stop" else "" if kind == "skip" else even(match[0])
        if not token or (token == STOP and (not tokens or tokens[-1] == STOP)):
            continue
        tokens.append(token)
        starts.append(match.start())
        ends.append(match.end())
    offsets = []
    length = 1
    for token in tokens:
        offsets.append(length)
        length += len(token) + 1
    line = f" {' '.join(tokens)} " if tokens else ""
    return Folded(tuple(tokens), tuple(starts), tuple(ends), line, tuple(offsets))


def even(token: str) -> str:
    """One token with its typography evened out: NFKC, straight apostrophes, nothing invisible."""
    if token.isalnum() and token.isascii():
        return token
    token = token.translate(_WRITTEN)  # [T]he, Fr\\'echet
    if token.isascii():
        return token
    token = unicodedata.normalize("NFKC", UNSEEN.sub("", token))
    for curly in "’ʼ‘":
        token = token.replace(curly, "'")
    return "".join(token.split())


def variants(text: str) -> list[Folded]:
    """The text as it stands and, where it has them, with broken words whole and without LaTeX."""
    found = [fold(text)]
    if (evened := tex.evened(text)) != text:
        found.append(fold(evened))
    if _BROKEN.search(text):
        # soft hyphens of the same length, so that places in the text stay what they are
        found.append(fold(_BROKEN.sub("\u00ad\u00ad", text)))
    return found
