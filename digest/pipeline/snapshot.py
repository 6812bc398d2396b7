"""From a draft to what is kept of it when it goes out."""

from __future__ import annotations

from dataclasses import replace

from digest.draft.material import SourceText
from digest.draft.read import Draft
from digest.model import Entry, Issue, Quote
from digest.pipeline.check import texts_of
from digest.pipeline.project import Project
from digest.publish.permanent import keep_keys
from digest.store.issues import Snapshot
from digest.store.records import IssueRecord


def snapshot_of(
    project: Project, record: IssueRecord, draft: Draft, before: Snapshot | None
) -> Issue:
    """The issue as it goes out, each quotation with the place that it was found at.

    Args:
        project: The project.
        record: What is remembered of the issue.
        draft: Its draft, read.
        before: What was published of it before: no address that it had is given up.
    """
    issue = draft.issue
    stories = project.store.stories.many(entry.key for entry in issue.entries)
    entries = tuple(
        replace(
            entry, quotes=_placed(entry, list(texts_of(project, entry, stories.get(entry.key))))
        )
        for entry in issue.entries
    )
    if before:
        entries = keep_keys(before.issue.entries, entries)
    window = issue.window or record.window
    return replace(issue, status="published", entries=entries, window=window, front={})


def _placed(entry: Entry, texts: list[SourceText]) -> tuple[Quote, ...]:
    from digest.language.quotations import locate

    found = []
    words = [text.text for text in texts]
    for quote in entry.quotes:
        place = locate(quote.text, words)
        if place is None:
            found.append(quote)
            continue
        source = texts[place.index]
        span = place.span if source.version else None
        found.append(Quote(quote.text, source.item_id, source.version, span))
    return tuple(found)
