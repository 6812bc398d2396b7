"""`digest draft`: the issue's Markdown, written or refreshed, never over the editor's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from digest.draft.blocks import cut
from digest.draft.compose import entry_for
from digest.draft.material import Material
from digest.draft.opening import new_issue
from digest.draft.read import read
from digest.draft.refresh import Plan, Refreshed, refresh
from digest.draft.slots import slots_in
from digest.draft.style import Style, style_named
from digest.errors import DraftError, MachineError, Refused
from digest.model import Entry, Story
from digest.pipeline.files import replace_file
from digest.pipeline.opening import draft_path, named_issue, stories_in_window
from digest.pipeline.past import past_entries
from digest.pipeline.project import Project
from digest.sort.covered import covered
from digest.sort.venues import read_more
from digest.store.decisions import Standing
from digest.store.records import IssueRecord

AT_WORK = timedelta(minutes=30)
"""A file saved so recently may be open in the editor's program."""


@dataclass(frozen=True, slots=True)
class Drafted:
    """What drafting did.

    Attributes:
        entries: Keys of the entries in the file, in order.
        slots: How many slots await the editor's words.
        left_alone: Why the file was not touched; empty where it was looked at.
        warnings: What the editor should know, each with its line.
    """

    issue: str
    number: int
    path: Path
    written: bool
    entries: tuple[str, ...] = ()
    slots: int = 0
    added: tuple[str, ...] = ()
    rewritten: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    touched: tuple[str, ...] = ()
    left_alone: str = ""
    warnings: tuple[str, ...] = ()

    def summary(self) -> str:
        """Two lines for a person: what was done, and where the file is."""
        if self.left_alone:
            return f"{self.path}\n{self.left_alone}"
        done = [
            f"{len(keys)} {word}"
            for keys, word in (
                (self.added, "added"),
                (self.rewritten, "refreshed"),
                (self.removed, "removed"),
                (self.touched, "yours"),
            )
            if keys
        ]
        state = f"{len(self.entries)} entries ({', '.join(done) or 'nothing new'})"
        return f"{self.path}\n{state}, {self.slots} slots for your words"


def draft(project: Project, ref: str | None = None) -> Drafted:
    """Write the issue's draft, or refresh the one there is.

    What the machine writes is recorded before the file is replaced, so that after a crash an entry
    is at worst refreshed once more, never taken for the editor's or for deleted.

    Raises:
        NotFound: there is no such issue.
        Refused: the issue is not open any more.
        DraftError: the draft is damaged, a marker or its front matter; the file is left as it is.
        MachineError: the file cannot be read or written.
    """
    record = named_issue(project, ref)
    path = draft_path(project, record)
    style = style_named(record.style, [project.config.templates])
    if record.status != "draft":
        raise Refused(
            f"issue {record.id} is {record.status}; it is not refreshed any more",
            where=str(path),
            cure="Edit the file by hand, or name the open issue.",
        )
    store = project.store
    current = read_draft(path)
    last = store.drafts.last_text(record.id)
    if current is not None and current != last and _just_saved(path, project.now):
        reason = "saved less than half an hour ago: left alone, lest anything be written under you"
        return _report(record, path, current, left_alone=reason)
    if current is not None:
        read(current, str(path), style)  # refuses a damaged draft with its line
    plan = _plan(project, record, current, style)
    done = refresh(current, plan, str(path))
    with store.transaction():
        store.issues.save(record)
        for key, text in done.remembered:
            store.drafts.remember(record.id, key, text, project.now)
        if current is not None:
            store.drafts.save_text(record.id, current, project.now)
    written = done.text != current
    if written:
        replace_file(path, done.text, expected=current)
    _note_states(project, record, plan, done)
    return _report(record, path, done.text, done, written=written)


def read_draft(path: Path) -> str | None:
    """The draft's text exactly as it is on disk, or None where there is none.

    Raises:
        DraftError: it is not UTF-8.
        MachineError: it cannot be read.
    """
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return None
    except OSError as problem:
        raise MachineError(
            f"the draft cannot be read: {problem.strerror}",
            where=str(path),
            cure="Check that its folder is a folder, and the permissions.",
        ) from problem
    except UnicodeDecodeError as problem:
        line = problem.object[: problem.start].count(b"\n") + 1
        raise DraftError(
            "the draft is not UTF-8",
            where=f"{path}:{line}",
            cure="Save it as UTF-8; it was left as it is.",
        ) from problem


def _just_saved(path: Path, now: datetime) -> bool:
    saved = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return abs(now - saved) < AT_WORK


def _report(
    record: IssueRecord,
    path: Path,
    text: str,
    done: Refreshed | None = None,
    *,
    written: bool = False,
    left_alone: str = "",
) -> Drafted:
    return Drafted(
        issue=record.id,
        number=record.number,
        path=path,
        written=written,
        entries=tuple(block.key for block in cut(text).entries),
        slots=sum(1 for _ in slots_in(text)),
        added=done.added if done else (),
        rewritten=done.rewritten if done else (),
        removed=done.removed if done else (),
        touched=done.touched if done else (),
        left_alone=left_alone,
        warnings=done.warnings if done else (),
    )


def _plan(project: Project, record: IssueRecord, current: str | None, style: Style) -> Plan:
    """What the machine wants: the kept stories, the best ranked, and those the draft holds."""
    store = project.store
    standing = store.decisions.current()
    verdicts = {story_id: held.verdict for story_id, held in standing.items()}
    window = stories_in_window(project, record)
    kept = [story for story in window if verdicts.get(story.id) == "keep"]
    rest = [story for story in window if not verdicts.get(story.id)]
    chosen = [*kept, *rest][: max(project.config.issue.entries, len(kept))]
    states = store.drafts.states(record.id)
    wanted = [*kept]
    if current is not None:
        keys = cut(current).keys
        here = _held(project, keys)
        known = set(states) | keys
        wanted += [story for story in rest if story.id not in known][: _room(project, keys, states)]
        chosen = list({story.id: story for story in [*here, *wanted]}.values())
    entries = tuple(_entries(project, record, _rethemed(chosen, standing), style))
    return Plan(
        issue=new_issue(
            newsletter=project.config.newsletter,
            shape=project.config.issue,
            issue_id=record.id,
            number=record.number,
            day=record.date,
            window=record.window,
            entries=entries,
        ),
        kept=frozenset(story.id for story in wanted),
        skipped=frozenset(key for key, verdict in verdicts.items() if verdict == "skip"),
        written=store.drafts.machine_texts(record.id),
        known=frozenset(key for key, state in states.items() if state != "withdrawn"),
        style=style,
    )


def _room(project: Project, keys: frozenset[str], states: Mapping[str, str]) -> int:
    """How many of the best ranked stories a draft still lacks: it may have begun on a poor day.

    What the editor deleted is not made up for.
    """
    deleted = sum(1 for key, state in states.items() if state != "withdrawn" and key not in keys)
    return max(0, project.config.issue.entries - len(keys) - deleted)


def _held(project: Project, keys: frozenset[str]) -> list[Story]:
    """The stories of the entries that a draft holds."""
    return list(project.store.stories.many(sorted(keys)).values())


def _rethemed(stories: Sequence[Story], standing: Mapping[str, Standing]) -> list[Story]:
    found = []
    for story in stories:
        themes = standing.get(story.id, Standing()).themes
        found.append(story if themes is None else replace(story, themes=themes))
    return found


def _entries(
    project: Project, record: IssueRecord, stories: Sequence[Story], style: Style
) -> list[Entry]:
    store = project.store
    items = store.items.many(item_id for story in stories for item_id in story.item_ids)
    versions = store.items.version_numbers(items)
    names = store.sources.names()
    past = past_entries(project, before=record.id)
    title = project.config.newsletter.title
    return [
        entry_for(
            Material(
                story=story,
                items=tuple(items[item_id] for item_id in story.item_ids),
                versions=versions,
                read_more=read_more(story, items, names),
                source_names=names,
                covered=tuple(f"{title} {one.number}" for one in covered(story, items, past)),
            ),
            style,
        )
        for story in stories
    ]


def _note_states(project: Project, record: IssueRecord, plan: Plan, done: Refreshed) -> None:
    """Once the file is written: what it holds, what the editor deleted, the machine withdrew."""
    drafts = project.store.drafts
    present = cut(done.text).keys
    written = {key for key, _ in done.remembered} | set(plan.written)
    with project.store.transaction():
        drafts.set_state(record.id, sorted(present & written), "present", project.now)
        deleted = drafts.deleted_keys(record.id, present) - set(done.removed)
        drafts.set_state(record.id, sorted(deleted), "deleted", project.now)
        drafts.set_state(record.id, done.removed, "withdrawn", project.now)
        drafts.save_text(record.id, done.text, project.now)
