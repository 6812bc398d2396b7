"""A project whose data may be read and not written."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.pipeline.conftest import Desk

NOBODY = 65534


@pytest.fixture
def elsewhere() -> Iterator[Path]:
    """A folder that everybody may look into: pytest's own are private."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    for path in (folder, *folder.rglob("*")):
        if path.is_dir():
            path.chmod(0o755)
    shutil.rmtree(folder)


@contextmanager
def nobody() -> Iterator[None]:
    """Be a user to whom permissions apply; root may write everything."""
    if os.geteuid():
        yield
        return
    os.setresuid(NOBODY, NOBODY, 0)
    try:
        yield
    finally:
        os.setresuid(0, 0, 0)


def test_status_inbox_and_search_read_what_they_may_not_write(desk: Desk, elsewhere: Path) -> None:
    story = desk.ask("inbox")[0]["id"]
    for words in (["status"], ["search", "the"], ["keep", story]):
        desk(*words)  # what they import may stand where nobody may look
    shutil.copytree(desk.folder, elsewhere / "news")
    for path in ((elsewhere / "news"), *(elsewhere / "news").rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    before = {path: path.stat().st_mtime_ns for path in elsewhere.rglob("*")}
    there = replace(desk, folder=elsewhere / "news")
    with nobody():
        for words in (["status"], ["inbox"], ["search", "the"]):
            code, out, err = there(*words)
            assert (code, bool(out)) == (0, True), err
        code, _, err = there("keep", story)
    assert code == 4
    assert "the database cannot be written to" in err
    assert {path: path.stat().st_mtime_ns for path in elsewhere.rglob("*")} == before
