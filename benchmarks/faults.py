"""What becomes of a run when the machine fails under it: each failure, what was said and lost.

    python -m benchmarks.faults            # as root: it mounts small file systems; needs `cc`

One project over the sample web is brought to a Friday, with a draft that the editor has changed. A
copy goes through Monday undisturbed. Further copies meet a full disk, a disk that turned read-only,
one that gives errors (a layer under every write and sync, loaded before the C library), a database
that another program holds, damaged pages, a clock set back and forward. Then the fault is lifted,
Monday's run is called again, and tables, drafts and site are compared with the undisturbed ones.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from socketserver import BaseServer

from benchmarks.crash import Digest, differences, files, patient, write_as_the_editor
from digest.demo import project
from digest.demo.server import SampleWeb, serve

FRIDAY = datetime(2026, 3, 13, 16, 30, tzinfo=UTC)
MONDAY = datetime(2026, 3, 16, 8, tzinfo=UTC)

LAYER = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
static long left = -1;
static int fails(int file) {
    char link[64], name[4096];
    const char *below = getenv("FAIL_BELOW");
    if (!below) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    long size = readlink(link, name, sizeof name - 1);
    if (size < 0) return 0;
    name[size] = 0;
    if (strncmp(name, below, strlen(below))) return 0;
    if (left < 0) left = atol(getenv("FAIL_AFTER"));
    if (left > 0) { left--; return 0; }
    errno = EIO;
    return 1;
}
#define UNDER(result, name, args, call) \
    result name args { static result (*real) args; \
        if (!real) real = dlsym(RTLD_NEXT, #name); \
        return fails(f) ? -1 : real call; }
UNDER(ssize_t, write, (int f, const void *b, size_t n), (f, b, n))
UNDER(ssize_t, pwrite, (int f, const void *b, size_t n, off_t o), (f, b, n, o))
UNDER(ssize_t, pwrite64, (int f, const void *b, size_t n, off64_t o), (f, b, n, o))
UNDER(int, fsync, (int f), (f))
UNDER(int, fdatasync, (int f), (f))
"""


@dataclass
class Trial:
    """One copy of the project, and the program to call in it."""

    digest: Digest
    web: SampleWeb
    scratch: Path
    folder: Path

    def call(self, *words: str, now: datetime = MONDAY) -> tuple[int, str]:
        """A command's exit code and what it said."""
        self.web.move(now)
        return self.digest(self.folder, now, words), self.digest.printed.strip()


Fault = Callable[[Trial], Iterator[tuple[int, str]]]


def full(trial: Trial) -> Iterator[tuple[int, str]]:
    """The disk has room for a few pages more."""
    for room in (40, 400, 1200):
        used = sum(file.stat().st_blocks * 512 for file in trial.folder.rglob("*"))
        _remount(trial.folder, f"size={used + room * 1024}")
        yield trial.call("run")
        _remount(trial.folder, "size=200m")


def readonly(trial: Trial) -> Iterator[tuple[int, str]]:
    """The disk turned read-only; what only reads goes on."""
    _remount(trial.folder, "ro")
    for words in (("run",), ("status",), ("inbox",), ("search", "tallow")):
        code, said = trial.call(*words)
        yield code, f"{words[0]}: {said}"
    _remount(trial.folder, "rw")


def erring(trial: Trial) -> Iterator[tuple[int, str]]:
    """The disk gives EIO from the n-th write or sync on."""
    source, layer = trial.scratch / "layer.c", trial.scratch / "layer.so"
    source.write_text(LAYER)
    subprocess.run(["cc", "-shared", "-fPIC", "-o", layer, source, "-ldl"], check=True)
    for after in (0, 25, 150):
        trial.web.move(MONDAY)
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "digest",
                "-C",
                trial.folder,
                "--now",
                MONDAY.isoformat(),
                "run",
            ],
            env=os.environ
            | {
                "LD_PRELOAD": str(layer),
                "FAIL_BELOW": str(trial.folder / "data"),
                "FAIL_AFTER": str(after),
            },
            capture_output=True,
            text=True,
            check=False,
        )
        yield done.returncode, done.stderr.strip()


def locked(trial: Trial) -> Iterator[tuple[int, str]]:
    """Another program holds the database."""
    with closing(sqlite3.connect(trial.folder / "data" / "digest.db")) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield trial.call("run")


def damaged(trial: Trial) -> Iterator[tuple[int, str]]:
    """Pages in the midst of the file are overwritten; the doctor restores the backup."""
    path = trial.folder / "data" / "digest.db"
    with path.open("r+b") as file:
        for page in range(8, path.stat().st_size // 4096 - 8, 3):
            file.seek(page * 4096)
            file.write(b"\xa5" * 4096)
    yield trial.call("run")
    code, said = trial.call("doctor", "--mend")
    yield code, "\n".join(line for line in said.splitlines() if "database" in line)


def early(trial: Trial) -> Iterator[tuple[int, str]]:
    """The clock stands a month before the last run; the web knows nothing of it."""
    yield trial.digest(trial.folder, FRIDAY - timedelta(days=30), ("run",)), trial.digest.printed


def late(trial: Trial) -> Iterator[tuple[int, str]]:
    """The clock stands two years ahead for one run."""
    yield trial.digest(trial.folder, MONDAY + timedelta(days=730), ("run",)), trial.digest.printed


FAULTS: dict[str, Fault] = {
    "disk full": full,
    "read-only disk": readonly,
    "disk errors": erring,
    "locked database": locked,
    "damaged pages": damaged,
    "clock set back": early,
    "clock set forward": late,
}
DATES_DIFFER = {"clock set back", "clock set forward"}
"""What was stored under a wrong clock bears its time: only that nothing is missing is asked."""


def _remount(folder: Path, options: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{options}", str(folder)], check=True)


@contextmanager
def disk(folder: Path) -> Iterator[None]:
    """A file system of its own."""
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=200m", "tmpfs", str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def missing(before: Path, after: Path) -> Iterator[str]:
    """Items, decisions and issues that were there and are not any more; drafts that were cut."""
    for table in ("items", "decisions", "issues", "snapshots"):
        key = "issue_id" if table == "snapshots" else "id"
        held = [_column(one / "data" / "digest.db", table, key) for one in (before, after)]
        if lost := held[0] - held[1]:
            yield f"{len(lost)} of {table} are missing"
    for name in files(before / "data" / "drafts").keys() - files(after / "data" / "drafts").keys():
        yield f"the draft {name} is missing"


def _column(database: Path, table: str, key: str) -> set[str]:
    with closing(sqlite3.connect(database)) as db:
        return {str(row[0]) for row in db.execute(f"SELECT {key} FROM {table}")}


def main() -> int:
    """Prepare, fail, lift, compare, tell."""
    lost = 0
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="digest-faults-")))
        # clients are stopped on purpose: the server need not show where each of them went away
        BaseServer.handle_error = lambda *_details: None  # type: ignore[method-assign]
        web = stack.enter_context(serve(FRIDAY))
        digest = Digest(scratch)
        stack.callback(digest.close)
        first = scratch / "first"
        project.write(first, web.url)
        (first / "sources.yaml").write_text(patient(web.url), encoding="utf-8")
        trial = Trial(digest, web, scratch, first)
        for moment in (FRIDAY - timedelta(days=1), FRIDAY):
            code, said = trial.call("run", now=moment)
            assert code in (0, 3), said
        code, said = trial.call("backup", now=FRIDAY)
        assert code == 0, said
        write_as_the_editor(first, FRIDAY)
        calm = scratch / "calm"
        shutil.copytree(first, calm)
        Trial(digest, web, scratch, calm).call("run")
        for name, fault in FAULTS.items():
            folder = scratch / name.replace(" ", "-")
            with disk(folder):
                shutil.copytree(first, folder, dirs_exist_ok=True)
                here = Trial(digest, web, scratch, folder)
                told = list(fault(here))
                after, words = here.call("run")
                found = [] if after in (0, 3) else [f"the next run ended with {after}: {words}"]
                found += missing(first, folder)
                if name not in DATES_DIFFER:
                    found += differences(calm, folder)
                print(f"{name}: {(fault.__doc__ or '').splitlines()[0]}")
                for ended, text in told:
                    print(f"    exit {ended}: " + "\n            ".join(text.splitlines()[:3]))
                print(f"  afterwards: {'; '.join(found) or 'as if nothing had been'}", flush=True)
                lost += bool(found)
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
