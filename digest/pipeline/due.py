"""What was scheduled goes out when its time has come."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from digest.draft.status import with_status
from digest.errors import DigestError, DraftError, Refused
from digest.model import Status
from digest.pipeline.files import read_draft, replace_file
from digest.pipeline.opening import draft_path
from digest.pipeline.project import Project
from digest.store.records import IssueRecord


@dataclass(frozen=True, slots=True)
class Released:
    """Which scheduled issues went out.

    Attributes:
        issues: Their ids, in the order of their times.
        needs: What a person should see to: what cannot go out, and what went or will go out
            otherwise than its draft now says. One text each.
    """

    issues: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


def release(project: Project) -> Released:
    """Publish the snapshots of the issues that are due. Builds nothing.

    An issue that cannot go out holds up no other: it stays scheduled and is told of each time.
    """
    gone: list[str] = []
    needs: list[str] = []
    for record in project.store.issues.due(project.now):
        try:
            _refuse_taken_number(project, record)
            project.store.issues.release(record.id, project.now)
        except DigestError as problem:
            when = record.publish_at
            needs.append(f"issue {record.id} was to go out at {when:%Y-%m-%d %H:%MZ}: {problem}")
            continue
        gone.append(record.id)
        needs += _settle(project, record)
    catch_up(project)
    needs += _waiting(project)
    return Released(tuple(gone), tuple(needs))


def set_status(project: Project, record: IssueRecord, status: Status) -> None:
    """Write the issue's status into its draft, if it has one; every other byte stays as it is.

    Raises:
        DraftError: the draft's front matter is damaged.
        Refused: the file changed at this moment.
        MachineError: it cannot be written.
    """
    path = draft_path(project, record)
    text = read_draft(path) if path.is_file() else None
    if text is not None and (said := with_status(text, status)) != text:
        replace_file(path, said, expected=text)


def _refuse_taken_number(project: Project, record: IssueRecord) -> None:
    """The one thing that was in order when an issue was scheduled and need not be now."""
    for other in project.store.issues.published():
        if other.number == record.number and other.id != record.id:
            raise Refused(
                f"its number, {record.number}, is that of issue {other.id}, which is out",
                cure=f"`digest unpublish {record.id}`, give it another, and publish it again.",
            )


def _settle(project: Project, record: IssueRecord) -> list[str]:
    """See to the draft of an issue that went out; what a person should know of it."""
    try:
        differs = _differs(project, record)
        set_status(project, record, "published")
    except DigestError as problem:
        return [f"issue {record.id} went out, but not every line of its draft is right: {problem}"]
    said = f"issue {record.id} went out as it was scheduled; its draft has changed since"
    cure = f'`digest publish {record.id} --correct "what changed"` brings the changes to readers.'
    return [f"{said}\n  {cure}"] if differs else []


_LATELY = 3
"""How many of the last published issues may still have a draft that was not told so."""


def catch_up(project: Project) -> None:
    """Write the status that a command which was killed stored and did not write into the draft.

    Only where every other byte is what was stored: a draft that changed since is the editor's. One
    that was taken back may have changed: it is being written again.
    """
    issues = project.store.issues
    for record in (*issues.published()[-_LATELY:], *issues.scheduled()):
        text = _says_otherwise(project, record)
        if text and with_status(text, "published") == issues.snapshot(record.id).markdown:
            set_status(project, record, record.status)
    for record in issues.all():
        text = _says_otherwise(project, record) if record.status == "draft" else None
        # A draft that says nothing of its status is right as well.
        if text and text in (with_status(text, "published"), with_status(text, "scheduled")):
            set_status(project, record, "draft")


def _says_otherwise(project: Project, record: IssueRecord) -> str | None:
    """The text of a draft whose status is not that of its issue; one that is damaged can wait."""
    path = draft_path(project, record)
    with suppress(DraftError):
        text = read_draft(path) if record.path and path.is_file() else None
        if text is not None and with_status(text, record.status) != text:
            return text
    return None


def _waiting(project: Project) -> list[str]:
    """Scheduled issues whose drafts say something else by now than what will go out."""
    needs = []
    for record in project.store.issues.scheduled():
        if record.publish_at is None or record.publish_at <= project.now:
            continue
        try:
            differs = _differs(project, record)
        except DigestError as problem:
            needs.append(str(problem))
            continue
        if differs:
            when = record.publish_at.isoformat().replace("+00:00", "Z")
            needs.append(
                f"the draft of issue {record.id} has changed since the issue was scheduled\n"
                f"  `digest publish {record.id} --at {when}` schedules it as it stands now."
            )
    return needs


def _differs(project: Project, record: IssueRecord) -> bool:
    """Whether the draft says something else than the snapshot; a draft that is gone does not."""
    path = draft_path(project, record)
    text = read_draft(path) if path.is_file() else None
    if text is None:
        return False
    return with_status(text, "published") != project.store.issues.snapshot(record.id).markdown
