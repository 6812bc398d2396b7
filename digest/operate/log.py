"""What runs did, as lines of JSON in `data/logs/`, for people and programs to read later.

Each line is one object: `at` (the moment that the command speaks of, in UTC), `run` (a number that
the lines of one run share: its process), `seconds` since the run began, `event`, and what belongs
to it. The events of a run are `start`, a `stage` for each part it enters, a `source` for each that
failed or has something to say, `need` for what a person should see to, and `end`. A run that was
killed has no `end`.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from digest import __version__
from digest.errors import DigestError
from digest.pipeline.run import Run

NAME = "digest.jsonl"
LARGE = 1_000_000
"""Bytes at which a log is put aside and a new one begun."""
KEPT = 9
"""How many that were put aside are kept: about three years of hourly runs."""


@dataclass
class Log:
    """An open log. Lines are whole: each is written at once, at the end of the file.

    A log that cannot be written never stops a run; `trouble` then says why.
    """

    path: Path
    at: datetime
    clock: Callable[[], float] = time.monotonic
    trouble: str = ""
    _began: float = field(init=False)

    def __post_init__(self) -> None:
        self._began = self.clock()

    def __call__(self, event: str, **fields: Any) -> None:
        """Write one line."""
        line = {
            "at": f"{self.at:%Y-%m-%dT%H:%M:%SZ}",
            "run": os.getpid(),
            "seconds": round(self.clock() - self._began, 3),
            "event": event,
            **fields,
        }
        text = json.dumps(line, ensure_ascii=False, default=str) + "\n"
        try:
            with self.path.open("ab", buffering=0) as file:
                # what a power cut tore off ends here, so that this line stands alone
                file.write((b"" if _ends_whole(self.path) else b"\n") + text.encode())
        except OSError as problem:
            self.trouble = f"the log cannot be written: {self.path}: {problem.strerror}"


def _ends_whole(path: Path) -> bool:
    with path.open("rb") as file:
        if file.seek(0, os.SEEK_END) == 0:
            return True
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"


def rotate(path: Path, *, large: int = LARGE, kept: int = KEPT) -> None:
    """Put a large log aside as `digest.1.jsonl`, the one before as `digest.2.jsonl`, and so on.

    Raises:
        OSError: a file cannot be moved.
    """
    if not path.exists() or path.stat().st_size < large:
        return
    aside = [path.with_name(f"{path.stem}.{number}{path.suffix}") for number in range(1, kept + 1)]
    for older, newer in zip(reversed(aside), [*reversed(aside[:-1]), path], strict=True):
        if newer.exists():
            newer.replace(older)


@contextmanager
def recorded(folder: Path, verb: str, at: datetime) -> Iterator[Log]:
    """Log a command: its start, what is written within, and its end where an error makes it.

    To be called while the run's lock is held, so that no two rotate at once.
    """
    log = Log(folder / NAME, at)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        rotate(log.path)
    except OSError as problem:
        log.trouble = f"the log cannot be put aside: {folder}: {problem.strerror}"
    log("start", verb=verb, version=__version__)
    try:
        yield log
    except KeyboardInterrupt:
        log("end", verb=verb, exit_code=130, error="interrupted")
        raise
    except Exception as problem:
        code = problem.exit_code if isinstance(problem, DigestError) else 1
        log("end", verb=verb, exit_code=code, error=f"{type(problem).__name__}: {problem}")
        raise


def report(log: Log, done: Run) -> None:
    """Log what a whole run did."""
    for one in done.fetched.outcomes:
        if one.error or one.warnings:
            log(
                "source",
                source=one.source_id,
                error=one.error,
                status=one.status,
                failing_since=one.failing_since,
                warnings=list(one.warnings),
            )
    for need in done.needs:
        log("need", what=need)
    log(
        "end",
        verb="run",
        exit_code=3 if done.needs_person else 0,
        fetched=len(done.fetched.outcomes),
        failed=len(done.fetched.failed),
        new=done.fetched.new,
        edited=done.fetched.edited,
        placed=done.sorted.placed,
        draft=done.drafted.issue if done.drafted and done.drafted.written else "",
        pages=len(done.built.added) + len(done.built.changed) + len(done.built.removed),
    )
