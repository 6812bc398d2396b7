"""Words for counting and comparing, and text made even for embedding."""

from __future__ import annotations

import re
import unicodedata
from html import unescape

_JOINED = "-'.,"
_EVEN = str.maketrans(
    {
        "\u2018": "'", "\u2019": "'", "\u201b": "'", "\u02bc": "'", "\u2032": "'",
        "\u201c": '"', "\u201d": '"', "\u201f": '"',
        "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2212": "-",
        "\u00ad": None, "\u200b": None, "\u2060": None, "\ufeff": None,
    }
)  # fmt: skip
_WORD = re.compile(r"\d+(?:[.,]\d+)+(?![^\W_])|[^\W_]+(?:[-'][^\W_]+)*")


def words(text: str) -> list[str]:
    """The words of a text in order: lower case, NFKC, straight apostrophes.

    A hyphenated word is one word, and so is a number with its points and commas.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text.translate(_EVEN)).translate(_EVEN)
    return _WORD.findall(text.lower())


def normalise(text: str) -> str:
    """One line of text as the embedding reads it: no entities, no zero-width characters."""
    if "&" in text:
        text = unescape(text)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text.translate(_EVEN)).translate(_EVEN)
    return " ".join(text.split())
