"""`digest build`: the site, from the snapshots alone."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from digest.pipeline.project import Project
from digest.pipeline.trackers import filed
from digest.publish.mail import MailReport, make_mails
from digest.publish.search import make_index
from digest.publish.site import shared, update
from digest.publish.templates import Templates
from digest.publish.values import Correction, Published
from digest.store.records import IssueRecord


@dataclass(frozen=True, slots=True)
class Built:
    """What building did to the files on disk, the mails it made, and notes for a person."""

    site: Path
    pages: int
    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    mails: tuple[MailReport, ...] = ()
    notes: tuple[str, ...] = ()

    def summary(self) -> str:
        """A line for a person, and one for the newest mail and each that was too long."""
        done = [
            f"{len(paths)} {word}"
            for paths, word in (
                (self.added, "added"),
                (self.changed, "changed"),
                (self.removed, "removed"),
            )
            if paths
        ]
        lines = [f"{self.site}: {self.pages} files, {', '.join(done) or 'nothing changed'}"]
        lines += [one.summary() for one in self.mails if one.cut or one is self.mails[-1]]
        return "\n".join([*lines, *self.notes])


def build(project: Project) -> Built:
    """Make from the snapshots the pages and mails that changed, and write them.

    Nothing is written until all of them are made, so that a failure leaves the site as it was.

    Raises:
        ConfigError: a template of the project's own is at fault; names file and line.
        MachineError: the site cannot be written.
    """
    config = project.config
    site = shared(config, published(project), Templates(config.templates), filed(project))
    notes: list[str] = []
    mails = make_mails(site, config.mails)
    written = update(site, config.site, indexer=make_index, tell=notes.append)
    mails.write()
    pages = sum(map(len, (written.added, written.changed, written.same)))
    changes = (written.added, written.changed, written.removed)
    return Built(config.site, pages, *changes, mails.reports, tuple(notes))


def published(project: Project) -> list[Published]:
    """Every published issue as its newest snapshot has it, the oldest first."""
    found = (published_of(project, record) for record in project.store.issues.published())
    return [one for one in found if one]


def published_of(project: Project, record: IssueRecord) -> Published | None:
    """An issue as its newest snapshot has it: as it went out, or will; None where there is none."""
    snapshots = project.store.issues.snapshots(record.id)
    if not snapshots:
        return None
    last = snapshots[-1]
    out = record.published_at or record.publish_at or snapshots[0].at
    return Published(
        issue=last.issue,
        published=out,
        # What was scheduled was written before it went out.
        updated=max(out, last.at),
        corrections=tuple(
            Correction(one.at, one.correction)
            for one in snapshots
            if one.correction and one.at >= out
        ),
        imported=bool(record.imported_from),
    )
