"""What sorting has learned, kept between runs: `data/learned/NAME.npz`.

Only ever a shortcut: what is lost here is learned again from the decisions and the items.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digest.errors import MachineError
from digest.pipeline.project import Project

LEARNED = "learned"
"""What was learned in this round of sorting is owed under this name: by it much is sorted anew."""
_FACTS = "facts"


@dataclass(frozen=True)
class Kept:
    """What was learned, as arrays, and the facts that it was learned from."""

    facts: Mapping[str, Any]
    arrays: Mapping[str, NDArray[Any]]


def read(project: Project, name: str) -> Kept | None:
    """What was kept under a name; None where there is nothing, or nothing that can be read."""
    try:
        with np.load(_path(project, name), allow_pickle=False) as stored:
            arrays = {key: stored[key] for key in stored.files}
        return Kept(json.loads(arrays.pop(_FACTS).tobytes()), arrays)
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None


def write(project: Project, name: str, kept: Kept) -> None:
    """Keep it, in the place of what was there.

    Raises:
        MachineError: the folder cannot be written to.
    """
    path = _path(project, name)
    partial = path.with_suffix(".part")
    facts = np.frombuffer(json.dumps(kept.facts, sort_keys=True).encode(), dtype=np.uint8)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        project.store.progress.owe(LEARNED, [name])
        with partial.open("wb") as stream:
            np.savez(stream, **{_FACTS: facts}, **kept.arrays)  # type: ignore[arg-type]  # arrays
        partial.replace(path)
    except OSError as problem:
        raise MachineError(
            f"what was learned cannot be kept: {problem.strerror}",
            where=str(path),
            cure="Check the permissions and the space on that disk.",
        ) from problem


def forget(project: Project, name: str) -> None:
    """Let go of what was kept under a name."""
    _path(project, name).unlink(missing_ok=True)


def _path(project: Project, name: str) -> Path:
    return project.config.data / "learned" / f"{name}.npz"
