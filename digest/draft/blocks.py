"""Cuts a draft into blocks without losing a byte: front matter, entries, rules, the text between.

This is the one place that knows what a marker looks like. It never refuses: what is wrong with a
marker is noted as a fault, and the text concerned stays ordinary text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from digest.draft import faults as damage
from digest.draft.faults import Fault
from digest.errors import DraftError
from digest.markup.fences import split

BlockKind = Literal["front", "text", "rule", "entry"]

_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_OPEN = re.compile(
    r" {0,3}<!--[ \t]*entry[ \t]+(?P<key>[^\s=<>]+)(?P<more>(?:[ \t]+[^\s<>]+)*?)[ \t]*-->\s*"
)
_CLOSE = re.compile(r" {0,3}<!--[ \t]*/[ \t]*entry[ \t]*-->\s*")
# Word processors turn the two hyphens into a dash; a hand may drop a letter after "entry".
_DAMAGED = re.compile(r"(?<![\\`])<!\s*[-–—]+\s*/?\s*entry\b", re.IGNORECASE)
_STARS = re.compile(r" {0,3}(?:\*[ \t]*\*[ \t]*\*[ \t*]*|\\\*\\\*\\\*)\s*")
# Below a line of text, hyphens would underline a heading.
_DASHES = re.compile(r" {0,3}(?:-[ \t]*-[ \t]*-[ \t-]*|_[ \t]*_[ \t]*_[ \t_]*)\s*")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")


@dataclass(frozen=True, slots=True)
class Line:
    """One line with its end: where it starts in the draft, and its number from 1."""

    text: str
    start: int
    number: int
    fenced: bool = False
    is_rule: bool = False

    @property
    def blank(self) -> bool:
        """Whether it holds white space alone."""
        return not self.text.strip()

    @property
    def bare(self) -> str:
        """The line without its end."""
        return self.text.rstrip("\r\n")


@dataclass(frozen=True, slots=True)
class Marker:
    """An opening marker: the entry's key and its attributes, as written."""

    key: str
    attributes: Mapping[str, str] = field(default_factory=dict)

    @property
    def themes(self) -> tuple[str, ...]:
        """The entry's themes."""
        return tuple(filter(None, self.attributes.get("themes", "").split(",")))


@dataclass(frozen=True, slots=True)
class Block:
    """A run of whole lines. `inner` is an entry's text between its markers."""

    kind: BlockKind
    text: str
    start: int
    line: int
    marker: Marker | None = None

    @property
    def key(self) -> str:
        """The entry's key; empty for other blocks."""
        return self.marker.key if self.marker else ""

    @property
    def end(self) -> int:
        """Where the next block starts."""
        return self.start + len(self.text)

    @property
    def inner(self) -> str:
        """The text between the markers; all of it for other blocks."""
        if self.kind != "entry":
            return self.text
        lines = _LINE.findall(self.text)
        return "".join(lines[1:-1])

    @property
    def inner_line(self) -> int:
        """The number of the first line of `inner`."""
        return self.line + (self.kind == "entry")


@dataclass(frozen=True, slots=True)
class Blocks:
    """A draft in blocks: `"".join(block.text for block in blocks)` is the draft.

    Attributes:
        blocks: In order.
        faults: What is wrong with the markers, by line.
        duplicates: Keys that more than one entry bears.
        lookalikes: Places where a marker stands inside a line, where it marks nothing.
    """

    blocks: tuple[Block, ...]
    faults: tuple[Fault, ...]
    duplicates: frozenset[str]
    lookalikes: tuple[Fault, ...]

    @property
    def entries(self) -> tuple[Block, ...]:
        """The marked entries, in order."""
        return tuple(block for block in self.blocks if block.kind == "entry")

    @property
    def keys(self) -> frozenset[str]:
        """Every key that a readable opening marker names, damaged entries' too."""
        found = (opening(line) for block in self.blocks for line in lines_of(block.text))
        return frozenset(marker.key for marker in found if marker)


def lines_of(text: str, start: int = 0, number: int = 1) -> list[Line]:
    """The lines of a text, knowing which stand inside a code fence.

    A fence that is not closed ends at the next marker, so that one stray fence cannot swallow the
    rest of a draft.
    """
    lines: list[Line] = []
    fence = ""
    for piece in _LINE.findall(text):
        match = _FENCE.match(piece)
        if _OPEN.fullmatch(piece) or _CLOSE.fullmatch(piece):
            fence, fenced = "", False
        elif match and not fence:
            fence, fenced = match[1], True
        elif match and match[1].startswith(fence) and not piece.strip().strip(fence[0]):
            fence, fenced = "", True
        else:
            fenced = bool(fence)
        after_blank = not lines or lines[-1].blank
        lines.append(
            Line(piece, start, number, fenced, not fenced and _is_rule(piece, after_blank))
        )
        start += len(piece)
        number += 1
    return lines


def _is_rule(line: str, after_blank: bool) -> bool:
    return bool(_STARS.fullmatch(line) or (after_blank and _DASHES.fullmatch(line)))


def opening(line: Line) -> Marker | None:
    """The opening marker that a line is, if it is one."""
    match = _OPEN.fullmatch(line.text)
    if not match:
        return None
    pairs = (word.partition("=") for word in match["more"].split())
    return Marker(match["key"], {name: value for name, _, value in pairs})


def _key(line: Line) -> str:
    marker = opening(line)
    return marker.key if marker else ""


def is_closing(line: Line) -> bool:
    """Whether a line is a closing marker."""
    return _CLOSE.fullmatch(line.text) is not None


def open_marker(key: str, kind: str = "item", themes: Sequence[str] = ()) -> str:
    """The opening marker of an entry, without a line end."""
    more = [f"kind={kind}"] if kind != "item" else []
    more += [f"themes={','.join(themes)}"] if themes else []
    return " ".join(["<!-- entry", key, *more, "-->"])


def newline_of(text: str) -> str:
    r"""The line end that most lines of a text have: `\n` or `\r\n`."""
    crlf = text.count("\r\n")
    return "\r\n" if crlf > text.count("\n") - crlf else "\n"


def front_end(text: str) -> int:
    """Where the front matter ends, its closing line included; 0 where there is none that ends."""
    try:
        front, body, _ = split(text)
    except DraftError:
        return 0
    return 0 if front is None else len(text) - len(body)


def is_untouched(block: Block, written: Sequence[str]) -> bool:
    """Whether a marked entry says what the machine once wrote for it, white space aside."""
    said = block.text.split()
    return any(said == text.split() for text in written)


def cut(text: str) -> Blocks:
    """Cuts a draft into blocks.

    An entry is what stands between an opening marker and the closing marker after it with no other
    marker between; every other marker is a fault, and its lines are text.
    """
    end = front_end(text)
    front = [Block("front", text[:end], 0, 1)] if end else []
    lines = lines_of(text[end:], end, text.count("\n", 0, end) + 1)
    spans, faults = _pairs(lines)
    blocks = (*front, *_group(lines, spans))
    counts = Counter(block.key for block in blocks if block.kind == "entry")
    duplicates = frozenset(key for key, count in counts.items() if count > 1)
    marked = [(block.line, block.marker) for block in blocks if block.marker]
    faults += damage.doubled([(line, marker.key) for line, marker in marked])
    for line, marker in marked:
        faults += damage.meaningless(line, marker.key, marker.attributes)
    faults.sort(key=lambda fault: (fault.line, fault.column))
    return Blocks(blocks, tuple(faults), duplicates, tuple(_lookalikes(lines)))


def _pairs(lines: Sequence[Line]) -> tuple[dict[int, int], list[Fault]]:
    """Indices of opening lines -> indices of their closing lines, and the faults of the others."""
    spans: dict[int, int] = {}
    faults: list[Fault] = []
    pending: int | None = None
    for index, line in enumerate(lines):
        if opening(line):
            if pending is not None:
                faults.append(
                    damage.unclosed(lines[pending].number, _key(lines[pending]), line.number)
                )
            pending = index
        elif is_closing(line):
            if pending is None:
                faults.append(damage.unopened(line.number))
            else:
                spans[pending] = index
            pending = None
        elif _misspelt(line):
            faults.append(damage.garbled(line.number))
    if pending is not None:
        faults.append(damage.unclosed(lines[pending].number, _key(lines[pending]), None))
    return spans, faults


def _misspelt(line: Line) -> bool:
    match = _DAMAGED.search(line.text)
    return match is not None and not line.text[: match.start()].strip()


def _lookalikes(lines: Sequence[Line]) -> Iterator[Fault]:
    for line in lines:
        if opening(line) or is_closing(line) or _misspelt(line):
            continue
        for match in _DAMAGED.finditer(line.text):
            yield damage.lookalike(line.number, match.start() + 1)


def _group(lines: Sequence[Line], spans: Mapping[int, int]) -> Iterator[Block]:
    """Joins lines into blocks."""
    text: list[Line] = []
    index = 0
    while index < len(lines):
        line = lines[index]
        last = spans.get(index, index)
        is_entry = index in spans
        if is_entry or line.is_rule:
            yield from _text_block(text)
            text = []
            whole = "".join(each.text for each in lines[index : last + 1])
            kind: BlockKind = "entry" if is_entry else "rule"
            yield Block(kind, whole, line.start, line.number, opening(line))
        else:
            text.append(line)
        index = last + 1
    yield from _text_block(text)


def _text_block(lines: Sequence[Line]) -> Iterator[Block]:
    if lines:
        whole = "".join(line.text for line in lines)
        yield Block("text", whole, lines[0].start, lines[0].number)
