"""Items as rows of numbers."""

from __future__ import annotations

import numpy as np

from digest.model import Item
from digest.sort.lexicon import WRITTEN, Columns
from tests.sort.make import item, vectors


def written(columns: Columns, items: list[Item]) -> list[float]:
    """How many known items the authors of each have written, as its row says it."""
    at = columns.names().index("how much its authors write")
    column = columns.table(items, vectors(items)).toarray()[:, at]
    return [round(float(count), 3) for count in np.expm1(column / WRITTEN)]


def test_what_authors_have_written_is_counted_without_the_text_itself() -> None:
    known = [
        item("one", "Lamps", authors=("Ada Keel", "Ben Oar")),
        item("two", "Wicks", authors=("Ada Keel",)),
        item("three", "Oil", authors=("Ada Keel", "Cy Moor")),
        item("four", "Taxes", authors=()),
    ]
    columns, learned = Columns.learn(known, vectors(known))
    at = columns.names().index("how much its authors write")
    counts = np.expm1(learned.toarray()[:, at] / WRITTEN)
    assert counts.round(3).tolist() == [2, 2, 2, 0]
    new = [
        item("new", "Buoys", authors=("Ada Keel", "Ada Keel", "Dee Lock")),
        item("other", "Ropes", authors=("Cy Moor",)),  # of one item nothing is learned
    ]
    assert written(columns, new) == [3, 0]
    assert written(Columns.from_arrays(columns.arrays()), new) == [3, 0]
