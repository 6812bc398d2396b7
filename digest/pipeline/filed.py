"""The rows of the running lists that readers see."""

from __future__ import annotations

from collections.abc import Iterable

from digest.pipeline.project import Project
from digest.publish.values import Filed
from digest.store.trackers import TrackerRow, said


def filed(project: Project) -> list[Filed]:
    """The rows that readers may see, for building the site."""
    known = {one.id for one in project.config.trackers}
    rows = [one for one in project.store.trackers.rows() if one.published and one.tracker in known]
    return [
        Filed(tracker, dict(row.cells), row.at, row.issue_id, row.key)
        for tracker in sorted(known)
        for row in once(row for row in rows if row.tracker == tracker)
    ]


def once(rows: Iterable[TrackerRow]) -> list[TrackerRow]:
    """Rows that say the same once: as an issue filed it, if one did."""
    found: dict[object, TrackerRow] = {}
    for row in rows:
        what = said(row.cells)
        held = found.get(what)
        if held is None or (row.issue_id and row.published and not held.issue_id):
            found[what] = row
    return sorted(found.values(), key=lambda one: one.id)
