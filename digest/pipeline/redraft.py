"""What the editor asks of a draft by name: to add, drop, compare or merge an entry, to go back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from difflib import unified_diff
from pathlib import Path

from digest.draft import update as merging
from digest.draft.blocks import Block, cut
from digest.draft.front import check_front
from digest.draft.places import applied, removal
from digest.draft.refresh import Plan, Refreshed, refresh
from digest.draft.style import style_named
from digest.errors import DraftError, NotFound, Refused, at
from digest.pipeline.draft import put, refuse_closed
from digest.pipeline.drafted import Drafted
from digest.pipeline.files import read_draft
from digest.pipeline.opening import draft_path
from digest.pipeline.plan import entries_of, plan_for
from digest.pipeline.project import Project
from digest.store.records import IssueRecord


@dataclass(frozen=True, slots=True)
class Kept:
    """A text that a draft once had.

    `added` and `removed` count lines against the text before it; `current` is whether the file
    says just this.
    """

    number: int
    at: datetime
    words: int
    added: int
    removed: int
    current: bool


@dataclass(frozen=True, slots=True)
class Proposal:
    """What would become of a draft, for the editor to look at first.

    Attributes:
        current: The file as it was read; None where there is none.
        done: What it would say.
        changes: The difference, line by line; empty where there is none.
        conflicts: How many `[[update: …]]` slots ask for a decision.
    """

    record: IssueRecord
    path: Path
    current: str | None
    done: Refreshed
    changes: str
    conflicts: int = 0


def add(project: Project, record: IssueRecord, stories: Sequence[str]) -> Drafted:
    """Put entries of these stories into the draft, whether or not they were deleted from it before.

    Into an issue's draft it also keeps the stories. Nothing else in the file changes.

    Raises:
        NotFound: a word names no story.
        Refused: there is no draft yet, or it is closed.
        DraftError: the file is no draft.
    """
    current = _opened(project, record)
    store = project.store
    ids = list(dict.fromkeys(store.stories.resolve(word) for word in stories))
    style = style_named(record.style, [project.config.templates])
    path = draft_path(project, record)
    found = store.stories.many(ids)
    entries = entries_of(project, record, [found[one] for one in ids], style)
    plan = plan_for(project, record, current, style)
    plan = replace(
        plan,
        issue=replace(plan.issue, entries=entries),
        kept=frozenset(ids),
        known=frozenset(),
        skipped=frozenset(),
    )
    here = cut(current).keys & set(ids)
    if here:
        raise Refused(
            f"the draft has the entry {', '.join(sorted(here))} already",
            where=str(path),
            cure=f"`digest draft --diff {min(here)}` shows what is new for it.",
        )
    done = refresh(current, plan, str(path))
    with store.transaction():
        if not record.theme:
            for story_id in ids:
                store.decisions.add(story_id, "keep", "", project.now)
    return put(project, record, current, done)


def drop(project: Project, record: IssueRecord, keys: Sequence[str]) -> Drafted:
    """Take entries out of the draft, the editor's too; earlier texts of the draft still have them.

    The stories stay in the inbox, and no refresh brings the entries back.

    Raises:
        NotFound: the draft has no such entry.
        Refused: there is no draft, or it is closed.
        DraftError: it is damaged: what is taken out could let other markers pair up.
    """
    current = _opened(project, record)
    path = draft_path(project, record)
    blocks = cut(current)
    if blocks.faults:
        fault = blocks.faults[0]
        raise DraftError(fault.message, where=at(path, fault.line), cure=fault.cure)
    gone = _keys(blocks.entries, keys, path)
    edits = [removal(blocks.blocks, key, gone) for key in gone]
    done = put(project, record, current, Refreshed(applied(current, edits)))
    project.store.drafts.set_state(record.id, gone, "deleted", project.now)
    return replace(done, removed=tuple(gone))


def diff(project: Project, record: IssueRecord, keys: Sequence[str]) -> str:
    """What the machine would write now for some entries, against what it wrote; empty if nothing.

    Raises:
        NotFound: the draft has no such entry, or it has no story.
        Refused: there is no draft.
    """
    current, plan, wanted = _material(project, record, keys)
    return merging.diff(current, plan, wanted)


def update(project: Project, record: IssueRecord, keys: Sequence[str]) -> Proposal:
    """What is new, merged into some entries without losing a word of the editor's; writes nothing.

    Raises:
        NotFound, Refused: as `diff` does.
    """
    refuse_closed(record, draft_path(project, record))
    current, plan, wanted = _material(project, record, keys)
    merged = merging.update(current, plan, wanted)
    done = Refreshed(merged.text, merged.remembered, rewritten=tuple(wanted))
    return _proposal(project, record, current, done, merged.conflicts)


def texts(project: Project, record: IssueRecord) -> list[Kept]:
    """The texts that a draft had, as they were read or written, the first one first."""
    path = draft_path(project, record)
    here = read_draft(path)
    found: list[Kept] = []
    before: list[str] = []
    for number, (moment, text) in enumerate(project.store.drafts.texts(record.id), start=1):
        lines = text.splitlines()
        changes = [line[:1] for line in unified_diff(before, lines, n=0, lineterm="")][2:]
        added, removed = changes.count("+"), changes.count("-")
        found.append(Kept(number, moment, len(text.split()), added, removed, text == here))
        before = lines
    return found


def restore(project: Project, record: IssueRecord, number: int) -> Proposal:
    """An earlier text of the draft in the place of the present one; writes nothing.

    Raises:
        NotFound: there is no such text.
        Refused: the issue is not open.
    """
    path = draft_path(project, record)
    refuse_closed(record, path)
    kept = project.store.drafts.texts(record.id)
    if not 1 <= number <= len(kept):
        raise NotFound(
            f"the draft of {record.id} has no text {number}",
            cure=f"`digest draft {record.id} --texts` lists its {len(kept)}.",
        )
    return _proposal(project, record, read_draft(path), Refreshed(kept[number - 1][1]), 0)


def accept(project: Project, proposal: Proposal) -> Drafted:
    """Write what was proposed.

    Raises:
        Refused: the file changed since it was read.
        MachineError: it cannot be written.
    """
    return put(project, proposal.record, proposal.current, proposal.done)


# -------------------------------------------------------------------------------------------------


def _opened(project: Project, record: IssueRecord) -> str:
    """The draft of an issue that is open, as it is on disk."""
    path = draft_path(project, record)
    refuse_closed(record, path)
    return _present(project, record)


def _present(project: Project, record: IssueRecord) -> str:
    path = draft_path(project, record)
    current = read_draft(path)
    if current is None:
        raise Refused(
            f"issue {record.id} has no draft yet", where=str(path), cure="`digest draft` writes it."
        )
    check_front(current, str(path))
    return current


def _material(
    project: Project, record: IssueRecord, keys: Sequence[str]
) -> tuple[str, Plan, list[str]]:
    """The draft, what the machine would write, and the keys in full."""
    current = _present(project, record)
    path = draft_path(project, record)
    blocks = cut(current)
    sound = [block for block in blocks.entries if block.key not in blocks.duplicates]
    wanted = _keys(sound, keys, path)
    style = style_named(record.style, [project.config.templates])
    return current, plan_for(project, record, current, style), wanted


def _keys(entries: Sequence[Block], words: Sequence[str], path: Path) -> list[str]:
    """The keys that these words, each a key or how it begins, name among entries."""
    here = [block.key for block in entries]
    found: list[str] = []
    for word in words:
        named = [key for key in here if key == word] or [k for k in here if k.startswith(word)]
        if len(named) != 1:
            problem = f"names several entries: {', '.join(named)}" if named else "is no entry here"
            raise NotFound(
                f"{word!r} {problem}",
                where=str(path),
                cure=f"The entries between sound markers are {', '.join(here) or 'none'}.",
            )
        found += named
    return list(dict.fromkeys(found))


def _proposal(
    project: Project, record: IssueRecord, current: str | None, done: Refreshed, conflicts: int
) -> Proposal:
    path = draft_path(project, record)
    before, after = (text.splitlines() for text in (current or "", done.text))
    lines = unified_diff(before, after, f"{path.name} now", f"{path.name} then", lineterm="")
    return Proposal(record, path, current, done, "\n".join(lines), conflicts)
