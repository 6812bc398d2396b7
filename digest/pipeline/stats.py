"""`digest stats`: what the database holds, by table; and themes over time."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
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


@dataclass(frozen=True, slots=True)
class Themes:
    """Items a week. `weeks` are ISO weeks, the oldest first; a number for each, by theme id."""

    weeks: tuple[str, ...]
    items: tuple[int, ...]
    themes: dict[str, tuple[int, ...]]


def themes(project: Project, *, weeks: int) -> Themes:
    """How many items of each of the last weeks are in each theme, and how many there are."""
    monday = project.now.date() - timedelta(days=project.now.weekday())
    mondays = [monday - timedelta(weeks=back) for back in reversed(range(weeks))]
    since = datetime.combine(mondays[0], time(), UTC)
    counts: Counter[tuple[str, str]] = Counter()
    for day, theme, items in project.store.tags.by_day(since):
        counts[_week(date.fromisoformat(day)), theme] += items
    names = [_week(day) for day in mondays]
    # What is older than anything stored is not drawn.
    first = next((at for at, name in enumerate(names) if counts[name, ""]), len(names))
    names = names[first:]
    return Themes(
        weeks=tuple(names),
        items=tuple(counts[name, ""] for name in names),
        themes={
            theme.id: tuple(counts[name, theme.id] for name in names)
            for theme in project.config.themes
        },
    )


def _week(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year}-w{week:02d}"
