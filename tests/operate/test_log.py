"""The log: whole lines, put aside in time, and never in the way of a run."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from digest.errors import MachineError
from digest.operate.log import NAME, Log, recorded, rotate

NOW = datetime(2026, 6, 29, 12, tzinfo=UTC)


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_line_says_when_what_and_how_long_after(tmp_path: Path) -> None:
    ticks = iter([10.0, 10.25, 12.5])
    log = Log(tmp_path / NAME, NOW, clock=lambda: next(ticks))
    log("stage", name="fetch")
    log("need", what="“quoted”\nand more")
    first, second = lines(log.path)
    assert first == {
        "at": "2026-06-29T12:00:00Z",
        "run": first["run"],
        "seconds": 0.25,
        "event": "stage",
        "name": "fetch",
    }
    assert (second["seconds"], second["what"]) == (2.5, "“quoted”\nand more")


def test_a_torn_line_spoils_no_other(tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_text('{"event": "start"}\n{"event": "sta')
    Log(path, NOW)("end")
    kept = path.read_text().splitlines()
    assert kept[1] == '{"event": "sta'
    assert json.loads(kept[2])["event"] == "end"


def test_old_logs_move_along_and_the_oldest_goes(tmp_path: Path) -> None:
    path = tmp_path / NAME
    for number in range(6):
        path.write_text(f"{number}" * 10)
        rotate(path, large=10, kept=3)
        assert not path.exists()
    assert {file.name: file.read_text()[0] for file in tmp_path.iterdir()} == {
        "digest.1.jsonl": "5",
        "digest.2.jsonl": "4",
        "digest.3.jsonl": "3",
    }
    path.write_text("small")
    rotate(path, large=10, kept=3)
    assert path.read_text() == "small"


@pytest.mark.parametrize(
    ("problem", "code"),
    [(MachineError("the disk is full"), 4), (KeyboardInterrupt(), 130), (ValueError("x"), 1)],
)
def test_an_error_ends_the_record_and_goes_on(
    problem: BaseException, code: int, tmp_path: Path
) -> None:
    with pytest.raises(type(problem)), recorded(tmp_path / "logs", "run", NOW):
        raise problem
    start, end = lines(tmp_path / "logs" / NAME)
    assert start["event"] == "start"
    assert (end["event"], end["exit_code"]) == ("end", code)


def test_a_log_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("a file where the folder belongs")
    with recorded(tmp_path / "logs", "run", NOW) as log:
        log("stage", name="fetch")
    assert str(tmp_path / "logs") in log.trouble
