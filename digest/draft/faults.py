"""What can be wrong with the markers of a draft, each with its line and its cure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

CLOSE_MARKER = "<!-- /entry -->"


@dataclass(frozen=True, slots=True)
class Fault:
    """Damage, at a line and column counted from 1, and what to do about it."""

    line: int
    message: str
    cure: str
    column: int = 1


def unclosed(line: int, key: str, before: int | None) -> Fault:
    """An entry that another one, on line `before`, or the draft's end cuts off."""
    where = f"before the next one opens on line {before}" if before else "before the draft ends"
    return Fault(
        line,
        f"the entry {key} is not closed {where}",
        f"put {CLOSE_MARKER} on a line of its own after the entry, or delete its opening marker",
    )


def unopened(line: int) -> Fault:
    """A closing marker without an opening one."""
    return Fault(
        line,
        "this closes an entry, but none is open",
        "delete the line, or put the entry's opening marker back above its headline",
    )


def garbled(line: int) -> Fault:
    """A line that was a marker once."""
    return Fault(
        line,
        "this looks like a marker, but cannot be read as one",
        f"write <!-- entry KEY --> or {CLOSE_MARKER}, alone on its line, or delete the line",
    )


def lookalike(line: int, column: int) -> Fault:
    """A marker inside a line."""
    return Fault(
        line,
        "a marker stands inside a line, where it marks nothing",
        "put it on a line of its own, or a backslash before its <",
        column,
    )


def doubled(marked: Sequence[tuple[int, str]]) -> Iterator[Fault]:
    """Keys that stand a second time, given lines and keys in order."""
    first: dict[str, int] = {}
    for line, key in marked:
        if key in first:
            yield Fault(
                line,
                f"the entry {key} stands here a second time, first on line {first[key]}",
                "delete one of the two, or the markers of one to make it your own entry",
            )
        first.setdefault(key, line)


def meaningless(line: int, key: str, attributes: Mapping[str, str]) -> Iterator[Fault]:
    """What an opening marker says that no marker says."""
    for name, value in attributes.items():
        if name == "themes" or (name == "kind" and value in ("item", "essay")):
            continue
        yield Fault(
            line,
            f"the marker of {key} says {name}={value}, which means nothing",
            "a marker may say kind=item or kind=essay, and themes=ID,ID",
        )
