"""Backups, moves through text, and sizes, by the verbs and by their pure parts."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.pipeline.backup import moment_of, name_for, newest_first, surplus
from tests.pipeline.conftest import Desk

moments = st.integers(0, 4_000_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


@given(moments, moments)
def test_names_of_backups_sort_as_their_moments_do(one: datetime, other: datetime) -> None:
    first, second = sorted((one, other))
    assert name_for(first) <= name_for(second)
    assert (name_for(first) == name_for(second)) == (first == second)
    assert moment_of(name_for(first)) == f"{first:%Y%m%dT%H%M%SZ}"


@given(st.sets(moments, min_size=1), st.integers(1, 5), st.data())
def test_the_newest_stay_and_the_fresh_one_always(
    when: set[datetime], keep: int, data: st.DataObject
) -> None:
    names = {name_for(moment) for moment in when}
    fresh = data.draw(st.sampled_from(sorted(names)))
    gone = set(surplus(names, keep, fresh))
    left = names - gone
    assert fresh in left
    assert len(left) == min(keep, len(names))
    assert all(old < kept for old in gone for kept in left - {fresh})


@pytest.mark.parametrize(
    "name", ["digest-.db", "digest-2026.db", "notes.txt", "digest-20260101T000000Z.db.part"]
)
def test_files_of_other_names_are_no_backups(name: str) -> None:
    assert moment_of(name) is None


def test_backup_keeps_so_many_and_each_opens(desk: Desk) -> None:
    sources = desk.folder / "sources.yaml"
    sources.write_text(sources.read_text() + "\noperate: {keep_backups: 2}\n")
    stranger = desk.folder / "data" / "backups" / "mine.txt"
    for _ in range(4):
        desk.move(desk.now + timedelta(days=1))
        last = desk.ask("backup")
    assert len(last["removed"]) == 1
    stranger.write_text("my own")
    kept = newest_first(desk.folder / "data" / "backups")
    assert [path.name for path in kept] == [
        name_for(desk.now),
        name_for(desk.now - timedelta(days=1)),
    ]
    items = desk.rows("SELECT count(*) FROM items")
    shutil.copyfile(kept[0], desk.folder / "data" / "digest.db")
    assert desk.rows("SELECT count(*) FROM items") == items
    assert desk("backup", "-q") == (0, "", "")
    assert stranger.exists()


def test_a_clock_set_back_does_not_lose_the_fresh_backup(desk: Desk) -> None:
    sources = desk.folder / "sources.yaml"
    sources.write_text(sources.read_text() + "\noperate: {keep_backups: 1}\n")
    desk("backup")
    desk.now -= timedelta(days=3)
    done = desk.ask("backup")
    assert [path.name for path in newest_first(desk.folder / "data" / "backups")] == [
        Path(done["path"]).name
    ]


def test_everything_moves_through_text_to_another_folder(desk: Desk, tmp_path: Path) -> None:
    story = desk.ask("inbox")[0]["id"]
    desk("keep", story)
    text = tmp_path / "text"
    rows = desk.ask("dump", str(text))["rows"]
    assert rows["decisions"] == 1
    there = Desk(tmp_path / "there", desk.web, desk.now)
    there.folder.mkdir()
    shutil.copy(desk.folder / "sources.yaml", there.folder)
    assert there.ask("load", str(text))["rows"] == rows
    assert there.ask("inbox") == desk.ask("inbox")
    assert there.ask("search", "coal") == desk.ask("search", "coal")
    again = tmp_path / "again"
    there("dump", str(again))
    assert {f.name: f.read_bytes() for f in text.iterdir()} == {
        f.name: f.read_bytes() for f in again.iterdir()
    }
    code, _, err = there("load", str(text))
    assert code == 2
    assert "there is a database already" in err


def test_stats_count_what_is_there(desk: Desk) -> None:
    found = desk.ask("stats")
    tables = {one["table"]: one for one in found["tables"]}
    assert tables["items"]["rows"] == desk.rows("SELECT count(*) FROM items")[0][0]
    assert 0 < sum(one["size"] for one in found["tables"]) <= found["size"]
    sizes = [one["size"] for one in found["tables"]]
    assert sizes == sorted(sizes, reverse=True)
    code, out, _ = desk("stats")
    assert code == 0
    assert f"{tables['items']['rows']:,}" in out


def test_nothing_is_made_where_nothing_was_stored(fresh: Desk) -> None:
    for verb in ("backup", "stats"):
        code, _, err = fresh(verb)
        assert code == 2
        assert "nothing has been stored yet" in err
    assert not (fresh.folder / "data" / "digest.db").exists()


def test_a_run_is_told_in_the_log_line_by_line(desk: Desk) -> None:
    log = desk.folder / "data" / "logs" / "digest.jsonl"
    log.unlink()
    desk.move(desk.now + timedelta(days=1))
    desk("run")
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert [line["name"] for line in lines if line["event"] == "stage"] == [
        "fetch",
        "sort",
        "draft",
        "publish",
        "build",
    ]
    assert (lines[0]["event"], lines[-1]["event"]) == ("start", "end")
    assert lines[-1]["exit_code"] == 0
    assert {line["at"] for line in lines} == {"2026-03-17T08:00:00Z"}
    assert any(line["event"] == "source" and line["error"] for line in lines)
