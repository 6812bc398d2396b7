"""Theme notes: a scratchpad beside the inbox."""

from __future__ import annotations

from tests.pipeline.conftest import Desk


def test_a_line_is_added_and_the_editors_file_stays_as_it_is(desk: Desk) -> None:
    path = desk.folder / "data" / "notes" / "policy.md"
    assert desk("note", "--theme", "policy", "ask the  registry: https://registry.example/")[0] == 0
    first = "# Policy\n\n- 2026-03-16: ask the registry: https://registry.example/\n"
    assert path.read_text(encoding="utf-8") == first
    mine = "My own page\r\n\r\n* a link  \r\nno end"
    path.write_bytes(mine.encode())
    desk("note", "--theme", "policy", "second")
    assert path.read_bytes().decode() == f"{mine}\r\n- 2026-03-16: second\r\n"
    (shown,) = desk.ask("note", "--theme", "policy")
    assert shown["text"].endswith("second\r\n")


def test_notes_are_offered_beside_the_inbox(desk: Desk) -> None:
    rows = desk.ask("inbox")
    assert "Notes" not in desk("inbox")[1]
    desk("note", "--theme", "policy", "ask the registry")
    assert "Notes: policy 1 (" in desk("inbox")[1]
    assert "- 2026-03-16: ask the registry" in desk("inbox", "--theme", "policy")[1]
    assert "Notes" not in desk("inbox", "--theme", "simulation")[1]
    assert desk.ask("inbox") == rows


def test_a_note_is_for_a_story_or_a_theme(desk: Desk) -> None:
    assert desk("note", "--theme", "poetry", "x")[0] == 2
    assert desk("note", "--theme", "policy", "a", "b")[0] == 2
    assert desk("note", "--theme", "policy", " ")[0] == 2
    assert desk("note", "alone")[0] == 2
    assert not (desk.folder / "data" / "notes").exists()
