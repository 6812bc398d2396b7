"""`digest backup`: a consistent copy of the database, while anything else goes on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from digest.errors import MachineError
from digest.pipeline.project import Project
from digest.store import upkeep

PREFIX = "digest-"
ENDING = ".db"


@dataclass(frozen=True, slots=True)
class BackedUp:
    """What was written, and which older backups went for it."""

    path: Path
    size: int
    removed: tuple[str, ...] = ()

    def summary(self) -> str:
        """One line for a person."""
        gone = f"; {len(self.removed)} older removed" if self.removed else ""
        return f"{self.path} ({self.size / 1e6:.1f} MB){gone}"


def backup(project: Project) -> BackedUp:
    """Copy the database into `data/backups/` and let go of the oldest beyond `keep_backups`.

    Nothing is removed before the new copy is whole, checked and on the disk.

    Raises:
        MachineError: the copy cannot be written, or would not be sound; the earlier ones stay.
    """
    folder = project.config.backups
    target = folder / name_for(project.now)
    upkeep.backup(project.store, target)
    removed = surplus(
        (path.name for path in newest_first(folder)),
        project.config.operate.keep_backups,
        target.name,
    )
    try:
        for name in removed:
            (folder / name).unlink(missing_ok=True)
        size = target.stat().st_size
    except OSError as problem:
        raise MachineError(
            f"an old backup cannot be removed: {problem.strerror}",
            where=str(problem.filename or folder),
            cure="Check the permissions of that folder; the new backup is whole.",
        ) from problem
    return BackedUp(target, size, tuple(removed))


def name_for(moment: datetime) -> str:
    """The name of a backup of that moment; such names sort by time."""
    return f"{PREFIX}{moment:%Y%m%dT%H%M%SZ}{ENDING}"


def newest_first(folder: Path) -> list[Path]:
    """The backups in a folder, the newest first by name; files of other names are not counted."""
    try:
        found = [path for path in folder.iterdir() if _is_backup(path.name)]
    except (FileNotFoundError, NotADirectoryError):
        return []
    return sorted(found, key=lambda path: path.name, reverse=True)


def _is_backup(name: str) -> bool:
    return moment_of(name) is not None


def moment_of(name: str) -> str | None:
    """When a backup was made, as its name says; None for a file of another name."""
    stamp = name.removeprefix(PREFIX).removesuffix(ENDING)
    if name != f"{PREFIX}{stamp}{ENDING}":
        return None
    try:
        datetime.strptime(stamp, "%Y%m%dT%H%M%SZ")  # noqa: DTZ007 - only whether it is one
    except ValueError:
        return None
    return stamp


def surplus(names: Iterable[str], keep: int, fresh: str) -> list[str]:
    """Which backups are too many: all but the newest `keep`.

    The one just made always stays, even where a clock that was set back gave it an old name.
    """
    others = sorted((name for name in names if name != fresh), reverse=True)
    return others[keep - 1 :]
