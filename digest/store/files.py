"""Files that are there whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from digest.errors import MachineError


@contextmanager
def whole(target: Path) -> Iterator[Path]:
    """Give a path to write to; the file gets its name only once it is complete and on the disk.

    Raises:
        MachineError: it cannot be written; whatever had that name before is as it was.
    """
    part = target.with_name(target.name + ".part")
    with on_disk(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        try:
            yield part
            _sync(part)
            part.replace(target)
            _sync(target.parent)
        finally:
            part.unlink(missing_ok=True)


@contextmanager
def on_disk(path: Path) -> Iterator[None]:
    """Turn what the operating system says of a file into a `MachineError`."""
    try:
        yield
    except OSError as problem:
        raise MachineError(
            f"the file cannot be written or read: {problem.strerror or problem}",
            where=str(problem.filename or path),
            cure="Check the permissions and the space on that disk.",
        ) from problem


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
