"""How much the project's folders hold, and how much room is left."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from digest.config.schema import Config


@dataclass(frozen=True, slots=True)
class Sizes:
    """Bytes on the disk.

    Attributes:
        database: The database with its log.
        backups: Everything in the folder of backups.
        site: The built site.
        logs: What runs told.
        free: What is left on that disk; None where nobody can say.
    """

    database: int
    backups: int
    site: int
    logs: int
    free: int | None


def measured(config: Config) -> Sizes:
    """Look at the folders; one that is not there, or may not be read, holds nothing."""
    name = config.database.name
    return Sizes(
        database=sum(_size(config.data / f"{name}{ending}") for ending in ("", "-wal")),
        backups=_below(config.backups),
        site=_below(config.site),
        logs=_below(config.logs),
        free=_free(config.data),
    )


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0


def _below(folder: Path) -> int:
    try:
        with os.scandir(folder) as found:
            return sum(map(_weight, found))
    except OSError:
        return 0


def _weight(entry: os.DirEntry[str]) -> int:
    """A file's size, or what a folder holds. A link counts as what it leads to, if that is a file.

    Of a site's thousands of files, none is looked up twice.
    """
    if entry.is_dir(follow_symlinks=False):
        return _below(Path(entry.path))
    try:
        return 0 if entry.is_dir() else entry.stat().st_size
    except OSError:
        return 0


def _free(folder: Path) -> int | None:
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None


def said(size: float | None) -> str:
    """A number of bytes as people say it: `4.3 MB`."""
    if size is None:
        return "unknown"
    for unit in ("B", "kB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"
