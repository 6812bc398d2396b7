"""A project over the sample web, and the program called as a person would call it."""

from __future__ import annotations

import contextlib
import io
import json
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from digest.cli.main import main
from digest.demo import project
from digest.demo.server import SampleWeb, serve

MONDAY = datetime(2026, 3, 16, 8, tzinfo=UTC)


@dataclass
class Desk:
    """A folder, a clock and the sample web."""

    folder: Path
    web: SampleWeb
    now: datetime = MONDAY

    def __call__(self, *words: str) -> tuple[int, str, str]:
        """Run a verb; exit code, stdout, stderr."""
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main(["-C", str(self.folder), "--now", self.now.isoformat(), *words])
        return code, out.getvalue(), err.getvalue()

    def ask(self, *words: str) -> Any:
        """A verb's JSON; it must succeed, or end with 3."""
        code, out, err = self(*words, "--json")
        assert code in (0, 3), err
        return json.loads(out)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What the database says."""
        with contextlib.closing(sqlite3.connect(self.folder / "data" / "digest.db")) as db:
            return db.execute(sql).fetchall()

    def change(self, sql: str, *values: str) -> None:
        """Change the database behind the program's back, as time would."""
        with contextlib.closing(sqlite3.connect(self.folder / "data" / "digest.db")) as db, db:
            db.execute(sql, values)

    def counts(self) -> dict[str, int]:
        """Rows of every table but the runs."""
        counts: dict[str, int] = self.ask("status")["counts"]
        return {table: count for table, count in counts.items() if table != "runs"}

    @property
    def draft(self) -> Path:
        """The open issue's draft."""
        return Path(self.ask("status")["issue"]["draft"])

    def move(self, moment: datetime) -> None:
        """Let time pass, for the program and for the web."""
        self.now = moment
        self.web.move(moment)

    def edit(self, old: str, new: str) -> None:
        """Change the draft as a person would; it must hold `old`."""
        text = self.draft.read_text(encoding="utf-8")
        assert old in text
        self.draft.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.fixture(scope="module")
def sample_web() -> Iterator[SampleWeb]:
    """One sample web for a module: addresses stand in what is stored."""
    with serve(MONDAY) as web:
        yield web


@pytest.fixture(scope="module")
def after_a_run(sample_web: SampleWeb, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project's folder after its first run."""
    folder = tmp_path_factory.mktemp("first") / "news"
    project.write(folder, sample_web.url)
    assert Desk(folder, sample_web)("run") == (0, "", "")
    return folder


@pytest.fixture
def fresh(sample_web: SampleWeb, tmp_path: Path) -> Desk:
    """A project that has fetched nothing yet."""
    project.write(tmp_path / "news", sample_web.url)
    sample_web.move(MONDAY)
    return Desk(tmp_path / "news", sample_web)


@pytest.fixture
def desk(sample_web: SampleWeb, after_a_run: Path, tmp_path: Path) -> Desk:
    """A project after its first run, on a Monday morning."""
    shutil.copytree(after_a_run, tmp_path / "news")
    sample_web.move(MONDAY)
    return Desk(tmp_path / "news", sample_web)
