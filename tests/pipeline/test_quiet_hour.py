"""An hour in which nothing is new: little is loaded for it, and drafts stand until they may not."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from tests.pipeline.conftest import MONDAY, Desk

WORK_ON_NEWS = {
    "PIL",
    "bs4",
    "css_inline",
    "fastfeedparser",
    "feedparser",
    "markdown_it",
    "numpy",
    "pypdf",
    "ruamel",
    "trafilatura",
}
"""Packages that read, sort, write or draw what is new."""

_LOADED = """
import sys
from digest.cli.main import main
code = main(sys.argv[1:])
print(code, *sorted({name.partition(".")[0] for name in sys.modules}))
"""


def loaded(desk: Desk) -> set[str]:
    """The packages that a run loads in a process of its own."""
    words = ["-C", str(desk.folder), "--now", desk.now.isoformat(), "run"]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-c", _LOADED, *words]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=300, check=True, env=environment
    )
    code, *names = done.stdout.split()
    assert code == "0", done.stderr
    return set(names)


def test_an_hour_without_news_loads_nothing_that_works_on_news(desk: Desk) -> None:
    assert desk("run")[0] == 0
    assert loaded(desk) & WORK_ON_NEWS == set()


def test_an_hour_with_news_loads_what_works_on_news(fresh: Desk) -> None:
    assert {"numpy", "fastfeedparser", "markdown_it"} <= loaded(fresh)


# ------------------------------------------------------------------------------ drafts that stand


@pytest.fixture
def refreshed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids of the drafts that are looked at from now on."""
    import digest.pipeline.draft as module

    seen: list[str] = []
    real = module.refreshed

    def noted(project, record):  # type: ignore[no-untyped-def]
        seen.append(record.id)
        return real(project, record)

    monkeypatch.setattr(module, "refreshed", noted)
    return seen


def _keep(desk: Desk) -> None:
    story = desk.ask("inbox")[-1]["id"]
    assert desk("keep", story)[0] == 0


def _rename(desk: Desk) -> None:
    story = desk.rows("SELECT id FROM stories ORDER BY score DESC, id")[0][0]
    assert desk("rename", story, "A title of mine")[0] == 0


def _edit(desk: Desk) -> None:
    desk.edit("**Why this matters - ", "Mine. **Why this matters - ")
    _long_ago(desk)


def _drop(desk: Desk) -> None:
    key = desk.ask("draft")["entries"][0]
    assert desk("draft", "--drop", key)[0] == 0
    _long_ago(desk)


def _configure(desk: Desk) -> None:
    file = desk.folder / "sources.yaml"
    file.write_text(file.read_text().replace("  title: ", "  title: New ", 1))


def _style(desk: Desk) -> None:
    folder = desk.folder / "templates" / "drafts"
    folder.mkdir(parents=True)
    text = "<!-- mine -->\n### {headline: a headline}\n\n{body}\n\n{references}\n"
    (folder / "import-ai.md").write_text(text)


def _wait(desk: Desk) -> None:
    desk.move(MONDAY + timedelta(days=1))


def _reword(desk: Desk) -> None:
    """Something else was stored: the sources say again what they say."""
    desk.change("UPDATE items SET title = 'Otherwise'")
    desk.change("UPDATE item_sources SET fingerprint = ''")
    desk.change("UPDATE sources SET etag = '', last_modified = '', body_hash = ''")


def _long_ago(desk: Desk) -> None:
    """The editor's program was closed a while ago."""
    then = (desk.now - timedelta(hours=2)).timestamp()
    os.utime(desk.draft, (then, then))


@pytest.mark.parametrize(
    "change", [_keep, _rename, _edit, _drop, _configure, _style, _wait, _reword]
)
def test_a_draft_stands_until_something_that_it_is_made_from_is_another(
    desk: Desk, refreshed: list[str], change: Callable[[Desk], None]
) -> None:
    _long_ago(desk)
    assert desk("run")[0] == 0
    refreshed.clear()
    first = desk.ask("run")
    assert refreshed == []
    change(desk)
    refreshed.clear()
    after = desk.ask("run")
    assert refreshed == [first["draft"]["issue"]]
    stands = desk.ask("run")
    assert refreshed == [first["draft"]["issue"]]
    for part in ("entries", "slots", "touched", "path"):
        assert stands["draft"][part] == after["draft"][part]


def test_what_is_wrong_with_a_draft_is_said_each_hour(desk: Desk) -> None:
    text = desk.draft.read_text()
    desk.draft.write_text(text.replace("<!-- /entry -->", "", 1))
    _long_ago(desk)
    said = [desk("run")[2] for _ in range(3)]
    assert "marker" in said[0]
    assert said[0] == said[1] == said[2]


def test_what_the_editor_took_over_is_still_told_of_where_the_draft_stands(desk: Desk) -> None:
    key = desk.ask("draft")["entries"][0]
    desk.edit("**Why this matters - ", "Mine. **Why this matters - ")
    _long_ago(desk)
    assert [desk.ask("run")["draft"]["touched"] for _ in range(3)] == [[key]] * 3
