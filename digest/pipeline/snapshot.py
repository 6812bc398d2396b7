"""From a draft to what is kept of it when it goes out."""

from __future__ import annotations

from dataclasses import replace

from digest.draft.material import SourceText
from digest.draft.read import Draft
from digest.markup.identifiers import external_ids
from digest.model import Entry, Issue, Quote, Reference, Story
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
    entries = tuple(sourced(project, entry, stories.get(entry.key)) for entry in issue.entries)
    if before:
        entries = keep_keys(before.issue.entries, entries)
    window = issue.window or record.window
    return replace(issue, status="published", entries=entries, window=window, front={})


def sourced(project: Project, entry: Entry, story: Story | None) -> Entry:
    """The entry with the places of its quotations, and all that it draws on."""
    quotes = _placed(entry, list(texts_of(project, entry, story)))
    return replace(entry, quotes=quotes, sources=_sources(project, entry, story, quotes))


def _sources(
    project: Project, entry: Entry, story: Story | None, quotes: tuple[Quote, ...]
) -> tuple[Reference, ...]:
    """What the entry quotes or links to, and where its story was discussed; the story's first."""
    store = project.store
    linked = [line.url for line in entry.read_more] + [link.url for link in entry.links]
    used = {item_id for url in linked if url for item_id in store.items.by_url(url)}
    used |= {f"arxiv:{number}" for url in linked if (number := external_ids(url).get("arxiv"))}
    used |= {quote.item_id for quote in quotes if quote.item_id}
    members = story.item_ids if story else ()
    order = [*members, *sorted(used - set(members))]
    names = store.sources.names()
    return tuple(
        Reference(
            item_id=item.id,
            title=item.title,
            url=item.url,
            authors=item.authors,
            outlet="arXiv" if item.id.startswith("arxiv:") else names.get(item.source_id, ""),
            published=item.published,
            comments=len(item.comments),
        )
        for item in store.items.many(order).values()
        if item.id in used or item.comments
    )


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
