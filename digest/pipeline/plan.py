"""What the machine wants a draft to hold: which stories, and the entry of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from digest.draft.blocks import cut
from digest.draft.compose import entry_for
from digest.draft.material import Material
from digest.draft.opening import new_issue, theme_issue
from digest.draft.refresh import Plan
from digest.draft.style import Style
from digest.model import Entry, Issue, Story
from digest.pipeline.opening import stories_in_window
from digest.pipeline.past import told_before
from digest.pipeline.project import Project
from digest.sort.venues import read_more
from digest.store.decisions import Standing
from digest.store.records import IssueRecord

DIGEST_ENTRIES = 20
"""How many entries a new digest of one theme gets, where each is one line."""


def plan_for(project: Project, record: IssueRecord, current: str | None, style: Style) -> Plan:
    """The kept stories, the best ranked, and those that the draft holds already.

    Of a digest of one theme they are the stories of that theme.
    """
    store = project.store
    standing = store.decisions.current()
    verdicts = {story_id: held.verdict for story_id, held in standing.items()}
    window = [
        story
        for story in stories_in_window(project, record)
        if not record.theme or record.theme in story.themes
    ]
    kept = [story for story in window if verdicts.get(story.id) == "keep"]
    rest = [story for story in window if not verdicts.get(story.id)]
    most = _most(project, record, style)
    chosen = [*kept, *rest][: max(most, len(kept))]
    states = store.drafts.states(record.id)
    wanted = [*kept]
    if current is not None:
        keys = cut(current).keys
        here = list(store.stories.many(sorted(keys)).values())
        known = set(states) | keys
        fresh = [story for story in rest if story.id not in known]
        wanted += fresh[: _room(most, keys, states)]
        chosen = list({story.id: story for story in [*here, *wanted]}.values())
    entries = entries_of(project, record, chosen, style)
    return Plan(
        issue=_issue(project, record, entries),
        kept=frozenset(story.id for story in wanted),
        skipped=frozenset(key for key, verdict in verdicts.items() if verdict == "skip"),
        written=store.drafts.machine_texts(record.id),
        known=frozenset(key for key, state in states.items() if state != "withdrawn"),
        style=style,
        themes={theme.id: theme.title for theme in project.config.themes},
    )


def _most(project: Project, record: IssueRecord, style: Style) -> int:
    """How many entries a new draft gets."""
    if record.theme and style.one_line:
        return max(DIGEST_ENTRIES, project.config.issue.entries)
    return project.config.issue.entries


def _room(most: int, keys: frozenset[str], states: Mapping[str, str]) -> int:
    """How many of the best ranked stories a draft still lacks: it may have begun on a poor day.

    What the editor deleted is not made up for.
    """
    deleted = sum(1 for key, state in states.items() if state != "withdrawn" and key not in keys)
    return max(0, most - len(keys) - deleted)


def _issue(project: Project, record: IssueRecord, entries: Sequence[Entry]) -> Issue:
    """The issue of a new draft; a digest of one theme has neither coda nor parts."""
    config = project.config
    if record.theme:
        titles = {theme.id: theme.title for theme in config.themes}
        return theme_issue(
            newsletter=config.newsletter,
            theme=titles.get(record.theme, record.theme),
            issue_id=record.id,
            number=record.number,
            day=record.date,
            window=record.window,
            entries=entries,
        )
    return new_issue(
        newsletter=config.newsletter,
        shape=config.issue,
        issue_id=record.id,
        number=record.number,
        day=record.date,
        window=record.window,
        entries=entries,
    )


def entries_of(
    project: Project, record: IssueRecord, stories: Sequence[Story], style: Style
) -> tuple[Entry, ...]:
    """The entries that the machine would write for some stories."""
    store = project.store
    standing = store.decisions.current()
    items = store.items.many(item_id for story in stories for item_id in story.item_ids)
    versions = store.items.version_numbers(items)
    names = store.sources.names()
    titles = store.sources.last_titles(item.source_id for item in items.values())
    before = told_before(project, record.base, stories, items)
    title = project.config.newsletter.title
    made = []
    for story in stories:
        material = Material(
            story=_themed(story, standing, record.theme),
            items=tuple(items[item_id] for item_id in story.item_ids),
            versions=versions,
            read_more=read_more(story, items, names),
            source_names=names,
            covered=tuple(f"{title} {one}" for one in before[story.id]),
            title=standing.get(story.id, Standing()).title,
            titles=titles,
        )
        told = project.summaries.of(material, brief=style.one_line)
        made.append(entry_for(material, style, told))
    return tuple(made)


def _themed(story: Story, standing: Mapping[str, Standing], theme: str) -> Story:
    """The story with the themes that the editor gave it; that of the digest it is for is first."""
    given = standing.get(story.id, Standing()).themes
    themes = story.themes if given is None else given
    if theme:
        themes = (theme, *(one for one in themes if one != theme))
    return replace(story, themes=themes)
