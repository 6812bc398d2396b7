"""The inbox, and what the editor decides there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from digest.errors import NotFound, UsageError
from digest.model import Comment, Evidence, Item, Story, Verb
from digest.pipeline.opening import known_theme, open_issue, stories_in_window
from digest.pipeline.past import near_now, past_entries
from digest.pipeline.project import Project
from digest.sort.covered import Archive, Past
from digest.sort.venues import venue
from digest.store.decisions import Standing, seen_text
from digest.store.stories import Waiting

KEY = 4
"""At least so much of a story's id is shown."""


@dataclass(frozen=True, slots=True)
class Member:
    """One item of a story, as the inbox shows it."""

    id: str
    title: str
    url: str
    source_id: str
    source: str
    kind: str
    published: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class Before:
    """An entry of an earlier issue."""

    issue: str
    number: int
    date: date | None
    headline: str


@dataclass(frozen=True, slots=True)
class Row:
    """One story in the inbox.

    `key` is as much of its id as names it among all stories; `decision` is `keep`, `skip` or empty;
    `covered` are the entries of earlier issues that were about it or its papers, the newest first.
    """

    id: str
    title: str
    score: float
    why: str
    themes: tuple[str, ...]
    sources: tuple[str, ...]
    newest: datetime
    url: str
    items: tuple[Member, ...]
    decision: str
    notes: tuple[str, ...]
    covered: tuple[Before, ...] = ()
    key: str = ""


@dataclass(frozen=True, slots=True)
class Inbox:
    """The best stories of the open window, and how many there are in all."""

    rows: tuple[Row, ...]
    waiting: int


@dataclass(frozen=True, slots=True)
class Tagged:
    """How much one item of a story belongs to one theme."""

    item_id: str
    theme: str
    score: float
    chosen: bool
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Like:
    """An entry of an earlier issue that is near to a story although they share no address.

    `spreads`: how far their likeness is above what the entry has in common with the field, in
    standard deviations. `same`: it is so far that both are taken to be about one thing.
    """

    entry: Before
    spreads: float
    same: bool


@dataclass(frozen=True, slots=True)
class Proof:
    """Everything that is known about why a story is what it is and where it is."""

    row: Row
    tags: tuple[Tagged, ...]
    discussion: tuple[Comment, ...]
    like: tuple[Like, ...] = ()


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision as it was recorded; `undone` is the verb that an undo took back."""

    verb: str
    story_id: str
    title: str
    undone: str = ""


def inbox(project: Project, *, theme: str | None, limit: int) -> Inbox:
    """The stories of the open issue's window, best first; kept ones stay in sight, marked.

    Raises:
        NotFound: sources.yaml has no such theme.
    """
    if theme:
        known_theme(project.config, theme)
    standing = project.store.decisions.current()
    stories = [
        story
        for story in stories_in_window(project, open_issue(project))
        if (theme is None or theme in story.themes)
        and standing.get(story.id, Standing()).verdict != "skip"
    ]
    return Inbox(tuple(_rows(project, stories[:limit])), len(stories))


def evidence(project: Project, key: str) -> Proof:
    """All evidence for one story, named by its id or the beginning of it."""
    store = project.store
    story = store.stories.many([store.stories.resolve(key)])
    row = _rows(project, list(story.values()))[0]
    items = store.items.many(member.id for member in row.items)
    tags = store.tags.of(items)
    return Proof(
        row,
        tuple(
            Tagged(tag.item_id, tag.theme, tag.score, tag.chosen, tag.evidence)
            for found in tags.values()
            for tag in found
        ),
        tuple(comment for item in items.values() for comment in item.comments),
        () if row.covered else _like(project, list(story.values()), items),
    )


def _like(
    project: Project, stories: Sequence[Story], items: Mapping[str, Item]
) -> tuple[Like, ...]:
    past = past_entries(project, before=open_issue(project).base)
    found = near_now(project, past, stories, items)
    return tuple(
        Like(_before(one.entry), one.spreads, one.is_same)
        for near in found.values()
        for one in near
    )


def decide(project: Project, keys: Sequence[str], verb: Verb, value: str = "") -> list[Decided]:
    """Record one decision on each story; all of them or, if one is not known, none.

    Raises:
        NotFound: a key names no story, or several.
        UsageError: a note or a title says nothing.
    """
    if verb in ("note", "rename") and not value.strip():
        what = "note" if verb == "note" else "title"
        raise UsageError(f"the {what} is empty", cure='Write it in quotation marks: "…".')
    if verb == "rename":
        value = " ".join(value.split())
    if verb == "retheme":
        known = [theme.id for theme in project.config.themes]
        for theme in value.split():
            if theme not in known:
                raise NotFound(f"there is no theme {theme!r}", cure=f"They are {', '.join(known)}.")
    store = project.store
    with store.transaction():
        ids = [store.stories.resolve(key) for key in keys]
        for story_id in ids:
            said = seen_text(_themes(project, story_id)) if verb in ("keep", "skip") else value
            store.decisions.add(story_id, verb, said, project.now)
        titles = _titles(project, ids)
    return [Decided(verb, story_id, titles[story_id]) for story_id in ids]


def _titles(project: Project, ids: Sequence[str]) -> dict[str, str]:
    """What stories are called now: the editor's title, else that of the primary source."""
    standing = project.store.decisions.current()
    return {
        story.id: standing.get(story.id, Standing()).title or story.title
        for story in project.store.stories.many(ids).values()
    }


def _themes(project: Project, story_id: str) -> tuple[str, ...]:
    """The themes that stand beside a story at this moment."""
    held = project.store.decisions.current().get(story_id, Standing())
    if held.themes is not None:
        return held.themes
    return project.store.stories.many([story_id])[story_id].themes


def merge(project: Project, keys: Sequence[str]) -> Row:
    """Make one story of several, see `grouping.merge`; ranked at once."""
    from digest.pipeline.grouping import merge as merge_stories
    from digest.pipeline.sort import rank_anew

    story = merge_stories(project, keys)
    rank_anew(project, [story.id])
    return _rows(project, list(project.store.stories.many([story.id]).values()))[0]


def split(project: Project, key: str, items: Sequence[str]) -> Row:
    """Take items out of a story, see `grouping.split`; ranked at once."""
    from digest.pipeline.grouping import split as split_story
    from digest.pipeline.sort import rank_anew

    story = split_story(project, key, items)
    rank_anew(project, [story.id, project.store.stories.resolve(key)])
    return _rows(project, list(project.store.stories.many([story.id]).values()))[0]


def undo(project: Project, key: str | None) -> Decided:
    """Take back the last decision that still holds, on this story or on any.

    Raises:
        NotFound: there is none.
    """
    store = project.store
    with store.transaction():
        story_id = store.stories.resolve(key) if key else ""
        held = [one for one in store.decisions.standing() if story_id in ("", one.story_id)]
        if not held:
            raise NotFound("there is no decision to take back", cure="`digest inbox` shows them.")
        last = held[-1]
        store.decisions.add(last.story_id, "undo", str(last.id), project.now)
        if last.verb in ("merge", "split"):
            from digest.pipeline.grouping import ungroup
            from digest.pipeline.sort import rank_anew

            stories = ungroup(project, last)
            rank_anew(project, [story.id for story in stories])
        title = _titles(project, [last.story_id]).get(last.story_id, "")
    return Decided("undo", last.story_id, title, last.verb)


def _rows(project: Project, stories: Sequence[Story]) -> list[Row]:
    store = project.store
    standing = store.decisions.current()
    items = store.items.many(item_id for story in stories for item_id in story.item_ids)
    names = store.sources.names()
    archive = Archive(past_entries(project, before=open_issue(project).base))
    keys = store.stories.beginnings([story.id for story in stories], KEY)
    rows = []
    for waiting in store.stories.waiting([story.id for story in stories]):
        story, held = waiting.story, standing.get(waiting.story.id, Standing())
        reasons = dict(story.joins)
        members = tuple(
            Member(
                item.id,
                item.title,
                item.url,
                item.source_id,
                venue(item, names) or item.source_id,
                item.kind,
                item.published,
                reasons.get(item.id, ""),
            )
            for item in (items[item_id] for item_id in story.item_ids)
        )
        before = tuple(map(_before, archive.about(story, items)))
        rows.append(_row(waiting, held, members, before, keys[story.id]))
    return rows


def _before(entry: Past) -> Before:
    return Before(entry.issue_id, entry.number, entry.date, entry.headline)


def _row(
    waiting: Waiting,
    held: Standing,
    members: tuple[Member, ...],
    before: tuple[Before, ...],
    key: str,
) -> Row:
    story = waiting.story
    return Row(
        id=story.id,
        title=held.title or story.title,
        score=story.score,
        why=story.why,
        themes=held.themes if held.themes is not None else story.themes,
        sources=waiting.sources,
        newest=waiting.newest,
        url=waiting.url,
        items=members,
        decision=held.verdict,
        notes=held.notes,
        covered=before,
        key=key,
    )
