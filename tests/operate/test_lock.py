"""The lock keeps two runs apart and never outlives its holder."""

from __future__ import annotations

import multiprocessing
import os
import signal
from pathlib import Path

import pytest

from digest.errors import MachineError
from digest.operate.lock import held


def test_a_second_holder_is_told_that_it_is_taken(tmp_path: Path) -> None:
    with held(tmp_path / "run.lock") as first, held(tmp_path / "run.lock") as second:
        assert first
        assert not second
    with held(tmp_path / "run.lock") as again:
        assert again


def _hold_for_ever(path: Path, ready: multiprocessing.synchronize.Event) -> None:
    with held(path):
        ready.set()
        signal.pause()


def test_a_killed_holder_gives_it_back(tmp_path: Path) -> None:
    path = tmp_path / "run.lock"
    spawn = multiprocessing.get_context("spawn")
    ready = spawn.Event()
    other = spawn.Process(target=_hold_for_ever, args=(path, ready))
    other.start()
    assert ready.wait(20)
    with held(path) as free:
        assert not free
    assert other.pid is not None
    os.kill(other.pid, signal.SIGKILL)
    other.join()
    with held(path) as free:
        assert free


def test_a_place_that_cannot_be_written_is_the_machines_fault(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(MachineError) as caught, held(tmp_path / "file" / "run.lock"):
        pass
    assert caught.value.exit_code == 4
    assert "permissions" in caught.value.cure
