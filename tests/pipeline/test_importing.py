"""Earlier issues, imported into a project."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from digest.pipeline.examples import labelled
from digest.pipeline.project import Project
from tests.pipeline.conftest import Desk

ISSUE = """# Import Kettle {number}: Humming tin; a law on steam

Welcome to Import Kettle, a newsletter about steam.

**A laboratory grows kettle number {number}:**
*…It hums…*

They write “kettle number {number} hums at nine tones”, in [notes](https://lab.example/{number}).

**Why this matters - steam is cheap:** So is tin.

**Read more:** [On the Humming of Kettle {number}](https://arxiv.org/abs/2601.0{number}) (arXiv).

***

**Tech Tales:**

**The Last Cup**

It was morning.

**Things that inspired this story:** Kettles.

Thanks for reading!
"""


def written(folder: Path, number: int, day: str = "", text: str = ISSUE) -> Path:
    folder.mkdir(exist_ok=True)
    front = f"---\ndate: {day}\n---\n" if day else ""
    path = folder / f"issue-{number}.md"
    path.write_text(front + text.format(number=number), encoding="utf-8")
    return path


def test_a_folder_of_issues_is_imported_and_built(fresh: Desk, tmp_path: Path) -> None:
    old = tmp_path / "old"
    for number, day in ((8001, "2025-12-29"), (8002, "2026-01-05"), (8003, "2026-01-05")):
        written(old, number, day)
    (old / "notes.txt").write_text("Nothing but notes.\n", encoding="utf-8")
    code, out, err = fresh("import", str(old))
    assert code == 3
    assert "notes.txt: left: it has no title with a number" in err
    assert "imported: 3 new, 1 left" in out
    assert fresh.rows("SELECT id, number, date, status FROM issues ORDER BY number") == [
        ("2026-w01", 8001, "2025-12-29", "published"),
        ("2026-w02", 8002, "2026-01-05", "published"),
        ("n8003", 8003, "2026-01-05", "published"),  # two in one week
    ]
    assert fresh.ask("status")["issue"]["number"] == 8004
    assert fresh("build")[0] == 0
    site = fresh.folder / "data" / "site"
    assert "Humming tin" in (site / "archive" / "index.html").read_text(encoding="utf-8")
    assert "The Last Cup" in (site / "issues" / "n8003" / "index.html").read_text(encoding="utf-8")
    companions = list((site / "companions" / "2026-w01").glob("*/index.html"))
    assert any("On the Humming of Kettle 8001" in one.read_text("utf-8") for one in companions)
    # their readers have had them
    assert json.loads((site / "feed.json").read_text(encoding="utf-8"))["items"] == []


def test_importing_twice_adds_nothing_and_a_better_text_is_a_further_version(
    fresh: Desk, tmp_path: Path
) -> None:
    path = written(tmp_path / "old", 8001, "2025-12-29")
    fresh("import", str(path))
    before = fresh.rows("SELECT * FROM snapshots"), fresh.rows("SELECT * FROM entries")
    assert fresh.ask("import", str(path))["issues"][0]["what"] == "same"
    assert (fresh.rows("SELECT * FROM snapshots"), fresh.rows("SELECT * FROM entries")) == before
    written(tmp_path / "old", 8001, "2025-12-29", ISSUE.replace("It hums", "It sings"))
    assert fresh.ask("import", str(path))["issues"][0]["what"] == "changed"
    assert fresh.rows("SELECT issue_id, number FROM snapshots") == [
        ("2026-w01", 1),
        ("2026-w01", 2),
    ]
    assert fresh.rows("SELECT tagline FROM entries") == [("It sings",)]


def test_an_undated_issue_keeps_its_address_when_its_day_is_told(
    fresh: Desk, tmp_path: Path
) -> None:
    written(tmp_path / "old", 8001, "2025-12-29")
    path = written(tmp_path / "old", 8002)
    written(tmp_path / "old", 8003, "2026-02-02")
    fresh("import", str(tmp_path / "old"))
    fresh("build")
    page = fresh.folder / "data" / "site" / "issues" / "n8002" / "index.html"
    assert "<time" not in page.read_text(encoding="utf-8").partition("</h1>")[0]
    assert '"datePublished"' not in page.read_text(encoding="utf-8")
    order = [one.get("number") for one in fresh.ask("import", str(tmp_path / "old"))["issues"]]
    assert order == [8002, 8001, 8003]
    assert fresh.ask("import", str(path), "--date", "2026-01-05")["issues"][0]["what"] == "changed"
    assert fresh.rows("SELECT id, date FROM issues WHERE number = 8002") == [
        ("n8002", "2026-01-05")
    ]
    assert fresh.ask("import", str(path))["issues"][0]["what"] == "same"


def test_what_was_written_here_is_not_overwritten(desk: Desk, tmp_path: Path) -> None:
    assert desk("draft")[0] == 0
    number = desk.ask("status")["issue"]["number"]
    path = written(tmp_path / "old", number, "2026-03-02")
    code, _, err = desk("import", str(path))
    assert code == 3
    assert f"number {number} is issue 2026-w12, which was written here" in err


def test_of_two_files_of_one_number_the_fuller_is_taken(fresh: Desk, tmp_path: Path) -> None:
    path = written(tmp_path / "old", 8001, "2025-12-29")
    poorer = ISSUE.replace("](https://arxiv.org/abs/2601.0{number})", "]").replace("[On", "On")
    (tmp_path / "old" / "again.md").write_text(poorer.format(number=8001), encoding="utf-8")
    found = fresh.ask("import", str(tmp_path / "old" / "*.md"))["issues"]
    assert [(Path(one["file"]).name, one["what"]) for one in found] == [
        ("again.md", "left"),
        (path.name, "new"),
    ]


def test_a_trial_stores_nothing(fresh: Desk, tmp_path: Path) -> None:
    path = written(tmp_path / "old", 8001)
    code, out, _ = fresh("import", str(path), "--dry-run")
    assert code == 0
    assert "1 entry, 1 with more to read" in out
    assert "would import: 1 new" in out
    assert fresh.rows("SELECT * FROM issues") == []


def test_a_name_that_leads_nowhere_is_refused(fresh: Desk) -> None:
    assert fresh("import", "nothing-here.md")[0] == 2


def test_what_an_imported_issue_told_counts_as_covered(desk: Desk, tmp_path: Path) -> None:
    story = desk.ask("inbox", "--limit", "1")[0]
    text = ISSUE.replace("On the Humming of Kettle {number}", story["title"].replace("{", "{{"))
    written(tmp_path / "old", 8001, "2025-12-29", text)
    desk("import", str(tmp_path / "old"))
    desk("keep", story["id"])
    desk("draft")
    problems = desk.ask("check")["problems"]
    assert any(one["code"] == "covered" and one["key"] == story["id"] for one in problems)


@pytest.mark.parametrize("form", ["markdown", "json"])
def test_an_issue_is_tried_without_a_project(
    fresh: Desk, tmp_path: Path, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = written(tmp_path / "old", 8001, "2025-12-29")
    code, out, _ = fresh("try", "issue", str(path), "--as", form)
    assert code == 0
    (tmp_path / f"again.{'md' if form == 'markdown' else 'json'}").write_text(out, encoding="utf-8")
    again = next(tmp_path.glob("again.*"))
    assert json.loads(fresh("try", "issue", str(again))[1]) == json.loads(
        fresh("try", "issue", str(path))[1]
    )
    code, out, _ = fresh("try", "issue", str(path), str(tmp_path / "absent.md"), "--as", form)
    first, second = map(json.loads, out.splitlines())
    assert code == 3
    assert (first["file"], first["id"]) == (str(path), "2026-w01")
    assert "No such file" in second["error"]


def test_the_day_of_an_issue_is_its_own(fresh: Desk, tmp_path: Path) -> None:
    path = written(tmp_path / "old", 8001, "2025-12-29")
    found = fresh.ask("import", str(path), "--date", "2026-01-01")["issues"][0]
    assert date.fromisoformat(found["date"]) == date(2025, 12, 29)


POLICY = (
    ISSUE.replace(
        "A laboratory grows kettle number {number}:",
        "The EU AI Act: governments write regulation and export controls for AI:",
    )
    .replace("It hums", "Law and regulation for frontier AI")
    .replace("They write", "Regulators, standards bodies and parliaments write AI regulation. They")
)


def test_an_entry_without_themes_is_shown_under_those_that_tagging_finds(
    desk: Desk, tmp_path: Path
) -> None:
    written(tmp_path / "old", 8001, "2025-12-29", POLICY)
    desk("import", str(tmp_path / "old"))
    desk("build")
    theme = desk.folder / "data" / "site" / "themes" / "policy" / "index.html"
    assert "The EU AI Act: governments write" in theme.read_text(encoding="utf-8")
    entry = json.loads(desk("export", "2026-w01", "--to", "json")[1])["entries"][0]
    assert (entry["themes"], entry["tags"][0]["theme"]) == ([], "policy")
    assert "in the title" in entry["tags"][0]["evidence"][0]["what"]


def test_tagging_learns_from_what_is_said_and_never_from_its_own_guesses(
    desk: Desk, tmp_path: Path
) -> None:
    written(tmp_path / "old", 8001, "2025-12-29", POLICY)
    desk("import", str(tmp_path / "old"))
    assert desk.rows("SELECT DISTINCT theme FROM entry_tags")
    with Project.open(desk.folder / "sources.yaml", now=desk.now) as project:
        assert not labelled(project).themes
    assert desk("retheme", "8001/1", "simulation", "robots")[0] == 2
    assert desk.ask("retheme", "8001/1", "simulation")["themes"] == ["simulation"]
    assert desk.rows("SELECT DISTINCT theme FROM entry_tags") == []
    with Project.open(desk.folder / "sources.yaml", now=desk.now) as project:
        assert list(labelled(project).themes.values()) == [{"simulation"}]
    # The same file again takes nothing of it away.
    assert desk.ask("import", str(tmp_path / "old"))["issues"][0]["what"] == "same"
    assert desk.rows("SELECT themes FROM entries") == [('["simulation"]',)]
    assert desk.ask("retheme", "2026-w01/the-eu")["themes"] == []
    assert desk.rows("SELECT DISTINCT theme FROM entry_tags")


@pytest.mark.parametrize(
    ("ref", "said"),
    [
        ("8001/7", "names no entries"),
        ("8001/", "names no entries"),
        ("9/1", "no issue"),
        ("2026-w12/1", "was not imported"),
    ],
)
def test_a_reference_to_no_imported_entry_is_refused(
    desk: Desk, tmp_path: Path, ref: str, said: str
) -> None:
    written(tmp_path / "old", 8001, "2025-12-29")
    desk("import", str(tmp_path / "old"))
    code, _, err = desk("retheme", ref, "policy")
    assert code == 2
    assert said in err
