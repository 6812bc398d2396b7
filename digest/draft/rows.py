"""The grammar of a tracker's line: from Markdown to a row and back."""

from __future__ import annotations

import re
from collections.abc import Sequence

from digest.draft.blocks import lines_of
from digest.model import Tracked

# What is meant for a tracker, whether or not it can be read; a plus alone begins a list.
LINE = re.compile(r" {0,3}\+[ \t]+tracker\b", re.IGNORECASE)

_ROW = re.compile(
    r" {0,3}\+[ \t]+tracker[ \t]+(?P<id>[^\s:|]+)[ \t]*:(?P<cells>[^\r\n]*)\s*", re.IGNORECASE
)
_BAR = re.compile(r"(?<!\\)\|")


def row_in(line: str) -> Tracked | None:
    """The row that a line files; None where it cannot be read as one."""
    match = _ROW.fullmatch(line)
    return Tracked(match["id"], cells_of(match["cells"])) if match else None


def cells_of(text: str) -> tuple[str, ...]:
    """The cells between bars."""
    return tuple(part.strip().replace("\\|", "|") for part in _BAR.split(text))


def write_row(row: Tracked) -> str:
    """The line of a row; reading it gives the row back."""
    cells = " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in row.cells)
    return f"+ tracker {row.tracker}: {cells}".rstrip()


def write_rows(rows: Sequence[Tracked]) -> str:
    """The lines of an entry's rows."""
    return "\n".join(map(write_row, rows))


def without_rows(text: str) -> tuple[str, tuple[Tracked, ...]]:
    """An entry's text without its rows, and the rows; a line that cannot be read stays text."""
    rows: list[Tracked] = []
    kept: list[str] = []
    for line in lines_of(text):
        row = None if line.fenced or not LINE.match(line.text) else row_in(line.text)
        if row is not None:
            rows.append(row)
        elif not (line.blank and rows and kept and not kept[-1].strip()):
            kept.append(line.text)
    return ("".join(kept), tuple(rows)) if rows else (text, ())


def row_spans(text: str) -> Sequence[tuple[int, int]]:
    """Where the lines for trackers stand: their words are neither quoted nor copied."""
    return [
        (line.start, line.start + len(line.text.rstrip("\r\n")))
        for line in lines_of(text)
        if not line.fenced and LINE.match(line.text)
    ]
