"""Tables as CSV, the way spreadsheets read and write them (RFC 4180), and back.

A cell that a spreadsheet would take for a formula gets an apostrophe before it, which reading takes
away again: what stands in a table was found on the web, and opening a file must run nothing.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from digest.errors import Refused, at

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_csv(rows: Iterable[Sequence[str]]) -> str:
    r"""Rows of texts as CSV, the header first; lines end with `\n`, so that git shows them well."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([_guarded(cell) for cell in row] for row in rows)
    return out.getvalue()


def read_csv(text: str, where: str = "") -> list[tuple[int, list[str]]]:
    """The rows of a CSV text with the line that each ends on; blank lines are passed over.

    Commas, semicolons and tabs part cells: the header's most frequent one of them.

    Raises:
        Refused: a quotation mark is never closed, or a cell is beyond all measure.
    """
    text = text.removeprefix("\ufeff")
    header = text.split("\n", 1)[0]
    comma = max(",;\t", key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=comma, strict=True)
    rows = []
    try:
        for row in reader:
            cells = [_plain(cell) for cell in row]
            if any(cell.strip() for cell in cells):
                rows.append((reader.line_num, cells))
    except csv.Error as problem:
        raise Refused(
            f"this is not CSV: {problem}",
            where=at(where, reader.line_num),
            cure="Save it as CSV, with quotation marks around cells that hold commas.",
        ) from problem
    return rows


def _guarded(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _plain(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(_FORMULA) else cell
