"""What a command that was killed had stored and not written into the draft, the next run writes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.pipeline.conftest import Desk
from tests.pipeline.test_week import fill


@pytest.mark.parametrize("at", [None, "2026-03-20T09:00"])
def test_a_status_that_was_stored_reaches_the_draft(desk: Desk, at: str | None) -> None:
    fill(desk)
    draft = desk.draft
    done = desk.ask("publish", *(["--at", at] if at else []))
    right = draft.read_text(encoding="utf-8")
    assert f"status: {done['status']}\n" in right
    draft.write_text(right.replace(f"status: {done['status']}\n", "status: draft\n"))
    desk.move(desk.now + timedelta(days=1))
    desk("run")
    assert draft.read_text(encoding="utf-8") == right


def test_a_draft_that_changed_since_is_the_editors(desk: Desk) -> None:
    fill(desk)
    draft = desk.draft
    desk("publish")
    text = draft.read_text(encoding="utf-8").replace("status: published\n", "status: draft\n")
    draft.write_text(text + "\nA line more.\n", encoding="utf-8")
    desk.move(desk.now + timedelta(days=1))
    desk("run")
    assert draft.read_text(encoding="utf-8") == text + "\nA line more.\n"
