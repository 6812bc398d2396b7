"""`digest build`: the site, from the snapshots alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from digest.config.load import remember
from digest.pipeline.filed import filed
from digest.pipeline.project import Project
from digest.publish.program import drawer, fingerprint, indexer, program
from digest.publish.templates import Templates
from digest.publish.values import Correction, Filed, Published
from digest.publish.writer import Written, stands
from digest.store.issues import Told
from digest.store.records import IssueRecord

if TYPE_CHECKING:
    from digest.config.schema import Config
    from digest.publish.mail import MailReport


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


def build(project: Project, *, alone: bool = False) -> Built:
    """Make from the snapshots the pages and mails that changed, and write them.

    Nothing is written until all of them are made, so that a failure leaves the site as it was.

    Args:
        project: The project.
        alone: Pages and feeds alone, without mails, pictures and search, whose cost is measured
            apart.

    Raises:
        ConfigError: a template of the project's own is at fault; names file and line.
        MachineError: the site cannot be written.
    """
    config = project.config
    templates, rows = Templates(config.templates), filed(project)
    told = project.store.issues.told()
    of = _mark(project, templates, told, rows) + ("-alone" if alone else "")
    # Most builds find nothing to do: then no snapshot is read, and nothing that renders is loaded.
    if (pages := stands(config.site, of)) and (alone or stands(config.mails, of) is not None):
        return Built(config.site, pages)
    built = _build(project, templates, told, rows, of, alone=alone)
    remember(config.folder)
    return built


def _build(
    project: Project,
    templates: Templates,
    told: Sequence[Told],
    rows: Sequence[Filed],
    of: str,
    *,
    alone: bool,
) -> Built:
    from digest.publish.parallel import no_collector
    from digest.publish.site import shared, update

    config = project.config
    with no_collector():
        site = shared(config, list(map(_published, told)), templates, rows)
        if alone:
            return _built(config, update(site, config.site, pictures=False, of=of))
        from digest.publish.mail import make_mails
        from digest.publish.search import make_index

        notes: list[str] = []
        mails = make_mails(site, config.mails)
        written = update(site, config.site, indexer=make_index, tell=notes.append, of=of)
        mails.write(of)
        return _built(config, written, mails.reports, tuple(notes))


def _built(
    config: Config,
    written: Written,
    mails: tuple[MailReport, ...] = (),
    notes: tuple[str, ...] = (),
) -> Built:
    pages = sum(map(len, (written.added, written.changed, written.same)))
    changes = (written.added, written.changed, written.removed)
    return Built(config.site, pages, *changes, mails, notes)


def published(project: Project) -> list[Published]:
    """Every published issue as its newest snapshot has it, the oldest first."""
    return list(map(_published, project.store.issues.told()))


def published_of(project: Project, record: IssueRecord) -> Published | None:
    """An issue as its newest snapshot has it: as it went out, or will; None where there is none."""
    return next(map(_published, project.store.issues.told(record.id)), None)


# ------------------------------------------------------------------------------ what it is made of


def _mark(
    project: Project, templates: Templates, told: Sequence[Told], rows: Sequence[Filed]
) -> str:
    """A digest of all that goes into the site and the mails; where the project stands does not."""
    config = project.config
    said = (config.newsletter, config.issue, config.themes, config.trackers, config.sources)
    made_by = (program(), templates.fingerprint(), drawer(), indexer())
    issues = (_mark_of(one) for one in told)
    return fingerprint(*made_by, *map(repr, (*said, config.mail, rows)), *issues)


def _mark_of(told: Told) -> str:
    """A digest of an issue as readers have it."""
    record = told.record
    days = (record.published_at, record.publish_at, record.imported_from, told.times)
    return fingerprint(told.text, repr(days), repr(_tags(told)))


def _tags(told: Told) -> dict[int, list[tuple[str, float]]]:
    return {place: [(one.theme, one.score) for one in tags] for place, tags in told.tags.items()}


def _published(told: Told) -> Published:
    record = told.record
    out = record.published_at or record.publish_at or told.times[0][0]
    return Published(
        issue=told.issue,
        published=out,
        # What was scheduled was written before it went out.
        updated=max(out, told.times[-1][0]),
        corrections=tuple(Correction(at, text) for at, text in told.times if text and at >= out),
        imported=bool(record.imported_from),
        tags=_tags(told),
        mark=_mark_of(told),
    )
