"""Quotation marks in pairs: which opens, which closes, and what they hold between them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from digest.model import Span

# What stands for text that is not looked into, and for block quotations, which divide the rest.
NOTHING, TAKEN = "\x00", "\x01"

_MARKS_AHEAD = 200  # how many marks may stand inside one quotation
_STARTS_BLOCK = re.compile(r"\s*(?:[-*+•]\s|\d{1,3}[.)]\s|#{1,6}\s)")
_DIVIDER = re.compile(rf"\s*(?:#{{1,6}}\s|(?:\*\s*){{3,}}$|-{{3,}}$|{NOTHING}|\*{{1,2}}…)")
_MARK = re.compile('["“”„«»]')
_CONTINUES = re.compile(r"\s*[\"“„«](?=\S)")
_SINGLE = re.compile(
    r"(?<![^\s(\[{<>—–\-/*_“\"…])[‘'](?=[\w\[…*_])(?!\d0s|tis\b|twas\b|em\b|til\b|n['’])"
)
_SINGLE_END = re.compile(r"(?<=\S)['’](?!\w)")


@dataclass(frozen=True, slots=True)
class _Block:
    """A paragraph, heading or list item; `joined` to the one before it by no blank line."""

    begin: int
    end: int
    joined: bool


@dataclass(frozen=True, slots=True)
class _Mark:
    """A double mark: where, whether it is straight, and what it may do there."""

    at: int
    straight: bool
    opens: bool
    closes: bool


def in_blocks(masked: str) -> list[Span]:
    """What stands between marks, with the marks, block by block.

    `masked` is Markdown in which what is not looked into was replaced, as long as it was.
    """
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


def _blocks(masked: str) -> Iterator[_Block]:
    begin, at, blank = -1, 0, True
    joined = False
    for line in masked.splitlines(keepends=True):
        ends = not line.strip(f"{TAKEN} \t\r\n")
        if begin >= 0 and (ends or _STARTS_BLOCK.match(line)):
            yield _Block(begin, at, joined)
            begin = -1
        if not ends and begin < 0:
            begin, joined = at, not blank
        blank = ends
        at += len(line)
    if begin >= 0:
        yield _Block(begin, at, joined)


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
        if TAKEN in masked[end : block.begin] or _DIVIDER.match(masked, block.begin, block.end):
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
        _Mark(mark.start(), mark[0] == '"', *_may(masked, mark.start(), mark[0]))
        for mark in _MARK.finditer(masked, block.begin, block.end)
    ]
    spans: list[Span] = []
    n = 0
    while n < len(marks):
        opening = marks[n]
        n += 1
        if not opening.opens:
            continue
        close = _close(marks, n - 1)
        if close is None:
            return spans, opening.at
        spans.append(Span(opening.at, marks[close].at + 1))
        n = close + 1
    return spans, None


def _close(marks: list[_Mark], n: int) -> int | None:
    """The mark that closes mark `n`.

    Marks inside marks are passed over first, and straight ones inside curly ones; where that does
    not come out even, the next mark that may close does.
    """
    ahead = range(n + 1, min(len(marks), n + 1 + _MARKS_AHEAD))
    if not marks[n].straight:
        curly = [m for m in ahead if not marks[m].straight]
        if (close := _even(marks, curly)) is not None:
            return close
    close = _even(marks, ahead)
    return close if close is not None else next((m for m in ahead if marks[m].closes), None)


def _even(marks: list[_Mark], ahead: Sequence[int]) -> int | None:
    """The first mark at which as many closed as opened."""
    depth = 1
    for m in ahead:
        depth += -1 if marks[m].closes else marks[m].opens
        if depth == 0:
            return m
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
