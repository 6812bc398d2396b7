"""What of an item is read when it is embedded or compared.

One definition for every stage and for `digest try`, so that vectors are the same everywhere.
"""

from __future__ import annotations

import html
import re

from digest.language.tokens import normalise
from digest.model import Item

LEAD_WORDS = 256
LABEL_WORDS = 4
TELLING_WORDS = 4
"""A shorter headline says too little to be recognised by its words alone."""
# `normalise` has left three kinds of dashes.
_LABEL = re.compile(rf"(.*\S)\s+(?:--?|[–—|·])\s+\S+(?:\s+\S+){{0,{LABEL_WORDS - 1}}}\s*$")
_TAG = re.compile(r"<[a-zA-Z/!][^<>]{0,400}>")


def plain(text: str) -> str:
    """Text without markup, entities or noisy spacing: what ruins an embedding is gone."""
    if "<" in text:
        text = _TAG.sub(" ", text)
    if "&" in text:
        text = html.unescape(text)
    return normalise(text)


def lead(text: str, count: int = LEAD_WORDS) -> str:
    """The first `count` words of a text, as plain text."""
    # A generous cut first: markup is costly to strip from a whole book.
    words = plain(text[: count * 40]).split(maxsplit=count)
    return " ".join(words[:count])


def embedded(item: Item) -> str:
    """The words that stand for an item: its headline and the beginning of its text."""
    title, text = headline(item.title), item.text
    # Some feeds give the title again for a text, outlet and all.
    if len(text) <= len(item.title) and plain(text) == plain(item.title):
        text = ""
    return compose(title, text)


def headline(title: str) -> str:
    """A title as plain text without the label behind its last spaced dash or bar.

    `Ministers agree on a limit - Reuters`, `… | The Verge`, `… – live`: who told it and in which
    manner makes headlines of different events alike and those of one event unlike. A label has at
    most `LABEL_WORDS` words; what is left must say something by itself.
    """
    title = plain(title)
    found = _LABEL.match(title)
    if found and len(found[1].split()) >= TELLING_WORDS:
        title = found[1]
    # Capitals throughout are a manner of printing; embeddings would know none of the words.
    return title.capitalize() if title.isupper() and len(title.split()) >= TELLING_WORDS else title


def compose(title: str, text: str) -> str:
    """A title and a text as one string to embed."""
    title, text = plain(title), lead(text)
    if not text or text.startswith(title):
        return text or title
    return f"{title}. {text}" if title else text
