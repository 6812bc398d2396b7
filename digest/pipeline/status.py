"""`digest status`: how the project does."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from digest.pipeline.opening import open_issue
from digest.pipeline.project import Project
from digest.pipeline.sizes import Sizes, measured

if TYPE_CHECKING:
    from digest.store.health import Health
    from digest.store.records import IssueRecord
    from digest.store.runs import Run


@dataclass(frozen=True, slots=True)
class OpenIssue:
    """The issue that is being written."""

    id: str
    number: int
    date: date | None
    window: str
    draft: Path
    drafted: bool


@dataclass(frozen=True, slots=True)
class Scheduled:
    """An issue that waits for its time."""

    id: str
    number: int
    title: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits: for the editor, and for the next run.

    Attributes:
        waiting: Stories of the open issue's window that nothing was decided on.
        kept: Stories that were kept and not published yet.
        due: Sources that are due now.
    """

    waiting: int
    kept: int
    due: int


@dataclass(frozen=True, slots=True)
class Report:
    """The state of a project.

    Attributes:
        counts: Rows in each table.
        kinds: Items of each kind.
        sources: How each source does, those that need a person first.
        issue: The open issue.
        published: Ids of the issues that are out.
        runs: The last runs, newest first.
        needs: What a person should see to.
        queue: What waits for the editor, and for the next run.
        sizes: Bytes on the disk.
        scheduled: The issues that wait for their time.
    """

    folder: Path
    now: datetime
    counts: dict[str, int]
    kinds: dict[str, int]
    sources: tuple[Health, ...]
    issue: OpenIssue
    published: tuple[str, ...]
    runs: tuple[Run, ...]
    needs: tuple[str, ...]
    queue: Queue
    sizes: Sizes
    scheduled: tuple[Scheduled, ...] = ()


def status(
    project: Project,
    *,
    runs: int = 5,
    tables: Collection[str] | None = None,
    health: tuple[Health, ...] | None = None,
) -> Report:
    """Read the state of the project; changes nothing.

    Args:
        project: The project.
        runs: So many of the last runs are told.
        tables: Only the rows of these are counted, and no kinds of items; all takes long where
            there are millions.
        health: How the sources do, where that is known already.
    """
    store = project.store
    record = open_issue(project)
    draft = project.config.folder / record.path
    if health is None:
        health = tuple(store.sources.health(project.now))
    return Report(
        folder=project.config.folder,
        now=project.now,
        counts=store.counts(tables),
        kinds=store.items.kinds() if tables is None else {},
        sources=health,
        issue=OpenIssue(
            record.id, record.number, record.date, str(record.window), draft, draft.exists()
        ),
        published=tuple(one.id for one in store.issues.published()),
        runs=tuple(store.runs.last(runs)),
        needs=tuple(needs(health)),
        queue=_queue(project, record, health),
        sizes=measured(project.config),
        scheduled=tuple(
            Scheduled(one.id, one.number, one.title, one.publish_at)
            for one in store.issues.scheduled()
        ),
    )


def _queue(project: Project, record: IssueRecord, health: tuple[Health, ...]) -> Queue:
    zone = project.config.newsletter.zone
    since = project.now - timedelta(days=7)
    if record.window is not None:
        since = datetime.combine(record.window.start, time(), tzinfo=zone)
    waiting, kept = project.store.stories.queue(since)
    due = sum(1 for one in health if one.next_due is None or one.next_due <= project.now)
    return Queue(waiting, kept, due)


def needs(health: tuple[Health, ...]) -> list[str]:
    """One line for each source that a person should see to: failing for a week, or gone."""
    return [need(one) for one in health if one.failing]


def need(one: Health) -> str:
    """Why a source needs a person, and where to read more."""
    if one.retired:
        return f"{one.source_id} is gone for good (410): remove it from sources.yaml"
    return (
        f"{one.source_id} has failed since {one.failing_since:%Y-%m-%d}: {one.error}\n"
        f"  `digest sources show {one.source_id}` shows the exchange, and what may cure it."
    )
