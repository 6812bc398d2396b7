"""The status page: where sources.yaml wants it, with what a run left behind."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.pipeline.conftest import Desk


def set_status(desk: Desk, where: str) -> None:
    with (desk.folder / "sources.yaml").open("a", encoding="utf-8") as file:
        file.write(f"\noperate: {{status: {where}}}\n")


def break_a_source(desk: Desk) -> None:
    """A source that has failed for a fortnight."""
    path = desk.folder / "sources.yaml"
    text = path.read_text(encoding="utf-8")
    broken = '\n  - {id: broken, kind: feed, url: "http://127.0.0.1:9/feed.xml"}'
    path.write_text(text.replace("\nsources:", f"\nsources:{broken}", 1), encoding="utf-8")


def pages(desk: Desk) -> tuple[Path, Path]:
    data = desk.folder / "data"
    return data / "status.html", data / "site" / "status.html"


def test_a_run_leaves_the_status_beside_the_database(desk: Desk) -> None:
    private, public = pages(desk)
    text = private.read_text(encoding="utf-8")
    assert not public.exists()
    assert "All is well" in text
    assert '<h2 id="_runs">The last runs</h2>' in text
    issue = desk.ask("status")["issue"]
    assert f"{issue['id']}, number {issue['number']}" in text
    assert str(desk.folder) not in text
    status = desk.ask("status")
    assert status["queue"]["waiting"] > 0
    assert status["sizes"]["database"] > 50_000


def test_the_same_run_gives_the_same_page(desk: Desk) -> None:
    private, _ = pages(desk)
    desk("run")
    text = private.read_text(encoding="utf-8")
    assert text.count("<td>run</td>") == 2
    desk("status")
    desk("build")
    assert private.read_text(encoding="utf-8") == text


def test_in_public_it_tells_neither_errors_nor_what_to_do(desk: Desk) -> None:
    break_a_source(desk)
    set_status(desk, "public")
    desk("run")
    desk.move(desk.now.replace(day=desk.now.day + 9))
    code, _, err = desk("run")
    assert code == 3
    assert err.count("broken has failed since") == 1
    private, public = pages(desk)
    assert not private.exists()
    text = public.read_text(encoding="utf-8")
    assert "A person is needed" in text
    assert re.search(r"\d things?, told to the editor\.", text)
    assert "remove it from" not in text
    assert "failing: since 2026-03-16" in text
    assert "no connection" not in text
    assert 'content="noindex"' in text
    assert desk("build")[0] == 0
    assert public.exists(), "what build makes does not touch it"


def test_it_can_be_switched_off_and_is_then_taken_away(desk: Desk) -> None:
    private, _ = pages(desk)
    assert private.exists()
    set_status(desk, "off")
    assert desk("run") == (0, "", "")
    assert not private.exists()


def test_a_page_that_cannot_be_written_is_told_and_spoils_nothing(desk: Desk) -> None:
    private, _ = pages(desk)
    private.unlink()
    private.mkdir()
    code, _, err = desk("run")
    assert code == 3
    assert f"{private}: " in err
    assert desk.rows("SELECT exit_code FROM runs ORDER BY id DESC LIMIT 1") == [(3,)]


def test_old_runs_are_forgotten_and_empty_pages_given_back(desk: Desk) -> None:
    database = desk.folder / "data" / "digest.db"
    with closing(sqlite3.connect(database)) as db:
        db.execute("INSERT INTO runs (verb, started) VALUES ('run', '2020-01-01T00:00:00Z')")
        db.execute("CREATE TABLE _much (x BLOB)")
        db.execute("INSERT INTO _much VALUES (zeroblob(40000000))")
        db.execute("DROP TABLE _much")
        db.commit()
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert database.stat().st_size > 40_000_000
    assert desk("run") == (0, "", "")
    assert database.stat().st_size < 20_000_000
    assert desk.rows("SELECT count(*) FROM runs WHERE started < '2021'") == [(0,)]
