"""Where a Markdown text quotes: between marks of any kind, and in block quotations."""

from __future__ import annotations

import re
from dataclasses import dataclass

from digest.model import Span


@dataclass(frozen=True, slots=True)
class Quotation:
    """One quotation: its words without the outer marks, its place with them, its line (from 1)."""

    text: str
    span: Span
    line: int


# Not looked into: comments and markers, slots, addresses, code.
_MASKED = re.compile(
    r"<!--.*?-->|\[\[.*?\]\]|(?<=\])\([^()\s]*(?:\([^()]*\)[^()\s]*)*(?:\s+\"[^\"\n]*\")?\)"
    r"|<https?://[^>\s]*>|https?://[^\s)>\]\"“”]+|```.*?```|`[^`\n]*`",
    re.DOTALL,
)
_PARAGRAPH = re.compile(r"(?:[^\S\n]*[^\s][^\n]*(?:\n|\Z))+")
_BLOCK = re.compile(r"(?:^[ ]{0,3}>[^\n]*(?:\n|\Z))+", re.MULTILINE)
_DIVIDER = re.compile(r"\s*(?:#{1,6}\s|(?:\*\s*){3,}$|-{3,}$|\x00)")
_MARK = re.compile('["“”„«»]')
_CONTINUES = re.compile(r"\s*[\"“„«](?=\S)")
_ATTRIBUTION = re.compile(r"\n[^\S\n]*(?:—|–|--?)[^\S\n]*[^\n-][^\n]*\s*\Z")
_SINGLE = re.compile(
    r"(?<![^\s(\[{<>—–\-/*_“\"…])[‘'](?=[\w\[…*_])(?!\d0s|tis\b|twas\b|em\b|n['’]|til\b)"
)
_SINGLE_END = re.compile(r"(?<=[^\s])['’](?!\w)")

_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*(?:\([^()]*\)[^()\s]*)*(?:\s+\"[^\"\n]*\")?\)")
_EMPHASIS = re.compile(r"\*+|(?<![^\W_])_+|_+(?![^\W_])|`")
_ESCAPE = re.compile(r"\\(?=[!-/:-@\[-`{-~])")


def unmarked(text: str) -> str:
    """The words of a stretch of Markdown: no emphasis, no code marks, of links their words."""
    return _ESCAPE.sub("", _EMPHASIS.sub("", _LINK.sub(r"\1", text)))


def find(text: str) -> list[Quotation]:
    """The quotations of a Markdown text in order.

    Marks may be straight or curly, the last paragraph alone of a long quotation may close it, and a
    quotation inside a quotation belongs to it. Apostrophes and inches are no marks. A block
    quotation counts whole, without the line after a dash that says whose it is; if it begins with a
    quotation in marks and goes on in other words, what stands in marks counts.
    """
    masked = _MASKED.sub(lambda match: re.sub(r"[^\n]", "\x00", match[0]), text)
    spans: list[Span] = []
    for block in _BLOCK.finditer(masked):
        spans += _quoted_block(masked, block.start(), block.end())
    masked = _BLOCK.sub(lambda match: re.sub(r"[^\n]", "\x00", match[0]), masked)
    spans += _in_paragraphs(masked)
    ordered = sorted(spans, key=lambda span: (span.start, span.end))
    return [_quotation(text, span) for span in ordered]


def _quotation(text: str, span: Span) -> Quotation:
    words = re.sub(r"^[ ]{0,3}>[ ]?", "", text[span.start : span.end], flags=re.MULTILINE).strip()
    if words[:1] in "\"“„«‘'" and words[:1]:
        words = re.sub(r"(\n\s*\n\s*)[\"“„«]", r"\1", words[1:])
        words = words[:-1] if words[-1:] in "\"”“»’'" else words
    line = text.count("\n", 0, span.start) + 1
    return Quotation(unmarked(words).strip(), span, line)


def _quoted_block(masked: str, start: int, end: int) -> list[Span]:
    """A block quotation as one span, or the spans of the marks in it."""
    inner = re.sub(r"^[ ]{0,3}>", lambda match: " " * len(match[0]), masked[start:end], flags=re.M)
    if attribution := _ATTRIBUTION.search(inner):
        inner = inner[: attribution.start()]
    words = inner.strip()
    if not words.strip("\x00 \n"):
        return []
    first = start + len(inner) - len(inner.lstrip())
    last = start + len(inner.rstrip())
    if words[0] in '"“„«':
        inside = _in_paragraphs(masked[:start] + inner, start)
        if inside and inside[0].end < last:
            return inside
    return [Span(first, last)]


# ------------------------------------------------------------------------------------- paragraphs


def _in_paragraphs(masked: str, start: int = 0) -> list[Span]:
    waiting = [match.span() for match in _PARAGRAPH.finditer(masked, start)][::-1]
    spans: list[Span] = []
    while waiting:
        begin, end = waiting.pop()
        closed, opened = _pair(masked, begin, end)
        spans += closed + _singles(masked, begin, end if opened is None else opened, closed)
        if opened is not None:
            spans.append(Span(opened, _goes_on(masked, _last(masked, end), waiting)))
    return spans


def _last(masked: str, end: int) -> int:
    """The end of a paragraph's words."""
    while end and masked[end - 1].isspace():
        end -= 1
    return end


def _goes_on(masked: str, end: int, waiting: list[tuple[int, int]]) -> int:
    """Where a quotation ends that its paragraph (up to `end`) leaves open.

    It goes on in the next paragraph if that begins with an opening mark, as is the custom, or if the
    first mark there is a closing one. What is left of that paragraph goes back to `waiting`. A mark
    that never closes quotes to the end of its paragraph, so that its words are verified all the same.
    """
    while waiting:
        begin, stop = waiting[-1]
        if _DIVIDER.match(masked, begin, stop):
            break
        continues = _CONTINUES.match(masked, begin, stop)
        closing = _closing(masked, continues.end() if continues else begin, stop)
        if closing is not None:
            waiting[-1] = (closing, stop)
            return closing
        if not continues:
            break
        waiting.pop()
        end = _last(masked, stop)
    return end


def _closing(masked: str, begin: int, end: int) -> int | None:
    """Just behind the mark that closes what is open at `begin`; None where another opens first."""
    for mark in _MARK.finditer(masked, begin, end):
        opens, closes = _may(masked, mark.start(), mark[0])
        if closes:
            return mark.end()
        if opens:
            return None
    return None


def _pair(masked: str, begin: int, end: int) -> tuple[list[Span], int | None]:
    """The double quotations of a paragraph, and where one opens that it does not close."""
    marks = [
        (mark.start(), *_may(masked, mark.start(), mark[0]))
        for mark in _MARK.finditer(masked, begin, end)
    ]
    spans: list[Span] = []
    n = 0
    while n < len(marks):
        at, opens, _ = marks[n]
        n += 1
        if not opens:
            continue
        # marks inside marks first; where that does not come out even, the next mark closes
        close = _balanced(marks, n) or _balanced(marks, n, nested=False)
        if close is None:
            return spans, at
        spans.append(Span(at, marks[close][0] + 1))
        n = close + 1
    return spans, None


def _balanced(marks: list[tuple[int, bool, bool]], n: int, *, nested: bool = True) -> int | None:
    """The mark that closes what opened before mark `n`."""
    depth = 1
    while n < len(marks):
        _, opens, closes = marks[n]
        if closes:
            depth -= 1
            if depth == 0:
                return n
        elif opens and nested:
            depth += 1
        n += 1
    return None


def _may(masked: str, at: int, mark: str) -> tuple[bool, bool]:
    """Whether a mark may open a quotation, and whether it may close one."""
    before = masked[at - 1] if at else " "
    after = masked[at + 1] if at + 1 < len(masked) else " "
    free = not (before.isalnum() or before in ".,!?;:…)]%")
    bound = not after.isspace()
    if mark in "“„«":
        # a mark turned the wrong way, as at the end of “this“
        wrong = not free and not before.isspace() and not after.isalnum()
        return not wrong, wrong
    if mark in "”»":
        return before.isspace() and after.isalnum(), not (before.isspace() and after.isalnum())
    spaced = before.isspace() or before in "([{<>—–-/“‘'"
    return free and bound, not (spaced and bound and after not in ".,;:!?)")


# ---------------------------------------------------------------------------------- single marks


def _singles(masked: str, begin: int, end: int, taken: list[Span]) -> list[Span]:
    """Quotations in single marks, outside those in double ones."""
    spans: list[Span] = []
    edges = [begin, *(edge for span in taken for edge in (span.start, span.end)), end]
    for low, high in zip(edges[::2], edges[1::2], strict=True):
        at = low
        while opening := _SINGLE.search(masked, at, high):
            close = _single_end(masked, opening.end(), high, opening[0])
            if close is None:
                at = opening.end()
            else:
                spans.append(Span(opening.start(), close))
                at = close
    return spans


def _single_end(masked: str, at: int, end: int, mark: str) -> int | None:
    """Just behind the closing mark; a plural's apostrophe is passed over if another mark follows."""
    following = masked.find("‘", at, end) if mark == "‘" else -1
    ends = [
        match.end()
        for match in _SINGLE_END.finditer(masked, at, following if following > 0 else end)
    ]
    for n, close in enumerate(ends):
        plural = masked[close - 2] == "s" and re.match(r" [a-z]", masked[close : close + 2])
        if not plural or n + 1 == len(ends):
            return close
    return None
