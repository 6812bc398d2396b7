"""Which sources need a person, told once and not every hour."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from digest.pipeline.project import Project
from digest.pipeline.status import need

if TYPE_CHECKING:
    from digest.store.health import Health

_TOLD = "told"
"""The memo's key for the failure that a person was told of, by the time of its beginning."""


def untold(project: Project, found: Iterable[Health]) -> list[str]:
    """One line for each source that has failed for a week or is gone, and was not told of yet.

    `found` is how all sources do. What is told is remembered until the source works again;
    `digest status` goes on showing it.
    """
    sources = project.store.sources
    lines = []
    for health in found:
        if not health.failing:
            continue
        began = health.failing_since.isoformat() if health.failing_since else "gone"
        state = sources.state(health.source_id)
        if state.memo.get(_TOLD) == began:
            continue
        lines.append(need(health))
        told = replace(state, memo={**state.memo, _TOLD: began})
        name = "" if health.name == health.source_id else health.name
        sources.save(told, kind=health.kind, url=health.url, name=name)
    return lines
