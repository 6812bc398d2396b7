r"""Rows for trackers: lines under an entry that file something in a running list.

    + tracker rsi-examples: 2026 | A model tunes its own training run | https://example.org/

A cell for each of the tracker's columns, a bar between two, `\|` for a bar within one. Such a line
is no part of the entry's text: it is filed when the issue goes out, and no page shows it as text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from digest.draft.blocks import Line, lines_of
from digest.draft.problems import Problem, place_in, text_start
from digest.draft.read import Draft
from digest.draft.rows import LINE, row_in
from digest.model import Tracked

_CURE = "write + tracker ID: a cell | a cell, with a cell for each of its columns"


def problems(draft: Draft, trackers: Mapping[str, Sequence[str]]) -> Iterator[Problem]:
    """Lines for trackers that could not be filed.

    Args:
        draft: The draft, as it was read.
        trackers: The columns of each tracker, by its id.
    """
    for section in draft.sections:
        start = section.start if section.role != "entry" else text_start(section, draft)
        for line in lines_of(section.text):
            if line.fenced or not LINE.match(line.text):
                continue
            message, cure = _wrong(line, trackers)
            if section.role != "entry":
                message = "this line for a tracker stands outside the entries, where it is text"
                cure = "put it under the entry that it belongs to"
            if message:
                place = place_in(draft, start + line.start)
                yield Problem(
                    "error", "tracker-row", message, place.line, place.column, section.key, cure
                )


def _wrong(line: Line, trackers: Mapping[str, Sequence[str]]) -> tuple[str, str]:
    """What is wrong with a line, and its cure; both empty where nothing is."""
    row = row_in(line.text)
    if row is None:
        return "this line for a tracker cannot be read", _CURE
    return wrong_row(row, trackers)


def wrong_row(row: Tracked, trackers: Mapping[str, Sequence[str]]) -> tuple[str, str]:
    """Why a row cannot be filed, and what cures it; both empty where it can."""
    columns = trackers.get(row.tracker)
    if columns is None:
        known = ", ".join(trackers) or "none"
        return (
            f"there is no tracker {row.tracker!r}",
            f"name one of those in sources.yaml ({known}), or add it there",
        )
    if len(row.cells) != len(columns):
        return (
            f"the tracker {row.tracker} has {len(columns)} columns, this row {len(row.cells)}",
            f"write + tracker {row.tracker}: {' | '.join(columns)}",
        )
    if not any(row.cells):
        return f"this row of the tracker {row.tracker} is empty", "fill it, or delete the line"
    return "", ""
