"""What the doctor finds, and where it looks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from digest.config.schema import Config

State = Literal["ok", "note", "wrong", "mended"]
Mend = Literal["", "indexes", "tags", "restore", "vacuum"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found.

    Attributes:
        check: What was looked at.
        state: `ok`; `note`, which nobody needs to act on today; `wrong`; `mended`.
        message: What is so.
        cure: What to do about it.
        mend: What `--mend` would do.
    """

    check: str
    state: State
    message: str
    cure: str = ""
    mend: Mend = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where to look: the project as far as it can be read, and the moment."""

    sources_yaml: Path
    config: Config | None
    now: datetime

    @property
    def data(self) -> Path:
        """The folder of machine state; known even where sources.yaml cannot be read."""
        return self.sources_yaml.parent / "data"

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.data / "digest.db"
