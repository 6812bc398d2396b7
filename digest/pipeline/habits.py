"""What `check` knows beside a draft and its sources: earlier issues, the machine's own words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from statistics import quantiles

from digest.draft.blocks import is_untouched
from digest.draft.problems import Habits
from digest.draft.read import Draft
from digest.markup.addresses import is_web
from digest.model import Entry, Story
from digest.pipeline.past import past_entries, told_before
from digest.pipeline.project import Project
from digest.sort.covered import Past, address_names
from digest.store.records import IssueRecord

FEWEST_ISSUES = 5
"""From so many issues on a newsletter has a habit."""

LAST_ISSUES = 26
"""Half a year of them makes it."""


def habits_of(
    project: Project, draft: Draft, stories: Mapping[str, Story], dead: Mapping[str, str]
) -> Habits:
    """What is known beside a draft.

    Args:
        project: The project.
        draft: The draft.
        stories: The stories of its entries, by key.
        dead: Addresses that do not answer, and why.
    """
    issue, store = draft.issue, project.store
    record = store.issues.find(issue.id)
    records = [one for one in store.issues.all() if one.id != issue.id and not one.theme]
    is_digest = record is not None and bool(record.theme)
    base = record.base if record else issue.id
    return Habits(
        covered=_covered(project, base, draft.issue.entries, stories),
        machine=store.drafts.machine_texts(issue.id),
        news=_news(project, draft, stories),
        dead=dead,
        # a digest of one theme bears the number of the issue that it stands beside
        numbers={} if is_digest else {one.number: one.id for one in records},
        trackers={one.id: one.columns for one in project.config.trackers},
        # an issue that is corrected stands before those that came after it
        last=max(_days_before(records, issue.number), default=None),
        usual_words=None if is_digest else _usual_words(project, issue.id),
    )


def _days_before(records: Sequence[IssueRecord], number: int) -> Iterator[date]:
    """The days of the issues of lower numbers that went out or will."""
    for one in records:
        if one.number < number and one.status in ("published", "scheduled") and one.date:
            yield one.date


def _covered(
    project: Project, issue_id: str, entries: Sequence[Entry], stories: Mapping[str, Story]
) -> dict[str, Sequence[str]]:
    """Where the thing that an entry speaks of was spoken of before, by key.

    By its story; an entry of the editor's own by what it sends readers to.
    """
    past = past_entries(project, before=issue_id)
    if not past:
        return {}
    items = project.store.items.many(i for story in stories.values() for i in story.item_ids)
    told = told_before(project, issue_id, list(stories.values()), items)
    title = project.config.newsletter.title
    found: dict[str, Sequence[str]] = {}
    for entry in entries:
        story = stories.get(entry.key)
        if story:
            found[entry.key] = [f"{title} {one}" for one in told[story.id]]
        else:
            numbers = dict.fromkeys(one.number for one in _alike(entry, past))
            found[entry.key] = [f"{title} {number}" for number in numbers]
    return found


def _alike(entry: Entry, past: Sequence[Past]) -> list[Past]:
    mine = address_names([more.url for more in entry.read_more if is_web(more.url)])
    return [one for one in past if not mine.isdisjoint(address_names(one.addresses))]


def _news(project: Project, draft: Draft, stories: Mapping[str, Story]) -> dict[str, Sequence[str]]:
    """What came to the stories of touched entries since the machine last wrote for them, by key."""
    store = project.store
    written = store.drafts.machine_texts(draft.issue.id)
    last = store.drafts.last_written(draft.issue.id)
    touched = [
        block.key
        for block in draft.blocks
        if block.kind == "entry"
        and block.key in stories
        and block.key in last
        and not is_untouched(block, written[block.key])
    ]
    ids = [item_id for key in touched for item_id in stories[key].item_ids]
    seen = store.items.first_seen(ids)
    fresh = [item_id for item_id in ids if item_id in seen]
    items = store.items.many(fresh)
    return {
        key: [
            items[item_id].title or items[item_id].url
            for item_id in stories[key].item_ids
            if item_id in items and seen[item_id] > last[key]
        ]
        for key in touched
    }


def _usual_words(project: Project, issue_id: str) -> tuple[int, int] | None:
    """The fewest and most words that an issue's entries have, outliers aside (Tukey's fences).

    Never tighter than a quarter around the middle, so that a steady hand is not nagged.
    """
    counts = project.store.issues.lengths(LAST_ISSUES, but=issue_id)
    if len(counts) < FEWEST_ISSUES:
        return None
    low, middle, high = quantiles(counts, n=4, method="inclusive")
    fewest = min(low - 1.5 * (high - low), 0.75 * middle)
    most = max(high + 1.5 * (high - low), 1.25 * middle)
    return max(0, round(fewest)), round(most)
