"""Killed at any moment, the database holds whole transactions and nothing else."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from digest.store import upkeep
from digest.store.database import Store
from tests.store.making import NOW, bulk, item

WRITER = """
import sys
from pathlib import Path
from digest.model import SourceState
from digest.store.database import Store
from tests.store.making import NOW, item

with Store.open(Path(sys.argv[1])) as store:
    start = store.items.count() // 3
    print("ready", flush=True)
    for n in range(start, 1_000_000):
        with store.transaction():
            ids = [f"lab/{n}-{k}" for k in range(3)]
            store.items.apply([item(one, text=f"word{n} " * 300) for one in ids], now=NOW)
            store.items.record_ways([(one, "lab", one, "f") for one in ids], now=NOW)
            store.sources.save(SourceState("lab", etag=str(n + 1)), kind="feed", url="", name="")
        store.decisions.add("aaaaaaaaaa", "note", str(n), NOW)
        print(n, flush=True)
"""


@pytest.mark.parametrize("after", [0.02, 0.05, 0.11, 0.2])
def test_validators_and_items_are_killed_together(path: Path, after: float) -> None:
    for killed in (1, 2):
        program = [sys.executable, "-c", WRITER, str(path)]
        with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout is not None
            assert writer.stdout.readline() == "ready\n"
            time.sleep(after)
            os.kill(writer.pid, signal.SIGKILL)
            told = writer.stdout.read().split()
        with Store.open(path) as store:
            done = int(store.sources.state("lab").etag or 0)
            assert store.items.count() == 3 * done
            assert store.counts()["item_sources"] == 3 * done
            # What was reported as committed is there. Each death may come between items and note.
            noted = [int(decision.value) for decision in store.decisions.all()]
            assert not noted or done - 1 - killed <= noted[-1] <= done - 1
            if told:
                assert noted[-1] >= int(told[-1])
            assert upkeep.check(store) == []


def test_after_a_power_cut_the_log_alone_is_enough(store: Store, path: Path) -> None:
    """The database and its log as they stand on the disk, without what was only in memory."""
    store.items.apply(bulk(), now=NOW)
    elsewhere = path.parent / "elsewhere"
    elsewhere.mkdir()
    for ending in ("", "-wal"):
        name = path.name + ending
        shutil.copyfile(path.with_name(name), elsewhere / name)
    with Store.open(elsewhere / path.name) as found:
        assert found.items.count() == len(bulk())
        assert upkeep.check(found) == []


def test_a_log_cut_short_loses_no_whole_transaction(store: Store, path: Path) -> None:
    store.items.apply([item("lab/first")], now=NOW)
    log = path.with_name(path.name + "-wal")
    kept = log.stat().st_size
    store.items.apply(bulk(), now=NOW)
    whole = log.read_bytes()
    database = path.read_bytes()
    for cut in range(kept, len(whole), max(1, (len(whole) - kept) // 7)):
        elsewhere = path.parent / f"cut-{cut}"
        elsewhere.mkdir()
        (elsewhere / path.name).write_bytes(database)
        (elsewhere / log.name).write_bytes(whole[:cut])
        with Store.open(elsewhere / path.name) as found:
            assert [one.id for one in found.items.all()] == ["lab/first"]
            assert upkeep.check(found) == []
