"""Plain text as every stage keeps it: no control characters, no stray white space."""

from __future__ import annotations

import re

# Bidirectional controls, zero-width and other invisible characters that hide or reorder what is
# read. The joiners U+200C and U+200D stay: Persian and many emoji are misspelt without them.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
_BLANK_LINES = re.compile(r"\n(?:[^\S\n]*\n)+")
_OTHER_BREAKS = re.compile("[\x0b\x0c\x1c-\x1f\x85\u2028\u2029]")
_BREAKS = re.compile("\r\n?|[\x0b\x0c\x1c-\x1f\x85\u2028]")


def word_set(words: str) -> frozenset[str]:
    """A set of words that stand in one string, so that long tables stay readable."""
    return frozenset(words.split())


def _is_clean(text: str) -> bool:
    """Whether there is nothing to clean: all that is, Unicode calls not printable. Most texts."""
    return text.replace("\n", "").isprintable()


def clean(text: str) -> str:
    """The text without characters that nobody can see; every line ends with a line feed."""
    if _is_clean(text):
        return text
    return _INVISIBLE.sub("", _BREAKS.sub("\n", text).replace("\u2029", "\n\n"))


def clean_lines(text: str) -> str:
    """The same for a text whose lines are counted: none is added, none is lost."""
    if _is_clean(text):
        return text
    return _INVISIBLE.sub("", _OTHER_BREAKS.sub(" ", text))


def one_line(text: str) -> str:
    """The text on one line, every run of white space one space."""
    return " ".join(clean(text).split())


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text, each on one line; blank lines divide them."""
    found = (" ".join(part.split()) for part in _BLANK_LINES.split(clean(text)))
    return [part for part in found if part]
