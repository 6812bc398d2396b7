"""The doctor: what it sees, what it mends, and that it never takes anything away."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from digest.language import embedding
from digest.operate.lock import held
from tests.pipeline.conftest import Desk


def found(desk: Desk, *words: str) -> dict[str, list[dict[str, Any]]]:
    """The findings of a visit, by check."""
    by_check: dict[str, list[dict[str, Any]]] = {}
    for one in desk.ask("doctor", *words):
        by_check.setdefault(one["check"], []).append(one)
    return by_check


def spoil(desk: Desk, table: str) -> None:
    """Overwrite the first page of a table, as a failing disk might."""
    path = desk.folder / "data" / "digest.db"
    with closing(sqlite3.connect(path)) as raw:
        page = raw.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)
        ).fetchone()[0]
        size = raw.execute("PRAGMA page_size").fetchone()[0]
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)


def test_all_is_well_and_nothing_changes(desk: Desk) -> None:
    desk("backup")
    before = desk.rows("SELECT * FROM items ORDER BY id")
    assert {one["state"] for check in found(desk).values() for one in check} == {"ok"}
    assert desk("doctor", "--mend")[0] == 0
    assert desk.rows("SELECT * FROM items ORDER BY id") == before
    code, out, _ = desk("doctor")
    assert code == 0
    assert "is sound" in out


def test_a_project_that_never_ran_needs_nobody(fresh: Desk) -> None:
    code, out, _ = fresh("doctor")
    assert code == 0
    assert "nothing has been stored yet" in out
    assert not (fresh.folder / "data" / "digest.db").exists()


def test_a_damaged_database_is_replaced_by_the_newest_backup_and_kept(desk: Desk) -> None:
    story = desk.ask("inbox")[0]["id"]
    desk("keep", story)
    desk("backup")
    desk.now += timedelta(hours=1)
    desk("backup")
    backups = desk.folder / "data" / "backups"
    newest = max(backups.iterdir())
    newest.write_bytes(newest.read_bytes()[:20_000])
    spoil(desk, "items")
    assert desk("run")[0] == 4
    code, out, _ = desk("doctor")
    assert code == 3
    assert "is damaged" in out
    damaged = (desk.folder / "data" / "digest.db").read_bytes()
    mended = found(desk, "--mend")["database"]
    assert [one["state"] for one in mended] == ["mended", "ok"]
    assert (desk.folder / "data" / "digest.db.replaced-1").read_bytes() == damaged
    assert desk.ask("inbox", "--why", story)["row"]["decision"] == "keep"
    assert desk("run")[0] == 0


def test_without_a_backup_a_damaged_database_is_left_as_it_is(desk: Desk) -> None:
    spoil(desk, "items")
    path = desk.folder / "data" / "digest.db"
    before = path.read_bytes()
    code, out, _ = desk("doctor", "--mend")
    assert code == 3
    assert "There is no backup" in out
    assert path.read_bytes() == before


@pytest.mark.parametrize("empty", [True, False])
def test_a_database_that_is_gone_comes_back(desk: Desk, empty: bool) -> None:
    items = desk.rows("SELECT count(*) FROM items")
    desk("backup")
    path = desk.folder / "data" / "digest.db"
    path.unlink()
    if empty:
        path.touch()
    assert desk("doctor")[0] == 3
    assert desk("doctor", "--mend")[0] == 0
    assert desk.rows("SELECT count(*) FROM items") == items


def test_tags_are_computed_again_just_as_they_were(desk: Desk) -> None:
    tags = "SELECT * FROM tags ORDER BY item_id, theme"
    before = desk.rows(tags)
    with closing(sqlite3.connect(desk.folder / "data" / "digest.db")) as raw, raw:
        raw.execute("DELETE FROM tags WHERE length(item_id) % 3 = 0 OR score > 0.5")
    assert desk.rows(tags) != before
    assert any("tags are missing" in one["message"] for one in found(desk)["database"])
    assert desk("doctor", "--mend")[0] == 0
    assert desk.rows(tags) == before


def test_nothing_is_mended_under_a_run(desk: Desk) -> None:
    with held(desk.folder / "data" / "run.lock"):
        code, _, err = desk("doctor", "--mend")
    assert code == 4
    assert "a run is under way" in err


def test_a_broken_sources_yaml_does_not_keep_it_from_looking_further(desk: Desk) -> None:
    sources = desk.folder / "sources.yaml"
    sources.write_text(sources.read_text().replace("themes:", "themess:"))
    checks = found(desk)
    assert checks["sources.yaml"][0]["state"] == "wrong"
    assert ":" in checks["sources.yaml"][0]["message"]
    assert checks["database"][0]["state"] == "ok"


def test_a_clock_before_the_last_run_is_told(desk: Desk) -> None:
    desk.now -= timedelta(days=400)
    wrong = [one for one in found(desk)["clock"] if one["state"] == "wrong"]
    assert "before the last run" in wrong[0]["message"]


def test_an_old_backup_and_a_strange_template_are_remarks(desk: Desk) -> None:
    desk("backup")
    desk.now += timedelta(days=9)
    own = desk.folder / "templates"
    own.mkdir()
    (own / "isue.html").write_text("{{ title }}")
    checks = found(desk)
    assert checks["backups"][0]["state"] == "note"
    assert "isue.html" in checks["templates"][0]["message"]
    assert desk("doctor")[0] == 0
    (own / "home.html").write_text("one\n{% if %}\n")
    wrong = found(desk)["templates"][0]
    assert wrong["state"] == "wrong"
    assert "home.html:2" in wrong["message"]


def test_a_folder_that_takes_no_file_is_told(desk: Desk) -> None:
    import shutil

    shutil.rmtree(desk.folder / "data" / "logs")
    (desk.folder / "data" / "logs").write_text("in the way")
    wrong = found(desk)["permissions"]
    assert wrong[0]["state"] == "wrong"
    assert "logs" in wrong[0]["message"]


def test_little_room_on_the_disk_is_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from digest.operate import doctor

    monkeypatch.setattr(doctor, "ROOM", 10**18)
    assert found(desk)["disk"][0]["state"] == "wrong"


def test_a_disk_that_is_read_only_is_told_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    import errno
    import os
    import tempfile

    def refuse(*_words: object, **_options: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    told = found(desk)["permissions"]
    assert len(told) == 1
    assert "Mount that disk for writing" in told[0]["cure"]


def test_a_database_of_a_newer_version_is_wrong_and_stays_as_it_is(desk: Desk) -> None:
    desk("backup")
    path = desk.folder / "data" / "digest.db"
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
            " VALUES ('digest', '9999_later', '2030-01-01')"
        )
    before = path.read_bytes()
    assert desk("doctor", "--mend")[0] == 3
    wrong = found(desk)["database"][0]
    assert wrong["state"] == "wrong"
    assert "newer version" in wrong["message"]
    assert path.read_bytes() == before


def test_packages_that_are_missing_or_too_old_are_told(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    needed = ["click>=8.1", "numpy>=999", "no-such-package>=1", 'extra-one>=1; extra == "llm"']
    monkeypatch.setattr("importlib.metadata.requires", lambda _name: needed)
    said = [one["message"] for one in found(desk)["versions"]]
    assert said[0] == "not installed: no-such-package"
    assert said[1].startswith("not fit: numpy ")
    assert said[1].endswith("(>=999 is needed)")
    assert len(said) == 2


def test_a_model_file_that_is_missing_is_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    empty = SimpleNamespace(submodule_search_locations=[str(desk.folder)])
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: empty)
    embedding.load.cache_clear()
    wrong = found(desk)["model"][0]
    assert wrong["state"] == "wrong"
    assert "the embedding model is missing" in wrong["message"]
    assert "Install the project again" in wrong["cure"]
