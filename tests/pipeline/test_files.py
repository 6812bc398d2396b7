"""A file is replaced whole, durably, and never over what somebody else wrote."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from digest.errors import MachineError, Refused
from digest.pipeline.files import replace_file


def test_a_file_is_made_and_replaced_with_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "drafts" / "a.md"
    replace_file(path, "one\r\ntwo", expected=None)
    assert path.read_bytes() == b"one\r\ntwo"
    path.chmod(0o640)
    replace_file(path, "three", expected="one\r\ntwo")
    assert path.read_text() == "three"
    assert path.stat().st_mode & 0o777 == 0o640
    assert [file.name for file in path.parent.iterdir()] == ["a.md"]


@pytest.mark.parametrize("expected", [None, "something else"])
def test_what_changed_meanwhile_is_left_as_it_is(tmp_path: Path, expected: str | None) -> None:
    path = tmp_path / "a.md"
    path.write_text("mine")
    with pytest.raises(Refused, match="changed while"):
        replace_file(path, "theirs", expected=expected)
    assert {file.name: file.read_text() for file in tmp_path.iterdir()} == {"a.md": "mine"}


def test_what_a_killed_program_left_is_cleared_away_and_nothing_else(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True
    )
    gone = int(done.stdout)
    path = tmp_path / "a[1].md"
    mine = [f".a[1].md.{os.getpid()}-xyz", ".a[1].md.swp", ".a[1].md.notes-1", ".b.md.1-x", "a1.md"]
    for name in [*mine, f".a[1].md.{gone}-abc"]:
        (tmp_path / name).write_text("")
    replace_file(path, "text", expected=None)
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted([*mine, path.name])


def test_a_folder_that_is_none_is_the_machines_fault(tmp_path: Path) -> None:
    (tmp_path / "drafts").write_text("in the way")
    with pytest.raises(MachineError):
        replace_file(tmp_path / "drafts" / "a.md", "text", expected=None)
