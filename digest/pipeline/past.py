"""The entries of earlier issues, as sorting and drafting want to see them."""

from __future__ import annotations

from digest.pipeline.project import Project
from digest.sort.covered import Past


def past_entries(project: Project, *, before: str) -> list[Past]:
    """All entries of published issues other than `before`, newest issue first."""
    return [
        Past(
            issue_id=entry.issue_id,
            number=entry.number,
            date=entry.date,
            key=entry.story_id or entry.key,
            headline=entry.headline,
            addresses=entry.urls,
            titles=entry.titles,
        )
        for entry in project.store.issues.covered()
        if entry.issue_id != before
    ]
