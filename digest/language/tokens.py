"""Words for counting and comparing, and text made even for embedding."""

from __future__ import annotations

import re
import unicodedata
from html import unescape

# Typographic forms of one character, and characters that nobody sees.
_EVEN = str.maketrans("‘’‛ʼ′“”‟‐‑‒−", "'''''\"\"\"----", "\u00ad\u200b\u2060\ufeff")
_WORD = re.compile(
    r"""
      \d+(?:[.,]\d+)+(?![^\W_])                           # 3.5, 1,000
    | [^\W_]+(?:(?:[-'] | (?<=\d)[.,](?=\d))[^\W_]+)*     # self-made, model's, gpt-4.5
    """,
    re.VERBOSE,
)


def words(text: str) -> list[str]:
    """The words of a text in order: lower case, NFKC, straight apostrophes.

    A hyphenated word is one word, and so is a number with its points and commas.
    """
    return _WORD.findall(_even(text).lower())


def normalise(text: str) -> str:
    """One line of text as the embedding reads it: no entities, no zero-width characters."""
    if "&" in text:
        text = unescape(text)
    return " ".join(_even(text).split())


def _even(text: str) -> str:
    if text.isascii():
        return text
    return unicodedata.normalize("NFKC", text.translate(_EVEN))
