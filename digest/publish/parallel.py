"""Makes many pages on all cores. What comes out is the same as one after the other."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise

from digest.publish.frame import Page
from digest.publish.words import encode

# Below so many pages a further process costs more than it saves.
WORTHWHILE = 150

# So many runs of pages each process gets: with fewer one waits for the other at the end, with more
# the pages of the newest issues are parted from the feeds, which share their texts.
RUNS = 4

# Pages hold closures, which cannot be sent to a process; a forked one finds them here.
_WORK: list[Page] = []


def make_all(pages: Sequence[Page], cores: int | None = None) -> dict[str, bytes]:
    """The bytes of each page, by path.

    Args:
        pages: What to make. Neighbours share work, so that they are made together.
        cores: How many processes at most; as many as the machine has where it is not said.

    Raises:
        ConfigError: a template cannot be used.
    """
    cores = min(cores or os.cpu_count() or 1, len(pages) // WORTHWHILE)
    with no_collector():
        if cores < 2 or not _may_fork():
            return {page.path: encode(page.make()) for page in pages}
        return _made_by_processes(pages, cores)


@contextmanager
def no_collector() -> Iterator[None]:
    """Let the collector of cycles rest: it would look at all the issues again and again."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _may_fork() -> bool:
    """Forking is safe on Linux alone, and there without threads, whose locks would stay shut."""
    return sys.platform == "linux" and threading.active_count() == 1


def _made_by_processes(pages: Sequence[Page], cores: int) -> dict[str, bytes]:
    from concurrent.futures.process import BrokenProcessPool, ProcessPoolExecutor
    from multiprocessing import get_context

    _WORK[:] = pages
    count = cores * RUNS
    cuts = [len(pages) * part // count for part in range(count + 1)]
    crew = ProcessPoolExecutor(cores, get_context("fork"), initializer=_hear_no_signals)
    try:
        made = list(crew.map(_make_run, pairwise(cuts)))
    except BrokenProcessPool:
        # Somebody killed one, perhaps for its memory: one process needs less than several.
        made = [_make_run((0, len(pages)))]
    finally:
        crew.shutdown(cancel_futures=True)
        _WORK.clear()
    bodies = [body for run in made for body in run]
    return {page.path: body for page, body in zip(pages, bodies, strict=True)}


def _hear_no_signals() -> None:
    """What interrupts the command is the parent's to answer; who ends this process means it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _make_run(run: tuple[int, int]) -> list[bytes]:
    return [encode(page.make()) for page in _WORK[run[0] : run[1]]]
