"""Where a Markdown text quotes: between marks, and in block quotations."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

from digest.language.marks import NOTHING, TAKEN, in_blocks
from digest.model import Span

_CLAUSE = 3  # spaces in the shortest quotation that is more than a word set apart
_OPENERS = frozenset("\"“„«‘'")
_CLOSERS = frozenset("\"”“»’'")
_ADDRESS = r"\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*(?:\s+\"[^\"\n]*\")?\)"
# Not looked into: comments and markers, slots, addresses, code.
_MASKED = re.compile(
    rf"<!--(?:(?!<!--).)*?-->|\[\[(?:(?!\[\[).)*?\]\]|(?<=\]){_ADDRESS}"
    r"|<https?://[^>\s]*>|https?://[^\s)>\]\"“”]+|```.*?```|`[^`\n]*`",
    re.DOTALL,
)
_ENTITY = re.compile(
    r"&(?:quot|[lrbs][ds]quo|laquo|raquo|apos|#0*(?:34|39|821[6-9]|822[0-2])|#x2[27]|#x20[\da-f]{2});",
    re.IGNORECASE,
)
_QUOTED_BLOCK = re.compile(r"(?:^[ ]{0,3}>[^\n]*(?:\n|\Z))+", re.MULTILINE)
_ATTRIBUTION = re.compile(r"\n[^\S\n]*(?:—|–|--?)[^\S\n]*[^\n-][^\n]*\s*\Z")
_MARKUP = re.compile(
    rf"""\\(?P<escaped>[!-/:-@\[-`{{-~])
      | !?\[(?P<label>(?:[^\[\]\\]|\\.)*)\]{_ADDRESS}
      | \*+ | (?<![^\W_])[_`]+ | [_`]+(?![^\W_])""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Quotation:
    """One quotation: its words without the outer marks, its place with them, its line (from 1)."""

    text: str
    span: Span
    line: int


def unmarked(text: str) -> str:
    """The words of a stretch of Markdown: no emphasis, no code marks, of links their words."""
    return unescape(_MARKUP.sub(_words, text))


def _words(mark: re.Match[str]) -> str:
    return mark["escaped"] or _MARKUP.sub(_words, mark["label"] or "")


def find(text: str) -> list[Quotation]:
    """The quotations of a Markdown text in order.

    Marks may be straight or curly or entities, the last paragraph alone of a long quotation may
    close it, and a quotation inside a quotation belongs to it. Apostrophes and inches are no marks.
    A block quotation counts whole, without the line after a dash that says whose it is; if it
    begins with a quotation in marks and goes on in other words, what stands in marks counts. What
    never closes is a quotation to the end of its paragraph: its words are verified all the same.
    """
    if _ENTITY.search(text):
        return _find_in_entities(text)
    masked = _MASKED.sub(lambda part: _blank(part, NOTHING), text)
    whole: set[Span] = set()
    for block in _QUOTED_BLOCK.finditer(masked):
        whole.update(_quoted_block(block[0], block.start()))
    spans = in_blocks(_QUOTED_BLOCK.sub(lambda block: _blank(block, TAKEN), masked))
    found: list[Quotation] = []
    line, at = 1, 0
    for span in sorted([*whole, *spans], key=lambda span: span.start):
        line += text.count("\n", at, span.start)
        at = span.start
        words = _inside(text[span.start : span.end], block=span in whole)
        found.append(Quotation(words, span, line))
    return found


def _find_in_entities(text: str) -> list[Quotation]:
    """Read `&quot;` and its like as the marks they are, and lead the places back."""
    pieces: list[str] = []
    places: list[int] = []
    at = 0
    for entity in _ENTITY.finditer(text):
        pieces += text[at : entity.start()], unescape(entity[0])
        places += [*range(at, entity.start()), entity.start()]
        at = entity.end()
    pieces.append(text[at:])
    places += range(at, len(text) + 1)
    return [
        Quotation(found.text, Span(places[found.span.start], places[found.span.end]), found.line)
        for found in find("".join(pieces))
    ]


def _blank(match: re.Match[str], by: str) -> str:
    return re.sub(r"[^\n]", by, match[0])


def _inside(text: str, *, block: bool) -> str:
    """What is quoted: without the outer marks, those at the start of lines, and markup.

    A block quotation may begin with a mark that closes within it; any other begins with its own.
    """
    words = re.sub(r"^[ ]{0,3}>[ ]?", "", text, flags=re.MULTILINE).strip()
    closed = words[-1:] in _CLOSERS
    if words[:1] in _OPENERS and (closed or not block):
        words = re.sub(r"(\n\s*\n\s*)[\"“„«]", r"\1", words[1:])
        words = words[:-1] if closed else words
    return unmarked(words).strip()


def _quoted_block(masked: str, start: int) -> list[Span]:
    """A block quotation that begins at `start` as one span, or the spans of the marks in it."""
    inner = re.sub(r"(?m)^[ ]{0,3}>", lambda mark: " " * len(mark[0]), masked)
    if attribution := _ATTRIBUTION.search(inner):
        inner = inner[: attribution.start()]
    words = inner.strip()
    if not words.strip(f"{NOTHING} \n"):
        return []
    first, last = len(inner) - len(inner.lstrip()), len(inner.rstrip())
    spans = [Span(first, last)]
    if words[0] in '"“„«':
        inside = in_blocks(inner)
        mixed = inside and inside[0].end < last
        if mixed and inner.count(" ", inside[0].start, inside[0].end) >= _CLAUSE:
            spans = inside
    return [Span(start + span.start, start + span.end) for span in spans]
