"""Whether a quotation is said to be by the one who said it.

A quotation can be verbatim in a source of its story and yet stand under another's name. Only what a
sentence says outright is judged: a name, "the paper", a link.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from digest.draft.material import SourceText
from digest.language.quotations import locate
from digest.markup.addresses import canonical

_SHORTEST_NAME = 4
_SENTENCE_START = re.compile(r"(?:[.!?]['\")”’]*\s+|\n[ \t>]*\n)")
_SENTENCE_END = re.compile(r"[.!?](?=\s|$)|\n[ \t>]*\n")
_PAPER = re.compile(r"\b[Tt]he (?:paper|authors|preprint)\b")
_TARGET = re.compile(r"\]\(\s*<?(https?:[^\s()<>]+)")


def named_instead(
    text: str, start: int, end: int, words: str, sources: Sequence[SourceText]
) -> tuple[SourceText, SourceText] | None:
    """Whom the sentence names, and who says it; None where they are one, or nobody is named.

    Args:
        text: The entry.
        start: Where the quotation begins in it.
        end: Where it ends.
        words: Its words.
        sources: All texts of the story; each names its item.
    """
    if len({source.item_id for source in sources}) < 2:
        return None
    before, behind = _beside(text, start, end)
    named = set(_named(before + behind, sources))
    said = [source for source in sources if source.item_id in named]
    if not said or locate(words, [source.text for source in said]):
        return None
    others = [source for source in sources if source.item_id not in named]
    found = locate(words, [source.text for source in others])
    return (said[0], others[found.index]) if found else None


def _beside(text: str, start: int, end: int) -> tuple[str, str]:
    """The sentence around a quotation, without it."""
    starts = [match.end() for match in _SENTENCE_START.finditer(text, 0, start)]
    first = starts[-1] if starts else 0
    last = _SENTENCE_END.search(text, end)
    return text[first:start], text[end : last.start() if last else len(text)]


def _named(sentence: str, sources: Sequence[SourceText]) -> Iterator[str]:
    """The items that a sentence names."""
    linked = {canonical(match[1]) for match in _TARGET.finditer(sentence)}
    says_paper = _PAPER.search(sentence) is not None
    for source in sources:
        named = any(_mentions(sentence, name) for name in source.voices)
        named = named or (says_paper and source.is_paper)
        if named or (source.url and canonical(source.url) in linked):
            yield source.item_id


def _mentions(sentence: str, name: str) -> bool:
    """Whether a sentence has a name, or the last word of one."""
    return any(
        len(part) >= _SHORTEST_NAME
        and part in sentence
        and re.search(rf"(?<!\w){re.escape(part)}(?!\w)", sentence) is not None
        for part in {name, name.rpartition(" ")[2]}
        if part[:1].isupper()
    )
