"""`digest dump` and `digest load`: everything as plain text, and back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from digest.config.load import load as read_config
from digest.pipeline.project import Project
from digest.store import dump as text


@dataclass(frozen=True, slots=True)
class Moved:
    """What was written or read. `rows` counts them by table; `database` is the SQLite file."""

    folder: Path
    database: Path
    rows: dict[str, int]

    def summary(self) -> str:
        """One line for a person."""
        count = sum(self.rows.values())
        return f"{count} rows of {len(self.rows)} tables: {self.folder}"


def dump(project: Project, folder: Path) -> Moved:
    """Write the whole database into a folder as JSON lines, a file for each table.

    Raises:
        Refused: the folder holds something else.
        MachineError: a file cannot be written.
    """
    return Moved(folder, project.config.database, text.dump(project.store, folder))


def load(sources_yaml: Path, folder: Path) -> Moved:
    """Make the project's database from a dump.

    Raises:
        ConfigError: sources.yaml is not what it must be.
        Refused: there is a database already, or the folder is no whole dump.
        NewerDatabase: a newer version of digest made the dump.
        MachineError: a file cannot be read or written.
    """
    database = read_config(sources_yaml).database
    return Moved(folder, database, text.load(folder, database))
