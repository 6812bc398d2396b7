"""Which part of an issue each stretch of a draft is, by where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from digest.draft.anatomy import heading_of
from digest.draft.blocks import Block, Line, Marker, lines_of
from digest.draft.tale import is_tale_heading

Role = Literal["welcome", "entry", "coda", "thanks", "extra"]

_THANKS = re.compile(
    r"[*_ \t]*thanks? (?:you )?(?:so much )?for reading\b[^\n]{0,300}", re.IGNORECASE
)
_HEADED = re.compile(r"\s*#{1,6}[ \t]")
_INSPIRED = re.compile(r"^\*\*Things that inspired", re.MULTILINE | re.IGNORECASE)
_LABEL = re.compile(r"\s*\*\*[^*\n]+:?\*\*")


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the draft as it stands: its exact text, where it starts, its line from 1.

    For an entry `text` is what stands between the markers; `marked` says whether there are any.
    """

    role: Role
    text: str
    start: int
    line: int
    key: str = ""
    marked: bool = False
    marker: Marker | None = None


def coda_start(blocks: Sequence[Block]) -> int | None:
    """Where in the draft the coda's heading stands."""
    tale, _ = _coda(blocks)
    return tale.start if tale else None


def thanks_start(blocks: Sequence[Block], behind: int, thanks: str = "") -> int | None:
    """Where the thanks stand, behind a point: the given words, or words that say as much."""
    for block in blocks:
        if block.kind != "text" or block.start < behind:
            continue
        for line in lines_of(block.text, block.start):
            words = line.text.strip()
            if words and (words == thanks or _THANKS.fullmatch(words)):
                return line.start
    return None


def sections(blocks: Sequence[Block]) -> Iterator[Section]:
    """The roles of a draft's blocks, by where they stand."""
    blocks = [block for block in blocks if block.kind != "front"]
    tale, end = _coda(blocks)
    first = True
    for index, block in enumerate(blocks):
        if block.kind == "entry":
            yield Section(
                "entry", block.inner, block.start, block.inner_line, block.key, True, block.marker
            )
        elif tale is not None and tale.index <= index < end:
            if index == tale.index:
                yield from _before_tale(tale, block, first)
                yield from _tale(blocks, tale, end)
        elif block.kind == "text":
            yield from _text(block, first, last=index == len(blocks) - 1)
        first = first and block.kind == "text" and not block.text.strip()


@dataclass(frozen=True, slots=True)
class _Tale:
    """Where the coda's heading stands: the block, and the offset and line in the draft."""

    index: int
    start: int
    line: int


def _coda(blocks: Sequence[Block]) -> tuple[_Tale | None, int]:
    """Where the coda stands: from its heading to the next marked entry or the end."""
    for index, block in enumerate(blocks):
        if block.kind != "text":
            continue
        for line in lines_of(block.text, block.start, block.line):
            if is_tale_heading(line):
                later = range(index + 1, len(blocks))
                end = next((n for n in later if _begins_entry(blocks[n])), len(blocks))
                return _Tale(index, line.start, line.number), end
    return None, 0


def _is_headed(line: Line) -> bool:
    return not line.fenced and _HEADED.match(line.text) is not None


def _begins_entry(block: Block) -> bool:
    """Whether an entry begins here; a rule alone may divide the scenes of a story."""
    return block.kind == "entry" or _HEADED.match(block.text) is not None


def _before_tale(tale: _Tale, block: Block, first: bool) -> Iterator[Section]:
    before = block.text[: tale.start - block.start]
    yield from _text(Block("text", before, block.start, block.line), first, last=False)


def _tale(blocks: Sequence[Block], tale: _Tale, end: int) -> Iterator[Section]:
    """The coda, the thanks behind it, and what comes after."""
    text = "".join(block.text for block in blocks[tale.index : end])
    text = text[tale.start - blocks[tale.index].start :]
    while blocks[end - 1].kind == "rule" or not blocks[end - 1].text.strip():
        text = text[: len(text) - len(blocks[end - 1].text)]
        end -= 1
    thanks = _thanks_behind_tale(text)
    if thanks is None:
        yield Section("coda", text, tale.start, tale.line)
        return
    yield Section("coda", text[: thanks[0]], tale.start, tale.line)
    yield from _ending(text, tale.start, tale.line, *thanks)


def _ending(text: str, start: int, line: int, first: int, last: int) -> Iterator[Section]:
    """The thanks, `text[first:last]`, and the rest as `extra`."""
    yield Section("thanks", text[first:last], start + first, line + text.count("\n", 0, first))
    if text[last:].strip():
        yield Section("extra", text[last:], start + last, line + text.count("\n", 0, last))


def _thanks_behind_tale(text: str) -> tuple[int, int] | None:
    """The line of thanks: it says so, or it is the last paragraph behind the inspiration."""
    found = _thanks(text)
    if found is not None:
        return found
    inspired = [match.start() for match in _INSPIRED.finditer(text)]
    if not inspired:
        return None
    paragraphs = [
        match.span() for match in re.finditer(r"(?:[^\r\n]*\S[^\r\n]*(?:\r?\n|\Z))+", text)
    ]
    start, end = paragraphs[-1]
    if start <= inspired[-1] or _LABEL.match(text[start:end]):
        return None
    return start, end


def _thanks(text: str) -> tuple[int, int] | None:
    """The last line that gives thanks for reading."""
    found = None
    for line in lines_of(text):
        if not line.fenced and _THANKS.fullmatch(line.text.strip()):
            found = line.start, line.start + len(line.text)
    return found


def _text(block: Block, first: bool, *, last: bool) -> Iterator[Section]:
    """Text outside markers and coda: the welcome, an own entry, or the ending."""
    if not block.text.strip():
        return
    lines = lines_of(block.text, block.start, block.line)
    if first:
        heading = next((line for line in lines if _is_headed(line)), None)
        split = heading.start - block.start if heading else len(block.text)
        if block.text[:split].strip():
            yield Section("welcome", block.text[:split], block.start, block.line)
        if heading is None:
            return
        block = Block("text", block.text[split:], heading.start, heading.number)
    thanks = _closing(block.text) if last else None
    if thanks is None:
        yield Section("entry", block.text, block.start, block.line)
        return
    if block.text[: thanks[0]].strip():
        yield Section("entry", block.text[: thanks[0]], block.start, block.line)
    yield from _ending(block.text, block.start, block.line, *thanks)


def _closing(text: str) -> tuple[int, int] | None:
    """The thanks in the last text of a draft without a coda: said so, or a paragraph alone."""
    found = _thanks(text)
    if found is not None:
        return found
    lines = [line for line in lines_of(text) if not line.blank]
    if len(lines) == 1 and heading_of(lines[0]) is None:
        return lines[0].start, lines[0].start + len(lines[0].text)
    return None
