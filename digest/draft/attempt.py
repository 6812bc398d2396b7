"""`digest try summarise`: one stage on anybody's input."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from digest.draft.summary import summarise
from digest.errors import UsageError


def summary_lines(
    rows: Iterable[Mapping[str, Any]], sentences: int = 3
) -> Iterator[dict[str, Any]]:
    """For each `{id, title, text}` or `{id, title, sentences[]}` a `{id, summary, spans}`.

    Raises:
        UsageError: a row has neither text nor sentences.
    """
    for number, row in enumerate(rows, 1):
        given = row.get("sentences")
        text = row.get("text")
        if given is not None and not (
            isinstance(given, list) and all(isinstance(each, str) for each in given)
        ):
            raise UsageError(f"row {number}: sentences must be a list of texts")
        if given is None and not isinstance(text, str):
            raise UsageError(
                f"row {number} has neither text nor sentences",
                cure='give {"id": …, "title": …, "text": …} on each line',
            )
        found = summarise(text or "", sentences, str(row.get("title") or ""), given)
        spans = [[span.start, span.end] for span in found.spans]
        yield {"id": row.get("id"), "summary": found.text, "spans": spans}
