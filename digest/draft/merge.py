"""Three texts into one: what the machine wrote, what the editor made of it, what it has now.

Each change is taken over from the side that made it. Where both changed the same words, the
editor's stay, and the machine's stand behind them in a slot, so that `check` asks for a decision.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from digest.draft.slots import slot, slots_in
from digest.language.sentences import split

_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_HASHES = re.compile(r"^\s*#{1,6}[ \t]+")
_LINK = re.compile(r"\[([^\[\]]*)\]\(<?([^()\s<>]*)>?\)")


@dataclass(frozen=True, slots=True)
class Merged:
    """A merged text, and how many times both sides had changed the same words."""

    text: str
    conflicts: int


@dataclass(frozen=True, slots=True)
class Chunk:
    """A stretch of the three texts: equal in all (then `stable`), or changed by one or both."""

    base: Sequence[str]
    mine: Sequence[str]
    theirs: Sequence[str]
    stable: bool


def three_way(base: str, mine: str, theirs: str) -> Merged:
    r"""Merges line by line, and where both changed a line, sentence by sentence.

    Args:
        base: What the machine wrote when the editor began. All three have `\n` line ends.
        mine: What the editor made of it.
        theirs: What the machine would write now. A slot whose hint alone differs is no change.
    """
    sides: list[list[str]] = [_LINE.findall(text) for text in (base, mine, theirs)]
    lines: list[str] = []
    conflicts = 0
    for chunk in chunks(sides[0], sides[1], sides[2], same=_without_hints):
        taken = _taken(chunk)
        if taken is not None:
            lines += taken
            continue
        text, count = _merge_lines(chunk)
        lines.append(text)
        conflicts += count
    return Merged("".join(lines), conflicts)


def chunks(
    base: Sequence[str],
    mine: Sequence[str],
    theirs: Sequence[str],
    same: Callable[[str], str] = str,
) -> Iterator[Chunk]:
    """Cuts three sequences where all agree (diff3; Khanna, Kunal and Pierce 2007).

    `same` gives the form in which two elements are compared.
    """
    to_mine = _matches(base, mine, same)
    to_theirs = _matches(base, theirs, same)
    b = m = t = 0
    for n in range(len(base) + 1):
        at_end = n == len(base)
        if not at_end and (n not in to_mine or n not in to_theirs):
            continue
        m_next = len(mine) if at_end else to_mine[n]
        t_next = len(theirs) if at_end else to_theirs[n]
        if (b, m, t) != (n, m_next, t_next):
            yield Chunk(base[b:n], mine[m:m_next], theirs[t:t_next], stable=False)
        if not at_end:
            yield Chunk(
                base[n : n + 1], mine[m_next : m_next + 1], theirs[t_next : t_next + 1], True
            )
        b, m, t = n + 1, m_next + 1, t_next + 1


def _matches(
    base: Sequence[str], other: Sequence[str], same: Callable[[str], str]
) -> dict[int, int]:
    """Which element of the base is which element of the other."""
    matcher = SequenceMatcher(None, [*map(same, base)], [*map(same, other)], autojunk=False)
    return {
        block.a + n: block.b + n
        for block in matcher.get_matching_blocks()
        for n in range(block.size)
    }


def _taken(chunk: Chunk) -> Sequence[str] | None:
    """What a chunk becomes where at most one side changed it."""
    base, mine, theirs = ([_squeezed(each) for each in side] for side in _sides(chunk))
    if mine in (theirs, base):
        return chunk.theirs if mine == base else chunk.mine
    return chunk.mine if theirs == base else None


def _sides(chunk: Chunk) -> tuple[Sequence[str], Sequence[str], Sequence[str]]:
    return chunk.base, chunk.mine, chunk.theirs


def _merge_lines(chunk: Chunk) -> tuple[str, int]:
    """Lines that both changed, sentence by sentence."""
    if not chunk.mine:
        return "", 0  # the editor deleted them
    base, mine, theirs = (_sentences("".join(side)) for side in _sides(chunk))
    pieces: list[str] = []
    conflicts = 0
    for part in chunks(base, mine, theirs, same=_squeezed):
        taken = _taken(part)
        if taken is None:
            conflicts += 1
            offered = _as_hint("".join(part.theirs))
            taken = [_asking("".join(part.mine), offered)]
        pieces += taken
    text = re.sub(r"[ \t]+(?=\n|$)", "", "".join(pieces))
    return (text if text.endswith("\n") else f"{text}\n"), conflicts


def _asking(mine: str, offered: str) -> str:
    """The editor's words, and behind them, on their line, the question what becomes of the rest."""
    if not offered:
        return mine
    words = mine.rstrip()
    return f"{words} {slot('update', offered)}{mine[len(words) :] or ' '}"


def _sentences(text: str) -> list[str]:
    """The sentences with the white space behind each: joined they are the text."""
    starts = [span.start for span in split(text)]
    edges = [0, *starts[1:], len(text)]
    return [text[a:b] for a, b in pairwise(edges) if text[a:b]]


def _as_hint(text: str) -> str:
    """The machine's words for a slot, where no link can stand: its address behind its words."""
    return " ".join(_LINK.sub(r"\1 (\2)", _HASHES.sub("", text)).split())


def _without_hints(line: str) -> str:
    """A line in which every slot is its name alone, so that a new hint is no change."""
    for each in reversed(list(slots_in(line))):
        line = f"{line[: each.start]}[[{each.name}]]{line[each.start + len(each.text) :]}"
    return _squeezed(line)


def _squeezed(text: str) -> str:
    return " ".join(text.split())
