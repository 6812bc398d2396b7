"""Which sources need a person, told once and not every hour."""

from __future__ import annotations

from dataclasses import replace

from digest.pipeline.project import Project
from digest.pipeline.status import need

_TOLD = "told"
"""The memo's key for the failure that a person was told of, by the time of its beginning."""


def untold(project: Project) -> list[str]:
    """One line for each source that has failed for a week or is gone, and was not told of yet.

    What is told is remembered until the source works again; `digest status` goes on showing it.
    """
    sources = project.store.sources
    lines = []
    for health in sources.health(project.now):
        began = health.failing_since.isoformat() if health.failing_since else "gone"
        state = sources.state(health.source_id)
        if not health.failing or state.memo.get(_TOLD) == began:
            continue
        lines.append(need(health))
        told = replace(state, memo={**state.memo, _TOLD: began})
        name = "" if health.name == health.source_id else health.name
        sources.save(told, kind=health.kind, url=health.url, name=name)
    return lines
