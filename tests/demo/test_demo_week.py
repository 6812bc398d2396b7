"""The demo's week, by the program's own main: whole, quick, and twice the same."""

from __future__ import annotations

import json
import re
import socket
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from digest.cli.setup import _call
from digest.demo.server import serve
from digest.demo.web import BEGINS
from digest.demo.week import KEPT, SKIPPED, run


@dataclass
class Recorder:
    """The program, with what was typed and what it answered."""

    calls: list[tuple[tuple[str, ...], int, str]] = field(default_factory=list)

    def __call__(self, argv: Sequence[str], *, capture: bool = False) -> tuple[int, str]:
        code, out = _call(argv, capture=True)
        self.calls.append((tuple(argv), code, out))
        return code, out if capture else ""

    def answers(self, verb: str) -> list[tuple[int, str]]:
        return [(code, out) for argv, code, out in self.calls if argv[4] == verb]


@dataclass(frozen=True)
class Demo:
    folder: Path
    said: str
    digest: Recorder


def free_port() -> int:
    with serve(BEGINS) as web:
        return web.port


def demo(folder: Path, port: int) -> Demo:
    said: list[str] = []
    digest = Recorder()
    assert run(folder, digest, said.append, port) == 0, "\n".join(said[-5:])
    return Demo(folder, "\n".join(said), digest)


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    return demo(tmp_path_factory.mktemp("week") / "demo", free_port())


def test_every_command_ends_as_it_should(week: Demo) -> None:
    codes: dict[str, set[int]] = {}
    for argv, code, _ in week.digest.calls:
        codes.setdefault(argv[4], set()).add(code)
    assert codes["check"] == {0, 3}
    # at the end, one source has been failing for a week: a person is needed
    assert codes.pop("run") == {0, 3}
    assert all(found == {0} for verb, found in codes.items() if verb != "check")
    assert all(argv[:2] == ("-C", str(week.folder)) for argv, _, _ in week.digest.calls)


def test_each_command_is_shown_before_it_runs(week: Demo) -> None:
    shown = re.findall(r"^\$ digest (\w+)", week.said, re.MULTILINE)
    typed = [argv[4] for argv, _, _ in week.digest.calls if "--json" not in argv]
    assert shown == typed
    assert {"run", "inbox", "keep", "skip", "note", "draft", "check", "publish", "status"} == set(
        shown
    )


def test_the_stories_are_kept_that_were_meant(week: Demo) -> None:
    ((_, kept),) = week.digest.answers("keep")
    assert [line for line in kept.splitlines() if line.startswith("keep")]
    for phrase in KEPT:
        assert phrase in kept
    ((_, skipped),) = week.digest.answers("skip")
    for phrase in SKIPPED:
        assert phrase in skipped


def test_check_finds_every_slot_and_then_nothing(week: Demo) -> None:
    first, second, last = week.digest.answers("check")
    assert first[0] == 3
    assert first[1].count("awaits your words") > 15
    for code, found in (second, last):
        assert code == 0
        assert "0 errors" in found
        *warnings, _ = found.splitlines()
        # what came for an entry after she had written it is hers to look at
        assert all("new for this entry" in line for line in warnings)


def test_the_issue_is_published_and_the_next_is_begun(week: Demo) -> None:
    data = week.folder / "data"
    issue = data / "site" / "issues" / "2026-w12" / "index.html"
    assert f"the issue      {issue}\n" in week.said
    page = issue.read_text()
    told = ("Patient debugging", "Recursion, with a receipt", "The Reading", "in two papers")
    for words in told:
        assert words in page
    assert "[[" not in page
    old, new = (data / "drafts" / f"2026-w{number}.md" for number in (12, 13))
    assert "status: published" in old.read_text()
    assert "Chandler Without the Bug" in new.read_text()
    assert "[[why:" in new.read_text()


def test_stories_have_the_sources_that_reported_them(week: Demo) -> None:
    stories = json.loads(next(out for _, out in week.digest.answers("inbox") if out[:1] == "["))
    of = {story["title"]: {item["source_id"] for item in story["items"]} for story in stories}
    several = {title: sources for title, sources in of.items() if len(sources) >= 3}
    assert len(several) >= 5
    (chandler,) = (sources for title, sources in of.items() if title.startswith("Ask for"))
    assert chandler >= {"tallow", "ledger", "long-bench"}
    # a letter that names four stories belongs to none of them
    assert not any("small-gradients" in sources for sources in several.values())


def test_everything_is_stored_once(week: Demo) -> None:
    with sqlite3.connect(week.folder / "data" / "digest.db") as db:

        def one(query: str) -> object:
            return db.execute(query).fetchone()[0]

        items, earlier = "select count(*) from items", "select count(*) from item_versions"
        hostile = str(one("select html from items where title like 'Testing, testing%'"))
        assert int(str(one(items))) >= 70
        assert one(f"{items} where id = 'arxiv:2603.90417'") == 1
        assert one(f"{earlier} where item_id = 'arxiv:2603.90417'") == 1
    for bad in ("<script", "onerror", "javascript:document", "<iframe", "onclick", "<!-- entry"):
        assert bad not in hostile


def test_the_last_lines_say_where_things_are(week: Demo) -> None:
    ending = week.said[week.said.index("That was a week") :]
    paths = re.findall(rf"{re.escape(str(week.folder))}/data/\S+", ending)
    assert len(paths) >= 5
    assert all(Path(path).is_file() for path in paths)
    assert "python -m digest.demo.server" in ending


def test_two_demos_give_the_same_bytes(week: Demo, tmp_path: Path) -> None:
    port = int(re.findall(r"http://127\.0\.0\.1:(\d+)/", week.said)[0])
    again = demo(tmp_path / "again", port)

    def tree(folder: Path) -> dict[str, bytes]:
        files = [*(folder / "data" / "site").rglob("*"), *(folder / "data" / "drafts").iterdir()]
        return {str(f.relative_to(folder)): f.read_bytes() for f in files if f.is_file()}

    first, second = tree(week.folder), tree(again.folder)
    assert first.keys() == second.keys()
    assert first == second
    assert stored(again.folder) == stored(week.folder)
    here, there = str(week.folder), str(again.folder)
    assert again.said.replace(there, here) == week.said


def stored(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every ordinary table."""
    with sqlite3.connect(folder / "data" / "digest.db") as db:
        tables = db.execute("select name from sqlite_master where type = 'table'").fetchall()
        # when a migration was applied is the one thing that the real clock says
        names = [name for (name,) in tables if name != "_sqlite_migrations"]
        return {
            name: sorted(map(tuple, db.execute(f'select * from "{name}"')), key=repr)
            for name in names
        }


def test_a_taken_port_is_no_obstacle(tmp_path: Path) -> None:
    said: list[str] = []

    def digest(argv: Sequence[str], *, capture: bool = False) -> tuple[int, str]:
        return 5, ""

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code = run(tmp_path / "demo", digest, said.append, port)
    assert f"Port {port} is taken; another one will do." in said
    assert f":{port}/" not in (tmp_path / "demo" / "sources.yaml").read_text()
    # and a command that fails ends the demo with its own exit code
    assert code == 5
    assert said[-1] == "the demo stopped: `digest run -v` ended with 5"
