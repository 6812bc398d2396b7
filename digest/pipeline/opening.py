"""The open issue: which one it is, and which stories it may speak of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path

from digest.config.schema import Config, Theme
from digest.draft.style import style_named
from digest.errors import NotFound, Refused
from digest.model import Story
from digest.pipeline.project import Project
from digest.sort.window import in_window, issue_id, publication_day, window
from digest.store.decisions import Standing
from digest.store.records import IssueRecord

BULLETIN = "bulletin"


def open_issue(project: Project) -> IssueRecord:
    """The oldest issue neither scheduled, published nor skipped; without one, the next.

    The next one is not stored by asking for it.
    """
    held = project.store.issues.open_issue()
    if held is not None:
        return held
    config, last = project.config, project.store.issues.last()
    zone = config.newsletter.zone
    moment = project.now
    day = publication_day(moment, config.issue.weekday, zone)
    while last is not None and last.date is not None and day <= last.date:
        day += timedelta(days=7)
    previous = last.window.end if last is not None and last.window is not None else None
    number = config.newsletter.first_number if last is None else last.number + 1
    name = issue_id(day)
    return IssueRecord(
        id=name,
        number=number,
        date=day,
        window=window(previous, day),
        style=config.issue.style,
        path=f"data/drafts/{name}.md",
    )


def named_issue(project: Project, ref: str | None) -> IssueRecord:
    """The issue that a person means by its id, its number or its path; by nothing, the open one.

    Raises:
        NotFound: there is no such issue.
    """
    if not ref:
        return open_issue(project)
    here = open_issue(project)
    if ref in (here.id, str(here.number)):
        return here
    wanted = Path(ref)
    for record in (here, *project.store.issues.all()):
        if wanted.suffix and record.path and wanted.resolve() == draft_path(project, record):
            return record
    try:
        return project.store.issues.get(ref)
    except NotFound as problem:
        raise NotFound(
            f"there is no issue {ref!r}",
            cure=f"The open issue is {here.id}; name one by its id, its number or its draft.",
        ) from problem


def theme_digest(
    project: Project, ref: str | None, theme: str, style: str | None = None
) -> IssueRecord:
    """The digest of one theme beside an issue; it is not stored by asking for it.

    Args:
        project: The project.
        ref: The issue that it stands beside; the open one without it.
        theme: A theme of sources.yaml.
        style: Its style; the bulletin where it is new and nothing is said.

    Raises:
        NotFound: there is no such issue or theme.
        Refused: it has a draft in another style.
    """
    known_theme(project.config, theme)
    issue = named_issue(project, ref)
    issue = named_issue(project, issue.base) if issue.theme else issue
    name = f"{issue.id}-{theme}"
    held = project.store.issues.find(name)
    record = held or IssueRecord(
        id=name,
        number=issue.number,
        date=issue.date,
        window=issue.window,
        theme=theme,
        style=BULLETIN,
        path=f"data/drafts/{name}.md",
    )
    return in_style(project, record, style)


def in_style(project: Project, record: IssueRecord, style: str | None) -> IssueRecord:
    """The record in a style, as long as nothing was drafted in another.

    Raises:
        Refused: it has a draft in another style.
        ConfigError: there is no such style.
    """
    if style is None or style == record.style:
        return record
    style_named(style, [project.config.templates])
    path = draft_path(project, record)
    if path.exists():
        raise Refused(
            f"the draft is in the style {record.style}",
            where=str(path),
            cure="A draft keeps its style; move the file away to begin it anew.",
        )
    return replace(record, style=style)


def known_theme(config: Config, theme: str) -> Theme:
    """The configured theme of that id.

    Raises:
        NotFound: there is none.
    """
    for one in config.themes:
        if one.id == theme:
            return one
    raise NotFound(
        f"there is no theme {theme!r}",
        where=str(config.folder / "sources.yaml"),
        cure=f"The themes are {', '.join(one.id for one in config.themes)}.",
    )


def draft_path(project: Project, record: IssueRecord) -> Path:
    """Where the issue's draft stands, as an absolute path."""
    return (project.config.folder / record.path).resolve()


def stories_in_window(project: Project, record: IssueRecord) -> list[Story]:
    """The stories that the issue may speak of, best first; what was published before is left out.

    A story counts through any of its items (`sort.window.in_window`); one that the editor kept
    counts whenever it is from, until it was published.
    """
    store = project.store
    if record.window is None:
        return []
    standing = store.decisions.current()
    told = {entry.story_id for entry in store.issues.covered() if entry.issue_id != record.base}
    kept = [story for story, held in standing.items() if held.verdict == "keep"]
    candidates = {story.id: story for story in store.stories.since(_earliest(project, record))}
    candidates |= store.stories.many(story for story in kept if story not in candidates)
    counted = _counted(project, record, [i for s in candidates.values() for i in s.item_ids])
    found = [
        story
        for story in candidates.values()
        if story.id not in told
        and (story.id in kept or any(item_id in counted for item_id in story.item_ids))
    ]
    return sorted(
        (_as_settled(story, standing.get(story.id, Standing())) for story in found),
        key=lambda story: (-story.score, story.id),
    )


def _as_settled(story: Story, held: Standing) -> Story:
    """The story with the themes and the title that the editor gave it."""
    themes = story.themes if held.themes is None else held.themes
    return replace(story, themes=themes, title=held.title or story.title)


def _earliest(project: Project, record: IssueRecord) -> datetime:
    """The oldest date that an item may bear and still count in the issue's window."""
    assert record.window is not None  # noqa: S101 - the caller has looked
    start = datetime.combine(record.window.start, time(), tzinfo=project.config.newsletter.zone)
    return start - timedelta(days=project.config.fetch.lookback_days)


def _counted(project: Project, record: IssueRecord, item_ids: Sequence[str]) -> set[str]:
    """Those of the items that fall into the issue's window."""
    assert record.window is not None  # noqa: S101 - the caller has looked
    found = project.store.items.appearances(item_ids)
    states = project.store.sources.states()
    undated = not any(one.published for one in found.values())
    return {
        item_id
        for item_id, one in found.items()
        if in_window(
            one.published,
            one.first_seen,
            states[one.source_id].first_success if one.source_id in states else None,
            record.window,
            project.config.newsletter.zone,
            project.config.fetch.lookback_days,
            new_project=undated,
        )
    }
