"""`check` against what a project has stored, and against the web."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.pipeline.conftest import Desk
from tests.pipeline.test_importing import ISSUE, written


def codes(desk: Desk, *words: str) -> dict[str, dict[str, str]]:
    """The problems of the open draft, one of each code."""
    return {one["code"]: one for one in desk.ask("check", *words)["problems"]}


def test_length_is_held_against_the_habit_of_earlier_issues(desk: Desk, tmp_path: Path) -> None:
    desk("draft")
    assert "length" not in codes(desk)
    long = ISSUE.replace("They write", f"{'Steam is warm. ' * 900}They write")
    for number in range(8001, 8006):
        written(tmp_path / "old", number, f"2025-12-{number - 8000:02}", long)
    desk("import", str(tmp_path / "old"))
    assert "this newsletter's have" in codes(desk)["length"]["message"]


def test_what_comes_to_a_touched_entry_is_told(desk: Desk) -> None:
    desk("draft")
    key, item = desk.rows(
        "SELECT s.story_id, s.item_id FROM story_items AS s JOIN draft_entries AS d"
        " ON d.key = s.story_id ORDER BY s.position DESC LIMIT 1"
    )[0]
    later = "UPDATE items SET first_seen = '2026-03-17T00:00:00Z' WHERE id = ?"
    desk.change(later, item)
    assert "new-source" not in codes(desk)  # nobody touched it yet
    text = desk.draft.read_text(encoding="utf-8")
    start = text.index("## ", text.index(f"<!-- entry {key}"))
    desk.draft.write_text(f"{text[:start]}## My own {text[start + 3 :]}", encoding="utf-8")
    told = codes(desk)["new-source"]
    assert told["key"] == key
    title = desk.rows(f"SELECT title FROM items WHERE id = '{item}'")[0][0]
    assert title in told["message"]


def test_an_own_entry_on_what_was_told_before_is_covered(desk: Desk, tmp_path: Path) -> None:
    written(tmp_path / "old", 8001, "2025-12-29")
    desk("import", str(tmp_path / "old"))
    desk("draft")
    own = "## Kettles again:\n\nText.\n\n**Read more:** [K](https://arxiv.org/abs/2601.08001v2).\n"
    desk.edit("\n***\n", f"\n***\n\n{own}\n***\n")
    assert "8001" in codes(desk)["covered"]["message"]


class Pages(BaseHTTPRequestHandler):
    """Answers as its path asks."""

    asked: list[str]

    def do_GET(self) -> None:
        """Any method: the status that the path names."""
        self.asked.append(f"{self.command} {self.path}")
        status = int(self.path.strip("/").partition("-")[0])
        status = 405 if status == 201 and self.command == "HEAD" else status
        self.send_response(200 if status == 201 else status)
        self.send_header("content-length", "0")
        self.end_headers()

    do_HEAD = do_GET  # noqa: N815 - http.server's name

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def pages() -> Iterator[tuple[str, list[str]]]:
    """A server on loopback, and what it was asked."""
    Pages.asked = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"127.0.0.1:{server.server_port}", Pages.asked
    server.shutdown()
    server.server_close()
    thread.join()


def test_dead_links_are_found_online_only(desk: Desk, pages: tuple[str, list[str]]) -> None:
    place, asked = pages
    config = desk.folder / "sources.yaml"
    text = config.read_text(encoding="utf-8")
    assert "allow_private:" in text
    allowed = text.replace("allow_private: [", f'allow_private: ["{place}", ', 1)
    config.write_text(allowed.replace("per_host_delay: 1", "per_host_delay: 0"), encoding="utf-8")
    desk("draft")
    links = " ".join(f"[w](http://{place}/{path})" for path in ("200", "404", "201", "403", "500"))
    private = "http://127.0.0.1:1/private"
    desk.edit("\n***\n", f"\n***\n\n## Mine:\n\n{links} [w]({private})\n\n***\n")
    assert "dead-link" not in codes(desk)
    assert asked == []
    found = desk.ask("check", "--online")["problems"]
    dead = [one["message"].split()[0] for one in found if one["code"] == "dead-link"]
    mine = [url for url in dead if place in url or url == private]
    assert mine == [f"http://{place}/404", f"http://{place}/500", private]
    assert all(one["severity"] == "warning" for one in found if one["code"] == "dead-link")
    assert "HEAD /200" in asked
    assert "GET /200" not in asked


def test_a_long_draft_is_checked_to_its_end(desk: Desk) -> None:
    desk("draft")
    text = desk.draft.read_text(encoding="utf-8")
    plain = " ".join(f"The kettle number {n} of the harbour is warm and hums." for n in range(60))
    quoted = " ".join(f"It is “the harbour number {n} that is warm”, they say." for n in range(5))
    own = "## Long:\n\n" + f"{plain} {quoted}\n\n" * 8
    desk.draft.write_text(text.replace("\n***\n", f"\n***\n\n{own}\n***\n", 1), encoding="utf-8")
    assert len(desk.draft.read_text(encoding="utf-8").split()) > 5000
    found = desk.ask("check")["problems"]
    unverified = [one for one in found if one["code"] == "unverified-quote"]
    assert len(unverified) == 5 * 8
