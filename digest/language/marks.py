"""Where a Markdown text quotes: between marks of any kind, and in block quotations."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from digest.model import Span


@dataclass(frozen=True, slots=True)
class Quotation:
    """One quotation: its words without the outer marks, its place with them, its line (from 1)."""

    text: str
    span: Span
    line: int


@dataclass(frozen=True, slots=True)
class _Block:
    """A paragraph, heading or list item; `joined` to the one before it by no blank line."""

    begin: int
    end: int
    joined: bool


_NOTHING, _TAKEN = "\x00", "\x01"  # what is not looked into, and block quotations
_ADDRESS = r"\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*(?:\s+\"[^\"\n]*\")?\)"
# Not looked into: comments and markers, slots, addresses, code.
_MASKED = re.compile(
    rf"<!--(?:(?!<!--).)*?-->|\[\[(?:(?!\[\[).)*?\]\]|(?<=\]){_ADDRESS}|<https?://[^>\s]*>|https?://[^\s)>\]\"“”]+"
    r"|```.*?```|`[^`\n]*`",
    re.DOTALL,
)
_ENTITY = re.compile(
    r"&(?:quot|[lrbs][ds]quo|laquo|raquo|apos|#0*(?:34|39|821[6-9]|822[0-2])|#x2[27]|#x20[\da-f]{2});",
    re.IGNORECASE,
)
_QUOTED_BLOCK = re.compile(r"(?:^[ ]{0,3}>[^\n]*(?:\n|\Z))+", re.MULTILINE)
_STARTS_BLOCK = re.compile(r"\s*(?:[-*+•]\s|\d{1,3}[.)]\s|#{1,6}\s)")
_DIVIDER = re.compile(rf"\s*(?:#{{1,6}}\s|(?:\*\s*){{3,}}$|-{{3,}}$|{_NOTHING}|\*{{1,2}}…)")
_MARK = re.compile('["“”„«»]')
_CONTINUES = re.compile(r"\s*[\"“„«](?=\S)")
_ATTRIBUTION = re.compile(r"\n[^\S\n]*(?:—|–|--?)[^\S\n]*[^\n-][^\n]*\s*\Z")
_SINGLE = re.compile(
    r"(?<![^\s(\[{<>—–\-/*_“\"…])[‘'](?=[\w\[…*_])(?!\d0s|tis\b|twas\b|em\b|til\b|n['’])"
)
_SINGLE_END = re.compile(r"(?<=\S)['’](?!\w)")

_MARKUP = re.compile(
    rf"""\\(?P<escaped>[!-/:-@\[-`{{-~])
      | !?\[(?P<label>[^\[\]]*)\]{_ADDRESS}
      | \*+ | (?<![^\W_])[_`]+ | [_`]+(?![^\W_])""",
    re.VERBOSE,
)


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
    masked = _MASKED.sub(lambda part: _blank(part, _NOTHING), text)
    spans: list[Span] = []
    for block in _QUOTED_BLOCK.finditer(masked):
        spans += _quoted_block(masked, block.start(), block.end())
    spans += _in_blocks(_QUOTED_BLOCK.sub(lambda block: _blank(block, _TAKEN), masked))
    found: list[Quotation] = []
    line, at = 1, 0
    for span in sorted(spans, key=lambda span: span.start):
        line += text.count("\n", at, span.start)
        at = span.start
        found.append(Quotation(_inside(text[span.start : span.end]), span, line))
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


def _inside(text: str) -> str:
    """What is quoted: without the outer marks, those at the start of lines, and markup."""
    words = re.sub(r"^[ ]{0,3}>[ ]?", "", text, flags=re.MULTILINE).strip()
    if words[:1] in {'"', "“", "„", "«", "‘", "'"}:
        words = re.sub(r"(\n\s*\n\s*)[\"“„«]", r"\1", words[1:])
        words = words[:-1] if words[-1:] in {'"', "”", "“", "»", "’", "'"} else words
    return unmarked(words).strip()


def _quoted_block(masked: str, start: int, end: int) -> list[Span]:
    """A block quotation as one span, or the spans of the marks in it."""
    inner = re.sub(r"(?m)^[ ]{0,3}>", lambda mark: " " * len(mark[0]), masked[start:end])
    if attribution := _ATTRIBUTION.search(inner):
        inner = inner[: attribution.start()]
    words = inner.strip()
    if not words.strip(f"{_NOTHING} \n"):
        return []
    first = start + len(inner) - len(inner.lstrip())
    last = start + len(inner.rstrip())
    if words[0] in '"“„«':
        inside = _in_blocks(" " * start + inner)
        if inside and inside[0].end < last:
            return inside
    return [Span(first, last)]


# ------------------------------------------------------------------------------------ double marks


def _blocks(masked: str) -> Iterator[_Block]:
    begin, at, blank = -1, 0, True
    joined = False
    for line in masked.splitlines(keepends=True):
        ends = not line.strip(f"{_TAKEN} \t\r\n")
        if begin >= 0 and (ends or _STARTS_BLOCK.match(line)):
            yield _Block(begin, at, joined)
            begin = -1
        if not ends and begin < 0:
            begin, joined = at, not blank
        blank = ends
        at += len(line)
    if begin >= 0:
        yield _Block(begin, at, joined)


def _in_blocks(masked: str) -> list[Span]:
    waiting = list(_blocks(masked))[::-1]
    spans: list[Span] = []
    while waiting:
        block = waiting.pop()
        closed, opened = _pair(masked, block)
        spans += closed
        spans += _singles(masked, block.begin, block.end if opened is None else opened, closed)
        if opened is not None:
            spans.append(Span(opened, _goes_on(masked, _last(masked, block.end), waiting)))
    return spans


def _last(masked: str, end: int) -> int:
    """The end of a block's words."""
    while end and masked[end - 1].isspace():
        end -= 1
    return end


def _goes_on(masked: str, end: int, waiting: list[_Block]) -> int:
    """Where a quotation ends that its block (up to `end`) leaves open.

    It goes on in the next paragraph if that begins with an opening mark, as is the custom, or if
    the first mark there is a closing one; and in the next lines of the paragraph, such as a list.
    What is left behind its end goes back to `waiting`.
    """
    while waiting:
        block = waiting[-1]
        if _TAKEN in masked[end : block.begin] or _DIVIDER.match(masked, block.begin, block.end):
            break
        continues = _CONTINUES.match(masked, block.begin, block.end)
        first = continues.end() if continues else block.begin
        mark = _MARK.search(masked, first, block.end)
        if mark and _may(masked, mark.start(), mark[0])[1]:
            waiting[-1] = _Block(mark.end(), block.end, joined=True)
            return mark.end()
        if mark or not (continues or block.joined):
            break
        waiting.pop()
        end = _last(masked, block.end)
    return end


def _pair(masked: str, block: _Block) -> tuple[list[Span], int | None]:
    """The double quotations of a block, and where one opens that it does not close."""
    marks = [
        (mark.start(), *_may(masked, mark.start(), mark[0]))
        for mark in _MARK.finditer(masked, block.begin, block.end)
    ]
    spans: list[Span] = []
    n = 0
    while n < len(marks):
        at, opens, _ = marks[n]
        n += 1
        if not opens:
            continue
        # marks inside marks first; where that does not come out even, the next mark closes
        close = _closing(marks, n, nested=True) or _closing(marks, n, nested=False)
        if close is None:
            return spans, at
        spans.append(Span(at, marks[close][0] + 1))
        n = close + 1
    return spans, None


def _closing(marks: list[tuple[int, bool, bool]], n: int, *, nested: bool) -> int | None:
    """The mark that closes what opened before mark `n`."""
    depth = 1
    for close in range(n, len(marks)):
        _, opens, closes = marks[close]
        if closes:
            depth -= 1
            if depth == 0:
                return close
        elif opens and nested:
            depth += 1
    return None


def _may(masked: str, at: int, mark: str) -> tuple[bool, bool]:
    """Whether a mark may open a quotation, and whether it may close one."""
    before = masked[at - 1] if at else " "
    after = masked[at + 1] if at + 1 < len(masked) else " "
    free = not (before.isalnum() or before in ".,!?;:…)]%")
    if mark in "“„«":
        # a mark turned the wrong way, as at the end of “this“
        wrong = not free and not before.isspace() and not after.isalnum()
        return not wrong, wrong
    if mark in "”»":
        opens = before.isspace() and after.isalnum()
        return opens, not opens
    bound = not after.isspace()
    begins = (before.isspace() or before in "([{<>—–-/“‘'") and bound and after not in ".,;:!?)"
    return free and bound, not begins


# ------------------------------------------------------------------------------------ single marks


def _singles(masked: str, begin: int, end: int, taken: list[Span]) -> Iterator[Span]:
    """Quotations in single marks, outside those in double ones."""
    edges = [begin, *(edge for span in taken for edge in (span.start, span.end)), end]
    for low, high in zip(edges[::2], edges[1::2], strict=True):
        ends = [match.end() for match in _SINGLE_END.finditer(masked, low, high)]
        at = low
        while opening := _SINGLE.search(masked, at, ends[-1] if ends else low):
            at = _single_end(masked, opening, ends)
            yield Span(opening.start(), at)


def _single_end(masked: str, opening: re.Match[str], ends: list[int]) -> int:
    """Just behind the closing mark; a plural's apostrophe is passed over if a mark follows.

    `ends` are the places behind all marks that may close; at least one follows the opening one.
    """
    first = last = bisect_right(ends, opening.end())
    while last + 1 < len(ends) and _is_plural(masked, ends[last]):
        last += 1
        if opening[0] == "‘" and masked.find("‘", ends[first], ends[last]) >= 0:
            return ends[last - 1]  # another quotation begins between
    return ends[last]


def _is_plural(masked: str, end: int) -> bool:
    return masked[end - 2] == "s" and bool(re.match(r" [a-z]", masked[end : end + 2]))
