"""One run at a time: a lock that the operating system gives back when its holder dies."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from digest.errors import MachineError


@contextmanager
def held(path: Path) -> Iterator[bool]:
    """Try to take the lock; yields whether it was free.

    The file stays behind and means nothing by itself: the lock is the kernel's, so a run that was
    killed never blocks the next one.

    Raises:
        MachineError: the file cannot be opened.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = path.open("a")
    except OSError as problem:
        raise MachineError(
            f"the lock cannot be opened: {problem.strerror}",
            where=str(path),
            cure="Check the permissions of that folder, and that the disk is not read-only.",
        ) from problem
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
