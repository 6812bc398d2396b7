"""`digest draft`: the issue's Markdown, written or refreshed, never over the editor's words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from digest.draft.blocks import cut
from digest.draft.front import check_front
from digest.draft.refresh import Refreshed, refresh
from digest.draft.slots import slots_in
from digest.draft.style import style_named
from digest.errors import Refused
from digest.pipeline.drafted import Drafted
from digest.pipeline.files import read_draft, replace_file
from digest.pipeline.opening import draft_path, named_issue
from digest.pipeline.plan import plan_for
from digest.pipeline.project import Project
from digest.store.records import IssueRecord

AT_WORK = timedelta(minutes=30)
"""A file saved so recently may be open in the editor's program."""


def draft(project: Project, ref: str | None = None) -> Drafted:
    """Write the issue's draft, or refresh the one there is.

    An entry whose marker is damaged is the editor's, and told of with its line; the others follow
    their sources.

    Raises:
        NotFound: there is no such issue.
        Refused: the issue is not open any more.
        DraftError: the file is no draft, or its front matter is damaged; it is left as it is.
        MachineError: the file cannot be read or written.
    """
    return refreshed(project, named_issue(project, ref))


def refreshed(project: Project, record: IssueRecord) -> Drafted:
    """The same for an issue, or a digest of one theme, that need not be stored yet."""
    path = draft_path(project, record)
    style = style_named(record.style, [project.config.templates])
    refuse_closed(record, path)
    current = read_draft(path)
    last = project.store.drafts.last_text(record.id)
    if current is not None and current != last and _just_saved(path, project.now):
        reason = "saved less than half an hour ago: left alone, lest anything be written under you"
        return _report(record, path, current, left_alone=reason)
    if current is not None:
        check_front(current, str(path))
    plan = plan_for(project, record, current, style)
    return put(project, record, current, refresh(current, plan, str(path)))


def refuse_closed(record: IssueRecord, path: Path) -> None:
    """Refuse to write in the draft of an issue that is not open.

    Raises:
        Refused: it is scheduled, published or skipped.
    """
    if record.status != "draft":
        raise Refused(
            f"issue {record.id} is {record.status}; it is not refreshed any more",
            where=str(path),
            cure="Edit the file by hand, or name the open issue.",
        )


def put(project: Project, record: IssueRecord, current: str | None, done: Refreshed) -> Drafted:
    """Put a new text where `current` was read, and remember all that must be.

    What the machine writes is recorded before the file is replaced, so that after a crash an entry
    is at worst refreshed once more, never taken for the editor's or for deleted.

    Raises:
        Refused: the file changed since it was read.
        MachineError: it cannot be written.
    """
    store, path = project.store, draft_path(project, record)
    with store.transaction():
        store.issues.save(record)
        for key, text in done.remembered:
            store.drafts.remember(record.id, key, text, project.now)
        if current is not None:
            store.drafts.save_text(record.id, current, project.now)
    written = done.text != current
    if written:
        replace_file(path, done.text, expected=current)
    _note_states(project, record, done)
    made = _report(record, path, done.text, done, written=written)
    return replace(made, notes=project.summaries.notes)


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


def _note_states(project: Project, record: IssueRecord, done: Refreshed) -> None:
    """Once the file is written: what it holds, what the editor deleted, the machine withdrew."""
    drafts = project.store.drafts
    present = cut(done.text).keys
    with project.store.transaction():
        written = drafts.machine_keys(record.id)
        drafts.set_state(record.id, sorted(present & written), "present", project.now)
        deleted = drafts.deleted_keys(record.id, present) - set(done.removed)
        drafts.set_state(record.id, sorted(deleted), "deleted", project.now)
        drafts.set_state(record.id, done.removed, "withdrawn", project.now)
        drafts.save_text(record.id, done.text, project.now)
