"""`digest stats`: what the database holds, by table."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from digest.pipeline.project import Project
from digest.store import upkeep
from digest.store.upkeep import Size


@dataclass(frozen=True, slots=True)
class Stats:
    """Rows and bytes of the database.

    Attributes:
        size: Bytes of the database's file; empty pages count, its log does not.
        tables: The largest first, each with its indexes.
        worth_vacuuming: Whether much of the file is empty.
    """

    database: Path
    size: int
    tables: tuple[Size, ...]
    worth_vacuuming: bool


def stats(project: Project) -> Stats:
    """Count; changes nothing."""
    store = project.store
    return Stats(
        database=project.config.database,
        size=upkeep.file_size(store),
        tables=tuple(upkeep.sizes(store)),
        worth_vacuuming=upkeep.worth_vacuuming(store),
    )
